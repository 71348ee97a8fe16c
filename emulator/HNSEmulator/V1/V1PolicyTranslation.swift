import HostModel
import JSONText
import NetworkTypes

/// Converts policies of schema 1, which are flat, to policies of schema 2 and back (reference: hns, 4.3).
enum V1PolicyTranslation {
  private static let endpointSchemas = PolicyTable.endpoint.schemas

  /// In schema 1 the policies of subnets are among those of their network.
  private static let networkSchemas = PolicyTable.network.schemas + PolicyTable.subnet.schemas

  /// The flag of a port mapping for which schema 1 has a member (reference: hns, 1.8).
  private static let externalPortReserved: UInt32 = 4

  // MARK: Reading

  /// An endpoint's policy in schema 2; one with a member `Settings` already is in that form.
  static func endpointPolicy(_ policy: DocumentReader) throws(HCNError) -> JSON {
    guard let type = try flatType(policy) else { return .object(policy.object) }
    let schema = schema(type, among: endpointSchemas)
    var settings = renamed(policy.object, schema)
    switch schema?.type {
    case .acl: settings = try aclSettings(settings)
    case .portMapping: settings = try mappingSettings(settings)
    default: break
    }
    return ["Type": .string(schema?.name ?? type), "Settings": .object(settings)]
  }

  /// A network's or subnet's policy in schema 2, and whether schema 2 has it for subnets only.
  static func networkPolicy(_ policy: DocumentReader) throws(HCNError) -> (policy: JSON, isOfSubnet: Bool) {
    guard let type = try flatType(policy) else { return (.object(policy.object), false) }
    if type.lowercased() == "isolation" {
      // The older type contains either number (reference: hns, 4.3).
      let key = (policy.value("VSID") == nil ? PolicyType.vlan : .vsid).rawValue
      return (["Type": .string(key), "Settings": ["IsolationId": policy.value(key) ?? 0]], true)
    }
    let schema = schema(type, among: networkSchemas)
    return (
      ["Type": .string(schema?.name ?? type), "Settings": .object(renamed(policy.object, schema))],
      schema.map { PolicyTable.subnet[$0.type] != nil } ?? false
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

  /// The type for a name of schema 1.
  private static func schema(_ name: String, among schemas: [PolicySchema]) -> PolicySchema? {
    schemas.first { $0.v1?.names.contains { $0.lowercased() == name.lowercased() } ?? false }
  }

  private static func renamed(_ object: JSONObject, _ schema: PolicySchema?) -> JSONObject {
    JSONObject(
      object.members.filter { $0.key != "Type" && $0.value != .null }.map { member in
        let name = schema?.v1?.members.first { $0.v1 == member.key }?.v2 ?? member.key
        return JSONObject.Member(name, member.value)
      })
  }

  /// Protocols and ports as lists: schema 1 also has single ones, where 256 is any protocol and 0 any port.
  ///
  /// Two contradictory members are refused, and so is the name of a service, by which no filter here can
  /// match: ignoring part of an ACL would allow or block more than it says.
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
      throw HCNError(.invalidPolicy, detail: "ACL: filtering by 'ServiceName' is not supported; omit it")
    }
    result["ServiceName"] = nil
    // Written by the service itself; it does not restrict the filter.
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

  /// The policy of an endpoint in the form of schema 1.
  static func flat(endpoint policy: Policy) -> JSONObject {
    guard policy.type != .acl else { return flatACL(policy) }
    var result = flat(policy, endpointSchemas)
    guard let mapping = policy.mapping else { return result }
    result["Protocol"] = .string(mapping.protocol.description.uppercased())
    if mapping.flags & externalPortReserved != 0 {
      result["ExternalPortReserved"] = true
      let others = mapping.flags & ~externalPortReserved
      result["Flags"] = others == 0 ? nil : .number(others)
    }
    return result
  }

  /// The policy of a network or subnet in the form of schema 1: `{"Type":"VSID","VSID":9999}`.
  static func flat(network policy: Policy) -> JSONObject { flat(policy, networkSchemas) }

  private static func flat(_ policy: Policy, _ schemas: [PolicySchema]) -> JSONObject {
    let mapping = schemas.first { $0.type == policy.type }?.v1
    var result = JSONObject([.init("Type", .string(mapping?.names.first ?? policy.typeName))])
    for member in policy.settings.object?.members ?? [] {
      result.append(mapping?.members.first { $0.v2 == member.key }?.v1 ?? member.key, member.value)
    }
    return result
  }

  /// An ACL in the form of schema 1; the output adds a scope, whose meaning is not documented (reference:
  /// hns, 4.3).
  private static func flatACL(_ policy: Policy) -> JSONObject {
    var result = flat(policy, endpointSchemas)
    result.append("Scope", 0)
    return result
  }
}
