#!/usr/bin/env python3
# Creates a network with an endpoint and prints the resulting endpoint. Usage: first.py LIBRARY
import ctypes, json, sys, uuid

hns = ctypes.CDLL(sys.argv[1])
V2 = {"SchemaVersion": {"Major": 2, "Minor": 0}}

def wide(document):  # zero-terminated UTF-16
    return (json.dumps(document) + "\0").encode("utf-16-le")

def take(text):  # reads a returned string, and frees it
    size = 0
    while ctypes.string_at(text.value + size, 2) != b"\0\0":
        size += 2
    string = ctypes.string_at(text.value, size).decode("utf-16-le")
    hns.CoTaskMemFree(text)
    return json.loads(string)

def call(function, *arguments):  # the last two receive the result and the error record
    result, record = ctypes.c_void_p(), ctypes.c_void_p()
    if function(*arguments, ctypes.byref(result), ctypes.byref(record)) != 0:
        raise OSError(take(record)["Error"])
    return result

network_id, any_id = uuid.UUID("37b9e55c-1111-4b6f-969f-8585a89dc6e5").bytes_le, bytes(16)
subnet = {"IpAddressPrefix": "172.30.16.0/20", "Routes": [{"NextHop": "172.30.16.1", "DestinationPrefix": "0.0.0.0/0"}]}
network = call(hns.HcnCreateNetwork, network_id, wide(V2 | {"Name": "web", "Type": "NAT", "Ipams": [{"Subnets": [subnet]}]}))
endpoint = call(hns.HcnCreateEndpoint, network, any_id, wide(V2 | {"Name": "web1"}))
properties = take(call(hns.HcnQueryEndpointProperties, endpoint, wide(V2)))
print(properties["Name"], properties["IpConfigurations"][0]["IpAddress"], properties["MacAddress"])
hns.HcnDeleteNetwork(network_id, None)  # and its endpoints with it
hns.HcnCloseEndpoint(endpoint)
hns.HcnCloseNetwork(network)
