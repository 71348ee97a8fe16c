import HostModel
import JSONText

enum RootKey: Int, Sendable {
  case apiVersion, kind, name, host, addressSets, aclSets, networks, containers, pods, services, tests

  static let table = KeyTable<RootKey>(
    "a profile",
    [
      .init(
        .apiVersion, "apiVersion", required: true, "The version of the file format.", ["const": "hnsctl/v1"]),
      .init(.kind, "kind", required: true, "The kind of file.", ["const": "HostProfile"]),
      .init(
        .name, "name", required: true, "The profile's name, which owns everything it creates.",
        SchemaFragment.name),
      .init(.host, "host", "The host the profile is for.", SchemaFragment.reference("host")),
      .init(
        .addressSets, "addressSets", "Named lists of addresses.",
        [
          "type": "object", "propertyNames": SchemaFragment.name,
          "additionalProperties": SchemaFragment.addresses,
        ]),
      .init(
        .aclSets, "aclSets", "Named lists of ACLs.",
        [
          "type": "object", "propertyNames": SchemaFragment.name,
          "additionalProperties": SchemaFragment.list(SchemaFragment.reference("acl")),
        ]),
      .init(
        .networks, "networks", "The networks, in order.",
        SchemaFragment.list(SchemaFragment.reference("network"))),
      .init(
        .containers, "containers", "Containers with an endpoint of their own.",
        SchemaFragment.list(SchemaFragment.reference("container"))),
      .init(
        .pods, "pods", "Groups of containers that share one endpoint.",
        SchemaFragment.list(SchemaFragment.reference("pod"))),
      .init(
        .services, "services", "Virtual addresses that forward to containers, pods and other hosts.",
        SchemaFragment.list(SchemaFragment.reference("service"))),
      .init(
        .tests, "tests", "Packets with their expected verdicts.",
        SchemaFragment.list(SchemaFragment.reference("test"))),
    ])
}

enum PolicyTestsKey: Int, Sendable {
  case apiVersion, kind, subject, tests

  static let table = KeyTable<PolicyTestsKey>(
    "a file of tests",
    [
      .init(
        .apiVersion, "apiVersion", required: true, "The version of the file format.", ["const": "hnsctl/v1"]),
      .init(.kind, "kind", required: true, "The kind of file.", ["const": "PolicyTests"]),
      .init(.subject, "subject", required: true, "The path of a profile or a state.", ["type": "string"]),
      .init(
        .tests, "tests", required: true, "Packets with their expected verdicts.",
        SchemaFragment.list(SchemaFragment.reference("test"))),
    ])
}

enum HostKey: Int, Sendable {
  case windows, addresses, adapters, assumptions, dns, listens, excludedPorts

  static let table = KeyTable<HostKey>(
    "host",
    [
      .init(
        .windows, "windows", "The Windows release, or a build with an optional revision.",
        SchemaFragment.text("^[A-Za-z0-9.]+$")),
      .init(
        .addresses, "addresses", "The node's own addresses.", SchemaFragment.list(SchemaFragment.address)),
      .init(
        .adapters, "adapters", "The node's network adapters.",
        SchemaFragment.list(SchemaFragment.text())),
      .init(
        .assumptions, "assumptions", formerly: "switches",
        "Named choices where the documentation disagrees or is silent.",
        [
          "type": "object", "additionalProperties": false,
          "properties": .object(
            JSONObject(
              Assumption.allCases.map { key in
                .init(
                  key.name,
                  [
                    "enum": .strings(key.values.map(\.value)), "default": .string(key.defaultValue),
                    "description": .string(key.summary),
                  ])
              })),
        ]),
      .init(
        .dns, "dns", "The node's own name servers and search domains; networks without DNS use them.",
        SchemaFragment.reference("dns")),
      .init(
        .listens, "listens", "The ports that the host itself listens on, optionally /tcp or /udp.",
        SchemaFragment.list(SchemaFragment.portHold)),
      .init(
        .excludedPorts, "excludedPorts",
        "The ports that Windows excludes from use, optionally /tcp or /udp.",
        SchemaFragment.list(SchemaFragment.portHold)),
    ])
}

enum NetworkKey: Int, Sendable {
  case name, driver, adapter, subnets, endpointGateway, vxlanPort, ipam, macPool, dns

  static let table = KeyTable<NetworkKey>(
    "a network",
    [
      .init(.name, "name", required: true, "The network's name.", SchemaFragment.networkName),
      .init(
        .driver, "driver", required: true, "The network driver.", SchemaFragment.choice(NetworkDriver.self)),
      .init(
        .adapter, "adapter",
        "The host's adapter, or the list of adapters of a team; every driver but nat needs one.",
        ["anyOf": [SchemaFragment.text(), SchemaFragment.list(SchemaFragment.text(), atLeastOne: true)]]),
      .init(
        .subnets, "subnets", "The address blocks, in order.",
        SchemaFragment.list(SchemaFragment.reference("subnet"))),
      .init(
        .endpointGateway, "endpointGateway", "The gateway that endpoints use; l2bridge only.",
        SchemaFragment.address),
      .init(
        .vxlanPort, "vxlanPort", "The UDP port of the tunnels; overlay only.",
        SchemaFragment.integer(1...65535)
      ),
      .init(
        .ipam, "ipam", "How endpoints get their addresses; dhcp on transparent only.",
        SchemaFragment.choice(AddressManagement.self)),
      .init(
        .macPool, "macPool", "The range of the endpoints' MAC addresses.", SchemaFragment.reference("macPool")
      ),
      .init(.dns, "dns", "Name servers and search domains.", SchemaFragment.reference("dns")),
    ])
}

enum SubnetKey: Int, Sendable {
  case prefix, gateway, vsid, vlan

  static let table = KeyTable<SubnetKey>(
    "a subnet",
    [
      .init(.prefix, "prefix", required: true, "The block in CIDR notation.", SchemaFragment.prefix),
      .init(.gateway, "gateway", "The address of the gateway.", SchemaFragment.address),
      .init(
        .vsid, "vsid", "The virtual subnet ID (VSID); overlay only.",
        SchemaFragment.integer(4096...16_777_215)),
      .init(.vlan, "vlan", "The VLAN ID; not on overlay and nat.", SchemaFragment.integer(1...4094)),
    ])
}

enum MACPoolKey: Int, Sendable {
  case start, end

  static let table = KeyTable<MACPoolKey>(
    "a MAC pool",
    [
      .init(.start, "start", required: true, "The first address.", SchemaFragment.mac),
      .init(.end, "end", required: true, "The last address.", SchemaFragment.mac),
    ])
}

enum DNSKey: Int, Sendable {
  case servers, search

  static let table = KeyTable<DNSKey>(
    "dns",
    [
      .init(.servers, "servers", "The name servers.", SchemaFragment.list(SchemaFragment.address)),
      .init(.search, "search", "The search domains.", SchemaFragment.list(SchemaFragment.text())),
    ])
}

enum ACLKey: Int, Sendable {
  case name, direction, action, protocols, localAddresses, remoteAddresses, localPorts, remotePorts, priority

  static let table = KeyTable<ACLKey>(
    "an ACL",
    [
      .init(.name, "name", required: true, "The ACL's name.", SchemaFragment.name),
      .init(
        .direction, "direction", required: true, "To the endpoint (in) or from it (out).",
        SchemaFragment.choice(["in", "out"])),
      .init(
        .action, "action", required: true, "What happens to a packet that matches.", SchemaFragment.verdict),
      .init(
        .protocols, "protocols", "Names or numbers of IP protocols; absent means any.",
        SchemaFragment.list(SchemaFragment.protocol, atLeastOne: true)),
      .init(
        .localAddresses, "localAddresses",
        "The endpoint's side: addresses, prefixes, ranges, or names of address sets, containers and pods.",
        SchemaFragment.addresses),
      .init(
        .remoteAddresses, "remoteAddresses",
        "The peer's side: addresses, prefixes, ranges, or names of address sets, containers and pods.",
        SchemaFragment.addresses),
      .init(.localPorts, "localPorts", "Ports of the endpoint, or ranges.", SchemaFragment.ports),
      .init(.remotePorts, "remotePorts", "Ports of the peer, or ranges.", SchemaFragment.ports),
      .init(
        .priority, "priority", "The priority, lower first; absent means by position.",
        SchemaFragment.integer(Int(Profile.priorities.lowerBound)...Int(Profile.priorities.upperBound))),
    ])
}
