"""Rule lists in the shapes of large sites, each from a seed, as ordered ACLs of one endpoint.

A rule is a dict with `action` and, unless they are any, `protocols`, `localAddresses`, `remoteAddresses`, `localPorts`
and `remotePorts`; the first match decides. No shape has a catch-all rule: the endpoint's default actions apply after
each list.
"""

import ipaddress
import random

SERVICES = [22, 25, 53, 80, 123, 135, 139, 143, 161, 389, 443, 445, 514, 636, 993, 1433, 1521, 2049, 3306, 3389, 5060,
            5432, 5985, 6379, 6443, 8080, 8443, 9090, 9093, 9443, 10250, 11211, 27017]
ROOTS = [("10.0.0.0", 8), ("172.16.0.0", 12), ("192.168.0.0", 16), ("100.64.0.0", 10)]
LENGTHS = [8] * 2 + [12] + [16] * 10 + [20] * 6 + [22] * 4 + [24] * 34 + [26] * 4 + [28] * 5 + [32] * 34


def prefix(address, length):
    mask = (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF
    return f"{ipaddress.IPv4Address(address & mask)}/{length}"


def action(draw, share=0.68):
    return "allow" if draw.random() < share else "block"


class Networks:
    """Prefixes from a few networks, so that many rules overlap."""

    def __init__(self, draw, count):
        self.draw = draw
        self.pool = []
        for _ in range(max(8, count // 12)):
            root, length = draw.choice(ROOTS)
            self.pool.append((int(ipaddress.IPv4Address(root)) | draw.getrandbits(32 - length)) & ~0xFF)

    def prefix(self):
        return prefix(self.draw.choice(self.pool) | self.draw.getrandbits(8), self.draw.choice(LENGTHS))

    def some(self, anything):
        if self.draw.random() < anything:
            return []
        return sorted({self.prefix() for _ in range(self.draw.choice([1, 1, 1, 2, 3]))})


def port(draw):
    kind = draw.random()
    if kind < 0.62:
        return draw.choice(SERVICES)
    if kind < 0.72:
        return "1024-65535"
    if kind < 0.80:
        return "49152-65535"
    if kind < 0.90:
        low = draw.randrange(1024, 60000)
        return f"{low}-{min(65535, low + draw.choice([1, 3, 9, 15, 99, 999]))}"
    return draw.randrange(1, 65536)


def compact(rule):
    return {key: value for key, value in rule.items() if value}


def access_list(count, seed):
    """Both sides: one to three prefixes from a few networks; single, listed and open-ended ports; specific first."""
    draw = random.Random(seed)
    networks = Networks(draw, count)
    rules = []
    while len(rules) < count:
        kind = draw.random()
        protocols = ["tcp"] if kind < 0.62 else ["udp"] if kind < 0.84 else ["icmp"] if kind < 0.89 else []
        remote, local = networks.some(0.25), networks.some(0.18)
        if not remote and not local:
            continue
        rule = {"action": action(draw), "protocols": protocols, "remoteAddresses": remote, "localAddresses": local}
        if protocols in (["tcp"], ["udp"]):
            if draw.random() >= 0.12:
                ports = {port(draw) for _ in range(draw.choice([1, 1, 1, 2, 3]))}
                rule["localPorts"] = sorted(ports, key=str)
            if draw.random() >= 0.85:
                rule["remotePorts"] = [port(draw)]
        length = max([int(text.split("/")[1]) for text in remote + local])
        rules.append((-length + draw.gauss(0, 7), len(rules), compact(rule)))
    return [rule for _, _, rule in sorted(rules, key=lambda entry: entry[:2])]


def firewall_list(count, seed):
    """One-sided: one service for some networks, as in host firewalls."""
    draw = random.Random(seed)
    networks = Networks(draw, count)
    return [
        compact({
            "action": action(draw, 0.8), "protocols": [draw.choice(["tcp", "tcp", "udp"])],
            "remoteAddresses": sorted({networks.prefix() for _ in range(draw.choice([1, 2]))}),
            "localPorts": [draw.choice(SERVICES) if draw.random() < 0.5 else draw.randrange(1, 65536)],
        })
        for _ in range(count)
    ]


def crossing(count, seed):
    """Half of the rules match one port for all addresses, half one address for all ports: they all intersect."""
    draw = random.Random(seed)
    rules = []
    for number in range(count):
        if number % 2:
            rules.append({"action": action(draw, 0.5), "protocols": ["tcp"], "localPorts": [draw.randrange(1, 65536)]})
        else:
            rules.append({"action": action(draw, 0.5), "protocols": ["tcp"],
                          "remoteAddresses": [prefix(draw.getrandbits(32), 24)], "localPorts": ["1-65535"]})
    return rules


def random_overlaps(count, seed):
    """Arbitrary prefixes of any length on both sides, and port ranges of any size."""
    draw = random.Random(seed)
    rules = []
    for _ in range(count):
        low, high = sorted(draw.randrange(1, 65536) for _ in range(2))
        rules.append({
            "action": action(draw, 0.5), "protocols": ["tcp"],
            "remoteAddresses": [prefix(draw.getrandbits(32), draw.randrange(8, 33))],
            "localAddresses": [prefix(draw.getrandbits(32), draw.randrange(8, 33))],
            "localPorts": [f"{low}-{high}"],
        })
    return rules


def boxes(count, seed):
    """Four-dimensional boxes: prefixes and port ranges of any size on both sides; the worst known shape."""
    draw = random.Random(seed)

    def ports():
        low, high = sorted(draw.randrange(1, 65536) for _ in range(2))
        return [f"{low}-{high}"]

    return [
        {"action": action(draw, 0.5), "protocols": ["tcp"],
         "remoteAddresses": [prefix(draw.getrandbits(32), draw.randrange(1, 17))],
         "localAddresses": [prefix(draw.getrandbits(32), draw.randrange(1, 17))],
         "localPorts": ports(), "remotePorts": ports()}
        for _ in range(count)
    ]


def halved(rules, seed):
    """The same policy, written differently: every prefix as two halves, and neighbors with equal actions swapped."""
    draw = random.Random(seed)

    def halves(prefixes):
        result = []
        for text in prefixes:
            network = ipaddress.IPv4Network(text)
            result += [text] if network.prefixlen == 32 else [str(half) for half in network.subnets()]
        return result

    result = []
    for rule in rules:
        copy = dict(rule)
        for side in ("remoteAddresses", "localAddresses"):
            if side in copy:
                copy[side] = halves(copy[side])
        result.append(copy)
    for place in range(0, len(result) - 1, 2):
        if result[place]["action"] == result[place + 1]["action"] and draw.random() < 0.5:
            result[place], result[place + 1] = result[place + 1], result[place]
    return result


def edited(rules, count, seed):
    """The list with the action of some rules inverted."""
    draw = random.Random(seed)
    result = [dict(rule) for rule in rules]
    for place in draw.sample(range(len(result)), count):
        result[place]["action"] = "block" if result[place]["action"] == "allow" else "allow"
    return result


SHAPES = {"access": access_list, "firewall": firewall_list, "crossing": crossing, "overlaps": random_overlaps,
          "boxes": boxes}
