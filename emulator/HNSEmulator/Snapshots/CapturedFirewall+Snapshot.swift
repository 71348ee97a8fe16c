import HostModel
import JSONText
import NetworkTypes

extension CapturedFirewall {
  /// The firewall in a snapshot: profiles in their order, rules in the order of the source.
  var snapshot: JSON {
    var object = JSONObject()
    if !profiles.isEmpty {
      object.append(
        "profiles",
        .object(
          JSONObject(
            FirewallProfile.allCases.compactMap { name in
              profiles[name].map { JSONObject.Member(name.rawValue, $0.snapshot) }
            })))
    }
    if let activeProfiles {
      object.append(
        "activeProfiles",
        .strings(FirewallProfile.allCases.filter { activeProfiles.contains($0) }.map(\.rawValue)))
    }
    object.append("rules", .array(rules.map(\.snapshot)))
    return .object(object)
  }

  init(snapshot reader: SnapshotReader) throws(SnapshotError) {
    try reader.allow(["profiles", "activeProfiles", "rules"])
    var profiles: [FirewallProfile: FirewallProfileSettings] = [:]
    if reader.object["profiles"] != nil {
      let list = try SnapshotReader(reader.object["profiles"], reader.path(of: "profiles"))
      for member in list.object.members {
        guard let name = FirewallProfile(rawValue: member.key) else {
          throw list.failure(member.key, "is not a profile")
        }
        profiles[name] = try FirewallProfileSettings(
          snapshot: SnapshotReader(member.value, list.path(of: member.key)))
      }
    }
    var active: Set<FirewallProfile>?
    if reader.object["activeProfiles"] != nil { active = Set(try reader.values("activeProfiles")) }
    var rules: [CapturedFirewallRule] = []
    for (index, element) in try reader.list("rules").enumerated() {
      rules.append(
        try CapturedFirewallRule(
          snapshot: SnapshotReader(element, "\(reader.path(of: "rules"))[\(index)]")))
    }
    self.init(rules: rules, profiles: profiles, activeProfiles: active)
  }
}

extension FirewallProfileSettings {
  /// The settings that differ from the platform's.
  fileprivate var snapshot: JSON {
    let usual = FirewallProfileSettings()
    var object = JSONObject()
    if isEnabled != usual.isEnabled { object.append("enabled", .bool(isEnabled)) }
    if inbound != usual.inbound { object.append("inbound", .string(inbound.rawValue)) }
    if outbound != usual.outbound { object.append("outbound", .string(outbound.rawValue)) }
    if !allowsInboundRules { object.append("allowInboundRules", false) }
    if !allowsLocalRules { object.append("allowLocalRules", false) }
    return .object(object)
  }

  fileprivate init(snapshot reader: SnapshotReader) throws(SnapshotError) {
    try reader.allow(["enabled", "inbound", "outbound", "allowInboundRules", "allowLocalRules"])
    self.init()
    isEnabled = try reader.flag("enabled", default: true)
    inbound = try reader.value(ifPresent: "inbound") ?? inbound
    outbound = try reader.value(ifPresent: "outbound") ?? outbound
    allowsInboundRules = try reader.flag("allowInboundRules", default: true)
    allowsLocalRules = try reader.flag("allowLocalRules", default: true)
  }
}

extension CapturedFirewallRule {
  /// The members that are lists of texts: present if they have elements, null if they are not in the source.
  private static var lists: [(name: String, path: WritableKeyPath<CapturedFirewallRule, [String]?>)] {
    [
      ("localAddresses", \.localAddresses), ("remoteAddresses", \.remoteAddresses),
      ("localPorts", \.localPorts), ("remotePorts", \.remotePorts), ("icmpTypes", \.icmpTypes),
    ]
  }

  /// The rule in a snapshot, without members that have their usual value.
  fileprivate var snapshot: JSON {
    var object: JSONObject = ["name": .string(name)]
    object.append("displayName", displayName.map { .string($0) })
    object.append("group", group.map { .string($0) })
    if isEnabled != true { object.append("enabled", isEnabled.map { .bool($0) } ?? .null) }
    object.append("direction", direction.map { .string($0.rawValue) })
    object.append("action", action.map { .string($0.rawValue) })
    if !profiles.isEmpty {
      object.append(
        "profiles", .strings(FirewallProfile.allCases.filter { profiles.contains($0) }.map(\.rawValue)))
    }
    object.append("store", store.map { .string($0.rawValue) })
    if protocolText != "Any" { object.append("protocol", protocolText.map { .string($0) } ?? .null) }
    for (name, path) in Self.lists where self[keyPath: path] != [] {
      object.append(name, self[keyPath: path].map { .strings($0) } ?? .null)
    }
    if !conditions.isEmpty {
      object.append(
        "conditions",
        .array(conditions.map { ["kind": .string($0.kind.rawValue), "value": .string($0.value)] }))
    }
    if !missing.isEmpty { object.append("missing", .strings(missing)) }
    object.append("edgeTraversal", edgeTraversal.map { .string($0) })
    if hasLooseSourceMapping { object.append("looseSourceMapping", true) }
    object.append("compartment", compartment.map { .integer(Int64($0)) })
    return .object(object)
  }

  fileprivate init(snapshot reader: SnapshotReader) throws(SnapshotError) {
    try reader.allow([
      "name", "displayName", "group", "enabled", "direction", "action", "profiles", "store", "protocol",
      "localAddresses", "remoteAddresses", "localPorts", "remotePorts", "icmpTypes", "conditions", "missing",
      "edgeTraversal", "looseSourceMapping", "compartment",
    ])
    self.init(name: try reader.text("name"))
    displayName = try reader.text(ifPresent: "displayName")
    group = try reader.text(ifPresent: "group")
    isEnabled = reader.object["enabled"] == .null ? nil : try reader.flag("enabled", default: true)
    direction = try reader.value(ifPresent: "direction")
    action = try reader.value(ifPresent: "action")
    if reader.object["profiles"] != nil { profiles = Set(try reader.values("profiles")) }
    store = try reader.value(ifPresent: "store")
    protocolText =
      reader.object["protocol"] == .null ? nil : try reader.text(ifPresent: "protocol") ?? "Any"
    for (name, path) in Self.lists where reader.object[name] != nil {
      self[keyPath: path] = reader.object[name] == .null ? nil : try reader.texts(name)
    }
    if reader.object["conditions"] != nil {
      for (index, element) in try reader.list("conditions").enumerated() {
        let condition = try SnapshotReader(element, "\(reader.path(of: "conditions"))[\(index)]")
        try condition.allow(["kind", "value"])
        guard let kind = Condition.Kind(rawValue: try condition.text("kind")) else {
          throw condition.failure("kind", "is not a kind of condition")
        }
        conditions.append(Condition(kind, try condition.text("value")))
      }
    }
    if reader.object["missing"] != nil { missing = try reader.texts("missing") }
    edgeTraversal = try reader.text(ifPresent: "edgeTraversal")
    hasLooseSourceMapping = try reader.flag("looseSourceMapping", default: false)
    if reader.object["compartment"] != nil {
      compartment = UInt32(try reader.integer("compartment", 0...Int64(UInt32.max)))
    }
  }
}

extension SnapshotReader {
  /// A string; nil if it is absent.
  fileprivate func text(ifPresent key: String) throws(SnapshotError) -> String? {
    object[key] == nil ? nil : try text(key)
  }

  /// One of the values of a type; nil if it is absent.
  fileprivate func value<Value: RawRepresentable<String>>(
    ifPresent key: String
  ) throws(SnapshotError) -> Value? {
    guard let text = try text(ifPresent: key) else { return nil }
    guard let value = Value(rawValue: text) else { throw failure(key, "'\(text)' is not a valid value") }
    return value
  }

  /// A list of values of a type.
  fileprivate func values<Value: RawRepresentable<String>>(_ key: String) throws(SnapshotError) -> [Value] {
    var result: [Value] = []
    for (index, text) in try texts(key).enumerated() {
      guard let value = Value(rawValue: text) else {
        throw failure("\(key)[\(index)]", "'\(text)' is not a valid value")
      }
      result.append(value)
    }
    return result
  }
}
