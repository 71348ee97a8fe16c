import Diagnostics
import HostModel
import JSONText
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  /// Reads the HNS policies that are passed through.
  mutating func readPolicies(_ node: YAMLNode, _ cell: PlatformCell, _ endpoint: inout EndpointDeclaration) {
    var seen: [String: SourceRange] = [:]
    forEach(node, "a list of policies") { decoder, element in
      guard let fields = decoder.record(element, PolicyKey.table), let typeNode = fields[.type],
        let schema = decoder.policySchema(typeNode)
      else { return }
      let location = decoder.yaml.location(typeNode)
      if let first = seen.updateValue(location, forKey: schema.name), !schema.isRepeatable {
        decoder.report(
          .duplicateEntry, "an endpoint can have only one policy of type \(schema.name)", at: location,
          notes: [.init("the first is here", first)])
      }
      decoder.checkGate(of: schema, at: location)
      decoder.checkPolicy(schema, cell, at: location)
      var settings: JSON? = .object(JSONObject())
      if let node = fields[.settings] {
        settings = decoder.object(node, schema.members, "the settings of \(schema.name)")
      } else if !fields.has(.settings),
        let member = schema.members.first(where: { $0.requirement != .optional })
      {
        decoder.report(
          .invalidSetting,
          "a policy of type \(schema.name) needs 'settings' with the member '\(member.name)'",
          at: location)
      }
      guard let settings else { return }
      endpoint.policies.append(
        PolicyDeclaration(type: Located(schema.type, at: location), settings: settings))
    }
  }

  private mutating func policySchema(_ node: YAMLNode) -> PolicySchema? {
    guard isText(node, "the type of a policy") else { return nil }
    let text = yaml.string(node)
    if let schema = PassThroughPolicies.schemas.first(where: { $0.name == text }) { return schema }
    if let schema = PolicyTable.endpoint[text], let key = PassThroughPolicies.ownKeys[schema.type] {
      report(
        .policyHasOwnKey, "the profile has the key '\(key)' for policies of type \(schema.name)",
        at: yaml.location(node),
        help: "use '\(key)'")
      return nil
    }
    let names = PassThroughPolicies.schemas.map(\.name)
    report(
      .unknownPolicy, "\(quoted(node)) is not an endpoint policy type", at: yaml.location(node),
      help: nearest(to: text, among: names).map { "did you mean '\($0)'?" }
        ?? "the types are \(names.joined(separator: ", "))")
    return nil
  }

  private mutating func checkGate(of schema: PolicySchema, at location: SourceRange) {
    if let feature = schema.feature {
      requireFeature(feature, "a policy of type \(schema.name)", at: location)
    } else if schema.schemaMinor > 0, host.windows.build < HCNSchema.firstBuild(schema.schemaMinor) {
      report(
        .featureNotAvailable,
        "a policy of type \(schema.name) needs HCN schema 2.\(schema.schemaMinor), which Windows supports from build \(HCNSchema.firstBuild(schema.schemaMinor)) on, but the host is \(hostTitle)",
        at: location, notes: hostNotes)
    }
  }

  private mutating func checkPolicy(_ schema: PolicySchema, _ cell: PlatformCell, at location: SourceRange) {
    switch schema.packetEffect {
    case .none, .evaluated: break
    case .unevaluatedFilter where cell.programmablePoints.isEmpty:
      report(
        .aclNotProgrammable,
        "ACL tiers cannot be set with Hyper-V isolation on \(cell.driver.rawValue) networks", at: location)
    case .unevaluatedFilter:
      report(
        .policyNotEvaluated,
        "a policy of type \(schema.name) is passed through; how it acts beside ACLs is not documented, so the verdict is unknown where a rule of it matches",
        at: location)
    case .unevaluated:
      report(
        .policyNotEvaluated,
        "a policy of type \(schema.name) is passed through; plans and traces do not evaluate its effect on packets",
        at: location)
    }
  }

  /// Reads an object with known members as JSON, in the order written.
  private mutating func object(_ node: YAMLNode, _ members: [PolicySchema.Member], _ what: String) -> JSON? {
    guard yaml.kind(node) == .mapping else {
      if isNotNull(node, what) { wrongType(node, "a mapping") }
      return nil
    }
    let before = errors
    var object = JSONObject()
    var children = yaml.children(node)
    while let key = children.next(), let value = children.next() {
      let name = yaml.string(key)
      guard let member = members.first(where: { $0.name == name }) else {
        let names = members.map(\.name)
        report(
          .invalidSetting, "\(what) have no member '\(name.quotable)'", at: yaml.location(key),
          help: nearest(to: name, among: names).map { "did you mean '\($0)'?" }
            ?? (names.isEmpty ? "there are no settings" : "the members are \(names.joined(separator: ", "))"))
        continue
      }
      if let value = setting(value, member.shape, "'\(name)'") { object.append(name, value) }
    }
    for member in members
    where member.requirement != .optional && object[member.name] == nil && errors == before {
      report(
        .invalidSetting, "\(what) need the member '\(member.name)'", at: startLocation(of: node))
    }
    return errors == before ? .object(object) : nil
  }

  private mutating func setting(_ node: YAMLNode, _ shape: PolicySchema.Shape, _ what: String) -> JSON? {
    switch shape {
    case .object(let members): return object(node, members, what)
    case .list(let element):
      return list(node, "\(what) as a list") { $0.setting($1, element, what) }.map { .array($0) }
    case .boolean: return boolean(node, what).map { .bool($0) }
    case .text, .enumeration, .address, .prefix, .addressOrPrefix, .mac, .identifier, .number: break
    }
    guard isText(node, what) else { return nil }
    let text = yaml.string(node)
    switch shape {
    case .number(let highest):
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        report(
          .invalidSetting, "\(what) must be a whole number, not \(quoted(node))", at: yaml.location(node))
        return nil
      }
      guard let number = UInt64(text), number <= highest else {
        report(
          .invalidSetting, "\(what) must be 0 to \(highest), not \(quoted(node))", at: yaml.location(node))
        return nil
      }
      return Int64(exactly: number).map { .integer($0) } ?? .number("\(number)")
    case .enumeration(let words):
      guard words.contains(text) else {
        report(
          .invalidSetting, "\(what) must be one of \(words.joined(separator: ", ")), not \(quoted(node))",
          at: yaml.location(node), help: nearest(to: text, among: words).map { "did you mean '\($0)'?" })
        return nil
      }
    case .address:
      guard IPAddress(text) != nil else {
        report(.invalidSetting, "\(what) must be an address, not \(quoted(node))", at: yaml.location(node))
        return nil
      }
    case .addressOrPrefix:
      switch AddressText(parsing: Array(text.utf8).span) {
      case .address, .prefix, .hostBitsSet: break
      default:
        report(
          .invalidSetting, "\(what) must be an address or a prefix, not \(quoted(node))",
          at: yaml.location(node))
        return nil
      }
    case .identifier:
      guard GUID(text) != nil else {
        report(.invalidSetting, "\(what) must be a GUID, not \(quoted(node))", at: yaml.location(node))
        return nil
      }
    case .text, .boolean, .prefix, .mac, .list, .object: break
    }
    return .string(text)
  }
}

/// The endpoint policies that a profile specifies by type, and those with their own keys.
enum PassThroughPolicies {
  /// Types that have their own key in a profile, with that key.
  static let ownKeys: [PolicyType: String] = [
    .acl: "acls", .portMapping: "publish", .outboundNAT: "outboundNat", .sdnRoute: "routes",
  ]

  /// The types that are passed through, in the order of the reference.
  static let schemas = PolicyTable.endpoint.schemas.filter { ownKeys[$0.type] == nil }
}
