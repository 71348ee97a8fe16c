import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  /// Reads a set of packets with a verdict.
  mutating func packetSet(_ node: YAMLNode) -> PacketSetExpectation? {
    let before = errors
    guard let fields = record(node, PacketKey.setTable) else { return nil }
    let verdict: RuleAction? = fields[.verdict].flatMap { choice($0, "an action") }
    var result = PacketSetExpectation(verdict: verdict ?? .block)
    if let node = fields[.from], !isAny(node) { result.from = peerSet(node, depth: 0, isSource: true) }
    if let node = fields[.to], !isAny(node) { result.to = peerSet(node, depth: 0) }
    if let node = fields[.protocol] {
      result.protocols = numbers(node, all: .allProtocols) { decoder, element in
        decoder.ipProtocol(element).map { ProtocolSet($0.number, $0.number) }
      }
    }
    // With 'any', ports select the protocols that have ports, as in a trace.
    if let node = fields[.protocol], isAny(node), fields.has(.port) || fields.has(.sourcePort) {
      result.protocols = ProtocolSet([.tcp, .udp])
    }
    if let node = fields[.port] {
      result.ports = numbers(node, all: .allPorts) {
        $0.portRange($1, for: .packet).map { PortSet($0.lower, $0.upper) }
      }
    }
    if let node = fields[.sourcePort] {
      result.sourcePorts = numbers(node, all: .allPorts) {
        $0.portRange($1, for: .packet).map { PortSet($0.lower, $0.upper) }
      }
    }
    if let node = fields[.icmpType] {
      result.icmpTypes = numbers(node, all: IntervalSet(0, 255)) { $0.icmpTypes($1) }
    }
    checkMembers(fields, result.protocols)
    return errors == before ? result : nil
  }

  private mutating func checkMembers(_ fields: Record<PacketKey>, _ protocols: ProtocolSet?) {
    if let node = fields[.port] ?? fields[.sourcePort] {
      if !fields.has(.protocol) {
        report(
          .portsWithoutProtocols, "a set of packets with ports must specify protocols",
          at: keyLocation(node),
          help: "add 'protocol: tcp', 'protocol: udp' or 'protocol: [tcp, udp]'")
      } else if let protocols, !Self.havePorts(protocols) {
        report(
          .protocolWithoutPorts, "ports can be specified only for tcp and udp", at: keyLocation(node),
          help: "remove the other protocols, or the ports")
      }
    }
    guard let node = fields[.icmpType] else { return }
    if protocols.map({ !$0.isSubset(of: ProtocolSet([.icmp, .icmpv6])) }) ?? !fields.has(.protocol) {
      report(
        .keyNotSupported, "only ICMP packets have an ICMP type", at: keyLocation(node),
        help: "write 'protocol: icmp', 'protocol: icmpv6' or both")
    }
  }

  /// Whether a value is the word `any`, which packets accept wherever commands do.
  func isAny(_ node: YAMLNode) -> Bool {
    yaml.kind(node) == .scalar && yaml.string(node).lowercased() == "any"
  }

  /// Reads ICMP types: a number or a range.
  private mutating func icmpTypes(_ node: YAMLNode) -> IntervalSet<UInt8>? {
    guard isText(node, "an ICMP type") else { return nil }
    guard case .range(let range) = PortText(parsing: Span(_unsafeElements: yaml.bytes(node))),
      let lower = UInt8(exactly: range.lower), let upper = UInt8(exactly: range.upper)
    else {
      report(
        .outOfRange, "an ICMP type must be a number from 0 to 255 or a range of them, not \(quoted(node))",
        at: yaml.location(node))
      return nil
    }
    return IntervalSet(lower, upper)
  }

  /// The set inside `{not: SET}`, if a value has this form.
  private mutating func negated(_ node: YAMLNode) -> YAMLNode?? {
    guard yaml.kind(node) == .mapping else { return .some(nil) }
    var children = yaml.children(node)
    guard let key = children.next(), let value = children.next(), children.next() == nil,
      yaml.string(key) == "not"
    else {
      report(
        .unknownKey, "a set is a value, a list, or {not: SET}", at: startLocation(of: node),
        help: "write {not: SET} with 'not' as the only key")
      return nil
    }
    return .some(value)
  }

  /// Reads a set of numbers: one, a list, or everything except a set.
  private mutating func numbers<Bound>(
    _ node: YAMLNode, all: IntervalSet<Bound>,
    _ read: (inout ProfileDecoder, YAMLNode) -> IntervalSet<Bound>?
  ) -> IntervalSet<Bound>? {
    guard let negated = negated(node) else { return nil }
    if let negated { return numbers(negated, all: all, read).map { all.subtracting($0) } }
    if isAny(node) { return all }
    guard yaml.kind(node) == .sequence else { return read(&self, node) }
    guard yaml.count(node) > 0 else {
      emptyOrNoList(node, "a set")
      return nil
    }
    var ranges: [IntervalSet<Bound>.Interval] = []
    for element in yaml.children(node) {
      if let set = numbers(element, all: all, read) { ranges += set.intervals }
    }
    return IntervalSet(ranges)
  }

  /// Reads a set of peers: addresses, prefixes, ranges, address sets, names.
  private mutating func peerSet(_ node: YAMLNode, depth: Int, isSource: Bool = false) -> PeerSet? {
    guard let negated = negated(node) else { return nil }
    if let negated { return peerSet(negated, depth: depth + 1, isSource: isSource).map { .complement($0) } }
    if yaml.kind(node) == .sequence {
      guard yaml.count(node) > 0 else {
        emptyOrNoList(node, "a set")
        return nil
      }
      var members: [PeerSet] = []
      for element in yaml.children(node) {
        if let member = peerSet(element, depth: depth + 1, isSource: isSource) { members.append(member) }
      }
      return members.count == 1 ? members[0] : .union(members)
    }
    guard isText(node, "an address, a range or a name") else { return nil }
    if isAny(node) { return .addresses(.all) }
    let text = AddressText(parsing: Span(_unsafeElements: yaml.bytes(node)))
    if let range = text.range { return .addresses(AddressSet(CollectionOfOne(range))) }
    guard text == .invalid else {
      invalidAddress(node, "an address")
      return nil
    }
    return !isSource || isNoService(node) ? namedSet(node) : nil
  }

  private mutating func namedSet(_ node: YAMLNode) -> PeerSet? {
    let name = yaml.string(node)
    if let index = addressSetIndex[name] { return index.map { .addresses(addressSets[$0].addresses) } }
    guard isKnownPeer(name) else {
      unknownPeer(node, inSet: true)
      return nil
    }
    return .named(located(name, node))
  }
}
