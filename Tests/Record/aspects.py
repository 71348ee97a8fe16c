"""Runs the program on one host and splits its output into aspects, each with its own digest."""

import hashlib
import json
import os
import shutil
import subprocess

import service
from normalizations import normalized

# In the order of the columns of the digests. Names that end in -json are complete documents, words included; the
# others are reduced to their meaning, so that a changed word cannot hide a changed verdict.
ASPECTS = ["exits", "codes", "verdicts", "state-verdicts", "steps", "trace-json", "actions", "rules",
           "plan-json", "again", "update", "update-json", "semantic", "semantic-json", "stated", "tests", "tests-json",
           "lint", "lint-json", "matrix", "matrix-json", "networks", "endpoints", "namespaces", "compartments", "acls",
           "firewall", "vfp", "destroy", "service", "messages-json", "document"]
SHOWN = ["networks", "endpoints", "namespaces", "compartments", "acls", "firewall", "vfp"]


def digest(value):
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def part(document, *keys):
    """The named members of an object, in this order."""
    return [document.get(key) for key in keys] if isinstance(document, dict) else document


class Run:
    """The commands on one host."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.aspects = {}
        self.exits = {}
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def call(self, label, *arguments):
        """Runs a command, records its exit code and returns its JSON document."""
        run = subprocess.run(
            [self.binary, *arguments, "--json"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, timeout=600)
        self.exits[label] = run.returncode
        try:
            return normalized(arguments[0], json.loads(run.stdout))
        except ValueError:
            return {"unreadable": run.stdout.decode(errors="replace")}

    def packets(self, label, source, packets):
        """The verdict and the rule for every packet."""
        self.write("packets.jsonl", "".join(json.dumps(packet) + "\n" for packet in packets))
        run = subprocess.run(
            [self.binary, "trace", source, "--packets", "packets.jsonl", "--json"], cwd=self.folder,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=600)
        self.exits[label] = run.returncode
        answers = []
        for line in run.stdout.splitlines():
            try:
                answer = normalized("packets", json.loads(line))
            except ValueError:
                answer = {"error": line.decode(errors="replace")}
            answers.append("error" if "error" in answer else part(answer, "verdict", "rule"))
        return answers

    # The meaning of documents

    def note_plan(self, document, actions, rules=None, whole=None):
        if "changes" not in document:
            self.aspects[actions] = codes(document)
        else:
            self.aspects[actions] = [part(change, "action", "kind", "target", "name", "enforcement")
                                     for change in document["changes"]] + [document.get("summary")]
            if rules:
                self.aspects[rules] = [part(change, "kind", "target", "name", "before", "after")
                                       for change in document["changes"]
                                       if change.get("kind") in ("acl", "firewallRule", "vfpRule")]
        if whole:
            self.aspects[whole] = document


def codes(document):
    """Codes and places of diagnostics, without their words."""
    if not isinstance(document, dict) or "diagnostics" not in document:
        return None
    return [part(item, "severity", "code", "file", "line", "column") for item in document["diagnostics"]]


def run_host(binary, folder, host):
    """The aspects of a random host or of a shipped profile."""
    run = Run(binary, folder)
    aspects = run.aspects
    run.write("host.yaml", host.text)
    others = []
    if host.served:
        others.append(service.put_through(binary, folder, host, "host.json", 0))
    plan = run.call("apply", "apply", "host.yaml", "--state", "host.json")
    run.note_plan(plan, "actions", "rules", "plan-json")
    is_applied = run.exits["apply"] == 0
    if host.served or not is_applied or due(host, 2, 0):
        document = run.call("validate", "validate", "host.yaml")
        aspects["codes"], aspects["messages-json"] = codes(document), document
    if host.served:
        run_served(run, host, others)
    elif is_applied:
        run_applied(run, host)
    else:
        aspects["tests"] = codes(run.call("test", "test", "host.yaml"))
        run.exits["state"] = int(os.path.exists(run.path("host.json")))
    aspects["exits"] = run.exits
    return aspects


def due(host, rounds, turn):
    """Whether a question that is asked about some of the hosts is asked about this one: starting the program costs
    more than most answers."""
    return host.turn is None or host.turn % rounds == turn


def show(run, names):
    for name in names:
        run.aspects[name] = run.call(f"show {name}", "show", name, "--state", "host.json")


def run_again(run):
    again = run.call("again", "plan", "host.yaml", "--state", "host.json", "--detailed-exitcode")
    run.note_plan(again, "again")


def run_served(run, host, others):
    """A host shared with other programs; `others` is what they did before."""
    others.append(service.put_through(run.binary, run.folder, host, "host.json", 1))
    run.aspects["service"] = [[normalized("service", item) for item in answers] for answers, _ in others]
    names = [name for _, made in others for name in made]
    run_again(run)
    rng = host.rng
    is_applied = run.exits["apply"] == 0
    packets = host.packets if is_applied else host.packets[:2]
    here = (host.names if is_applied else []) + [name for name in names if not name.startswith("remote")]
    for name in names if here else []:
        outside = rng.choice(["203.0.113.7", "10.1.2.3", "10.9.9.9"] if name in here and rng.random() < 0.6 else here)
        ends = rng.choice([(outside, name), (name, outside)])
        for protocol, port in (("tcp", rng.choice([80, 443, 1500])), ("udp", 53), ("icmp", None)):
            packet = {"from": ends[0], "to": ends[1], "protocol": protocol}
            packets = packets + [packet if port is None else {**packet, "port": port}]
    packets = packets + [{"from": rng.choice(here), "to": to, "protocol": "tcp", "port": port} for port in (80, 443)
                         for to in ("10.96.0.1", "10.96.1.2", "10.96.0.20") if here]
    run.aspects["state-verdicts"] = run.packets("trace state", "host.json", packets)
    trace(run, host, "host.json")
    show(run, SHOWN)
    lint(run, "host.json")
    matrix(run, "host.json")
    run.write("changed.yaml", host.changed_text)
    update(run)
    destroy(run)


def run_applied(run, host):
    """A host with nothing but the profile."""
    aspects = run.aspects
    run_again(run)
    if due(host, 2, 0):
        aspects["verdicts"] = run.packets("trace profile", "host.yaml", host.packets)
    if due(host, 2, 1):
        aspects["state-verdicts"] = run.packets("trace state", "host.json", host.packets)
        trace(run, host, "host.json")
    shown = ["firewall", "vfp"] + ["acls"] * due(host, 2, 0) + ["endpoints"] * due(host, 3, 0)
    show(run, shown + ["namespaces"] * due(host, 3, 1) + ["networks", "compartments"] * due(host, 3, 2))
    if due(host, 2, 1):
        tests = run.call("test", "test", "host.yaml")
        aspects["tests"] = [part(tests, "passed", "failed"), codes(tests)] + [
            part(test, "name", "passed", "expected", "actual", "rule") for test in tests.get("tests", [])]
        aspects["tests-json"] = tests
    if due(host, 4, 0):
        lint(run, "host.yaml")
    if due(host, 4, 2):
        matrix(run, "host.yaml")
    run.write("changed.yaml", host.changed_text)
    update(run)
    if due(host, 2, 0):
        semantic = run.call("semantic", "diff", "host.yaml", "changed.yaml", "--semantic")
        aspects["semantic"] = [part(effect, "endpoint", "direction", "change", "before", "after")
                               for effect in semantic.get("effect", [])] or codes(semantic)
        aspects["semantic-json"] = semantic
    if due(host, 3, 0):
        stated = run.call("stated", "diff", "host.yaml", "changed.yaml")
        run.note_plan(stated, "stated")
    if due(host, 3, 1):
        destroy(run)


def trace(run, host, source):
    packet = host.packets[0]
    arguments = ["--from", packet["from"], "--to", packet["to"], "--protocol", str(packet["protocol"])]
    for name, option in (("port", "--port"), ("sourcePort", "--source-port"), ("icmpType", "--icmp-type")):
        if name in packet:
            arguments += [option, str(packet[name])]
    document = run.call("trace", "trace", source, *arguments, "--all-switches")
    run.aspects["steps"] = part(document, "verdict", "rule") + [
        part(step, "endpoint", "enforcement", "direction", "rule", "verdict") for step in document.get("steps", [])]
    run.aspects["trace-json"] = document


def lint(run, source):
    document = run.call("lint", "lint", source)
    keys = ["code", "severity", "line", "column", "endpoint", "rule", "related"]
    run.aspects["lint"] = codes(document), [part(finding, *keys) for finding in document.get("findings", [])]
    run.aspects["lint-json"] = document


def matrix(run, source):
    document = run.call("matrix", "matrix", source)
    run.aspects["matrix"] = [part(cell, "from", "to", "service", "verdict") for cell in document.get("cells", [])]
    run.aspects["matrix-json"] = document


def update(run):
    """The plan of the changed profile on the host with the first one."""
    document = run.call("update", "plan", "changed.yaml", "--state", "host.json")
    run.note_plan(document, "update", None, "update-json")


def destroy(run):
    document = run.call("destroy", "apply", "host.yaml", "--state", "host.json", "--destroy")
    run.note_plan(document, "destroy")
    left = run.call("left", "show", "endpoints", "--state", "host.json")
    run.aspects["destroy"] = [run.aspects["destroy"], left]


def run_document(binary, folder, arguments):
    """The aspects of a command that does not depend on a host."""
    run = Run(binary, folder)
    document = run.call("document", *arguments)
    return {"exits": run.exits, "document": document}


def digests(aspects):
    return {name: digest(value) for name, value in aspects.items()}
