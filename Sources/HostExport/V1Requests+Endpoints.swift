import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

extension V1Requests {
  /// The document that creates an endpoint, from the one that the call sends.
  func endpoint(_ operation: Operation) throws(NotExportable) -> JSON {
    guard case .createEndpoint(let endpoint) = operation.call else {
      throw NotExportable(reason: "only the documents of a new plan can be written for HNS v1")
    }
    var object: JSONObject = ["ID": .string(endpoint.id.lowercase)]
    if !endpoint.owner.isEmpty { object.append("Owner", .string(endpoint.owner)) }
    object.append("Name", .string(endpoint.name))
    object.append("AdditionalParams", endpoint.additionalParams)
    object.append("VirtualNetwork", .string(endpoint.network.uppercase))
    var policies: [JSON] = []
    for policy in endpoint.policies {
      if policy.type == .encapOverhead {
        object.append("EncapOverhead", policy.settings["Overhead"])
      } else {
        policies.append(try flat(policy, PolicyTable.endpoint))
      }
    }
    if !policies.isEmpty { object.append("Policies", .array(policies)) }
    object.append("MacAddress", endpoint.mac.map { .string("\($0)") })
    try addAddresses(of: endpoint, to: &object)
    for (key, value) in try dnsMembers(endpoint.dns) { object.append(key, .string(value)) }
    var flags = endpoint.flags
    for (name, flag) in [("IsRemoteEndpoint", 1), ("DisableICC", 2), ("EnableLowMetric", 8)]
      as [(String, UInt32)]
    where flags & flag != 0 {
      object.append(name, true)
      flags &= ~flag
    }
    guard flags == 0 else {
      throw NotExportable(reason: "HNS v1 has no member for the flags \(flags) of an endpoint")
    }
    return .object(object)
  }

  private func addAddresses(of endpoint: HostComputeEndpoint, to object: inout JSONObject)
    throws(NotExportable)
  {
    for (family, names) in [
      (AddressFamily.ipv4, ("IPAddress", "PrefixLength", "GatewayAddress")),
      (.ipv6, ("IPv6Address", "IPv6PrefixLength", "GatewayAddressV6")),
    ] {
      let own = endpoint.addresses.filter { $0.address.family == family }
      guard own.count < 2 else {
        throw NotExportable(
          reason: "HNS v1 has one address of each family, and '\(endpoint.name)' has \(own.count)")
      }
      if let address = own.first {
        object.append(names.0, .string("\(address.address)"))
        if address.length != 0 { object.append(names.1, .number(address.length)) }
      }
      object.append(names.2, try gateway(of: endpoint.routes, family).map { .string("\($0)") })
    }
  }

  // MARK: Policies

  /// The documents that turn the policies of an endpoint into others.
  ///
  /// A request replaces the policies of the types it contains; an empty list removes the ACLs, and nothing
  /// removes the last policy of another type (reference: hns, 4.1 and 6.6).
  func policies(
    from before: HostComputeEndpoint, to after: HostComputeEndpoint
  ) throws(NotExportable) -> [JSON] {
    func isChanged(_ policy: HCNPolicy) -> Bool {
      before.policies.filter { $0.typeName == policy.typeName }
        != after.policies.filter { $0.typeName == policy.typeName }
    }
    func document(_ policies: [JSON]) -> JSON {
      ["ID": .string(after.id.lowercase), "Policies": .array(policies)]
    }
    var documents: [JSON] = []
    let names = Set(after.policies.map(\.typeName))
    for policy in before.policies where !names.contains(policy.typeName) {
      guard policy.type == .acl else {
        throw NotExportable(
          reason: "HNS v1 cannot remove the last policy of type \(policy.typeName) from an endpoint")
      }
      if documents.isEmpty { documents.append(document([])) }
    }
    var changed: [JSON] = []
    for policy in after.policies where isChanged(policy) {
      changed.append(try flat(policy, PolicyTable.endpoint))
    }
    if !changed.isEmpty { documents.append(document(changed)) }
    return documents
  }

  /// The members that a policy can have in schema 1, by its name there (reference: hns, 4.3).
  private static let members: [String: Set<String>] = [
    "NAT": ["Protocol", "InternalPort", "ExternalPort"],
    "OutBoundNAT": ["VIP", "ExceptionList", "Destinations", "MaxPortPoolUsage"],
    "ROUTE": ["DestinationPrefix", "NextHop", "NeedEncap"],
    "PROXY": ["IP", "Port", "ExceptionList", "Destination", "OutboundNat"],
    "PA": ["PA"], "QOS": ["MaximumOutgoingBandwidthInBytes"], "VLAN": ["VLAN"], "VSID": ["VSID"],
    "L2Driver": [],
  ]

  /// A policy in the form of schema 1: flat, with the names it has there.
  func flat(_ policy: HCNPolicy, _ table: PolicyTable) throws(NotExportable) -> JSON {
    guard let type = policy.type, let mapping = table[type]?.v1, let name = mapping.names.first else {
      throw NotExportable(reason: "HNS v1 has no policy of type \(policy.typeName)")
    }
    var result: JSONObject = ["Type": .string(name)]
    if type == .acl {
      for member in try aclMembers(policy.settings) { result.append(member.key, member.value) }
      return .object(result)
    }
    for member in policy.settings.object?.members ?? [] {
      let key = mapping.members.first { $0.v2 == member.key }?.v1 ?? member.key
      if type == .portMapping, key == "Protocol" {
        result.append(key, .string(try transport(member.value)))
      } else if type == .portMapping, key == "Flags", member.value == 4 {
        result.append("ExternalPortReserved", true)
      } else if Self.members[name]?.contains(key) == true {
        result.append(key, member.value)
      } else if !member.value.hasNoEffect {
        throw NotExportable(
          reason: "HNS v1 has no member for '\(member.key)' of a policy of type \(policy.typeName)")
      }
    }
    return .object(result)
  }

  private func transport(_ number: JSON) throws(NotExportable) -> String {
    switch number {
    case 6: return "TCP"
    case 17: return "UDP"
    default:
      throw NotExportable(reason: "HNS v1 publishes ports of TCP and UDP, not of protocol \(number.text())")
    }
  }

  /// The members of an ACL: a single protocol as a number, as clients of v1 send it, with 256 for any; before
  /// HNS 7.2 single ports too, because there are no lists, no ids, and one prefix at a time (reference: hns, 4.3).
  private func aclMembers(_ settings: JSON) throws(NotExportable) -> [JSONObject.Member] {
    let members = settings.object?.members ?? []
    var result: [JSONObject.Member] = []
    for member in members {
      let text = member.value.string ?? ""
      let number = UInt16(text)
      switch (member.key, number) {
      case ("Protocols", let number?): result.append(.init("Protocol", .number(number)))
      case ("LocalPorts", let number?) where !version.has(.aclPortRanges):
        result.append(.init("LocalPort", .number(number)))
      case ("RemotePorts", let number?) where !version.has(.aclPortRanges):
        result.append(.init("RemotePort", .number(number)))
      default:
        if let list = listName(member.key, text) {
          throw NotExportable(
            reason: "HNS \(version) has one \(list) in an ACL, and '\(member.key)' has '\(text)'")
        }
        result.append(member)
      }
    }
    let hasProtocol = members.contains { $0.key == "Protocols" && $0.value != "" }
    return hasProtocol ? result : [.init("Protocol", 256)] + result.filter { $0.key != "Protocols" }
  }

  /// What a member of an ACL has several of although the service takes one; nil if it takes the text.
  private func listName(_ key: String, _ text: String) -> String? {
    switch key {
    case "LocalPorts", "RemotePorts":
      text.isEmpty || version.has(.aclPortRanges) ? nil : "port"
    case "LocalAddresses", "RemoteAddresses":
      !text.contains(",") || version.has(.aclAddressLists) ? nil : "prefix"
    case "Protocols": !text.contains(",") || version.has(.aclPortRanges) ? nil : "protocol"
    default: nil
    }
  }
}

extension JSON {
  /// Whether a member with this value says the same as an absent one (reference: hns, 0 rule 11).
  fileprivate var hasNoEffect: Bool {
    switch self {
    case .null, .bool(false), .integer(0), .string(""), .array([]): true
    default: false
    }
  }
}
