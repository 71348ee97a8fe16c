import HostModel
import JSONText
import NetworkTypes

/// Reads policies of schema 1, which are flat, as policies of schema 2, and writes them (reference: hns, 4.3).
enum V1PolicyTranslation {
  /// How a type is called in both schemas, and its members.
  private struct Twin {
    let v1: String
    let v2: String
    /// Members by their names in schema 1 and 2; any other has one name in both.
    let members: [(v1: String, v2: String)]

    init(_ v1: String, _ v2: String, _ members: [(String, String)] = []) {
      self.v1 = v1
      self.v2 = v2
      self.members = members
    }
  }

  private static let endpointTwins: [Twin] = [
    Twin("NAT", PolicyName.portMapping),
    Twin("ACL", PolicyName.acl),
    Twin("OutBoundNAT", PolicyName.outboundNAT, [("VIP", "VirtualIP"), ("ExceptionList", "Exceptions")]),
    Twin("ROUTE", "SDNRoute"),
    Twin("PROXY", PolicyName.l4Proxy, [("ExceptionList", "Exceptions"), ("OutboundNat", "OutboundNAT")]),
    Twin("PA", PolicyName.providerAddress, [("PA", "ProviderAddress")]),
    Twin("VNET", PolicyName.providerAddress, [("PA", "ProviderAddress")]),
    Twin("QOS", "QOS"),
    Twin("VLAN", "VLAN", [("VLAN", "IsolationId")]),
    Twin("L2Driver", PolicyName.l2Driver),
  ]

  private static let networkTwins: [Twin] = [
    Twin("VLAN", "VLAN", [("VLAN", "IsolationId")]),
    Twin("VSID", PolicyName.vsid, [("VSID", "IsolationId")]),
    Twin("PA", PolicyName.providerAddress, [("PA", "ProviderAddress")]),
    Twin("VNET", PolicyName.providerAddress, [("PA", "ProviderAddress")]),
    Twin("PROXY", PolicyName.l4Proxy, [("ExceptionList", "Exceptions"), ("OutboundNat", "OutboundNAT")]),
  ]

  /// The numbers of flags of a port mapping that schema 1 has a member for (reference: hns, 1.8).
  private static let externalPortReserved: UInt32 = 4

  // MARK: Reading

  /// An endpoint's policy in schema 2; one with a member `Settings` is there already.
  static func endpointPolicy(_ policy: DocumentReader) throws(HCNError) -> JSON {
    guard let type = try flatType(policy) else { return .object(policy.object) }
    let twin = endpointTwins.first { $0.v1.lowercased() == type.lowercased() }
    var settings = renamed(policy.object, twin)
    switch twin?.v2 {
    case PolicyName.acl: settings = try aclSettings(settings)
    case PolicyName.portMapping: settings = try mappingSettings(settings)
    default: break
    }
    return ["Type": .string(twin?.v2 ?? type), "Settings": .object(settings)]
  }

  /// A network's or subnet's policy in schema 2, and whether schema 2 has it for subnets only.
  static func networkPolicy(_ policy: DocumentReader) throws(HCNError) -> (policy: JSON, isOfSubnet: Bool) {
    guard let type = try flatType(policy) else { return (.object(policy.object), false) }
    if type.lowercased() == "isolation" {
      // The older type holds either number (reference: hns, 4.3).
      let key = policy.value("VSID") == nil ? "VLAN" : "VSID"
      return (["Type": .string(key), "Settings": ["IsolationId": policy.value(key) ?? 0]], true)
    }
    let twin = networkTwins.first { $0.v1.lowercased() == type.lowercased() }
    let name = twin?.v2 ?? type
    return (
      ["Type": .string(name), "Settings": .object(renamed(policy.object, twin))],
      name == "VLAN" || name == PolicyName.vsid
    )
  }

  /// The type of a flat policy; nil for one that is nested as in schema 2.
  private static func flatType(_ policy: DocumentReader) throws(HCNError) -> String? {
    guard policy.value("Settings") == nil else { return nil }
    guard let type = try policy.text("Type") else {
      guard policy.object.members.isEmpty else {
        throw HCNError(.invalidPolicyType, detail: "a policy has no member 'Type'")
      }
      return nil
    }
    return type
  }

  private static func renamed(_ object: JSONObject, _ twin: Twin?) -> JSONObject {
    JSONObject(
      object.members.filter { $0.key != "Type" && $0.value != .null }.map { member in
        let name = twin?.members.first { $0.v1 == member.key }?.v2 ?? member.key
        return JSONObject.Member(name, member.value)
      })
  }

  /// Protocols and ports as lists: schema 1 also has single ones, where 256 is any protocol and 0 any port.
  ///
  /// Two members that say different things are refused, and so is the name of a service, of which no filter
  /// here knows: an ACL that is not read whole lets more or less through than it says.
  private static func aclSettings(_ settings: JSONObject) throws(HCNError) -> JSONObject {
    var result = settings
    for (single, list, any) in [
      ("Protocol", "Protocols", 256), ("LocalPort", "LocalPorts", 0), ("InternalPort", "LocalPorts", 0),
      ("RemotePort", "RemotePorts", 0),
    ] {
      guard let value = result[single] else { continue }
      result[single] = nil
      guard let number = value.integer, (0...Int64(65535)).contains(number) else {
        throw HCNError(.invalidPolicy, detail: "ACL: \(single) must be a number")
      }
      guard number != Int64(any), number != 0 else { continue }
      let stated = result[list] ?? .string("")
      guard stated == .string("") || stated == .string("\(number)") else {
        throw HCNError(
          .invalidPolicy, detail: "ACL: '\(single)' is \(number), and '\(list)' is \(stated.text())")
      }
      result[list] = .string("\(number)")
    }
    if let service = result["ServiceName"], service != .string("") {
      throw HCNError(.invalidPolicy, detail: "ACL: 'ServiceName' cannot be filtered by; leave it out")
    }
    result["ServiceName"] = nil
    // Written by the service itself, and nothing that a filter asks for.
    result["Scope"] = nil
    return result
  }

  private static func mappingSettings(_ settings: JSONObject) throws(HCNError) -> JSONObject {
    var result = settings
    guard let stated = result["ExternalPortReserved"] else { return result }
    guard let isReserved = stated.bool else {
      throw HCNError(.invalidPolicy, detail: "NAT: 'ExternalPortReserved' must be true or false")
    }
    result["ExternalPortReserved"] = nil
    guard isReserved else { return result }
    guard let flags = (result["Flags"] ?? 0).integer else {
      throw HCNError(.invalidPolicy, detail: "NAT: 'Flags' must be a whole number")
    }
    result["Flags"] = .integer(flags | Int64(externalPortReserved))
    return result
  }

  // MARK: Writing

  /// The policy of an endpoint as schema 1 has it.
  static func flat(endpoint policy: Policy) -> JSONObject {
    guard policy.type != PolicyName.acl else { return flatACL(policy) }
    var result = flat(policy, endpointTwins)
    guard let mapping = policy.mapping else { return result }
    result["Protocol"] = .string(mapping.protocol.description.uppercased())
    if mapping.flags & externalPortReserved != 0 {
      result["ExternalPortReserved"] = true
      let others = mapping.flags & ~externalPortReserved
      result["Flags"] = others == 0 ? nil : .whole(others)
    }
    return result
  }

  /// The policy of a network or subnet as schema 1 has it: `{"Type":"VSID","VSID":9999}`.
  static func flat(network policy: Policy) -> JSONObject { flat(policy, networkTwins) }

  private static func flat(_ policy: Policy, _ twins: [Twin]) -> JSONObject {
    let twin = twins.first { $0.v2 == policy.type }
    var result = JSONObject([.init("Type", .string(twin?.v1 ?? policy.type))])
    for member in policy.settings.object?.members ?? [] {
      result.append(twin?.members.first { $0.v2 == member.key }?.v1 ?? member.key, member.value)
    }
    return result
  }

  /// An ACL as schema 1 has it; the output adds a scope (reference: hns, 4.3), of which nothing is known but
  /// that it is there.
  private static func flatACL(_ policy: Policy) -> JSONObject {
    var result = flat(policy, endpointTwins)
    result.append("Scope", 0)
    return result
  }
}
