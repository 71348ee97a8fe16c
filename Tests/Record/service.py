"""Changes that other programs make to a host through the emulator's own interface, over HTTP to `hnsctl serve`."""

import http.client
import json
import random
import signal
import subprocess

V2 = {"SchemaVersion": {"Major": 2, "Minor": 0}}
TYPES = {"transparent": "Transparent", "nat": "NAT", "l2bridge": "L2Bridge", "l2tunnel": "L2Tunnel",
         "overlay": "Overlay"}


def guid(kind, number):
    """A readable id, in the form in which the service prints ids of endpoints."""
    return f"0000{kind:04x}-0000-4000-8000-{number:012x}"


class Service:
    """A running `hnsctl serve` and its answers."""

    def __init__(self, binary, folder, host, state):
        arguments = [binary, "serve", "--state", state, "--port", "0", "--settle", "0", "--seed", str(host.number)]
        if host.windows:
            arguments += ["--persona", host.windows]
        for address in host.host["addresses"]:
            arguments += ["--host-address", address]
        for adapter in host.host.get("adapters", []):
            arguments += ["--adapter", adapter]
        for name, value in host.host.get("switches", {}).items():
            arguments += ["--switch", f"{name}={value}"]
        self.process = subprocess.Popen(
            arguments, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.answers = []
        self.connection = None
        if not line.startswith("listening on http://"):
            self.answers.append(["not started", self.process.wait()])
            return
        self.connection = http.client.HTTPConnection(line.strip().rsplit("/", 1)[1], timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.connection:
            self.connection.close()
            self.process.send_signal(signal.SIGTERM)
            self.answers.append(["stopped", self.process.wait(timeout=60)])
        self.process.stdout.close()

    def request(self, method, path, document=None):
        """Makes a request, records the answer and returns its document."""
        self.connection.request(method, path, body="" if document is None else json.dumps(document))
        answer = self.connection.getresponse()
        text = answer.read().decode()
        try:
            body = json.loads(text) if text else None
        except ValueError:
            body = text
        self.answers.append([method, path, answer.status, answer.getheader("X-HRESULT"), body])
        return body

    def hcn(self, function, document=None, **query):
        path = f"/hcn/{function}" + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")
        return self.request("POST", path, document)


def host_acl(rng, host, number, version1):
    """An ACL as an agent writes it; some are refused by the build."""
    old = host.build < 17134
    settings = {"Action": rng.choice(["Allow", "Block"]), "Direction": rng.choice(["In", "Out", "In"])}
    if rng.random() < 0.7:
        settings["Protocols"] = rng.choice(["6", "17", "6,17", "1", "256", "58"])
        if settings["Protocols"] in ("6", "17", "6,17") and rng.random() < 0.6:
            settings[rng.choice(["LocalPorts", "RemotePorts"])] = rng.choice(
                ["80", "443"] if old else ["80", "443,8443", "1000-2000", "53"])
    if rng.random() < 0.5:
        settings["RemoteAddresses"] = rng.choice(
            ["10.1.0.0/16", "203.0.113.7"] if old else ["10.0.0.0/8,192.168.0.0/16", "203.0.113.7", "10.9.9.9"])
    if rng.random() < 0.85:
        settings["RuleType"] = rng.choice(["Switch", "Host", "Switch" if host.has_switch(host.driver) else "Host"])
    if settings.get("RuleType") == "Switch":
        settings["Priority"] = rng.randrange(1, 65000)
    elif old:
        settings["Priority"] = 100
    if not old and rng.random() < 0.5:
        settings["Id"] = f"agent-{number}"
    if rng.random() < 0.03:
        settings[rng.choice(["Action", "RemoteAddresses"] if old else ["Protocols", "RemoteAddresses"])] = "Any"
    if version1:
        if old and "Protocols" in settings:
            settings["Protocol"] = int(settings.pop("Protocols").split(",")[0])
        for plural, singular in (("LocalPorts", "LocalPort"), ("RemotePorts", "RemotePort")):
            if old and plural in settings:
                settings[singular] = int(settings.pop(plural))
        return {"Type": "ACL", **settings}
    return {"Type": "ACL", "Settings": settings}


class Agents:
    """Other programs on the host: creates their objects, through HCN if the build has it, else through HNS v1."""

    def __init__(self, host, service, phase):
        self.host, self.service, self.phase = host, service, phase
        self.rng = random.Random(host.number * 10 + phase)
        self.numbers = iter(range(phase * 100 + 1, phase * 100 + 100))
        self.names = []
        self.has_hcn = host.build >= 17763

    def acls(self, low, high):
        return [host_acl(self.rng, self.host, next(self.numbers), not self.has_hcn)
                for _ in range(self.rng.randint(low, high))]

    def adapter(self, index):
        """An adapter that is free, or sometimes one that is not."""
        return f"Ethernet {3 + self.phase * 2 + index if self.rng.random() < 0.95 else 9}"

    def made(self, document, answer):
        """Records that an object was created that packets can go to."""
        if self.service.answers and self.service.answers[-1][2] == 200 and (answer or {}).get("Success") is not False:
            self.names.append(document["Name"])

    def run(self):
        (self.run_hcn if self.has_hcn else self.run_v1)()

    # HCN

    def run_hcn(self):
        rng, hcn = self.rng, self.service.hcn
        local, remote = [], []
        drivers = [driver for driver in TYPES if driver != "nat" or self.host.driver != "nat"]
        for index in range(rng.choice([0, 1, 1, 2]) if self.phase else rng.choice([1, 1, 2])):
            driver = rng.choice(drivers)
            prefix = f"10.{200 + self.phase}.{index}"
            network = guid(1, self.phase * 10 + index)
            subnet = {"IpAddressPrefix": f"{prefix}.0/24",
                      "Routes": [{"NextHop": f"{prefix}.1", "DestinationPrefix": "0.0.0.0/0"}]}
            if driver == "overlay":
                subnet["Policies"] = [{"Type": "VSID", "Settings": {"IsolationId": 6000 + self.phase * 10 + index}}]
            document = {"Name": f"agent-{self.phase}-{index}", "Owner": "agent", "Type": TYPES[driver],
                        "Ipams": [{"Type": "Static", "Subnets": [subnet]}], "Policies": [], **V2}
            if driver != "nat":
                adapter = self.adapter(index)
                document["Policies"].append({"Type": "NetAdapterName", "Settings": {"NetworkAdapterName": adapter}})
            if self.host.build >= 20348 and rng.random() < 0.3:
                name = f"set-{index}"
                document["Policies"].append({"Type": "SetPolicy", "Settings": {
                    "Id": name, "Name": name, "PolicyType": "IPSET", "Values": "10.1.2.3,10.9.9.9"}})
            hcn("HcnCreateNetwork", document, id=network)
            for offset in range(rng.choice([0, 1, 2])):
                endpoint = guid(2, self.phase * 100 + index * 10 + offset)
                document = {"Name": f"agent-endpoint-{self.phase}-{index}-{offset}", "Owner": "agent",
                            "Policies": self.acls(0, 3), **V2}
                if driver == "nat" and rng.random() < 0.5:
                    document["Policies"].append({"Type": "PortMapping", "Settings": {
                        "Protocol": 6, "InternalPort": 80, "ExternalPort": 9000 + offset}})
                if self.host.has_switch(driver) and rng.random() < 0.3:
                    document["Policies"].append({"Type": "OutBoundNAT", "Settings": {"Exceptions": ["10.0.0.0/8"]}})
                self.made(document, hcn("HcnCreateEndpoint", document, id=endpoint, network=network))
                local.append(endpoint)
            if rng.random() < 0.5:
                endpoint = guid(3, self.phase * 100 + index)
                document = {"Name": f"remote-{self.phase}-{index}", "Flags": 1, "IpConfigurations": [
                    {"IpAddress": f"{prefix}.{100 + index}", "PrefixLength": 24}], **V2}
                self.made(document, hcn("HcnCreateEndpoint", document, id=endpoint, network=network))
                remote.append(endpoint)
        own = self.own_endpoints()
        for index, endpoint in enumerate(local):
            if rng.random() < 0.75:
                self.attach(index, endpoint)
        for endpoint in own:
            if rng.random() < 0.6:
                hcn("HcnModifyEndpoint", {"ResourceType": "Policy", "RequestType": rng.choice(["Add", "Add", "Update"]),
                                          "Settings": {"Policies": self.acls(1, 3)}}, id=endpoint)
            elif rng.random() < 0.15:
                hcn("HcnDeleteEndpoint", id=endpoint)
        for index in range(rng.choice([0, 1, 2])):
            self.balance(index, local + remote + own)
        if (local or own) and rng.random() < 0.3:
            hcn("HcnCreateSdnRoute", {"HostComputeEndpoints": [rng.choice(local + own)], "Setting": [
                {"DestinationPrefix": "10.96.0.0/12", "NeedEncap": True}], **V2}, id=guid(6, self.phase))
        if rng.random() < 0.2:
            hcn("HcnOpenEndpoint", id=guid(9, 9))
        if self.phase and rng.random() < 0.1:
            self.service.request("POST", "/service/restart")
        self.look_hcn()

    def own_endpoints(self):
        """The endpoints of the profile."""
        ids = self.service.hcn("HcnEnumerateEndpoints") or []
        return sorted(id for id in ids if not id.lower().startswith("0000")) if isinstance(ids, list) else []

    def attach(self, index, endpoint):
        rng, hcn = self.rng, self.service.hcn
        namespace = guid(4, self.phase * 10 + index)
        hcn("HcnCreateNamespace", {"Type": rng.choice(["Host", "Host", "Guest"]), **V2}, id=namespace)
        hcn("HcnModifyNamespace", {"ResourceType": "Endpoint", "RequestType": "Add",
                                   "Settings": {"EndpointId": endpoint}}, id=namespace)
        if rng.random() < 0.85:
            hcn("HcnModifyNamespace", {"ResourceType": "Container", "RequestType": "Add",
                                       "Settings": {"ContainerId": f"agent-container-{index}"}}, id=namespace)

    def balance(self, index, endpoints):
        rng = self.rng
        ports = [{"Protocol": rng.choice([6, 17]), "InternalPort": rng.choice([80, 8080, 53]),
                  "ExternalPort": rng.choice([80, 443, 53]), "Flags": rng.choice([0, 1, 8])}]
        self.service.hcn("HcnCreateLoadBalancer", {
            "HostComputeEndpoints": rng.sample(endpoints, min(len(endpoints), rng.randint(0, 3))),
            "SourceVIP": rng.choice(["", "10.200.0.9"]), "FrontendVIPs": [f"10.96.{self.phase}.{rng.randrange(1, 4)}"],
            "PortMappings": ports, "Flags": rng.choice([0, 1]), **V2}, id=guid(5, self.phase * 10 + index))

    def look_hcn(self):
        for kinds, kind in (("Networks", "Network"), ("Endpoints", "Endpoint"), ("Namespaces", "Namespace"),
                            ("LoadBalancers", "LoadBalancer"), ("SdnRoutes", "SdnRoute")):
            ids = self.service.hcn(f"HcnEnumerate{kinds}")
            for id in ids if isinstance(ids, list) else []:
                self.service.hcn(f"HcnQuery{kind}Properties", V2, id=id)
        for path in ("/networks", "/endpoints", "/policylists"):
            self.service.request("GET", path)

    # HNS v1

    def run_v1(self):
        rng, request = self.rng, self.service.request
        local = []
        own = [entry["ID"] for entry in (request("GET", "/endpoints") or {}).get("Output") or []]
        drivers = [driver for driver in TYPES if driver != "nat" or self.host.driver != "nat"]
        for index in range(rng.choice([0, 1, 1, 2]) if self.phase else rng.choice([1, 1, 2])):
            driver = rng.choice(drivers)
            prefix = f"10.{200 + self.phase}.{index}"
            document = {"Name": f"agent-{self.phase}-{index}", "Type": driver,
                        "Subnets": [{"AddressPrefix": f"{prefix}.0/24", "GatewayAddress": f"{prefix}.1"}]}
            if driver == "overlay":
                document["Subnets"][0]["Policies"] = [{"Type": "VSID", "VSID": 6000 + self.phase * 10 + index}]
            if driver != "nat":
                document["NetworkAdapterName"] = self.adapter(index)
            made = request("POST", "/networks", document)
            network = ((made or {}).get("Output") or {}).get("ID")
            if network is None:
                continue
            for offset in range(rng.choice([1, 1, 2])):
                document = {"Name": f"agent-endpoint-{self.phase}-{index}-{offset}", "VirtualNetwork": network,
                            "Policies": self.acls(0, 3)}
                if driver == "nat" and rng.random() < 0.5:
                    document["Policies"].append(
                        {"Type": "NAT", "Protocol": "TCP", "InternalPort": 80, "ExternalPort": 9000 + offset})
                made = request("POST", "/endpoints", document)
                self.made(document, made)
                endpoint = ((made or {}).get("Output") or {}).get("ID")
                if endpoint:
                    local.append(endpoint)
            if rng.random() < 0.4:
                document = {"Name": f"remote-{self.phase}-{index}", "VirtualNetwork": network,
                            "IPAddress": f"{prefix}.100", "IsRemoteEndpoint": True}
                self.made(document, request("POST", "/endpoints", document))
        for index, endpoint in enumerate(local):
            if rng.random() < 0.75:
                request("POST", f"/endpoints/{endpoint}/attach", {
                    "ContainerId": f"agent-container-{index}", "SystemType": "Container", "CompartmentId": 0})
        for endpoint in own:
            if rng.random() < 0.4:
                request("POST", f"/endpoints/{endpoint}", {"ID": endpoint, "Policies": self.acls(1, 3)})
        for index in range(rng.choice([0, 1])):
            references = rng.sample(local + own, min(len(local + own), rng.randint(0, 2)))
            request("POST", "/policylists", {
                "References": [f"/endpoints/{id}" for id in references], "Policies": [
                    {"Type": "ELB", "Protocol": 6, "InternalPort": 80, "ExternalPort": 8080, "VIPs": ["10.96.0.20"],
                     "ILB": rng.random() < 0.5}]})
        for path in ("/networks", "/endpoints", "/policylists", "/namespaces"):
            request("GET", path)


def put_through(binary, folder, host, state, phase):
    """Lets other programs change the host of a state; returns the answers of the service and the created names."""
    with Service(binary, folder, host, state) as service:
        agents = Agents(host, service, phase)
        if service.connection:
            agents.run()
    return service.answers, agents.names
