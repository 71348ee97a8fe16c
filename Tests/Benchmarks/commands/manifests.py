"""Manifests of many workloads, each from a seed: half of the pods are for Windows and one in five is careless.

A pod takes some 38 lines and 720 bytes of YAML. Nothing is kept: texts are made one at a time.
"""

import json
import random

PARAMETERS = """container-limits: {cpuLimit: "2", memoryLimit: 4Gi}
trusted-registries: {imageRegex: '^contoso\\.azurecr\\.io/.+$'}
container-ports: {allowedPorts: ["8080"]}
linux-capabilities: {allowedCapabilities: [], requiredDropCapabilities: [ALL]}
apparmor-profiles: {allowedProfiles: [runtime/default]}
host-network-and-ports: {allowHostNetwork: false}
host-path-volumes: {allowedHostPaths: [], windowsAllowedHostPaths: []}
"""


def pod(number, draw, windows=None):
    """The metadata and the specification of a pod."""
    windows = number % 2 == 1 if windows is None else windows
    bad = draw.random() < 0.2
    container = {
        "name": "app", "image": f"contoso.azurecr.io/shop/app{number % 50}:1.{number}",
        "ports": [{"containerPort": 8080, "protocol": "TCP"}],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "500m", "memory": "512Mi"}},
        "volumeMounts": [{"name": "scratch", "mountPath": "C:\\scratch" if windows else "/scratch"}],
    }
    spec = {"securityContext": {}, "nodeSelector": {"kubernetes.io/os": "windows" if windows else "linux"},
            "containers": [container], "volumes": [{"name": "scratch", "emptyDir": {}}]}
    if windows:
        spec["os"] = {"name": "windows"}
        spec["securityContext"] = {
            "runAsNonRoot": True, "windowsOptions": {"runAsUserName": "ContainerUser"}}
    else:
        spec["securityContext"] = {"runAsNonRoot": True, "runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 1000}
        container["securityContext"] = {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    if bad:
        container["image"] = f"docker.io/library/app{number % 50}"
        del container["resources"]["limits"]
        container["ports"][0].update({"containerPort": 22, "hostPort": 2222})
        if windows:
            spec["securityContext"]["windowsOptions"] = {"hostProcess": True, "runAsUserName": "NT AUTHORITY\\SYSTEM"}
            spec["securityContext"].pop("runAsNonRoot")
            spec["hostNetwork"] = True
        else:
            container["securityContext"] = {"privileged": True}
            spec["hostPID"] = True
        spec["volumes"].append(
            {"name": "host", "hostPath": {"path": "\\\\.\\pipe\\docker_engine" if windows else "/etc"}})
    metadata = {"name": f"app-{number}", "namespace": f"team-{number % 20}", "labels": {"app": f"app{number % 50}"}}
    if not windows:
        metadata["annotations"] = {"container.apparmor.security.beta.kubernetes.io/app": "runtime/default"}
    return metadata, spec


def pod_object(number, draw, windows=None):
    metadata, spec = pod(number, draw, windows)
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def windows_pod(number, draw):
    return pod_object(number, draw, windows=True)


def deployment(number, draw):
    metadata, spec = pod(number, draw)
    own = {key: value for key, value in metadata.items() if key != "annotations"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": own, "spec": {
        "replicas": 3, "selector": {"matchLabels": metadata["labels"]},
        "template": {"metadata": {key: metadata[key] for key in ("labels", "annotations") if key in metadata},
                     "spec": spec}}}


def yaml(value, indent=0):
    """A value as YAML in block style, with a line break at its end."""
    lead = "  " * indent
    if isinstance(value, dict):
        if not value:
            return " {}\n"
        text = "\n"
        for key, item in value.items():
            text += f"{lead}{key}:{yaml(item, indent + 1)}"
        return text
    if isinstance(value, list):
        if not value:
            return " []\n"
        return "\n" + "".join(f"{lead}- {yaml(item, indent + 1).lstrip()}" for item in value)
    if isinstance(value, bool):
        return f" {str(value).lower()}\n"
    if isinstance(value, int) or value.replace("-", "").replace("/", "").replace(".", "").isalnum() and not (
            value[0].isdigit() or value in ("true", "false")):
        return f" {value}\n"
    return f" '{value}'\n"


def document(value):
    return "---" + yaml(value)


def write_yaml(path, count, make, seed, first=0):
    """One file of so many documents."""
    draw = random.Random(f"{seed} {first}")
    with open(path, "w") as file:
        for number in range(first, first + count):
            file.write(document(make(number, draw)))


def write_list(path, count, make, seed):
    """One JSON file with a `List`, indented as kubectl prints it."""
    draw = random.Random(f"{seed} 0")
    with open(path, "w") as file:
        file.write('{\n    "apiVersion": "v1",\n    "items": [')
        for number in range(count):
            text = json.dumps(make(number, draw), indent=4).replace("\n", "\n        ")
            file.write(("," if number else "") + "\n        " + text)
        file.write('\n    ],\n    "kind": "List",\n    "metadata": {"resourceVersion": ""}\n}\n')


def write_folder(path, files, each, make, seed):
    """A folder of so many files with so many documents each."""
    path.mkdir()
    for number in range(files):
        write_yaml(path / f"{number:05}.yaml", each, make, seed, first=number * each)
