"""Sends exported requests to `hnsctl serve`, and those of the way back.

For every profile: the requests go to a service with an empty host, the containers are started as a runtime does, and
the resulting state must differ in nothing from the profile and from an apply. Then the containers are stopped, the
way back is sent, and the host must be as it was. Usage: requests.py HNSCTL PROFILES
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

hnsctl, profiles = sys.argv[1], pathlib.Path(sys.argv[2])


def failed(text):
    sys.exit(f"FAILED: {text}")


def run(*arguments, codes=(0,)):
    done = subprocess.run([hnsctl, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode not in codes:
        failed(f"{' '.join(map(str, arguments))} exited {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class Service:
    """A running service with a copy of a state."""

    def __init__(self, state):
        self.process = subprocess.Popen(
            [hnsctl, "serve", "--port", "0", "--state", str(state)], stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            failed(f"serve printed {line!r}")
        self.address = line.split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data=data, method=method)
        try:
            with urllib.request.urlopen(request) as response:
                return json.loads(response.read() or b"null")
        except urllib.error.HTTPError as error:
            failed(f"{method} {path}: {error.code} {error.read().decode()}")

    def perform(self, requests, operations, containers):
        """Stops containers, sends the requests, and starts containers."""
        self.runtime(operations, containers, "Remove")
        for request in requests:
            reply = self.send(request["method"], request["path"], request["body"])
            if isinstance(reply, dict) and reply.get("Success") is False:
                failed(f"{request['method']} {request['path']}: {reply}")
        self.runtime(operations, containers, "Add")

    def runtime(self, operations, containers, kind):
        for operation in operations:
            settings = operation.get("settings") or {}
            if settings.get("ResourceType") == "Container" and settings["RequestType"] == containers[kind]:
                action = {"Add": "addresource", "Remove": "removeresource"}[kind]
                body = {"Type": "Container", "Data": {"Id": settings["Settings"]["ContainerId"]}}
                reply = self.send("POST", f"/namespaces/{operation['id']}/{action}", body)
                if reply.get("Success") is not True:
                    failed(f"{kind} {body}: {reply}")

    def state(self, file):
        file.write_text(json.dumps(self.send("GET", "/state")))
        return file


def objects(service):
    result = {}
    for kind in ["networks", "endpoints", "namespaces", "policylists"]:
        for item in service.send("GET", f"/{kind}")["Output"]:
            result[item["ID"].lower()] = kind
    return result


counts = {"hcn": 0, "hns-v1": 0}
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    for profile in sorted(profiles.glob("*.yaml")):
        # A host that is described as the profile needs it, and has no objects.
        base, applied = folder / "base.json", folder / "applied.json"
        for file in (base, applied):
            file.unlink(missing_ok=True)
            run("apply", profile, "--state", file)
        run("apply", profile, "--state", base, "--destroy")
        saved = folder / "saved.plan"
        run("plan", profile, "--state", base, "--out", saved)
        operations = json.loads(saved.read_text())["operations"]
        for target in counts:
            forward = run("plan", profile, "--state", base, "--format", target, codes=(0, 1))
            if forward.returncode == 1:
                if "export-" not in forward.stderr:
                    failed(f"{profile.name}: {forward.stderr}")
                continue
            back = run("plan", profile, "--state", base, "--format", target, "--rollback")
            state = folder / "state.json"
            state.write_text(base.read_text())
            with Service(state) as service:
                service.perform(json.loads(forward.stdout), operations, {"Add": "Add", "Remove": "Remove"})
                after = service.state(folder / "after.json")
                run("diff", after, profile)
                run("diff", after, applied, "--semantic")
                # The way back stops what was started.
                service.perform(json.loads(back.stdout), operations, {"Add": "Remove", "Remove": "Add"})
                left = objects(service)
                if set(left.values()) - {"namespaces"}:
                    failed(f"{profile.name}, {target}: the way back leaves {left}")
                run("diff", service.state(folder / "end.json"), base)
            counts[target] += 1
if counts["hcn"] < 10 or counts["hns-v1"] < 4:
    failed(f"too few profiles were exported: {counts}")
print(f"Requests of {counts['hcn']} profiles as HCN v2 and of {counts['hns-v1']} as HNS v1: sent and taken back")
