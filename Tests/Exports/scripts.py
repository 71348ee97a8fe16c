"""Parses generated scripts with the PowerShell grammar of tree-sitter.

Every script must parse without errors. Names and values of profiles, however hostile, may occur only within
single-quoted literals. The capture script may use only commands and functions that read. Usage: scripts.py HNSCTL
PROFILES COUNT
"""

import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import tree_sitter
import tree_sitter_powershell

hnsctl, profiles, count = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))


def failed(text):
    sys.exit(f"FAILED: {text}")


def run(*arguments, codes=(0,)):
    done = subprocess.run([hnsctl, *map(str, arguments)], capture_output=True)
    if done.returncode not in codes:
        failed(f"{' '.join(map(str, arguments))} exited {done.returncode}\n{done.stderr.decode()}")
    return done


def nodes(node):
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def parsed(script, title):
    tree = parser.parse(script)
    for node in nodes(tree.root_node):
        if node.type == "ERROR" or node.is_missing:
            failed(f"{title}, line {node.start_point[0] + 1}: {script[node.start_byte:node.end_byte][:80]!r}")
    if any(byte > 0x7E or byte < 0x20 and byte != 0x0A for byte in script):
        failed(f"{title} is not plain ASCII")
    return tree.root_node


def text(script, node):
    return script[node.start_byte : node.end_byte].decode()


# The literals in which nothing is expanded.
literals = {"verbatim_string_characters", "verbatim_here_string_characters"}

# 1. Scripts of plans, and of the way back.
plans = 0
for profile in sorted(profiles.glob("*.yaml")):
    for back in [[], ["--rollback"]]:
        done = run("plan", profile, "--format", "powershell", *back, codes=(0, 1))
        if done.returncode == 1:
            if b"export-" not in done.stderr:
                failed(f"{profile.name}: {done.stderr.decode()}")
            continue
        parsed(done.stdout, f"the script of {profile.name}")
        plans += 1
if plans < 20:
    failed(f"only {plans} scripts were written")

# 2. Hostile names and values.
pieces = [
    "'", "''", '"', "`", "$", "$(Get-Process)", "${x}", "@'\n", "\n'@\n", '\n"@\n', "#", "<#", "#>", ";", "|", "&",
    "\u2018", "\u2019", "\u201a", "\u201b", "\u201c", "\u201d", "\u201e", "\u2013", "\u2014", "\u2015", "\u202e", "\u2066",
    "\u0085", "\u2028", "\r\n", "\t", "\x7f", "\\", "\\u0027", "%{}", "--%", "日本", "\U0001f4a5", "]]>", "{0}", " ",
]  # fmt: skip
seed = random.randrange(1 << 32)
print(f"Seed of hostile names: {seed}")
# How many scripts were written, by whether they are for HNS v1 and whether objects have hostile names.
written = {}
numbers = random.Random(seed)
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    for index in range(count):
        marks = [f"zq{numbers.randrange(1 << 30):08x}" for _ in range(4)]
        # HNS v1 has none of the policies below. Names of networks and adapters must be visible.
        is_v1, has_names = index % 6 == 3, index % 3 == 0

        def hostile(mark, pieces=pieces):
            parts = [numbers.choice(pieces) for _ in range(numbers.randrange(1, 12))]
            parts.insert(numbers.randrange(len(parts) + 1), mark)
            made = "".join(parts)
            return made + "'" * (9_999 - len(made)) if index % 20 == 0 else made

        def visible(mark):
            name = hostile(mark, [piece for piece in pieces if piece.isprintable()]).strip()
            return name if len(name.encode()) <= 256 else f"{mark}''"

        document = {
            "apiVersion": "hnsctl/v1",
            "kind": "HostProfile",
            "name": "test",
            "host": {
                "windows": "1709" if is_v1 else numbers.choice(["ltsc2019", "ltsc2022", "ltsc2025"]),
                "addresses": ["10.240.0.5"],
                "adapters": [visible(marks[3]) if has_names else "Ethernet"],
            },
            "networks": [
                {
                    "name": visible(marks[0]) if has_names else "podnet",
                    "driver": "l2bridge",
                    "adapter": "Ethernet",
                    "subnets": [{"prefix": "10.244.7.0/24", "gateway": "10.244.7.1"}],
                }
            ],
            "containers": [
                {
                    "name": "web",
                    "addresses": ["10.244.7.10"],
                    "policies": [
                        {"type": "PortName", "settings": {"Name": hostile(marks[1])}},
                        {"type": "InterfaceConstraint", "settings": {"InterfaceAlias": hostile(marks[2])}},
                    ],
                }
            ],
        }
        document["containers"][0]["network"] = document["networks"][0]["name"]
        document["networks"][0]["adapter"] = document["host"]["adapters"][0]
        if is_v1:
            del document["containers"][0]["policies"]
        profile = folder / "hostile.yaml"
        # JSON is YAML, except for its escapes of characters beyond the first plane.
        text_of_profile = json.dumps(document, ensure_ascii=False)
        profile.write_text(re.sub(r"[^\x20-\x7e]", lambda match: f"\\U{ord(match[0]):08x}", text_of_profile))
        for back in [[], ["--rollback"]]:
            done = run("plan", profile, "--format", "powershell", *back, codes=(0, 1))
            if done.returncode == 1:
                failed(f"{done.stderr.decode()}\n{json.dumps(document)}")
            script = done.stdout
            root = parsed(script, f"hostile profile {index}")
            within = [
                (node.start_byte, node.end_byte) for node in nodes(root) if node.type in literals
            ]
            for mark in marks:
                for match in re.finditer(mark.encode(), script):
                    if not any(start <= match.start() and match.end() <= end for start, end in within):
                        failed(f"hostile profile {index}: {mark} is outside of literals in\n{json.dumps(document)}")
            if not is_v1 and marks[1].encode() not in script or has_names and marks[3].encode() not in script:
                failed(f"hostile profile {index}: the name is not in the script")
            written[is_v1, has_names] = written.get((is_v1, has_names), 0) + 1

if min(written.get(key, 0) for key in [(False, False), (False, True), (True, True)]) < count // 12:
    failed(f"too few scripts have hostile names: {written}")

# 3. The capture script reads, and writes one file.
script = run("capture-script").stdout
root = parsed(script, "the capture script")
reading = {
    "Add-Type", "ConvertFrom-Json", "ConvertTo-Json", "ForEach-Object", "Get-Command", "Get-DnsClient",
    "Get-DnsClientGlobalSetting", "Get-DnsClientServerAddress", "Get-ItemProperty", "Get-NetAdapter",
    "Get-NetCompartment", "Get-NetConnectionProfile", "Get-NetFirewallAddressFilter",
    "Get-NetFirewallApplicationFilter", "Get-NetFirewallInterfaceFilter", "Get-NetFirewallInterfaceTypeFilter",
    "Get-NetFirewallPortFilter", "Get-NetFirewallProfile", "Get-NetFirewallRule", "Get-NetFirewallSecurityFilter",
    "Get-NetFirewallServiceFilter", "Get-NetIPAddress", "Get-NetIPInterface", "Get-NetTCPConnection",
    "Get-NetUDPEndpoint", "New-Object", "Set-StrictMode", "Where-Object", "Write-Output",
    # Called with a script block of this script and with the programs that are checked below.
    "$Program", "$Reader",
}  # fmt: skip
functions = {text(script, node) for node in nodes(root) if node.type == "function_name"}
for node in nodes(root):
    if node.type == "command_name" and text(script, node) not in reading | functions:
        failed(f"the capture script uses the command {text(script, node)}")
    if node.type == "redirection":
        if text(script, node).replace(" ", "") != "2>&1":
            failed(f"the capture script redirects: {text(script, node)}")
calls = re.findall(rb"(\[[A-Za-z.]+\])::(\w+)\(", script)
allowed = {
    (b"[Hnsctl.Reader]", b"Get"), (b"[Hnsctl.Reader]", b"Enumerate"), (b"[Hnsctl.Reader]", b"Properties"),
    (b"[regex]", b"Matches"), (b"[System.IO.File]", b"WriteAllText"),
}  # fmt: skip
if set(calls) - allowed or calls.count((b"[System.IO.File]", b"WriteAllText")) != 1:
    failed(f"the capture script calls {set(calls) - allowed}")
programs = re.findall(rb"Read-Program '([^']+)'", script)
if sorted(set(programs)) != [b"netsh.exe", b"vfpctrl.exe"]:
    failed(f"the capture script runs {programs}")
if re.findall(rb"Read-Program 'netsh.exe' @\((.*)\)\n", script) != [
    b"""'interface', $family, 'show', 'excludedportrange', "protocol=$protocol\""""
]:
    failed("the capture script runs netsh with other arguments")
for command in re.findall(rb"Read-Vfp \$result .*'(/[^']*)'", script):
    if not command.startswith((b"/list-", b"/get-")):
        failed(f"the capture script runs vfpctrl {command}")
for function in re.findall(rb"static extern \w+ (\w+)\(", script):
    if not re.fullmatch(rb"HNSCall|Hcn(Enumerate|Open|Query|Close)\w+", function):
        failed(f"the capture script calls {function}")
if re.findall(rb"HNSCall\(([^,)]*),", script) != [b"string method", b'"GET"']:
    failed("the capture script calls HNSCall with another method than GET")
print(f"{plans} scripts of plans, {count} profiles with hostile names and the capture script: parsed")
