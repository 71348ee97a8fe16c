"""Profiles with many rules or many endpoints, as text."""

import random

import shapes

HEAD = """apiVersion: hnsctl/v1
kind: HostProfile
name: bench
host: {{windows: ltsc2022, adapters: [Ethernet], addresses: [10.240.0.5]}}
networks:
  - name: podnet
    driver: {driver}
    adapter: Ethernet
    subnets: [{{prefix: 10.128.0.0/12, gateway: 10.128.0.1}}]
    macPool: {{start: 00-15-5D-00-00-00, end: 00-15-5D-00-FF-FF}}
"""


def flow(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return str(value)


def acl(number, rule, indent):
    return f"{' ' * indent}- {flow({'name': f'r{number}', 'direction': 'in', **rule})}\n"


def address(number):
    return f"10.{128 + (number + 10) // 65536}.{(number + 10) // 256 % 256}.{(number + 10) % 256}"


def one_endpoint(rules, isolation="hyperv"):
    """A profile with one endpoint with these rules."""
    lines = [HEAD.format(driver="l2bridge"), "containers:\n  - name: web\n    network: podnet\n",
             f"    isolation: {isolation}\n    addresses: [{address(0)}]\n",
             "    defaults: {in: block, out: allow}\n    acls:\n"]
    lines += [acl(number, rule, 6) for number, rule in enumerate(rules)]
    return "".join(lines)


def sharing(rules, endpoints, isolation="hyperv"):
    """A profile with endpoints that share one set of rules."""
    lines = [HEAD.format(driver="l2bridge"), "aclSets:\n  shared:\n"]
    lines += [acl(number, rule, 4) for number, rule in enumerate(rules)]
    lines.append("containers:\n")
    for number in range(endpoints):
        lines.append(f"  - {{name: c{number}, network: podnet, isolation: {isolation}, "
                     f"addresses: [{address(number)}], defaults: {{in: block, out: allow}}, aclSets: [shared]}}\n")
    return "".join(lines)


def small_rules(draw, count):
    return [
        {"action": draw.choice(["allow", "allow", "block"]), "protocols": [draw.choice(["tcp", "udp"])],
         "remoteAddresses": [shapes.prefix(draw.getrandbits(32), draw.choice([8, 16, 24]))],
         "localPorts": [draw.randrange(1, 65536)]}
        for _ in range(count)
    ]


def different(endpoints, count, seed, driver="l2bridge", isolation="process"):
    """A profile with endpoints that each have their own ACLs."""
    draw = random.Random(seed)
    lines = [HEAD.format(driver=driver), "containers:\n"]
    for number in range(endpoints):
        lines.append(f"  - name: c{number}\n    network: podnet\n    isolation: {isolation}\n"
                     f"    addresses: [{address(number)}]\n    acls:\n")
        lines += [acl(place, rule, 6) for place, rule in enumerate(small_rules(draw, count))]
    return "".join(lines)


def shared_sets(endpoints, sets, count, seed, own=False, driver="l2bridge"):
    """A profile with endpoints that share sets of rules, each optionally with one rule of its own."""
    draw = random.Random(seed)
    lines = [HEAD.format(driver=driver), "aclSets:\n"]
    for number in range(sets):
        lines.append(f"  s{number}:\n")
        lines += [acl(place, rule, 4) for place, rule in enumerate(small_rules(draw, count))]
    lines.append("containers:\n")
    for number in range(endpoints):
        rule = f", acls: [{flow({'name': 'own', 'direction': 'in', **small_rules(draw, 1)[0]})}]" if own else ""
        lines.append(f"  - {{name: c{number}, network: podnet, addresses: [{address(number)}], "
                     f"aclSets: [s{number % sets}]{rule}}}\n")
    return "".join(lines)


def ports(rules, endpoints):
    """A profile with endpoints that share a set of single-port rules, each with one rule of its own."""
    lines = [HEAD.format(driver="l2bridge"), "aclSets:\n  shared:\n"]
    lines += [acl(number, {"action": "allow", "protocols": ["tcp"], "localPorts": [1_000 + 2 * number]}, 4)
              for number in range(rules)]
    lines.append("containers:\n")
    for number in range(endpoints):
        own = {"name": "own", "direction": "in", "action": "allow", "protocols": ["udp"], "localPorts": [2_000 + number]}
        lines.append(f"  - {{name: c{number}, network: podnet, addresses: [{address(number)}], "
                     f"aclSets: [shared], acls: [{flow(own)}]}}\n")
    return "".join(lines)


def crossing_ports(rules, endpoints, seed):
    """A profile with transparent endpoints that share rules with overlapping port ranges, allow and block in turn."""
    draw = random.Random(seed)
    lines = [HEAD.format(driver="transparent"), "aclSets:\n  shared:\n"]
    for number in range(rules):
        low = 1_000 + draw.randrange(60)
        lines.append(acl(number, {
            "action": "block" if number % 2 else "allow", "protocols": ["tcp"],
            "localPorts": [f"{low}-{low + draw.randrange(3, 20)}"],
            "remoteAddresses": [shapes.prefix(10 << 24 | draw.getrandbits(24), draw.choice([16, 20, 24, 28]))]}, 4))
    lines.append("containers:\n")
    for number in range(endpoints):
        lines.append(f"  - {{name: c{number}, network: podnet, addresses: [{address(number)}], aclSets: [shared]}}\n")
    return "".join(lines)
