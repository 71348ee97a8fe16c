"""Prints an SBOM of a release in SPDX 2.3. Usage: sbom.py DEPENDENCIES VERSION TIME SHARED_LIBRARIES

DEPENDENCIES is the JSON of `swift package show-dependencies`.
"""

import datetime
import json
import pathlib
import re
import subprocess
import sys

# Other packages of the Swift project have the exception for its runtime library.
LICENSES = {"hnsctl": "MIT", "libyaml": "MIT", "swift-nio": "Apache-2.0"}


def first_line(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")[0]


def main():
    dependencies, version, time, libraries = sys.argv[1:]
    tree = json.loads(pathlib.Path(dependencies).read_text())
    packages, relationships = {}, set()

    def add(name, number, location):
        identifier = "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)
        license_name = LICENSES.get(name, "Apache-2.0 WITH Swift-exception")
        packages[identifier] = {
            "SPDXID": identifier, "name": name, "versionInfo": number, "downloadLocation": location,
            "filesAnalyzed": False, "licenseConcluded": license_name, "licenseDeclared": license_name,
            "copyrightText": "NOASSERTION", "supplier": "NOASSERTION",
        }
        return identifier

    def walk(node, parent):
        for child in node["dependencies"]:
            identifier = add(child["identity"], child["version"], "git+" + child["url"])
            relationships.add((parent, "DEPENDS_ON", identifier))
            walk(child, identifier)

    root = add("hnsctl", version, "NOASSERTION")
    walk(tree, root)
    swift = re.search(r"Swift version (\S+)", first_line("swift", "--version"))
    relationships.add((root, "STATIC_LINK", add("swift-runtime", swift.group(1), "NOASSERTION")))
    is_shared = "libyaml" in pathlib.Path(libraries).read_text()
    yaml = add("libyaml", first_line("pkg-config", "--modversion", "yaml-0.1"), "NOASSERTION")
    relationships.add((root, "DYNAMIC_LINK" if is_shared else "STATIC_LINK", yaml))
    created = datetime.datetime.fromisoformat(time).astimezone(datetime.timezone.utc)
    document = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"hnsctl-{version}", "documentNamespace": f"urn:hnsctl:{version}:{created:%Y%m%dT%H%M%SZ}",
        "creationInfo": {"created": f"{created:%Y-%m-%dT%H:%M:%SZ}", "creators": ["Tool: hnsctl-.ci/sbom.py"]},
        "packages": list(packages.values()),
        "relationships": [
            {"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b}
            for a, kind, b in sorted(relationships | {("SPDXRef-DOCUMENT", "DESCRIBES", root)})
        ],
    }
    print(json.dumps(document, indent=2))


main()
