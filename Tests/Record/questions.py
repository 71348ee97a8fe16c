"""Packets and tests about a random host."""

import ipaddress

OUTSIDE = ["203.0.113.7", "198.51.100.20", "10.1.2.3", "10.9.9.9", "192.168.4.4", "172.16.5.6", "8.8.8.8",
           "169.254.169.254", "168.63.129.16", "100.64.1.1"]
OUTSIDE_V6 = ["2001:db8:c0::5", "2001:db8:bad::1", "fd00:1::9", "2606:4700::1111"]
NETS = ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "192.168.0.0/16", "172.16.0.0/12", "203.0.113.0/24",
        "198.51.100.0/28", "169.254.169.254", "168.63.129.16", "10.9.9.9", "0.0.0.0/1", "8.8.8.0/24"]
NETS_V6 = ["2001:db8:c0::/48", "2001:db8::/32", "fd00::/8", "2001:db8:bad::1"]


class Questions:
    """The part of a host that asks about it; everything is drawn from `rng`."""

    def chance(self, share):
        return self.rng.random() < share

    def some(self, values, low, high):
        values = list(values)
        return self.rng.sample(values, min(len(values), self.rng.randint(low, high)))

    def _address(self, dual=False):
        pool = OUTSIDE + ([] if not dual else OUTSIDE_V6 * 2)
        return self.rng.choice(pool)

    def _packets(self):
        dual = any(network["_dual"] for network in self.networks)
        workloads = [workload for kind in ("containers", "pods") for workload in self.profile.get(kind, [])]
        published = [port.split(":")[0] for workload in workloads for port in workload.get("publish", [])]
        filtered = [workload for workload in workloads if workload.get("acls") or workload.get("aclSets")]
        return [self._aimed_packet(self.rng.choice(filtered)) if filtered and self.chance(0.6)
                else self._packet(dual, published) for _ in range(20)]

    def _aimed_packet(self, workload):
        """A packet that an ACL of a container or pod matches or nearly matches."""
        rng = self.rng
        acls = workload.get("acls", []) + [acl for name in workload.get("aclSets", []) for acl in self.acl_sets[name]]
        acl = rng.choice(acls)
        entries = [member for entry in acl.get("remoteAddresses", OUTSIDE) for member in self.sets.get(entry, [entry])]
        entry = rng.choice(entries)
        if "/" in entry:
            first = ipaddress.ip_network(entry)[0]
            remote = str(first + rng.choice([5, 200, 1]))
        else:
            remote = rng.choice(entry.split("-"))
        ends = [remote, workload["name"]]
        sides = ["remotePorts", "localPorts"]
        if acl["direction"] == "out":
            ends, sides = ends[::-1], sides[::-1]
        packet = {"from": ends[0], "to": ends[1], "protocol": rng.choice(acl.get("protocols", ["tcp", "udp", "icmp"]))}
        if str(packet["protocol"]).lower() in ("tcp", "udp", "6", "17"):
            for side, key in zip(sides, ["sourcePort", "port"]):
                if side in acl:
                    port = int(rng.choice(str(rng.choice(acl[side])).split("-")))
                    packet[key] = min(65535, port + rng.choice([0, 0, 0, 0, 1]))
                elif key == "port":
                    packet[key] = rng.choice(self.ports)
        return packet

    def _packet(self, dual, published):
        """A packet between any two ends."""
        rng = self.rng
        ends = self.names + self.addresses
        kind = rng.random()
        if kind < 0.45:
            source, target = self._address(dual), rng.choice(ends)
        elif kind < 0.65:
            source, target = rng.choice(ends), self._address(dual)
        elif kind < 0.8:
            source, target = rng.choice(ends), rng.choice(ends)
        elif kind < 0.92 and published:
            source, target = rng.choice([self._address(), rng.choice(ends)]), "host"
        else:
            nobody = f"10.{self.second_octet}.{self.networks[0]['_third']}.99"
            source, target = rng.choice([("host", rng.choice(ends)), (rng.choice(ends), "host"),
                                         (rng.choice(ends), nobody)])
        packet = {"from": source, "to": target}
        packet["protocol"] = rng.choice(
            ["tcp", "tcp", "tcp", "udp", "udp", "icmp", "icmp", "gre", "icmpv6", "igmp", "sctp", 200])
        if packet["protocol"] in ("tcp", "udp"):
            if target == "host" and published and self.chance(0.8):
                packet["port"] = int(rng.choice(published))
            else:
                packet["port"] = max(1, rng.choice(self.ports) + rng.choice([0, 0, 0, 1, -1]))
            if self.chance(0.25):
                packet["sourcePort"] = rng.choice(self.ports + [5353, 65535])
        elif packet["protocol"] in ("icmp", "icmpv6") and self.chance(0.3):
            packet["icmpType"] = rng.choice([0, 3, 8, 135])
        return packet

    def _tests(self):
        rng = self.rng
        tests = []
        names = [name for name in self.names if name != "agent"]
        for index in range(rng.choice([1, 2, 3, 4])):
            kind = rng.random()
            end = rng.choice(names)
            if kind < 0.5:
                source, target = rng.choice([(rng.choice(OUTSIDE), end), (end, rng.choice(OUTSIDE))])
                packet = {"from": source, "to": target, "protocol": rng.choice(["tcp", "udp", "icmp"])}
                if packet["protocol"] != "icmp":
                    packet["port"] = rng.choice(self.ports)
                test = {"packet": packet, "expect": rng.choice(["allow", "block"])}
                if self.chance(0.2):
                    test["rule"] = rng.choice(["default-in", "default-out"])
            else:
                wide = {"to": end} if self.chance(0.7) else {"from": end}
                other = "from" if "to" in wide else "to"
                if self.chance(0.7):
                    value = rng.choice(NETS[:6] + list(self.sets))
                    wide[other] = {"not": value} if self.chance(0.4) else value
                if self.chance(0.7):
                    wide["protocol"] = rng.choice(["tcp", "udp"])
                    if self.chance(0.7):
                        port = self.some(self.ports, 1, 3)
                        wide["port"] = {"not": port} if self.chance(0.3) else port
                wide["verdict"] = rng.choice(["allow", "block"])
                test = {rng.choice(["always", "never"]): wide}
            tests.append({"name": f"test {index}", **test})
        return tests
