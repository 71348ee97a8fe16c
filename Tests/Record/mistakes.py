"""Mistakes that people make in profiles; each is an error or a warning."""


def _workload(rng, profile):
    return rng.choice([workload for kind in ("containers", "pods") for workload in profile.get(kind, [])
                       if "network" in workload])


def _acl(rng, profile):
    acl = {"name": f"wrong-{rng.randrange(100)}", "direction": "in", "action": "allow", "protocols": ["tcp"],
           "localPorts": [80]}
    _workload(rng, profile).setdefault("acls", []).append(acl)
    return acl


def _unknown_key(rng, profile):
    _workload(rng, profile)[rng.choice(["ports", "acl", "aclset", "adresses"])] = ["80"]


def _dangling_network(rng, profile):
    _workload(rng, profile)["network"] = rng.choice(["podnets", "elsewhere"])


def _dangling_set(rng, profile):
    _acl(rng, profile)["remoteAddresses"] = ["corpp"]


def _dangling_acl_set(rng, profile):
    _workload(rng, profile)["aclSets"] = ["webb"]


def _port(rng, profile):
    _acl(rng, profile)["localPorts"] = [rng.choice([0, 70000, "http", "90-80", "80:443", -1])]


def _address(rng, profile):
    _acl(rng, profile)["remoteAddresses"] = [
        rng.choice(["10.1.2.3/8", "10.0.0.9-10.0.0.1", "300.1.1.1", "10.0.0.0/33", "::1-10.0.0.1", "fe80::/129"])]


def _families(rng, profile):
    _acl(rng, profile).update(localAddresses=["10.0.0.1"], remoteAddresses=["2001:db8::/32"])


def _word(rng, profile):
    _acl(rng, profile)[rng.choice(["direction", "action"])] = rng.choice(["inbound", "deny", "Allow", ""])


def _protocol(rng, profile):
    acl = _acl(rng, profile)
    acl["protocols"] = [rng.choice(["icmp", "any", "tpc", 300, 0])]


def _no_protocol(rng, profile):
    del _acl(rng, profile)["protocols"]


def _missing(rng, profile):
    del _acl(rng, profile)[rng.choice(["name", "direction", "action"])]


def _null(rng, profile):
    _acl(rng, profile)["priority"] = None


def _priority(rng, profile):
    _acl(rng, profile)["priority"] = rng.choice([0, 65001, "high"])


def _ambiguous(rng, profile):
    first, second = _acl(rng, profile), None
    first["priority"] = 777
    second = {**first, "name": "second", "action": "block"}
    for kind in ("containers", "pods"):
        for workload in profile.get(kind, []):
            if any(acl is first for acl in workload.get("acls", [])):
                workload["acls"].append(second)


def _twin(rng, profile):
    kind = rng.choice([kind for kind in ("containers", "pods") if profile.get(kind)])
    profile[kind].append(profile[kind][0])


def _outside(rng, profile):
    _workload(rng, profile)["addresses"] = [rng.choice(["192.0.2.77", "127.0.0.1", "10.64.0.0", "2001:db8:99::1"])]


def _gateway(rng, profile):
    profile["networks"][0]["subnets"] = [{"prefix": "10.70.0.0/24", "gateway": "10.71.0.1"}]


def _publish(rng, profile):
    workload = _workload(rng, profile)
    workload["publish"] = rng.choice([["8080:80", "8080:81"], ["0:80"], ["8080"], ["8080:80/icmp"], ["10.0.0.1:80:80"]])


def _network_key(rng, profile):
    network = profile["networks"][0]
    key, value = rng.choice([("vxlanPort", 0), ("endpointGateway", "10.0.0.1"), ("ipam", "dhcp"), ("driver", "bridge"),
                             ("adapter", "Ethernet 9"), ("name", "-bad-")])
    network[key] = value


def _policy(rng, profile):
    _workload(rng, profile)["policies"] = [rng.choice([
        {"type": "QOS", "settings": {"MaximumOutgoingBandwidthInBytes": "fast"}}, {"type": "QOS"},
        {"type": "ACL", "settings": {}}, {"type": "Qos", "settings": {}},
        {"type": "EncapOverhead", "settings": {"Mtu": 3}}])]


def _mac(rng, profile):
    _workload(rng, profile)["mac"] = rng.choice(["01-00-5E-00-00-01", "00:15", "00-00-00-00-00-00"])


def _host(rng, profile):
    key, value = rng.choice([("windows", "ltsc2023"), ("addresses", ["10.0.0.1", "10.0.0.1"]), ("adapters", [""]),
                             ("switches", {"implicitDeny": "always"}), ("switches", {"implicitDenny": "never"})])
    profile["host"][key] = value


def _test(rng, profile):
    profile["tests"].append(rng.choice([
        {"name": "wrong", "packet": {"from": "nobody", "to": "host", "protocol": "tcp", "port": 80}, "expect": "allow"},
        {"name": "wrong", "packet": {"from": "10.0.0.1", "to": "10.0.0.2", "protocol": "tcp"}, "expect": "allow"},
        {"name": "wrong"}, {"name": "wrong", "always": {"to": "host"}}]))


def _header(rng, profile):
    key, value = rng.choice([("apiVersion", "hnsctl/v2"), ("kind", "Profile"), ("name", "No Name"), ("networks", {})])
    profile[key] = value


ALL = [_unknown_key, _dangling_network, _dangling_set, _dangling_acl_set, _port, _address, _families, _word, _protocol,
       _no_protocol, _missing, _null, _priority, _ambiguous, _twin, _outside, _gateway, _publish, _network_key, _policy,
       _mac, _host, _test, _header]


def make(rng, profile):
    """Makes one mistake in a profile."""
    mistake = rng.choice(ALL)
    try:
        mistake(rng, profile)
    except (IndexError, KeyError, TypeError, AttributeError):
        # An earlier mistake removed what this one would break.
        profile["unexpected"] = 1
