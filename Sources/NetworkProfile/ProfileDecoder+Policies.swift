import Diagnostics
import HostModel
import JSONText
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  /// Reads the HNS policies that are passed through.
  mutating func readPolicies(_ node: YAMLNode, _ cell: PlatformCell, _ endpoint: inout EndpointDeclaration) {
    var seen: [String: Place] = [:]
    forEach(node, "a list of policies") { decoder, element in
      guard let fields = decoder.record(element, PolicyKey.table), let typeNode = fields[.type],
        let type = decoder.policyType(typeNode)
      else { return }
      let place = decoder.yaml.place(typeNode)
      if let first = seen.updateValue(place, forKey: type.name), !type.isRepeatable {
        decoder.report(
          .duplicateEntry, "an endpoint has one policy of type \(type.name)", at: place,
          notes: [.init("the first is here", first)])
      }
      decoder.checkGate(of: type, at: place)
      decoder.checkPolicy(type, cell, at: place)
      var settings: JSON? = .object(JSONObject())
      if let node = fields[.settings] {
        settings = decoder.object(node, type.members, "the settings of \(type.name)")
      } else if !fields.has(.settings), let member = type.members.first(where: \.isRequired) {
        decoder.report(
          .invalidSetting, "a policy of type \(type.name) needs 'settings' with the member '\(member.name)'",
          at: place)
      }
      guard let settings else { return }
      endpoint.policies.append(PolicyDeclaration(type: Located(type.name, at: place), settings: settings))
    }
  }

  private mutating func policyType(_ node: YAMLNode) -> PolicyType? {
    guard isText(node, "the type of a policy") else { return nil }
    let text = yaml.string(node)
    if let type = PolicyType.all.first(where: { $0.name == text }) { return type }
    if let (name, key) = PolicyType.withOwnKey.first(where: { $0.0.lowercased() == text.lowercased() }) {
      report(
        .policyHasOwnKey, "the profile has the key '\(key)' for policies of type \(name)",
        at: yaml.place(node),
        remedy: "use '\(key)'")
      return nil
    }
    let names = PolicyType.all.map(\.name)
    report(
      .unknownPolicy, "\(quoted(node)) is not a type of endpoint policy", at: yaml.place(node),
      remedy: nearest(to: text, among: names).map { "did you mean '\($0)'?" }
        ?? "the types are \(names.joined(separator: ", "))")
    return nil
  }

  private mutating func checkGate(of type: PolicyType, at place: Place) {
    switch type.gate {
    case .none: break
    case .feature(let feature, let since):
      requireFeature(feature, "a policy of type \(type.name)", since: since, at: place)
    case .schema(let version, let build):
      guard host.windows.build < build else { return }
      report(
        .featureNotAvailable,
        "a policy of type \(type.name) needs HCN schema \(version), which Windows has from build \(build) on, and the host is \(hostTitle)",
        at: place, notes: hostNotes)
    }
  }

  private mutating func checkPolicy(_ type: PolicyType, _ cell: PlatformCell, at place: Place) {
    guard type.changesPackets else { return }
    if type.name == "TierAcl", cell.programmablePoints.isEmpty {
      report(
        .aclNotProgrammable,
        "ACLs in tiers cannot be set for Hyper-V isolation on \(cell.driver.rawValue) networks", at: place)
    } else {
      report(
        .policyNotEvaluated,
        "a policy of type \(type.name) is passed through; plans and traces do not look at what it does to packets",
        at: place)
    }
  }

  /// Reads an object with known members as JSON, in the order written.
  private mutating func object(_ node: YAMLNode, _ members: [PolicyType.Member], _ what: String) -> JSON? {
    guard yaml.kind(node) == .mapping else {
      if isSomething(node, what) { wrongType(node, "a mapping") }
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
          .invalidSetting, "\(what) have no member '\(name.quotable)'", at: yaml.place(key),
          remedy: nearest(to: name, among: names).map { "did you mean '\($0)'?" }
            ?? (names.isEmpty ? "there are no settings" : "the members are \(names.joined(separator: ", "))"))
        continue
      }
      if let value = setting(value, member.shape, "'\(name)'") { object.append(name, value) }
    }
    for member in members where member.isRequired && object[member.name] == nil && errors == before {
      report(
        .invalidSetting, "\(what) need the member '\(member.name)'", at: startPlace(of: node))
    }
    return errors == before ? .object(object) : nil
  }

  private mutating func setting(_ node: YAMLNode, _ shape: PolicyType.Shape, _ what: String) -> JSON? {
    switch shape {
    case .object(let members): return object(node, members, what)
    case .list(let element):
      return list(node, "\(what) as a list") { $0.setting($1, element, what) }.map { .array($0) }
    case .truth: return truth(node, what).map { .bool($0) }
    case .text, .words, .address, .identifier, .number: break
    }
    guard isText(node, what) else { return nil }
    let text = yaml.string(node)
    switch shape {
    case .number(let highest):
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        report(
          .invalidSetting, "\(what) must be a whole number, not \(quoted(node))", at: yaml.place(node))
        return nil
      }
      guard let number = UInt64(text), number <= highest else {
        report(
          .invalidSetting, "\(what) must be 0 to \(highest), not \(quoted(node))", at: yaml.place(node))
        return nil
      }
      return Int64(exactly: number).map { .integer($0) } ?? .number("\(number)")
    case .words(let words):
      guard words.contains(text) else {
        report(
          .invalidSetting, "\(what) must be one of \(words.joined(separator: ", ")), not \(quoted(node))",
          at: yaml.place(node), remedy: nearest(to: text, among: words).map { "did you mean '\($0)'?" })
        return nil
      }
    case .address:
      guard IPAddress(text) != nil else {
        report(.invalidSetting, "\(what) must be an address, not \(quoted(node))", at: yaml.place(node))
        return nil
      }
    case .identifier:
      guard GUID(text) != nil else {
        report(.invalidSetting, "\(what) must be a GUID, not \(quoted(node))", at: yaml.place(node))
        return nil
      }
    case .text, .truth, .list, .object: break
    }
    return .string(text)
  }
}
