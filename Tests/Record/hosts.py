"""Random hosts: a profile, a changed profile and packets for every number, always the same ones."""

import copy
import random

import mistakes
from questions import NETS, NETS_V6, Questions
from yaml_text import profile_text

DRIVERS = ["transparent", "nat", "l2bridge", "l2tunnel", "overlay"]
ISOLATIONS = ["process", "hyperv"]
# Every Windows name, an unlisted build, the revisions before and at the one that decides, and none.
BUILDS = {
    "1607": 14393, "ltsc2016": 14393, "1703": 15063, "1709": 16299, "1803": 17134, "ltsc2019": 17763,
    "1809": 17763, "1903": 18362, "1909": 18363, "2004": 19041, "20H2": 19042, "ltsc2022": 20348,
    "23H2": 25398, "ltsc2025": 26100, "22000": 22000, "26100.1742": 26100, "26100.32690": 26100, None: 20348,
}
SWITCHES = {
    "implicitDeny": ["anyAcl", "never", "unknown"], "implicitDenyScope": ["direction", "endpoint"],
    "hypervInboundBefore1709": ["allow", "block"], "protocol252": ["hns11", "hns9"],
    "natAclOnServer2025": ["byRevision", "enforced", "storedOnly"],
    "compartmentFirewallRule": ["before1803", "always", "never"],
    "compartmentIds": ["neverReused", "lowestFree"], "filterOrder": ["switchOutside", "firewallOutside"],
    "natSource": ["translated", "original"], "publishedDestination": ["published", "container"],
    "omittedRuleType": ["byDriver", "switch"], "equalPriority": ["listed", "reversed"],
}
SPANS = ["10.1.2.3-10.1.2.9", "10.9.0.0-10.9.255.255", "192.168.4.1-192.168.4.200", "203.0.113.5-203.0.113.8",
         "8.8.8.8-8.8.8.9"]
PORTS = [22, 53, 80, 135, 443, 445, 1433, 3389, 5985, 8080, 9090, 30080]
PORT_SPANS = ["80-90", "1000-2000", "443-445", "8000-8999", "30000-32767", "1-1023", "5000-5001"]
# Every shape of protocol list: with ports, without, mixed, by number, in any case.
WITH_PORTS = [["tcp"], ["tcp"], ["tcp"], ["udp"], ["tcp", "udp"], ["TCP"], [6], [17, 6]]
WITHOUT_PORTS = [None, None, ["tcp"], ["udp"], ["icmp"], ["icmp", "igmp"], ["gre"], ["sctp"], [47, 50],
                 ["tcp", "icmp"], ["icmpv6"], [1, 6, 17], [200]]


class Host(Questions):
    """The input of the program for one host."""

    def __init__(self, number):
        self.number = number
        self.rng = random.Random(number)
        self.driver = DRIVERS[number % 5]
        self.isolation = ISOLATIONS[number // 5 % 2]
        self.windows = list(BUILDS)[number // 10 % len(BUILDS)]
        self.build = BUILDS[self.windows]
        # Cycles evenly within every combination of these, unlike the number itself.
        self.turn = number + number // 10 + number // 180
        self.served = self.turn % 8 == 3
        self.mistaken = not self.served and number % 11 == 6
        self.ports = list(PORTS[:4])
        self.addresses = []
        self.names = []
        self.acl_count = 0
        self.priorities = set()
        self.profile = self._profile()
        self.packets = self._packets()
        self.profile["tests"] = self._tests()
        self.changed = self._changed()
        if self.mistaken:
            for _ in range(self.rng.choice([1, 1, 1, 2, 3])):
                mistakes.make(self.rng, self.profile)
        style = self.rng.random()
        self.text = profile_text(self.profile, style)
        self.changed_text = profile_text(self.changed, style)

    @property
    def cell(self):
        return f"{self.driver}/{self.isolation}/{self.windows or 'none'}"

    # The capabilities of the platform, as documented.

    def has_ipv6(self, driver):
        return self.build >= 19041 and (
            driver in ("transparent", "l2tunnel") or driver == "l2bridge" and self.build >= 20348)

    def can_publish(self, driver):
        return driver == "nat" or driver in ("l2bridge", "overlay") and self.build >= 17763

    @staticmethod
    def has_switch(driver):
        return driver in ("l2bridge", "l2tunnel", "overlay")

    def _profile(self):
        rng = self.rng
        host = {"windows": self.windows, "addresses": [f"10.240.{rng.randrange(4)}.{rng.randrange(2, 250)}"]}
        if self.windows is None:
            del host["windows"]
        self.host_address = host["addresses"][0]
        if self.chance(0.15):
            host["addresses"].append(f"10.241.0.{rng.randrange(2, 250)}")
        if self.chance(0.8):
            host["adapters"] = ["Ethernet"] + [f"Ethernet {number}" for number in range(2, 7)]
        if self.chance(0.15):
            host["switches"] = {name: rng.choice(SWITCHES[name]) for name in self.some(SWITCHES, 1, 2)}
        self.host = host
        self.second_octet = rng.randrange(64, 128)
        networks = [self._network(0, self.driver)]
        if self.chance(0.3):
            others = [driver for driver in DRIVERS if driver != "nat" or self.driver != "nat"]
            networks.append(self._network(1, rng.choice(others)))
        self.networks = networks
        self.sets = {}
        for name in self.some(["corp", "peers", "metadata", "probes"], 0, 3):
            self.sets[name] = self.some(NETS + SPANS, 1, 4)
        if self.sets and self.has_ipv6(self.driver) and self.chance(0.5):
            rng.choice(list(self.sets.values())).append(rng.choice(NETS_V6))
        self.acl_sets = {}
        for name in self.some(["web", "egress", "admin"], 0, 2):
            self.acl_sets[name] = self._acls(name, rng.choice([1, 2, 3, 6]), rng.random(), False)
        containers, pods = [], []
        for index in range(rng.choice([1, 1, 2, 2, 3, 4, 6])):
            network = networks[0] if index == 0 or len(networks) == 1 or self.chance(0.6) else networks[1]
            isolation = self.isolation if index == 0 else rng.choice(ISOLATIONS)
            is_pod = self.chance(0.25)
            workload = self._workload(index, network, isolation, is_pod)
            (pods if is_pod else containers).append(workload)
        if self.chance(0.12):
            agent = {"name": "agent", "hostProcess": True, "containers": [{"name": "agent"}]}
            if self.chance(0.5):
                agent["containers"][0]["listens"] = ["10250/tcp"]
            pods.append(agent)
            self.names.append("agent")
        profile = {"apiVersion": "hnsctl/v1", "kind": "HostProfile", "name": f"host-{self.number}", "host": host}
        for key, value in [("addressSets", self.sets), ("aclSets", self.acl_sets), ("networks", networks),
                           ("containers", containers), ("pods", pods)]:
            if value:
                profile[key] = value
        return profile

    def _network(self, index, driver):
        rng = self.rng
        third = rng.randrange(0, 200)
        prefix = f"10.{self.second_octet}.{third + index}.0/24"
        gateway = f"10.{self.second_octet}.{third + index}.1"
        subnet = {"prefix": prefix, "gateway": gateway}
        network = {"name": ["podnet", "second"][index], "driver": driver}
        if driver != "nat":
            network["adapter"] = ["Ethernet", "Ethernet 2"][index]
        if driver == "overlay":
            subnet["vsid"] = 4096 + rng.randrange(1000)
        elif driver != "nat" and self.chance(0.1):
            subnet["vlan"] = rng.randrange(1, 4095)
        network["subnets"] = [subnet]
        network["_dual"] = False
        if self.has_ipv6(driver) and self.chance(0.45):
            network["subnets"].append({"prefix": f"2001:db8:{7 + index}::/64", "gateway": f"2001:db8:{7 + index}::1"})
            if "vlan" in subnet:
                network["subnets"][1]["vlan"] = subnet["vlan"]
            network["_dual"] = True
        elif self.has_switch(driver) and self.chance(0.12):
            more = {"prefix": f"10.{self.second_octet}.{240 + index}.0/26"}
            if driver == "overlay":
                more["vsid"] = subnet["vsid"]
            network["subnets"].append(more)
        if driver == "l2bridge" and self.chance(0.4):
            network["endpointGateway"] = gateway[:-1] + "2"
        if driver == "overlay" and self.build >= 18362 and self.chance(0.3):
            network["vxlanPort"] = 4789
        if self.chance(0.15):
            network["ipam"] = "static"
        if self.chance(0.2):
            network["macPool"] = {"start": f"00-15-5D-52-{0xC0 + index * 16:02X}-00",
                                  "end": f"00-15-5D-52-{0xCF + index * 16:02X}-FF"}
        if self.chance(0.4):
            network["dns"] = {"servers": ["10.96.0.10"], "search": ["svc.cluster.local"]}
        if driver == "nat" and self.chance(0.1):
            del network["subnets"]
        network["_third"] = third + index
        return network

    def _workload(self, index, network, isolation, is_pod):
        rng = self.rng
        driver = network["driver"]
        name = ["web", "api", "db", "cache", "job", "front"][index]
        workload = {"name": name, "network": network["name"]}
        self.names.append(name)
        if isolation == "hyperv" or self.chance(0.3):
            workload["isolation"] = isolation
        if self.chance(0.6) and "subnets" in network:
            workload["addresses"] = [f"10.{self.second_octet}.{network['_third']}.{10 + index * 7}"]
            if network["_dual"]:
                workload["addresses"].append(network["subnets"][1]["prefix"].split("/")[0] + f"1{index}")
            self.addresses += workload["addresses"]
        if self.chance(0.1) and "macPool" not in network:
            workload["mac"] = f"00-15-5D-99-00-{index:02X}"
        if self.can_publish(driver) and self.chance(0.5):
            workload["publish"] = [
                f"{8000 + index * 10 + offset}:{rng.choice(PORTS)}{rng.choice(['', '/tcp', '/udp'])}"
                for offset in range(rng.choice([1, 1, 2, 3]))]
        fixed = isolation == "hyperv" and not self.has_switch(driver)
        if not fixed or self.chance(0.04):
            if self.chance(0.6):
                workload["defaults"] = {side: rng.choice(["allow", "block"])
                                        for side in rng.choice([["in"], ["out"], ["in", "out"], ["in"]])}
            if self.acl_sets and self.chance(0.4):
                workload["aclSets"] = self.some(self.acl_sets, 1, 2)
            if self.chance(0.8):
                narrow = not self.has_switch(driver)
                count = rng.choice([0, 1, 2, 3, 4] if narrow else [1, 2, 4, 6, 8, 12, 20])
                mood = rng.random()
                workload["acls"] = self._acls(name, count, mood, network["_dual"])
                if narrow and self.build < 17134 and self.chance(0.9):
                    # Without lists there, few rules can come before a block.
                    workload["acls"].sort(key=lambda acl: acl["action"], reverse=True)
                    for acl in workload["acls"]:
                        acl.pop("priority", None)
        if self.has_switch(driver) and self.chance(0.3):
            workload["outboundNat"] = {"exceptions": self.some(["10.244.0.0/16", "10.96.0.0/12", "10.0.0.0/8"], 0, 2)}
        if self.has_switch(driver) and self.chance(0.25):
            workload["routes"] = [{"destination": destination, "encap": self.chance(0.5)}
                                  for destination in self.some(["10.96.0.0/12", "10.200.0.0/16"], 1, 2)]
        if self.chance(0.2):
            workload["policies"] = self._policies()
        if is_pod:
            workload["containers"] = []
            for label in ["app", "sidecar"][: rng.choice([1, 2])]:
                container = {"name": label}
                if self.chance(0.6):
                    container["listens"] = [f"{8080 if label == 'app' else 9090}/{rng.choice(['tcp', 'udp'])}"]
                workload["containers"].append(container)
                self.names.append(f"{name}/{label}")
        return workload

    def _policies(self):
        choices = [{"type": "QOS", "settings": {"MaximumOutgoingBandwidthInBytes": self.rng.randrange(1, 10 ** 9)}},
                   {"type": "EncapOverhead", "settings": {"Overhead": 50}},
                   {"type": "PortName", "settings": {"Name": "port-1"}},
                   {"type": "InterfaceConstraint", "settings": {"InterfaceAlias": "Ethernet 2"}},
                   {"type": "ProviderAddress", "settings": {"ProviderAddress": "192.0.2.4"}},
                   {"type": "L2Driver"}]
        if self.build >= 19041:
            choices += [{"type": "VLAN", "settings": {"IsolationId": 12}},
                        {"type": "InterfaceParameters", "settings": {"Mtu": 1400}}]
        if self.build >= 20348:
            choices += [
                {"type": "L4Proxy", "settings": {"Port": "80", "Protocol": 6, "Destination": "10.0.0.5:15001"}},
                {"type": "L4WFPPROXY", "settings": {"OutboundProxyPort": "15001",
                                                    "FilterTuple": {"Protocols": "6"}, "UserSID": "S-1-5-32-556"}},
                {"type": "Iov", "settings": {"IovOffloadWeight": 100}}]
        if self.build >= 25398:
            rule = {"Id": "r1", "Protocols": "6", "TierAclRuleAction": "Pass", "LocalPorts": "80", "Priority": 2001}
            choices.append({"type": "TierAcl", "settings": {"Name": "t1", "Direction": "In", "Order": 1001,
                                                            "TierAclRules": [rule]}})
        return self.some(choices, 1, 2)

    # ACLs

    def _acls(self, prefix, count, mood, dual):
        """ACLs of one endpoint or set; the mood determines their priorities."""
        return [self._acl(prefix, mood, dual) for _ in range(count)]

    def _acl(self, prefix, mood, dual):
        rng = self.rng
        self.acl_count += 1
        acl = {"name": f"{prefix}-{self.acl_count}", "direction": rng.choice(["in", "in", "out"]),
               "action": rng.choice(["allow", "block"])}
        old = self.build < 17134
        if self.chance(0.6):
            acl["protocols"] = rng.choice(WITH_PORTS)
            sides = [["localPorts"], ["localPorts"], ["remotePorts"], ["localPorts", "remotePorts"], []]
            for side in rng.choice(sides):
                pool = PORTS + ([] if old and not self.chance(0.2) else PORT_SPANS)
                acl[side] = self.some(pool, 1, 1 if old else 3)
                self.ports += [int(str(port).split("-")[0]) for port in acl[side]]
        else:
            protocols = rng.choice(WITHOUT_PORTS)
            if protocols:
                acl["protocols"] = protocols
        # VFP's own numbers: 251 is refused, 252 on older builds.
        if self.chance(0.02) and self.number % 7 == 3:
            acl.update(protocols=[rng.choice([251, 252])])
            acl.pop("localPorts", None), acl.pop("remotePorts", None)
        if self.chance(0.65):
            pool = NETS + list(self.sets) * 2 + self.addresses + ([] if old and not self.chance(0.2) else SPANS)
            if dual:
                pool += NETS_V6 * 2
            acl["remoteAddresses"] = self.some(pool, 1, 1 if old else 3)
        if self.chance(0.1):
            acl["localAddresses"] = self.some((self.addresses or ["10.64.0.0/10"]) + ["10.0.0.0/8"], 1, 2)
        if mood < 0.35 or mood < 0.6 and self.chance(0.5):
            acl["priority"] = self._priority()
        return acl

    def _priority(self):
        while True:
            priority = self.rng.choice([self.rng.randrange(1, 990), self.rng.randrange(2000, 65000)])
            # Sometimes two of the same priority: refused if they contradict each other.
            if priority not in self.priorities or self.chance(0.1):
                self.priorities.add(priority)
                return priority

    # The same host a day later

    def _changed(self):
        profile = copy.deepcopy(self.profile)
        rng = self.rng
        workloads = [(kind, workload) for kind in ("containers", "pods") for workload in profile.get(kind, [])
                     if "network" in workload]
        lists = [workload["acls"] for _, workload in workloads if workload.get("acls")]
        lists += [acls for acls in profile.get("aclSets", {}).values()]
        for _ in range(rng.choice([1, 2, 3])):
            kind = rng.random()
            if lists and kind < 0.3:
                acl = rng.choice(rng.choice(lists))
                acl["action"] = "block" if acl["action"] == "allow" else "allow"
            elif lists and kind < 0.45:
                acl = rng.choice(rng.choice(lists))
                acl["remoteAddresses"] = self.some(NETS, 1, 2)
            elif lists and kind < 0.55:
                chosen = rng.choice(lists)
                if len(chosen) > 1:
                    chosen.pop(rng.randrange(len(chosen)))
            elif kind < 0.7:
                workload = rng.choice(workloads)[1]
                if "acls" in workload:
                    workload["acls"].append(self._acl("more", rng.random(), False))
            elif kind < 0.8:
                workload = rng.choice(workloads)[1]
                if "defaults" in workload:
                    for side in workload["defaults"]:
                        workload["defaults"][side] = rng.choice(["allow", "block"])
            elif kind < 0.9:
                if len(workloads) > 1:
                    group, workload = workloads.pop(rng.randrange(len(workloads)))
                    profile[group] = [other for other in profile[group] if other is not workload]
            else:
                workload = rng.choice(workloads)[1]
                rng.choice([lambda: workload.pop("publish", None), lambda: workload.pop("routes", None),
                            lambda: workload.update(policies=self._policies())])()
        profile["tests"] = []
        for key in ("containers", "pods", "tests"):
            if not profile.get(key):
                profile.pop(key, None)
        return profile
