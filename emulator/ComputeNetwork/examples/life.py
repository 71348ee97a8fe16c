#!/usr/bin/env python3
"""Runs every kind of HNS object through its lifecycle with libcomputenetwork.so and checks every result.

Usage: life.py LIBRARY HEADER

Prints a line for every step, and exits with status 1 at the first unexpected result.
"""
import ctypes
import itertools
import json
import os
import queue
import re
import subprocess
import sys
import threading
import uuid

S_OK = 0
E_NOTIMPL = 0x80004001
E_POINTER = 0x80004003
E_HANDLE = 0x80070006
E_INVALIDARG = 0x80070057
ERROR_MOD_NOT_FOUND = 0x8007007E
ERROR_NOT_FOUND = 0x80070490
HCN_E_NETWORK_NOT_FOUND = 0x803B0001
HCN_E_ENDPOINT_NOT_FOUND = 0x803B0002
HCN_E_ADAPTER_NOT_FOUND = 0x803B0006
HCN_E_INVALID_POLICY = 0x803B000D
HCN_E_NETWORK_ALREADY_EXISTS = 0x803B0010
HCN_E_INVALID_JSON = 0x803B001B

KINDS = ["Network", "Endpoint", "Namespace", "LoadBalancer", "SdnRoute", "GuestNetworkService"]
SCHEMA = {"SchemaVersion": {"Major": 2, "Minor": 0}}
NETWORK = "37B9E55C-1111-4B6F-969F-8585A89DC6E5"
NONE = "00000000-0000-0000-0000-000000000000"
ABSENT = "0A0B0C0D-1111-2222-3333-444455556666"


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def equal(found, wanted, what):
    expect(found == wanted, f"{what} is {found!r}, not {wanted!r}")


def text(document):
    """A string as zero-terminated UTF-16; a document as JSON, NULL for None."""
    if document is None:
        return None
    string = document if isinstance(document, str) else json.dumps(document)
    return (string + "\0").encode("utf-16-le")


def guid(string):
    return uuid.UUID(string).bytes_le


def read(address):
    units = ctypes.cast(address, ctypes.POINTER(ctypes.c_uint16))
    length = next(index for index in itertools.count() if units[index] == 0)
    return ctypes.string_at(address, 2 * length).decode("utf-16-le")


CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p)


class Library:
    def __init__(self, path):
        self.path = path
        self.functions = ctypes.CDLL(path)
        self.functions.CoTaskMemAlloc.restype = ctypes.c_void_p
        self.functions.CoTaskMemAlloc.argtypes = [ctypes.c_size_t]
        self.functions.CoTaskMemFree.restype = None
        self.functions.CoTaskMemFree.argtypes = [ctypes.c_void_p]

    def function(self, name, *arguments):
        """The HRESULT of a function."""
        return getattr(self.functions, name)(*arguments) & 0xFFFFFFFF

    def take(self, pointer):
        """Reads a returned string and frees it."""
        if not pointer.value:
            return None
        string = read(pointer.value)
        self.functions.CoTaskMemFree(pointer)
        return string

    def call(self, name, *arguments, gives=True):
        """Calls a function whose last parameters receive the result and the error record, both of which
        are filled with garbage first."""
        result, record = ctypes.c_void_p(0xDEAD), ctypes.c_void_p(0xBEEF)
        places = [ctypes.byref(result)] if gives else []
        status = self.function(name, *arguments, *places, ctypes.byref(record))
        string = self.take(record)
        if status == S_OK:
            equal(string, None, f"the record of {name}, which succeeded,")
        else:
            document = json.loads(string)
            equal(list(document), ["Success", "Error", "ErrorCode"], f"the form of the record of {name}")
            equal(document["Success"], False, f"Success of the record of {name}")
            equal(document["ErrorCode"], status, f"the code in the record of {name}")
            expect(document["Error"].endswith(". "), f"the text in the record of {name} is {document['Error']!r}")
            if gives:
                equal(result.value, None, f"the result of the refused {name}")
        return status, result, string

    def must(self, name, *arguments, gives=True):
        """The result of a function that must succeed."""
        status, result, record = self.call(name, *arguments, gives=gives)
        equal(status, S_OK, f"{name} ({record})")
        return result

    def document(self, name, *arguments):
        """The document a function returns."""
        return json.loads(self.take(self.must(name, *arguments)))

    def refused(self, status, name, *arguments, gives=True):
        """Checks that a function fails with a status, and returns the error record."""
        found, _, record = self.call(name, *arguments, gives=gives)
        equal(hex(found), hex(status), f"the status of {name} ({record})")
        return record

    def properties(self, kind, handle, query=SCHEMA):
        return self.document(f"HcnQuery{kind}Properties", handle, text(query))

    def modify(self, kind, handle, what, request, settings):
        document = {"ResourceType": what, "RequestType": request, "Settings": settings}
        self.must(f"HcnModify{kind}", handle, text(document), gives=False)

    def ids(self, kind, query=None):
        return [string.upper() for string in self.document(f"HcnEnumerate{kind}s", text(query))]

    def close(self, kind, handle):
        equal(self.function(f"HcnClose{kind}", handle), S_OK, f"HcnClose{kind}")

    def hns(self, method, path, request=None):
        """The output of an HNSCall that must succeed."""
        response = ctypes.c_void_p(0xDEAD)
        status = self.function("HNSCall", text(method), text(path), text(request), ctypes.byref(response))
        equal(hex(status), hex(S_OK), f"{method} {path}")
        return json.loads(self.take(response))

    def output(self, method, path, request=None):
        response = self.hns(method, path, request)
        equal(response.get("Success"), True, f"Success of {method} {path} ({response})")
        return response.get("Output")


library = Library(os.path.abspath(sys.argv[1]))
handles = {}
steps = []


def step(title):
    """Adds a function to the steps."""

    def add(function):
        steps.append((title, function))
        return function

    return add


def network(name, prefix, driver="L2Bridge", adapter="Ethernet", flags=0):
    hop = prefix.replace(".0/", ".1/").split("/")[0]
    subnet = {"IpAddressPrefix": prefix, "Routes": [{"NextHop": hop, "DestinationPrefix": "0.0.0.0/0"}]}
    policy = {"Type": "NetAdapterName", "Settings": {"NetworkAdapterName": adapter}}
    document = {"Name": name, "Type": driver, "Flags": flags, "Ipams": [{"Type": "Static", "Subnets": [subnet]}]}
    return SCHEMA | document | ({"Policies": [policy]} if driver == "L2Bridge" else {})


# ---- The steps


@step("the library has every function of the header")
def _():
    with open(sys.argv[2], encoding="utf-8") as header:
        names = re.findall(r"\b(Hcn\w+|HNSCall|CoTaskMem\w+)\(", re.sub(r"/\*.*?\*/", "", header.read(), flags=re.S))
    expect(len(names) > 50, f"the header declares only {len(names)} functions")
    for name in names:
        expect(hasattr(library.functions, name), f"{name} is missing")


@step("an empty host")
def _():
    for kind in KINDS:
        equal(library.ids(kind), [], f"the ids of kind {kind}")
    service = library.must("HcnOpenService")
    library.close("Service", service)
    equal(library.function("HcnCloseService", service), E_HANDLE, "HcnCloseService again")


@step("a network")
def _():
    handles["network"] = library.must("HcnCreateNetwork", guid(NETWORK), text(network("podnet", "10.244.7.0/24")))
    equal(library.ids("Network"), [NETWORK], "the networks")
    equal(library.ids("Network", {"Filter": '{"Name":"podnet"}'}), [NETWORK], "the networks of that name")
    equal(library.ids("Network", {"Filter": '{"Name":"other"}'}), [], "the networks of another name")
    properties = library.properties("Network", handles["network"])
    equal([properties["ID"].upper(), properties["Type"]], [NETWORK, "L2Bridge"], "the id and type of the network")
    library.refused(HCN_E_NETWORK_ALREADY_EXISTS, "HcnCreateNetwork", guid(NONE), text(network("podnet", "10.9.0.0/24")))
    opened = library.must("HcnOpenNetwork", guid(NETWORK))
    expect(opened.value != handles["network"].value, "two handles of one object are equal")
    library.close("Network", opened)


@step("a non-ASCII name")
def _():
    name = "n\u00e4t-\u7f51-\U0001f310"
    handle = library.must("HcnCreateNetwork", guid(NONE), text(network(name, "172.30.16.0/20", "NAT")))
    properties = library.properties("Network", handle)
    equal(properties["Name"], name, "the name")
    library.must("HcnDeleteNetwork", guid(properties["ID"]), gives=False)
    library.close("Network", handle)


@step("two endpoints")
def _():
    for name in ("first", "second"):
        settings = text(SCHEMA | {"Name": name})
        handles[name] = library.must("HcnCreateEndpoint", handles["network"], guid(NONE), settings)
    found = [library.properties("Endpoint", handles[name]) for name in ("first", "second")]
    addresses = [each["IpConfigurations"][0]["IpAddress"] for each in found]
    expect(len(set(addresses)) == 2, f"both endpoints have {addresses[0]}")
    expect(all(address.startswith("10.244.7.") for address in addresses), f"the addresses are {addresses}")
    for each in found:
        equal(each["HostComputeNetwork"].upper(), NETWORK, "the network of an endpoint")
    handles["ids"] = [each["ID"] for each in found]
    filtered = library.ids("Endpoint", {"Filter": json.dumps({"VirtualNetwork": NETWORK})})
    equal(sorted(filtered), sorted(each.upper() for each in handles["ids"]), "the endpoints of the network")


@step("ACLs")
def _():
    rules = [
        {"Protocols": "6", "LocalPorts": "80", "Priority": 200, "Action": "Allow", "Direction": "In", "RuleType": "Switch"},
        {"Priority": 300, "Action": "Block", "Direction": "In", "RuleType": "Switch"},
    ]
    policies = {"Policies": [{"Type": "ACL", "Settings": rule} for rule in rules]}
    library.modify("Endpoint", handles["first"], "Policy", "Add", policies)
    found = library.properties("Endpoint", handles["first"])["Policies"]
    equal([each["Settings"] for each in found if each["Type"] == "ACL"], rules, "the ACLs")
    word = {"Protocols": "Any", "Action": "Allow", "Direction": "In", "RuleType": "Switch", "Priority": 400}
    request = {"ResourceType": "Policy", "RequestType": "Add", "Settings": {"Policies": [{"Type": "ACL", "Settings": word}]}}
    library.refused(HCN_E_INVALID_POLICY, "HcnModifyEndpoint", handles["first"], text(request), gives=False)


@step("a namespace with both endpoints")
def _():
    handles["namespace"] = library.must("HcnCreateNamespace", guid(NONE), text(SCHEMA))
    for id in handles["ids"]:
        library.modify("Namespace", handles["namespace"], "Endpoint", "Add", {"EndpointId": id})
    properties = library.properties("Namespace", handles["namespace"])
    members = [each["Data"]["Id"] for each in properties["Resources"] if each["Type"] == "Endpoint"]
    equal(members, [id.upper() for id in handles["ids"]], "the members")
    endpoint = library.properties("Endpoint", handles["first"])
    equal(endpoint["HostComputeNamespace"].upper(), properties["ID"].upper(), "the namespace of an endpoint")
    library.modify("Namespace", handles["namespace"], "Endpoint", "Remove", {"EndpointId": handles["ids"][1]})
    equal(len(library.properties("Namespace", handles["namespace"])["Resources"]), 1, "the number of members left")
    handles["namespaceID"] = properties["ID"]


@step("closed, forged and mismatched handles")
def _():
    closed = library.must("HcnOpenEndpoint", guid(handles["ids"][0]))
    library.close("Endpoint", closed)
    again = library.must("HcnOpenEndpoint", guid(handles["ids"][0]))
    forged = [ctypes.c_void_p(number) for number in (0, 1, again.value + 1, again.value ^ 1 << 32, 2**64 - 1)]
    forged.append(ctypes.c_void_p(id(closed)))
    for handle in [closed, *forged]:
        for kind in KINDS:
            library.refused(E_HANDLE, f"HcnQuery{kind}Properties", handle, None)
            library.refused(E_HANDLE, f"HcnModify{kind}", handle, text({}), gives=False)
            equal(library.function(f"HcnClose{kind}", handle), E_HANDLE, f"HcnClose{kind}")
        library.refused(E_HANDLE, "HcnCreateEndpoint", handle, guid(NONE), text(SCHEMA))
        library.refused(E_HANDLE, "HcnQueryEndpointStats", handle, None)
        library.refused(E_HANDLE, "HcnQueryEndpointAddresses", handle, None)
        equal(library.function("HcnUnregisterServiceCallback", handle), E_HANDLE, "HcnUnregisterServiceCallback")
    library.refused(E_HANDLE, "HcnQueryNetworkProperties", handles["first"], None)
    library.refused(E_HANDLE, "HcnCreateEndpoint", handles["first"], guid(NONE), text(SCHEMA))
    equal(library.function("HcnCloseNetwork", handles["first"]), E_HANDLE, "HcnCloseNetwork of an endpoint")
    library.close("Endpoint", again)


@step("missing and deleted objects")
def _():
    for kind, status in (
        ("Network", HCN_E_NETWORK_NOT_FOUND),
        ("Endpoint", HCN_E_ENDPOINT_NOT_FOUND),
        ("Namespace", ERROR_NOT_FOUND),
    ):
        library.refused(status, f"HcnOpen{kind}", guid(ABSENT))
        library.refused(status, f"HcnDelete{kind}", guid(ABSENT), gives=False)
    handle = library.must("HcnCreateEndpoint", handles["network"], guid(ABSENT), text(SCHEMA | {"Name": "brief"}))
    library.must("HcnDeleteEndpoint", guid(ABSENT), gives=False)
    library.refused(HCN_E_ENDPOINT_NOT_FOUND, "HcnQueryEndpointProperties", handle, None)
    library.refused(HCN_E_ENDPOINT_NOT_FOUND, "HcnModifyEndpoint", handle, text({"ResourceType": "Policy", "RequestType": "Add", "Settings": {"Policies": []}}), gives=False)
    library.close("Endpoint", handle)


@step("documents that are not JSON or not UTF-16")
def _():
    half = b'"\x00\x00\xd8"\x00\x00\x00'
    deep = text("[" * 100_000)
    for document in (text("{"), text("nothing"), text('{"A":1,"A":2}'), text("\ufeff{}"), half, deep):
        library.refused(HCN_E_INVALID_JSON, "HcnCreateNetwork", guid(NONE), document)
        library.refused(HCN_E_INVALID_JSON, "HcnEnumerateNetworks", document)
        library.refused(HCN_E_INVALID_JSON, "HcnModifyEndpoint", handles["first"], document, gives=False)
        library.refused(HCN_E_INVALID_JSON, "HcnQueryEndpointProperties", handles["first"], document)
        response = ctypes.c_void_p(0xDEAD)
        status = library.function("HNSCall", text("POST"), text("/networks/"), document, ctypes.byref(response))
        equal([hex(status), response.value], [hex(HCN_E_INVALID_JSON), None], "the result of HNSCall")
    for nothing in (None, text("")):
        library.refused(HCN_E_INVALID_JSON, "HcnCreateNetwork", guid(NONE), nothing)
        expect(NETWORK in library.document("HcnEnumerateNetworks", nothing), "a missing query does not match everything")
    lone = b"\x00\xdc\x00\x00"
    equal(library.function("HNSCall", lone, text("/"), None, ctypes.byref(ctypes.c_void_p())), E_INVALIDARG, "HNSCall")


@step("NULL pointers")
def _():
    record = ctypes.c_void_p()
    for kind in KINDS:
        parent = [handles["network"]] if kind == "Endpoint" else []
        for name, arguments in (
            (f"HcnEnumerate{kind}s", [None]),
            (f"HcnCreate{kind}", [*parent, guid(NONE), text(SCHEMA)]),
            (f"HcnOpen{kind}", [guid(NONE)]),
            (f"HcnQuery{kind}Properties", [handles["first"], None]),
        ):
            equal(library.function(name, *arguments, None, ctypes.byref(record)), E_POINTER, name)
            equal(json.loads(library.take(record))["ErrorCode"], E_POINTER, f"the record of {name}")
            equal(library.function(name, *arguments, None, None), E_POINTER, f"{name} without a record")
        library.refused(E_POINTER, f"HcnCreate{kind}", *parent, None, text(SCHEMA))
        library.refused(E_POINTER, f"HcnOpen{kind}", None)
        library.refused(E_POINTER, f"HcnDelete{kind}", None, gives=False)
    for name in ("HcnQueryEndpointStats", "HcnQueryEndpointAddresses"):
        equal(library.function(name, handles["first"], None, None, None), E_POINTER, name)
    equal(library.function("HNSCall", text("GET"), text("/networks/"), None, None), E_POINTER, "HNSCall")
    response = ctypes.c_void_p()
    equal(library.function("HNSCall", None, text("/"), None, ctypes.byref(response)), E_POINTER, "HNSCall without a method")
    equal(library.function("HcnOpenService", None, None), E_POINTER, "HcnOpenService")
    equal(library.function("HcnRegisterServiceCallback", None, None, ctypes.byref(response)), E_POINTER, "no callback")
    equal(library.function("HcnDeleteNetwork", guid(ABSENT), None), HCN_E_NETWORK_NOT_FOUND, "a failure without a record")
    expect(handles["ids"][0].upper() in library.ids("Endpoint"), "an endpoint is gone")


@step("guest network services, whose own callbacks and ports are not implemented")
def _():
    handle = library.must("HcnCreateGuestNetworkService", guid(ABSENT), text({}))
    equal(library.ids("GuestNetworkService"), [ABSENT], "the guest network services")
    library.modify("GuestNetworkService", handle, "State", "Update", {"State": "Synchronized"})
    expect(library.properties("GuestNetworkService", handle)["State"] in ("Synchronized", 3), "the state was not updated")
    library.must("HcnDeleteGuestNetworkService", guid(ABSENT), gives=False)
    library.refused(ERROR_NOT_FOUND, "HcnQueryGuestNetworkServiceProperties", handle, None)
    library.close("GuestNetworkService", handle)
    for name, count in (
        ("HcnRegisterGuestNetworkServiceCallback", 4),
        ("HcnUnregisterGuestNetworkServiceCallback", 1),
        ("HcnReserveGuestNetworkServicePort", 5),
        ("HcnReserveGuestNetworkServicePortRange", 4),
        ("HcnReleaseGuestNetworkServicePortReservationHandle", 1),
        ("HcnEnumerateGuestNetworkPortReservations", 2),
    ):
        equal(library.function(name, *[None] * count), E_NOTIMPL, name)
    library.functions.HcnFreeGuestNetworkPortReservations(None)


@step("string memory")
def _():
    memory = library.functions.CoTaskMemAlloc(64)
    expect(memory, "CoTaskMemAlloc returned NULL")
    ctypes.memset(memory, 0, 64)
    library.functions.CoTaskMemFree(memory)
    library.functions.CoTaskMemFree(None)


@step("eight threads at once")
def _():
    before = sorted(library.ids("Endpoint"))
    problems = queue.Queue()
    held = set()

    def work(number):
        try:
            for turn in range(100):
                settings = text(SCHEMA | {"Name": f"t{number}-{turn}"})
                handle = library.must("HcnCreateEndpoint", handles["network"], guid(NONE), settings)
                properties = library.properties("Endpoint", handle)
                address = properties["IpConfigurations"][0]["IpAddress"]
                expect(address not in held, f"{address} was assigned twice")
                held.add(address)
                library.refused(HCN_E_INVALID_JSON, "HcnModifyEndpoint", handle, text("{"), gives=False)
                held.remove(address)
                library.must("HcnDeleteEndpoint", guid(properties["ID"]), gives=False)
                library.refused(HCN_E_ENDPOINT_NOT_FOUND, "HcnQueryEndpointProperties", handle, None)
                library.close("Endpoint", handle)
        except Exception as problem:
            problems.put(problem)

    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect(problems.empty(), f"a thread failed: {problems.queue[0] if problems.queue else ''}")
    equal(sorted(library.ids("Endpoint")), before, "the endpoints that are left")


def child(variables, adapter="Ethernet"):
    """Creates a network on an adapter in a process with other environment variables; returns the status, the id of the
    network and the error record."""
    script = f"""
import sys
path, sys.argv = {os.path.abspath(__file__)!r}, ["", {library.path!r}]
exec(open(path, encoding="utf-8").read().split("# ---- The steps")[0])
document = network("podnet", "10.244.7.0/24", adapter={adapter!r})
status, handle, record = library.call("HcnCreateNetwork", guid(NONE), text(document))
id = None if record else library.properties("Network", handle)["ID"]
print(json.dumps([status, id, record]))
"""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HNSCTL_")}
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, env=environment | variables, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(result.stdout)


@step("host configuration from environment variables")
def _():
    for name, value in (
        ("HNSCTL_WINDOWS", "xp"),
        ("HNSCTL_ASSUMPTIONS", "implicitDeny"),
        ("HNSCTL_ASSUMPTIONS", "noSuch=1"),
        ("HNSCTL_ASSUMPTIONS", "implicitDeny=maybe"),
        ("HNSCTL_HOST_ADDRESSES", "10.0.0.256"),
        ("HNSCTL_ADAPTERS", "Ethernet,"),
        ("HNSCTL_SEED", "-1"),
        ("HNSCTL_MANAGEMENT_IP_DELAY", "1h"),
    ):
        status, _, record = child({name: value})
        equal(hex(status), hex(E_INVALIDARG), f"the status with {name}={value}")
        expect(name in record, f"with {name}={value} the record is {record}")
    equal(hex(child({"HNSCTL_WINDOWS": "1803"})[0]), hex(ERROR_MOD_NOT_FOUND), "the status on a Windows without HCN")
    variables = {
        "HNSCTL_WINDOWS": "ltsc2019",
        "HNSCTL_ASSUMPTIONS": "implicitDeny=never, equalPriority=reversed",
        "HNSCTL_HOST_ADDRESSES": "192.0.2.10, 2001:db8::10",
        "HNSCTL_ADAPTERS": "Ethernet, Ethernet 2",
        "HNSCTL_SEED": "7",
    }
    equal(hex(child(variables, "Ethernet 3")[0]), hex(HCN_E_ADAPTER_NOT_FOUND), "the status for an absent adapter")
    drawn = [child(variables | {"HNSCTL_SEED": seed}, "Ethernet 2") for seed in ("7", "7", "8")]
    equal([each[0] for each in drawn], [S_OK] * 3, "the statuses for an existing adapter")
    expect(drawn[0] == drawn[1] != drawn[2], f"the seeds draw {drawn}")


class Listener:
    """A registered callback that records its notifications."""

    def __init__(self, then=None):
        self.told = queue.Queue()
        self.handle = ctypes.c_void_p()

        def callback(kind, context, status, data):
            self.told.put((kind, status, json.loads(read(data)) if data else None, context))
            if then:
                then(self)

        self.function = CALLBACK(callback)
        place = ctypes.byref(self.handle)
        equal(library.function("HcnRegisterServiceCallback", self.function, 42, place), S_OK, "a registration")

    def next(self):
        return self.told.get(timeout=60)

    def end(self):
        equal(library.function("HcnUnregisterServiceCallback", self.handle), S_OK, "the end of a registration")


def brief_network(flags=0):
    document = network("brief", "10.77.0.0/24", "NAT", flags=flags)
    library.close("Network", library.must("HcnCreateNetwork", guid(ABSENT), text(document)))
    library.must("HcnDeleteNetwork", guid(ABSENT), gives=False)


@step("notifications in the order of the calls")
def _():
    listeners = [Listener(), Listener()]
    brief_network(flags=8)
    space = library.must("HcnCreateNamespace", guid(ABSENT), text(SCHEMA))
    library.modify("Namespace", space, "Endpoint", "Add", {"EndpointId": handles["ids"][1]})
    # The first container opens the compartment, and that attaches the endpoint.
    library.modify("Namespace", space, "Container", "Add", {"ContainerId": "c1"})
    library.modify("Namespace", space, "Endpoint", "Remove", {"EndpointId": handles["ids"][1]})
    library.modify("Namespace", space, "Container", "Remove", {"ContainerId": "c1"})
    library.must("HcnDeleteNamespace", guid(ABSENT), gives=False)
    library.close("Namespace", space)
    for listener in listeners:
        told = [listener.next() for _ in range(8)]
        equal([each[0] for each in told], [1, 2, 3, 4, 5, 9, 0x10, 6], "the notifications")
        for kind, status, data, context in told:
            equal([status, context, sorted(data)], [0, 42, ["Flags", "ID"]], f"the arguments of notification {kind}")
            wanted = handles["ids"][1].upper() if kind in (9, 0x10) else ABSENT
            equal(data["ID"].upper(), wanted, f"the object of notification {kind}")
        equal(told[1][2]["Flags"], 8, "the flags of the network")
        listener.end()
        equal(library.function("HcnUnregisterServiceCallback", listener.handle), E_HANDLE, "unregistering again")
    brief_network()
    for listener in listeners:
        expect(listener.told.empty(), "a callback was called after its registration ended")


@step("callbacks that call the library")
def _():
    answers = queue.Queue()

    def list_networks(listener):
        answers.put(library.ids("Network"))

    def leave(listener):
        answers.put(library.function("HcnUnregisterServiceCallback", listener.handle))

    asking = Listener(list_networks)
    brief_network()
    for _ in range(4):
        expect(NETWORK in answers.get(timeout=60), "a callback cannot query the network")
    asking.end()
    leaving = Listener(leave)
    brief_network()
    equal(answers.get(timeout=60), S_OK, "unregistering from the callback")
    equal(library.function("HcnUnregisterServiceCallback", leaving.handle), E_HANDLE, "unregistering again")
    equal(leaving.told.qsize(), 1, "the number of notifications before the callback left")


@step("unregistering waits for a running callback")
def _():
    entered, go, left = threading.Event(), threading.Event(), threading.Event()

    def wait(listener):
        entered.set()
        go.wait(60)
        left.set()

    listener = Listener(wait)
    brief_network()
    expect(entered.wait(60), "the callback was not called")
    threading.Timer(0.05, go.set).start()
    listener.end()
    expect(left.is_set(), "the registration ended while its callback was running")


@step("statistics and addresses of an endpoint")
def _():
    stats = library.document("HcnQueryEndpointStats", handles["first"], None)
    for member in ("BytesReceived", "BytesSent", "PacketsReceived", "PacketsSent", "EndpointId"):
        expect(member in stats, f"there is no {member} in {stats}")
    library.document("HcnQueryEndpointAddresses", handles["first"], None)


@step("a load balancer")
def _():
    mapping = {"Protocol": 6, "InternalPort": 6443, "ExternalPort": 443, "Flags": 8}
    settings = SCHEMA | {
        "HostComputeEndpoints": handles["ids"], "SourceVIP": "10.244.7.9", "FrontendVIPs": ["10.96.0.1"],
        "PortMappings": [mapping], "Flags": 1,
    }
    handle = library.must("HcnCreateLoadBalancer", guid(NONE), text(settings))
    properties = library.properties("LoadBalancer", handle)
    equal(properties["FrontendVIPs"], ["10.96.0.1"], "its frontend addresses")
    equal(properties["PortMappings"], [mapping], "its ports")
    equal([each.upper() for each in properties["HostComputeEndpoints"]], [each.upper() for each in handles["ids"]], "its endpoints")
    equal(library.ids("LoadBalancer"), [properties["ID"].upper()], "the load balancers")
    library.refused(E_NOTIMPL, "HcnModifyLoadBalancer", handle, text(settings), gives=False)
    library.must("HcnDeleteLoadBalancer", guid(properties["ID"]), gives=False)
    library.refused(ERROR_NOT_FOUND, "HcnQueryLoadBalancerProperties", handle, None)
    library.close("LoadBalancer", handle)
    equal(library.ids("LoadBalancer"), [], "the load balancers")


@step("a route of the software defined network")
def _():
    setting = {"DestinationPrefix": "10.96.0.0/12", "NextHop": "10.244.7.2", "NeedEncap": True}
    settings = SCHEMA | {"HostComputeEndpoints": handles["ids"][:1], "Setting": [setting]}
    handle = library.must("HcnCreateSdnRoute", guid(NONE), text(settings))
    properties = library.properties("SdnRoute", handle)
    expect(setting in properties.get("Setting", properties.get("Routes", [])), f"the route is {properties}")
    equal(library.ids("SdnRoute"), [properties["ID"].upper()], "the routes")
    library.must("HcnDeleteSdnRoute", guid(properties["ID"]), gives=False)
    library.close("SdnRoute", handle)
    equal(library.ids("SdnRoute"), [], "the routes")


@step("the older interface")
def _():
    equal(library.output("GET", "/globals/version"), {"Major": 13, "Minor": 3}, "the version")
    listed = library.output("GET", "/networks/")
    equal([each["Name"] for each in listed], ["podnet"], "the networks")
    settings = {"Name": "nat", "Type": "nat", "Subnets": [{"AddressPrefix": "172.30.16.0/20", "GatewayAddress": "172.30.16.1"}]}
    created = library.output("POST", "/networks/", settings)
    expect(created["ID"].upper() in library.ids("Network"), "the network is not visible through HCN")
    endpoint = library.output("POST", "/endpoints/", {"VirtualNetwork": created["ID"], "Name": "web1"})
    expect(endpoint["IPAddress"].startswith("172.30."), f"the endpoint has {endpoint['IPAddress']}")
    path = f"/endpoints/{endpoint['ID']}"
    request = {"ContainerId": "c1", "SystemType": "Container", "CompartmentId": 2}
    equal(library.hns("POST", f"{path}/attach", request)["Success"], True, "the attachment")
    expect(library.output("GET", path)["State"] in (2, 3), "the endpoint is not in an attached state")
    equal(library.hns("POST", f"{path}/detach", request)["Success"], True, "the detachment")
    equal(library.hns("DELETE", path)["Success"], True, "the deletion of the endpoint")
    missing = library.hns("DELETE", path)
    equal([missing["Success"], "The endpoint was not found" in missing["Error"]], [False, True], "deleting a missing endpoint")
    equal(library.hns("DELETE", f"/networks/{created['ID']}")["Success"], True, "the deletion of the network")


@step("deleting everything")
def _():
    library.modify("Namespace", handles["namespace"], "Endpoint", "Remove", {"EndpointId": handles["ids"][0]})
    library.must("HcnDeleteNamespace", guid(handles["namespaceID"]), gives=False)
    library.must("HcnDeleteEndpoint", guid(handles["ids"][0]), gives=False)
    library.must("HcnDeleteNetwork", guid(NETWORK), gives=False)
    library.refused(HCN_E_ENDPOINT_NOT_FOUND, "HcnQueryEndpointProperties", handles["second"], None)
    library.refused(HCN_E_NETWORK_NOT_FOUND, "HcnQueryNetworkProperties", handles["network"], None)
    for kind in KINDS:
        equal(library.ids(kind), [], f"the ids of kind {kind}")
    for kind, name in (("Network", "network"), ("Endpoint", "first"), ("Endpoint", "second"), ("Namespace", "namespace")):
        library.close(kind, handles[name])


for title, function in steps:
    try:
        function()
    except Exception as problem:
        print(f"FAILED: {title}: {type(problem).__name__}: {problem}", flush=True)
        # Threads still waiting for a callback must not keep the process alive.
        os._exit(1)
    print(f"ok: {title}", flush=True)
print("all steps passed")
