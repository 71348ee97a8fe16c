"""Moves every profile to every listed build of Windows with `hnsctl upgrade`, and traces what it claims.

The exit code and the members of the document must agree. A state with the same documents on the other build, where
none of them is refused, must give the verdicts that the claimed examples have there, and any other packet of a sample
may change its verdict only where a change is claimed. Usage: upgrades.py HNSCTL PROFILES
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

hnsctl, profiles = sys.argv[1], pathlib.Path(sys.argv[2])
builds = {
    "1607": 14393, "1703": 15063, "1709": 16299, "1803": 17134, "1809": 17763, "1903": 18362, "1909": 18363,
    "2004": 19041, "20H2": 19042, "ltsc2022": 20348, "23H2": 25398, "ltsc2025": 26100,
}  # fmt: skip
outside = "198.51.100.9"


def failed(text):
    sys.exit(f"FAILED: {text}")


def run(*arguments, codes=(0,), text=None):
    done = subprocess.run([hnsctl, *map(str, arguments)], capture_output=True, text=True, input=text)
    if done.returncode not in codes:
        failed(f"{' '.join(map(str, arguments))} exited {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def trace(state, packets):
    """The verdict of each packet; None where the packet cannot be."""
    if not packets:
        return []
    lines = "".join(json.dumps(packet) + "\n" for packet in packets)
    done = run("trace", state, "--packets", "-", codes=(0, 1), text=lines)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(packets):
        failed(f"{state}: {len(packets)} packets and {len(answers)} answers\n{done.stderr}")
    return [answer.get("verdict") for answer in answers]


def sample(names):
    """Packets between the endpoints, the host and an address outside."""
    for name in names:
        for source, destination in [(outside, name), (name, outside), ("host", name), (name, "host")]:
            yield {"from": source, "to": destination, "protocol": "icmp"}
            for protocol in ["tcp", "udp"]:
                for port in [53, 80, 443, 8080]:
                    yield {"from": source, "to": destination, "protocol": protocol, "port": port}


def versioned(value, version, absent):
    """A document with the version that the service writes into it, without members that it does not write."""
    if isinstance(value, list):
        return [versioned(one, version, absent) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: version if key == "Version" else versioned(one, version, absent)
        for key, one in value.items()
        if key not in absent
    }


def move(host, build, version, file):
    """Writes a host as it is on another build."""
    major, minor = map(int, version.split("."))
    absent = set()
    while True:
        other = versioned(host, major << 32 | minor, absent)
        other["host"]["configuration"]["build"] = build
        file.write_text(json.dumps(other))
        done = run("show", "networks", "--state", file, codes=(0, 1))
        if done.returncode == 0:
            return
        unknown = re.search(r"\.(\w+)' (?:is an unknown member|must be omitted)", done.stderr)
        if not unknown or unknown[1] in absent:
            failed(f"{build}: {done.stderr}")
        absent.add(unknown[1])


counts = {"moved": 0, "refused": 0, "examples": 0, "packets": 0}
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    for profile in sorted(profiles.glob("*.yaml")):
        state, moved = folder / "host.json", folder / "moved.json"
        state.unlink(missing_ok=True)
        run("apply", profile, "--state", state)
        host = json.loads(state.read_text())
        shown = json.loads(run("show", "endpoints", "--state", state, "--json").stdout)["endpoints"]
        packets = list(sample(dict.fromkeys(one["Name"] for one in shown)))
        before = trace(state, packets)
        for build, number in builds.items():
            title = f"{profile.name} to {build}"
            done = run("upgrade", profile, "--to", build, "--json", codes=(0, 2))
            document = json.loads(done.stdout)
            effect, refused = document["effect"], document["refused"]
            if (done.returncode == 2) != bool(effect or refused):
                failed(f"{title} exits {done.returncode} with {len(effect)} changes and {len(refused)} refusals")
            if document["to"]["build"] != number or not isinstance(document["assumptions"], dict):
                failed(f"{title}: {document['to']}, {document['assumptions']}")
            counts["refused" if refused else "moved"] += 1
            if refused:
                continue
            move(host, number, document["to"]["hnsVersion"], moved)
            # This state makes the first assumption about the implicit deny, and not the second.
            own = {"before": "anyAcl", "after": "anyAcl"}
            claimed = [one for one in effect if one.get("implicitDeny") in (None, own)]
            examples = [one for one in claimed if one.get("verdicts")]
            for one, old, new in zip(
                examples,
                trace(state, [one["witness"] for one in examples]),
                trace(moved, [one["witness"] for one in examples]),
            ):
                if {"before": old, "after": new} != one["verdicts"]:
                    failed(f"{title}: {one['witness']} is {old}, then {new}, and not {one['verdicts']}")
            counts["examples"] += len(examples)
            ends = {one["endpoint"] for one in claimed}
            for packet, old, new in zip(packets, before, trace(moved, packets)):
                if old != new and not ends & {packet["from"], packet["to"], "host", "outside"}:
                    failed(f"{title}: {packet} is {old}, then {new}, which is not claimed")
                counts["packets"] += 1
if counts["moved"] < 50 or counts["examples"] < 10:
    failed(f"too little was compared: {counts}")
print(
    f"{counts['moved']} moves to other builds and {counts['refused']} refused ones: {counts['examples']} examples and "
    f"{counts['packets']} packets have the verdicts that are claimed"
)
