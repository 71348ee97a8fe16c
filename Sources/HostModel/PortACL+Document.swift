public import JSONText
public import NetworkTypes

/// Why the settings of an ACL are not an ACL.
public struct PortACLError: Error, Hashable, Sendable {
  /// The invalid member, such as `RemoteAddresses`.
  public let member: String
  /// What is wrong with it.
  public let reason: String
}

extension PortACL {
  /// The settings as written in an HCN document, members in HNS's own order, absent ones left out.
  ///
  /// Any protocol, address or port is written as an absent member: HNS refuses the word "Any", and a
  /// `/0` prefix does not mean any to it (reference: windows-firewall-and-vfp, 4.1 and 9). A set
  /// that contains a whole family and is not "any" is written as two `/1` prefixes.
  public var settings: JSON {
    var object = JSONObject()
    object.append(
      "Protocols", match.protocols.map { .string(Self.list($0.protocols.map { "\($0.number)" })) })
    object.append("LocalAddresses", Self.addresses(match.localAddresses, sets: localSets))
    object.append("RemoteAddresses", Self.addresses(match.remoteAddresses, sets: remoteSets))
    object.append("LocalPorts", match.localPorts.map { .string(Self.list($0.ranges.map(\.description))) })
    object.append("RemotePorts", match.remotePorts.map { .string(Self.list($0.ranges.map(\.description))) })
    object.append("Priority", priority.map { .number($0) })
    object.append("Id", id.map { .string($0) })
    object.append("Action", .string(action.documentName))
    object.append("Direction", .string(direction == .in ? "In" : "Out"))
    object.append("RuleType", ruleType.map { .string($0.rawValue) })
    return .object(object)
  }

  /// Reads the settings of an ACL policy.
  ///
  /// Enumerations are read as names, case-insensitively; a protocol of 256 or an empty list
  /// means any; entries of address lists that are not addresses are read as ids of IP sets.
  ///
  /// - Parameter settings: The settings member of the policy.
  /// - Throws: ``PortACLError`` that names the member.
  public init(settings: JSON) throws(PortACLError) {
    guard let object = settings.object else {
      throw PortACLError(member: "Settings", reason: "must be an object")
    }
    func text(_ key: String) throws(PortACLError) -> String? {
      switch object[key] {
      case nil, .null: return nil
      case .string(let text): return text
      default: throw PortACLError(member: key, reason: "must be a string")
      }
    }
    func required<Value>(_ key: String, _ values: [(String, Value)]) throws(PortACLError) -> Value {
      guard let word = try text(key) else { throw PortACLError(member: key, reason: "is missing") }
      guard let match = values.first(where: { $0.0.lowercased() == word.lowercased() }) else {
        throw PortACLError(member: key, reason: "has the unknown value '\(word)'")
      }
      return match.1
    }
    let action: RuleAction = try required("Action", [("Allow", .allow), ("Block", .block)])
    let direction: Direction = try required("Direction", [("In", .in), ("Out", .out)])
    var acl = Content(match: RuleMatch(), action: action, direction: direction)
    if try text("RuleType") != nil {
      acl.ruleType = try required("RuleType", [("Host", .host), ("Switch", .switch)])
    }
    acl.id = try text("Id")
    switch object["Priority"] {
    case nil, .null, .integer(0): acl.priority = nil
    case .integer(let number):
      guard let priority = UInt16(exactly: number) else {
        throw PortACLError(member: "Priority", reason: "must be 0 to 65535")
      }
      acl.priority = priority
    default: throw PortACLError(member: "Priority", reason: "must be a number")
    }
    acl.match.protocols = try Self.protocols(text("Protocols"))
    (acl.match.localAddresses, acl.localSets) = try Self.readAddresses(
      text("LocalAddresses"), "LocalAddresses")
    (acl.match.remoteAddresses, acl.remoteSets) = try Self.readAddresses(
      text("RemoteAddresses"), "RemoteAddresses")
    acl.match.localPorts = try Self.ports(text("LocalPorts"), "LocalPorts")
    acl.match.remotePorts = try Self.ports(text("RemotePorts"), "RemotePorts")
    if acl.match.localPorts != nil || acl.match.remotePorts != nil {
      try Self.checkPortProtocols(acl.match.protocols)
    }
    self.init(acl)
  }

  /// Whether reading the ``settings`` results in this ACL, without actually writing and reading them.
  ///
  /// In a document, an empty Id and the priority 0 mean none. An empty set of protocols, addresses or ports
  /// matches nothing, and the settings of such an ACL would say "any": it is refused.
  ///
  /// - Returns: Whether it does; otherwise the result is ``normalizedForSettings``.
  /// - Throws: ``PortACLError`` with the member that could not be read.
  public func roundTripsThroughSettings() throws(PortACLError) -> Bool {
    if let protocols = match.protocols {
      guard !protocols.isEmpty else { throw PortACLError(member: "Protocols", reason: "is empty") }
      guard !protocols.contains(0) else {
        throw PortACLError(member: "Protocols", reason: "has the entry '0', not a protocol number")
      }
    }
    try Self.checkAddresses(match.localAddresses, localSets, "LocalAddresses")
    try Self.checkAddresses(match.remoteAddresses, remoteSets, "RemoteAddresses")
    if match.localPorts?.isEmpty ?? false { throw PortACLError(member: "LocalPorts", reason: "is empty") }
    if match.remotePorts?.isEmpty ?? false { throw PortACLError(member: "RemotePorts", reason: "is empty") }
    if match.localPorts != nil || match.remotePorts != nil { try Self.checkPortProtocols(match.protocols) }
    return !(id?.isEmpty ?? false) && priority != 0 && !(match.localAddresses?.isEmpty ?? false)
      && !(match.remoteAddresses?.isEmpty ?? false)
  }

  /// The ACL without what a document cannot express: an empty Id, priority 0, no addresses beside IP sets.
  public var normalizedForSettings: PortACL {
    var acl = self
    if id?.isEmpty ?? false { acl.id = nil }
    if priority == 0 { acl.priority = nil }
    if match.localAddresses?.isEmpty ?? false { acl.match.localAddresses = nil }
    if match.remoteAddresses?.isEmpty ?? false { acl.match.remoteAddresses = nil }
    return acl
  }

  private static func checkPortProtocols(_ protocols: ProtocolSet?) throws(PortACLError) {
    guard let protocols, protocols.isSubset(of: portProtocols) else {
      throw PortACLError(member: "Protocols", reason: "must be 6, 17 or both if there are ports")
    }
  }

  /// Checks that addresses and ids of IP sets would be read as such.
  private static func checkAddresses(
    _ addresses: AddressSet?, _ sets: [String], _ member: String
  ) throws(PortACLError) {
    if sets.isEmpty, addresses?.isEmpty ?? false { throw PortACLError(member: member, reason: "is empty") }
    for name in sets {
      let bytes = Array(name.utf8)
      guard !name.isEmpty, !name.contains(","), name.lowercased() != "any",
        case .invalid = AddressText(parsing: bytes.span)
      else { throw PortACLError(member: member, reason: "has the entry '\(name)', not the id of an IP set") }
    }
  }

  private static func list(_ entries: [String]) -> String { entries.joined(separator: ",") }

  private static func addresses(_ set: AddressSet?, sets: [String]) -> JSON? {
    guard set != nil || !sets.isEmpty else { return nil }
    return .string(list((set?.listedPrefixes ?? []) + sets))
  }

  /// Calls a body with each entry of a comma-separated list; false if there is no list.
  private static func forEachEntry(
    _ text: String?, _ member: String, _ body: (Span<UInt8>) throws(PortACLError) -> Void
  ) throws(PortACLError) -> Bool {
    guard let text, !text.isEmpty else { return false }
    let bytes = text.utf8.span
    var start = 0
    for index in 0...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: ",") {
      guard index > start else { throw PortACLError(member: member, reason: "has an empty entry") }
      try body(bytes.extracting(start..<index))
      start = index + 1
    }
    return true
  }

  private static func word(_ entry: Span<UInt8>) -> String {
    String(decoding: entry.indices.map { entry[$0] }, as: UTF8.self)
  }

  private static func protocols(_ text: String?) throws(PortACLError) -> ProtocolSet? {
    // The number 256 alone means any protocol (reference: hns, 1.8.1).
    guard text != "256" else { return nil }
    var intervals: [ProtocolSet.Interval] = []
    let isList = try forEachEntry(text, "Protocols") { entry throws(PortACLError) in
      guard case .range(let range) = PortText(parsing: entry), range.lower == range.upper,
        let number = UInt8(exactly: range.lower), number > 0
      else {
        throw PortACLError(
          member: "Protocols", reason: "has the entry '\(word(entry))', not a protocol number")
      }
      intervals.append(.init(number, number))
    }
    return isList ? ProtocolSet(intervals) : nil
  }

  private static func readAddresses(
    _ text: String?, _ member: String
  ) throws(PortACLError) -> (AddressSet?, [String]) {
    var ranges: [AddressRange] = []
    var sets: [String] = []
    let isList = try forEachEntry(text, member) { entry throws(PortACLError) in
      switch AddressText(parsing: entry) {
      case .address(let address): ranges.append(AddressRange(address))
      case .prefix(let prefix), .hostBitsSet(let prefix, _): ranges.append(prefix.range)
      case .range, .inverted, .mixedFamilies, .badLength:
        throw PortACLError(member: member, reason: "has the entry '\(word(entry))', not an address or prefix")
      case .invalid:
        let name = word(entry)
        guard name.lowercased() != "any" else {
          throw PortACLError(member: member, reason: "has the entry '\(name)'; leave the member out instead")
        }
        sets.append(name)
      }
    }
    return (isList && (!ranges.isEmpty || sets.isEmpty) ? AddressSet(ranges) : nil, sets)
  }

  private static func ports(_ text: String?, _ member: String) throws(PortACLError) -> PortSet? {
    var ranges: [PortRange] = []
    let isList = try forEachEntry(text, member) { entry throws(PortACLError) in
      guard case .range(let range) = PortText(parsing: entry) else {
        throw PortACLError(member: member, reason: "has the entry '\(word(entry))', not a port or range")
      }
      ranges.append(range)
    }
    return isList ? PortSet(ranges) : nil
  }
}

/// The protocols that have ports.
private let portProtocols = ProtocolSet.withPorts

extension AddressSet {
  /// The members as HNS lists them: prefixes, a single address without its length, and a whole family
  /// as its two halves, because a `/0` does not mean any to HNS (reference: windows-firewall-and-vfp, 9).
  public var listedPrefixes: [String] {
    prefixes.flatMap { prefix in
      guard prefix.length == 0 else { return [prefix.listed] }
      let highest = IPAddress(prefix.family, prefix.family.highest)
      return [prefix.address, highest].map { IPPrefix(containing: $0, length: 1).listed }
    }
  }
}
