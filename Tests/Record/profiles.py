"""The shipped profiles, and commands that do not depend on a host, as subjects of the record."""

import pathlib
import random
import re

import hosts

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def paths():
    files = sorted((ROOT / "profiles").rglob("*.yaml"))
    return [str(path.relative_to(ROOT)) for path in files if "kind: HostProfile" in path.read_text()]


def documents():
    """Commands by the name of their subject."""
    result = {f"capabilities/{name}": ["capabilities", "--windows", name] for name in hosts.BUILDS if name}
    return {**result, "schema": ["schema"]}


class Profile:
    """A shipped profile with questions about it, used like a random host."""

    served = False

    def __init__(self, path):
        self.text = (ROOT / path).read_text()
        self.turn = None  # Everything is asked.
        self.rng = random.Random(path)
        self.changed_text = self.text.replace("action: allow", "action: block", 1)
        if self.changed_text == self.text:
            self.changed_text = re.sub(r'publish: \["\d+:', 'publish: ["9999:', self.text, count=1)
        self.packets = self._packets()

    def _packets(self):
        """The packets of its tests, each with some neighbors."""
        packets = []
        for text in re.findall(r"packet: \{(.*?)\}", self.text):
            packet = {key: value.strip('"') for key, value in re.findall(r'(\w+): ("[^"]*"|[^,]+)', text)}
            for key in ("port", "sourcePort", "icmpType"):
                if key in packet:
                    packet[key] = int(packet[key])
            packets.append(packet)
            if "port" in packet:
                packets += [{**packet, "port": port} for port in (22, 80, packet["port"] + 1)]
            packets.append({**packet, "from": packet["to"], "to": packet["from"]})
            packets.append({"from": packet["from"], "to": packet["to"], "protocol": "icmp"})
        return packets
