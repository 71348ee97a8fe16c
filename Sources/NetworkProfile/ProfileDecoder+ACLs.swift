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
      guard let name = name(key, of: "an ACL set"), isSomething(value, "the ACL set '\(name.value)'") else {
        continue
      }
      aclSetIndex[name.value] = aclSets.count
      aclSets.append(ACLSetDeclaration(name: name, acls: acls(value)))
    }
  }

  /// Reads a list of ACLs with names of their own; those that do not read are left out.
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
          duplicateName(acls[later].name, of: "an ACL", first: acls[earlier].name.place)
          break
        }
      }
      return
    }
    var places: [String: Place] = Dictionary(minimumCapacity: acls.count)
    for acl in acls {
      if let first = places.updateValue(acl.name.place, forKey: acl.name.value) {
        duplicateName(acl.name, of: "an ACL", first: first)
        places[acl.name.value] = first
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
        .reservedName, "an ACL cannot be called '\(name.value)', which traces call the platform's own rule",
        at: name.place)
    }
    let direction: Direction? = fields[.direction].flatMap { choice($0, "a direction") }
    let action: RuleAction? = fields[.action].flatMap { choice($0, "an action") }
    var match = RuleMatch()
    if let list = fields[.protocols] { match.protocols = protocols(list) }
    if let list = fields[.localAddresses] { match.localAddresses = addressSet(list, "a list of addresses") }
    if let list = fields[.remoteAddresses] { match.remoteAddresses = addressSet(list, "a list of addresses") }
    if let list = fields[.localPorts] { match.localPorts = ports(list) }
    if let list = fields[.remotePorts] { match.remotePorts = ports(list) }
    let priority = fields[.priority].flatMap {
      number($0, "a priority", Int(Profile.priorities.lowerBound)...Int(Profile.priorities.upperBound))
    }
    checkPorts(fields, match.protocols)
    checkFamilies(fields, match)
    guard errors == before, let name, let direction, let action, isReadable(fields, match) else {
      if let name { unreadACLs.insert(name.value) }
      return nil
    }
    return ACLDeclaration(
      name: name, direction: direction, action: action, match: match, priority: priority.map { UInt16($0) })
  }

  /// Whether every list that is there was read: an address set that does not read says so only once.
  private func isReadable(_ fields: Record<ACLKey>, _ match: RuleMatch) -> Bool {
    fields.has(.localAddresses) == (match.localAddresses != nil)
      && fields.has(.remoteAddresses) == (match.remoteAddresses != nil)
  }

  /// Ports are only matched for TCP and UDP, and only where the ACL names nothing else.
  private mutating func checkPorts(_ fields: Record<ACLKey>, _ protocols: ProtocolSet?) {
    guard let ports = fields[.localPorts] ?? fields[.remotePorts] else { return }
    if !fields.has(.protocols) {
      report(
        .portsWithoutProtocols, "an ACL with ports must say of which protocols", at: keyPlace(ports),
        remedy: "add 'protocols: [tcp]', 'protocols: [udp]' or both")
    } else if let protocols, let list = fields[.protocols], !Self.havePorts(protocols) {
      let offender = yaml.children(list).first { element in
        protocolNumber(element).map { !$0.hasPorts } ?? false
      }
      let text = offender.map { yaml.string($0).quotable } ?? ""
      report(
        .protocolWithoutPorts, "the protocol '\(text)' has no ports that an ACL can match",
        at: keyPlace(ports),
        notes: [.init("the protocol is named here", offender.map { yaml.place($0) } ?? yaml.place(list))],
        remedy: "put '\(text)' into an ACL without ports")
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
      .mixedFamilies, "the ACL matches nothing: its sides have no address family in common",
      at: keyPlace(remote), notes: [.init("the other side is here", keyPlace(local))])
  }

  private func protocolNumber(_ node: YAMLNode) -> IPProtocol? {
    let text = yaml.string(node)
    if let named = IPProtocol(name: text) { return named }
    guard let number = UInt8(text), number > 0 else { return nil }
    return IPProtocol(number)
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
    if let result = protocolNumber(node) { return result }
    let text = yaml.string(node)
    if text.lowercased() == "any" || text == "256" {
      report(
        .unknownProtocol, "'\(text)' is not a protocol", at: yaml.place(node),
        remedy: "remove the key where any protocol is meant")
      return nil
    }
    let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    let near = nearest(to: text, among: IPProtocol.named.map(\.name)).map { "did you mean '\($0)'?" }
    report(
      .unknownProtocol,
      isNumber
        ? "a protocol number must be 1 to 255, not '\(text.quotable)'"
        : "'\(text.quotable)' is not a protocol",
      at: yaml.place(node),
      remedy: isNumber ? nil : near ?? "write a name such as tcp, or a number of 1 to 255")
    return nil
  }

  /// Reads a list of ports and port ranges.
  mutating func ports(_ node: YAMLNode) -> PortSet? {
    guard yaml.kind(node) == .sequence, yaml.count(node) > 0 else {
      emptyOrNoList(node, "a list of ports")
      return nil
    }
    if yaml.count(node) == 1, let only = yaml.children(node).first(where: { _ in true }) {
      return portRange(only).map { PortSet(canonical: [PortSet.Interval($0.lower, $0.upper)]) }
    }
    var intervals: [PortSet.Interval] = []
    intervals.reserveCapacity(yaml.count(node))
    var isComplete = true
    var isAscending = true
    for element in yaml.children(node) {
      guard let range = portRange(element) else {
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
  mutating func portRange(_ node: YAMLNode) -> PortRange? {
    guard isText(node, "a port") else { return nil }
    switch PortText(parsing: Span(_unsafeElements: yaml.bytes(node))) {
    case .range(let range) where range.lower > 0: return range
    case .range, .outOfRange:
      report(.outOfRange, "a port must be 1 to 65535, not \(quoted(node))", at: yaml.place(node))
    case .inverted(let first, let last):
      report(
        .invertedRange, "the port range \(quoted(node)) ends before it starts", at: yaml.place(node),
        remedy: "write '\(last)-\(first)'")
    case .invalid:
      report(
        .invalidPort, "\(quoted(node)) is not a port or a range of ports", at: yaml.place(node),
        remedy: "write a number such as 80, or a range such as 8000-8080")
    }
    return nil
  }
}
