import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  /// Reads the named lists under `aclSets`.
  mutating func readACLSets(_ node: YAMLNode) {
    guard yaml.kind(node) == .mapping else { return wrongType(node, "a mapping of names to lists of ACLs") }
    var children = yaml.children(node)
    while let key = children.next(), let value = children.next() {
      guard let name = name(key, of: "an ACL set"), isNotNull(value, "the ACL set '\(name.value)'") else {
        continue
      }
      aclSetIndex[name.value] = aclSets.count
      aclSets.append(ACLSetDeclaration(name: name, acls: acls(value)))
    }
  }

  /// Reads a list of ACLs with unique names; invalid ones are left out.
  mutating func acls(_ node: YAMLNode) -> [ACLDeclaration] {
    var result: [ACLDeclaration] = []
    result.reserveCapacity(yaml.count(node))
    forEach(node, "a list of ACLs") { decoder, element in
      if let acl = decoder.acl(element) { result.append(acl) }
    }
    reportDuplicateNames(result)
    return result
  }

  private mutating func reportDuplicateNames(_ acls: [ACLDeclaration]) {
    if acls.count <= 16 {
      for later in acls.indices {
        for earlier in 0..<later where acls[earlier].name.value == acls[later].name.value {
          duplicateName(acls[later].name, of: "an ACL", first: acls[earlier].name.location)
          break
        }
      }
      return
    }
    var locations: [String: SourceRange] = Dictionary(minimumCapacity: acls.count)
    for acl in acls {
      if let first = locations.updateValue(acl.name.location, forKey: acl.name.value) {
        duplicateName(acl.name, of: "an ACL", first: first)
        locations[acl.name.value] = first
      }
    }
  }

  /// Reads one ACL.
  private mutating func acl(_ node: YAMLNode) -> ACLDeclaration? {
    let before = errors
    guard let fields = record(node, ACLKey.table) else { return nil }
    let name = fields[.name].flatMap { self.name($0, of: "an ACL") }
    if let name, Self.ruleNames.contains(name.value) {
      report(
        .reservedName, "an ACL cannot be named '\(name.value)': traces use that name for a platform rule",
        at: name.location)
    }
    let direction: Direction? = fields[.direction].flatMap { choice($0, "a direction") }
    let action: RuleAction? = fields[.action].flatMap { choice($0, "an action") }
    var match = RuleMatch()
    if let list = fields[.protocols] { match.protocols = protocols(list) }
    let local = fields[.localAddresses].map { addressSet($0, "a list of addresses") }
    let remote = fields[.remoteAddresses].map { addressSet($0, "a list of addresses") }
    match.localAddresses = local?.addresses
    match.remoteAddresses = remote?.addresses
    let unresolved = unresolvedPeers(local?.assignedNames ?? [], remote?.assignedNames ?? [])
    if let list = fields[.localPorts] { match.localPorts = ports(list) }
    if let list = fields[.remotePorts] { match.remotePorts = ports(list) }
    let priority = fields[.priority].flatMap {
      number($0, "a priority", Int(Profile.priorities.lowerBound)...Int(Profile.priorities.upperBound))
    }
    checkPorts(fields, match.protocols)
    if unresolved == nil { checkFamilies(fields, match) }
    guard errors == before, let name, let direction, let action, isReadable(fields, match) else {
      if let name { unreadACLs.insert(name.value) }
      return nil
    }
    return ACLDeclaration(
      name: name, direction: direction, action: action, match: match, priority: priority.map { UInt16($0) },
      unresolved: unresolved)
  }

  private mutating func unresolvedPeers(
    _ local: [Located<String>], _ remote: [Located<String>]
  ) -> UnresolvedPeers? {
    guard !local.isEmpty || !remote.isEmpty else { return nil }
    hasUnresolvedPeers = true
    return UnresolvedPeers(local: local, remote: remote)
  }

  /// Whether every list that is present is valid; an invalid address set is reported only once.
  private func isReadable(_ fields: Record<ACLKey>, _ match: RuleMatch) -> Bool {
    fields.has(.localAddresses) == (match.localAddresses != nil)
      && fields.has(.remoteAddresses) == (match.remoteAddresses != nil)
  }

  /// Ports are matched only for TCP and UDP, and only if the ACL lists no other protocol.
  private mutating func checkPorts(_ fields: Record<ACLKey>, _ protocols: ProtocolSet?) {
    guard let ports = fields[.localPorts] ?? fields[.remotePorts] else { return }
    if !fields.has(.protocols) {
      report(
        .portsWithoutProtocols, "an ACL with ports must specify protocols", at: keyLocation(ports),
        help: "add 'protocols: [tcp]', 'protocols: [udp]' or both")
    } else if let protocols, let list = fields[.protocols], !Self.havePorts(protocols) {
      let offender = yaml.children(list).first { element in
        (try? IPProtocol(word: yaml.string(element))).map { !$0.hasPorts } ?? false
      }
      let text = offender.map { yaml.string($0).quotable } ?? ""
      report(
        .protocolWithoutPorts, PacketFieldError.portsNotSpecifiable("'\(text)'"),
        at: keyLocation(ports),
        notes: [.init("the protocol is here", offender.map { yaml.location($0) } ?? yaml.location(list))],
        help: "use a separate ACL without ports for '\(text)'")
    }
  }

  /// Whether all protocols of a set have ports.
  static func havePorts(_ protocols: ProtocolSet) -> Bool {
    protocols.intervals.allSatisfy { $0.lower == $0.upper && IPProtocol($0.lower).hasPorts }
  }

  private mutating func checkFamilies(_ fields: Record<ACLKey>, _ match: RuleMatch) {
    guard match.localAddresses != nil, match.remoteAddresses != nil, match.families.isEmpty,
      let local = fields[.localAddresses], let remote = fields[.remoteAddresses]
    else { return }
    report(
      .mixedFamilies, "the ACL matches nothing: its local and remote addresses have no family in common",
      at: keyLocation(remote), notes: [.init("the local addresses are here", keyLocation(local))])
  }

  private static let tcp = ProtocolSet([IPProtocol.tcp])
  private static let udp = ProtocolSet([IPProtocol.udp])

  /// Reads a list of protocols.
  mutating func protocols(_ node: YAMLNode) -> ProtocolSet? {
    guard yaml.kind(node) == .sequence, yaml.count(node) > 0 else {
      emptyOrNoList(node, "a list of protocols")
      return nil
    }
    if yaml.count(node) == 1, let only = yaml.children(node).first(where: { _ in true }) {
      let text = yaml.bytes(only)
      if text.elementsEqual("tcp".utf8) { return Self.tcp }
      if text.elementsEqual("udp".utf8) { return Self.udp }
    }
    return list(node, "a list of protocols") { $0.ipProtocol($1) }.map { ProtocolSet($0) }
  }

  /// Reads a protocol by name in any case, or by number.
  mutating func ipProtocol(_ node: YAMLNode) -> IPProtocol? {
    guard isText(node, "a protocol") else { return nil }
    let text = yaml.string(node)
    do { return try IPProtocol(word: text) } catch {
      let isAny = text.lowercased() == "any" || text == "256"
      // A number is not a misspelled name.
      let near =
        text.first?.isNumber == true
        ? nil : nearest(to: text, among: IPProtocol.named.map(\.name)).map { "did you mean '\($0)'?" }
      report(
        .unknownProtocol, error.message(text.quotable), at: yaml.location(node),
        help: isAny ? "remove the key to match any protocol" : near ?? error.help)
      return nil
    }
  }

  /// Reads a list of ports and port ranges.
  private mutating func ports(_ node: YAMLNode) -> PortSet? {
    guard yaml.kind(node) == .sequence, yaml.count(node) > 0 else {
      emptyOrNoList(node, "a list of ports")
      return nil
    }
    if yaml.count(node) == 1, let only = yaml.children(node).first(where: { _ in true }) {
      return portRange(only, for: .rule).map { PortSet(canonical: [PortSet.Interval($0.lower, $0.upper)]) }
    }
    var intervals: [PortSet.Interval] = []
    intervals.reserveCapacity(yaml.count(node))
    var isComplete = true
    var isAscending = true
    for element in yaml.children(node) {
      guard let range = portRange(element, for: .rule) else {
        isComplete = false
        continue
      }
      if let last = intervals.last { isAscending = isAscending && Int(range.lower) > Int(last.upper) + 1 }
      intervals.append(PortSet.Interval(range.lower, range.upper))
    }
    guard isComplete else { return nil }
    return isAscending ? PortSet(canonical: intervals) : PortSet(intervals)
  }

  /// Reads a port or a range of ports.
  mutating func portRange(_ node: YAMLNode, for use: PortUse) -> PortRange? {
    guard isText(node, "a port") else { return nil }
    do { return try PortRange(word: Span(_unsafeElements: yaml.bytes(node)), for: use) } catch {
      invalidPort(error, yaml.string(node), at: node)
      return nil
    }
  }

  /// Reads one port.
  mutating func port(_ node: YAMLNode, for use: PortUse) -> UInt16? {
    guard isText(node, "a port") else { return nil }
    let range: PortRange
    do { range = try PortRange(word: Span(_unsafeElements: yaml.bytes(node)), for: use) } catch {
      invalidPort(error, yaml.string(node), at: node, help: "write a port from \(use.lowest) to 65535")
      return nil
    }
    guard let port = range.single else {
      report(
        .invalidPort, "\(quoted(node)) is a range of ports, but a packet has a single port",
        at: yaml.location(node),
        help: "use 'always' or 'never' for a set of packets")
      return nil
    }
    return port
  }

  /// Reports a word that is not a port or a range of ports.
  mutating func invalidPort(
    _ problem: PacketFieldError, _ word: String, at node: YAMLNode, help: String? = nil
  ) {
    let code: DiagnosticCode =
      switch problem.reason {
      case .notAPort, .notAProtocol: .invalidPort
      case .portOutOfRange: .outOfRange
      case .invertedPorts: .invertedRange
      }
    report(code, problem.message(word.quotable), at: yaml.location(node), help: help ?? problem.help)
  }
}
