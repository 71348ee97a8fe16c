import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  /// Reads a list of tests; the names they use must exist, their expectations are not evaluated here.
  mutating func readTests(_ node: YAMLNode) -> [TestDeclaration] {
    var tests: [TestDeclaration] = []
    var seen: [String: SourceRange] = [:]
    forEach(node, "a list of tests") { decoder, element in
      guard let fields = decoder.record(element, TestKey.table) else { return }
      let name = fields[.name].flatMap { decoder.testName($0) }
      if let name, let first = seen.updateValue(name.location, forKey: name.value) {
        decoder.duplicateName(
          Located(name.value.quotable, at: name.location), of: "a test", first: first)
        seen[name.value] = first
      }
      guard let claim = decoder.claim(fields), let name else { return }
      tests.append(TestDeclaration(name: name, claim: claim))
    }
    return tests
  }

  private mutating func testName(_ node: YAMLNode) -> Located<String>? {
    guard isText(node, "the name of a test") else { return nil }
    let text = yaml.string(node)
    guard !text.isEmpty, text.utf8.count <= 256 else {
      report(
        .invalidName, "the name of a test must have 1 to 256 bytes", at: yaml.location(node))
      return nil
    }
    return located(text, node)
  }

  private mutating func claim(_ fields: Record<TestKey>) -> TestDeclaration.Claim? {
    let kinds = [TestKey.packet, .always, .never].filter { fields.has($0) }
    guard kinds.count == 1 else {
      report(
        .invalidTest,
        "a test must have exactly one of 'packet', 'always' and 'never', not \(kinds.isEmpty ? "none" : "several")",
        at: startLocation(of: fields.node))
      return nil
    }
    guard kinds[0] == .packet else {
      for key in [TestKey.expect, .rule, .via] {
        guard let value = fields[key] else { continue }
        report(
          .keyNotSupported, "'\(TestKey.table.spelling(key))' is for a single packet, not a set of packets",
          at: keyLocation(value), help: key == .expect ? "write 'verdict' inside the set" : "remove the key")
      }
      guard let node = fields[kinds[0]], let set = packetSet(node) else { return nil }
      return kinds[0] == .always ? .always(set) : .never(set)
    }
    let expect: RuleAction? = fields[.expect].flatMap { choice($0, "an action") }
    if !fields.has(.expect) {
      report(
        .missingKey, "a test of a packet needs the key 'expect'", at: startLocation(of: fields.node),
        help: "write 'expect: allow' or 'expect: block'")
    }
    guard let node = fields[.packet], let packet = record(node, PacketKey.table) else { return nil }
    return expectation(packet, expect, fields).map { .packet($0) }
  }

  private mutating func expectation(
    _ packet: Record<PacketKey>, _ expect: RuleAction?, _ fields: Record<TestKey>
  ) -> PacketExpectation? {
    let before = errors
    let from = packet[.from].flatMap { isNoService($0) ? peer($0) : nil }
    let to = packet[.to].flatMap { peer($0) }
    let proto = packet[.protocol].flatMap { refuseAny($0) ? nil : ipProtocol($0) }
    let port = packet[.port].flatMap { refuseAny($0) ? nil : self.port($0, for: .packet) }
    let sourcePort = packet[.sourcePort].flatMap { refuseAny($0) ? nil : self.port($0, for: .packet) }
    let icmpType = packet[.icmpType].flatMap { number($0, "an ICMP type", 0...255) }
    if let proto {
      checkMembers(packet, proto, to)
    }
    if let from, let to { checkFamilies(from, to) }
    var via: [EnforcementPoint: RuleAction] = [:]
    if let node = fields[.via], let points = record(node, ViaKey.table) {
      via[.windowsFirewall] = points[.windowsFirewall].flatMap { choice($0, "an action") }
      via[.vfp] = points[.vfp].flatMap { choice($0, "an action") }
      if let from, let to { checkPoints(via, from, to, at: keyLocation(node)) }
    }
    var rule: Located<String>?
    if let node = fields[.rule], isText(node, "the name of a rule") {
      rule = located(yaml.string(node), node)
      if let rule, let from, let to { checkRule(rule, from, to) }
    }
    guard errors == before, let from, let to, let proto, let expect else { return nil }
    return PacketExpectation(
      from: from, to: to, protocol: proto, port: port, sourcePort: sourcePort,
      icmpType: icmpType.map { UInt8($0) }, expect: expect, rule: rule, via: via)
  }

  /// Refuses the word `any` in a packet.
  private mutating func refuseAny(_ node: YAMLNode) -> Bool {
    guard isAny(node) else { return false }
    report(
      .invalidTest, "a packet has a single value here, not \(quoted(node))", at: yaml.location(node),
      help: "use 'always' or 'never' for a set of packets")
    return true
  }

  /// Ports belong to TCP and UDP, ICMP types to ICMP.
  private mutating func checkMembers(
    _ packet: Record<PacketKey>, _ proto: IPProtocol, _ to: Located<String>?
  ) {
    for key in [PacketKey.port, .sourcePort] where !proto.hasPorts {
      guard let node = packet[key] else { continue }
      report(
        .protocolWithoutPorts, PacketFieldError.portsNotSpecifiable("\(proto)"), at: keyLocation(node),
        help: "remove the key")
    }
    if proto.hasPorts, !packet.has(.port), let to, ServiceName.service(to.value) != nil {
      checkOnlyPort(of: to.value, proto, packet)
    } else if proto.hasPorts, !packet.has(.port) {
      report(
        .missingKey, "a packet of protocol \(proto) needs the key 'port'", at: startLocation(of: packet.node),
        help: "specify the destination port")
    }
    if let node = packet[.icmpType], proto != .icmp, proto != .icmpv6 {
      report(
        .keyNotSupported, "a packet of protocol \(proto) has no ICMP type", at: keyLocation(node),
        help: "remove the key")
    }
  }

  /// A packet to a service needs no port where the service has only one of the protocol.
  private mutating func checkOnlyPort(of name: String, _ proto: IPProtocol, _ packet: Record<PacketKey>) {
    guard let service = service(named: name) else { return }
    let ports = service.ports.filter { $0.protocol == proto }.map { "\($0.port.value)" }
    guard ports.count != 1 else { return }
    report(
      .missingKey, "a packet of protocol \(proto) to this service needs the key 'port'",
      at: startLocation(of: packet.node),
      help: ports.isEmpty
        ? "the service has no port of \(proto)" : "specify one of its ports: \(ports.joined(separator: ", "))"
    )
  }

  /// Reads an address or the name of a peer.
  private mutating func peer(_ node: YAMLNode) -> Located<String>? {
    guard isText(node, "an address or a name"), !refuseAny(node) else { return nil }
    let text = AddressText(parsing: Span(_unsafeElements: yaml.bytes(node)))
    switch text {
    case .address: return located(yaml.string(node), node)
    case .invalid: break
    case .prefix, .range:
      report(
        .invalidAddress, "a packet has a single address, not \(quoted(node))", at: yaml.location(node),
        help: "use 'always' or 'never' for a set of packets")
      return nil
    default:
      invalidAddress(node, "an address")
      return nil
    }
    let name = yaml.string(node)
    guard isKnownPeer(name) else {
      unknownPeer(node)
      return nil
    }
    return located(name, node)
  }

  /// The endpoints of a peer; none for an address, the host, or a pod in the host's compartment.
  private func endpointIndices(ofPeer peer: String) -> [Int] {
    IPAddress(peer) == nil ? endpointIndices(of: peer) : []
  }

  private func families(of peer: String) -> Set<AddressFamily> {
    if let address = IPAddress(peer) { return [address.family] }
    if let service = service(named: peer) { return [service.address.value.family] }
    var families: Set<AddressFamily> = []
    for index in endpointIndices(ofPeer: peer) {
      let endpoint = endpoints[index]
      let subnets = networks[endpoint.network].subnets.map(\.prefix.value.family)
      let own = endpoint.addresses.isEmpty ? subnets : endpoint.addresses.map(\.value.family)
      families.formUnion(own.isEmpty ? AddressFamily.allCases : own)
    }
    return families.isEmpty ? Set(AddressFamily.allCases) : families
  }

  private mutating func checkFamilies(_ from: Located<String>, _ to: Located<String>) {
    guard families(of: from.value).isDisjoint(with: families(of: to.value)) else { return }
    func title(_ peer: String) -> String {
      families(of: peer).contains(.ipv4) ? "IPv4" : "IPv6"
    }
    report(
      .mixedFamilies, "a packet cannot go from \(title(from.value)) to \(title(to.value))", at: to.location,
      notes: [.init("its source is here", from.location)],
      help: "use an \(title(to.value)) source or an \(title(from.value)) destination")
  }

  /// Refuses an enforcement point that neither end of the packet has.
  private mutating func checkPoints(
    _ via: [EnforcementPoint: RuleAction], _ from: Located<String>, _ to: Located<String>,
    at location: SourceRange
  ) {
    guard resolvesPeers, !leadsElsewhere([from, to]) else { return }
    let ends = [from, to].flatMap { endpointIndices(ofPeer: $0.value) }
    for point in via.keys.sorted() {
      let isThere = ends.contains { index in
        guard let driver = networkFacts[endpoints[index].network].driver else { return true }
        return point == .windowsFirewall || driver.filtersWithVFP
      }
      if !isThere {
        report(
          .unknownEnforcementPoint, "\(point.title) filters neither end of this packet", at: location)
      }
    }
  }

  /// Refuses a rule that neither end of the packet has.
  private mutating func checkRule(_ rule: Located<String>, _ from: Located<String>, _ to: Located<String>) {
    guard !Self.ruleNames.contains(rule.value), !unreadACLs.contains(rule.value), resolvesPeers else {
      return
    }
    var names: Set<String> = []
    for index in [from, to].flatMap({ endpointIndices(ofPeer: $0.value) }) {
      let endpoint = endpoints[index]
      for acl in endpoint.acls { names.insert(acl.name.value) }
      for set in endpoint.aclSets { for acl in aclSets[set.value].acls { names.insert(acl.name.value) } }
    }
    guard !names.contains(rule.value), !leadsElsewhere([from, to]) else { return }
    let near = nearest(to: rule.value, among: names.union(Self.ruleNames).sorted())
    report(
      .unknownRule, "neither end of the packet has a rule '\(rule.value.quotable)'", at: rule.location,
      help: near.map { "did you mean '\($0)'?" })
  }

  /// Whether an end could be an endpoint that the test does not name: the host's published ports and services
  /// lead to one, and so does one's address.
  private func leadsElsewhere(_ peers: [Located<String>]) -> Bool {
    peers.contains { peer in
      guard let address = IPAddress(peer.value) else {
        return peer.value == "host" || ServiceName.service(peer.value) != nil
      }
      return serviceUsage.virtualAddresses[address] != nil
        || host.addresses.contains { $0.value == address }
        || networks.contains { $0.subnets.contains { $0.prefix.value.contains(address) } }
    }
  }
}
