package import JSONText
package import NetworkTypes

/// How addresses are assigned.
package enum IPAMType: String, CaseIterable, Hashable, Sendable {
  case `static` = "Static"
  case dhcp = "Dhcp"
}

/// A part of a subnet from which addresses are allocated.
package struct IPSubnet: Hashable, Sendable {
  package let id: GUID
  package var prefix: IPPrefix
  package var flags: UInt32

  package init(id: GUID, prefix: IPPrefix, flags: UInt32 = 0) {
    self.id = id
    self.prefix = prefix
    self.flags = flags
  }

  package var document: JSON {
    var object: JSONObject = ["ID": .string(id.uppercase), "IpAddressPrefix": .string(prefix.description)]
    if flags != 0 { object.append("Flags", .number(flags)) }
    return .object(object)
  }
}

/// A subnet of a network.
package struct Subnet: Hashable, Sendable {
  /// The id; zero in documents of clients that leave it to the service.
  package let id: GUID
  package var prefix: IPPrefix
  package var policies: [HCNPolicy]
  package var routes: [HCNRoute]
  package var ipSubnets: [IPSubnet]
  package var flags: UInt32

  package init(
    id: GUID = .zero, prefix: IPPrefix, policies: [HCNPolicy] = [], routes: [HCNRoute] = [],
    ipSubnets: [IPSubnet] = [], flags: UInt32 = 0
  ) {
    self.id = id
    self.prefix = prefix
    self.policies = policies
    self.routes = routes
    self.ipSubnets = ipSubnets
    self.flags = flags
  }

  /// The next hop of the default route.
  package var gateway: IPAddress? {
    routes.first { $0.isDefault && $0.nextHop.family == prefix.family }?.nextHop
  }

  /// Whether the subnet has no prefix of its own, but that of all addresses: docker sends it if the user states
  /// none (reference: hns, 10.4).
  package var isUnspecified: Bool { prefix.length == 0 }

  /// Whether an address of the subnet is reserved: the network's own, the broadcast
  /// address of IPv4, and the gateway unless SubnetFlags says otherwise (reference: hns, 6.2).
  ///
  /// A subnet of one or two addresses has no network and broadcast address.
  package func isReserved(_ address: IPAddress) -> Bool {
    if address == gateway, flags & 1 == 0 { return true }
    guard prefix.length < prefix.family.bitWidth - 1 else { return false }
    return address == prefix.address || (prefix.family == .ipv4 && address == prefix.range.last)
  }

  package var document: JSON {
    var object = JSONObject()
    if !id.isZero { object.append("ID", .string(id.uppercase)) }
    object.append("IpAddressPrefix", .string(prefix.description))
    if !policies.isEmpty { object.append("Policies", .array(policies.map(\.document))) }
    if !routes.isEmpty { object.append("Routes", .array(routes.map(\.document))) }
    if !ipSubnets.isEmpty { object.append("IpSubnets", .array(ipSubnets.map(\.document))) }
    if flags != 0 { object.append("Flags", .number(flags)) }
    return .object(object)
  }
}

/// A group of subnets with the same address assignment.
package struct IPAM: Hashable, Sendable {
  package var type: IPAMType
  package var subnets: [Subnet]

  package init(type: IPAMType = .static, subnets: [Subnet] = []) {
    self.type = type
    self.subnets = subnets
  }
}

extension ClosedRange<UInt64> {
  /// A range of MAC addresses as written in documents.
  package var document: JSON {
    [
      "StartMacAddress": .string("\(MACAddress(lowerBound))"),
      "EndMacAddress": .string("\(MACAddress(upperBound))"),
    ]
  }
}
