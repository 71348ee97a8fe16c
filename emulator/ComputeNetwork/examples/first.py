#!/usr/bin/env python3
# Creates a network with one endpoint and prints what the service made of it.
# Usage: first.py LIBRARY
import ctypes, json, sys, uuid

library = ctypes.CDLL(sys.argv[1])
SCHEMA = {"SchemaVersion": {"Major": 2, "Minor": 0}}


def text(document):  # as UTF-16 with a zero behind it
    return (json.dumps(document) + "\0").encode("utf-16-le")


def take(pointer):  # reads a text of the library and frees it
    if not pointer.value:
        return None
    units = ctypes.cast(pointer, ctypes.POINTER(ctypes.c_uint16))
    length = next(i for i in iter(range(1 << 30)) if units[i] == 0)
    string = ctypes.string_at(pointer, 2 * length).decode("utf-16-le")
    library.CoTaskMemFree(pointer)
    return json.loads(string)


def call(name, *arguments, gives=True):  # every function ends in a place for the result and one for the error record
    result, record = ctypes.c_void_p(), ctypes.c_void_p()
    places = [ctypes.byref(result)] if gives else []
    status = getattr(library, name)(*arguments, *places, ctypes.byref(record))
    if status != 0:
        raise OSError(f"{name}: {take(record)}")
    return result


def guid(string="00000000-0000-0000-0000-000000000000"):  # zero lets the service choose
    return uuid.UUID(string).bytes_le


subnet = {"IpAddressPrefix": "172.30.16.0/20", "Routes": [{"NextHop": "172.30.16.1", "DestinationPrefix": "0.0.0.0/0"}]}
network = call("HcnCreateNetwork", guid(), text(SCHEMA | {"Name": "web", "Type": "NAT", "Ipams": [{"Subnets": [subnet]}]}))
endpoint = call("HcnCreateEndpoint", network, guid(), text(SCHEMA | {"Name": "web1"}))
properties = take(call("HcnQueryEndpointProperties", endpoint, text(SCHEMA)))
print(properties["Name"], properties["IpConfigurations"][0]["IpAddress"], properties["MacAddress"])
library.HcnCloseEndpoint(endpoint)
call("HcnDeleteNetwork", guid(take(call("HcnQueryNetworkProperties", network, text(SCHEMA)))["ID"]), gives=False)
library.HcnCloseNetwork(network)
