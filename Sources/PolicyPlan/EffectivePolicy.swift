import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler

/// What an endpoint's rules admit, read from its documents.
///
/// On cells with VFP its rules are asked, because they carry the policy exactly; on the others those of
/// Windows Firewall.
struct EffectivePolicy {
  let endpoint: EndpointRecord
  let cell: PlatformCell
  let build: WindowsBuild
  let switches: HostSwitches

  /// How many boxes a region may have before it is not worth words.
  private static let boxLimit = 200

  init(_ endpoint: EndpointRecord, cell: PlatformCell, build: WindowsBuild, switches: HostSwitches) {
    self.endpoint = endpoint
    self.cell = cell
    self.build = build
    self.switches = switches
  }

  var families: [AddressFamily] { cell.filteredFamilies(build) }

  /// The packets of a direction that pass, or nil when they are too scattered to be put in words.
  func admitted(_ direction: Direction) -> PacketRegion? {
    PacketRegion.admitted(by: orderedRules(direction), families: families, limit: Self.boxLimit)
  }

  /// The rules of a direction in an order in which the first match decides, the last ones for what no
  /// rule of the endpoint matches.
  private func orderedRules(_ direction: Direction) -> [OrderedRule] {
    var list: [OrderedRule] = []
    let acls = endpoint.acls.map(\.acl).filter { $0.direction == direction }
    func own(_ type: RuleType) -> [PortACL] {
      acls.filter { $0.effectiveRuleType(driver: cell.driver, switches: switches) == type }
    }
    if cell.programmablePoints.contains(.vfp) {
      func turn(_ acl: PortACL) -> UInt16 { acl.priority ?? PortACL.omittedPriority }
      list = own(.switch).enumerated().sorted {
        (turn($0.element), $0.offset) < (turn($1.element), $1.offset)
      }.map { OrderedRule(name: $0.element.id ?? "", action: $0.element.action, match: $0.element.match) }
    } else if cell.programmablePoints.contains(.windowsFirewall) {
      let rules = own(.host)
      list = (rules.filter { $0.action == .block } + rules.filter { $0.action == .allow }).map {
        OrderedRule(name: $0.id ?? "", action: $0.action, match: $0.match)
      }
    }
    let ports = PublishedPort.of(endpoint)
    if direction == .in, cell.isolation == .process {
      list += PublishedPort.firewallRules(ports, cell: cell).map {
        OrderedRule(name: $0.name, action: .allow, match: $0.match)
      }
    }
    if closes(direction) {
      list.append(OrderedRule(name: "implicit deny", action: .block, match: RuleMatch()))
    } else if direction == .in, let admitted = cell.inboundDefault(build, switches) {
      list.append(OrderedRule(name: "platform", action: .allow, match: RuleMatch(protocols: admitted)))
      list.append(OrderedRule(name: "platform", action: .block, match: RuleMatch()))
    } else {
      list.append(OrderedRule(name: "platform", action: .allow, match: RuleMatch()))
    }
    return list
  }

  /// Whether unmatched traffic of a direction is dropped because the endpoint carries ACLs.
  private func closes(_ direction: Direction) -> Bool {
    guard switches[.implicitDeny] != "never", !cell.programmablePoints.isEmpty else { return false }
    if switches[.implicitDenyScope] == "endpoint" { return !endpoint.acls.isEmpty }
    return endpoint.acls.contains { $0.acl.direction == direction }
  }

  /// What decides where no rule of a profile or of another agent matches, in words.
  func posture(_ direction: Direction) -> String {
    let catchAlls = endpoint.acls.filter { acl in
      acl.acl.direction == direction && acl.identity.map { $0.origins[0].hasPrefix("default-") } ?? false
    }
    guard !catchAlls.isEmpty else {
      if closes(direction) { return "whatever the switch implicitDeny says" }
      guard direction == .in, let admitted = cell.inboundDefault(build, switches) else { return "allow" }
      return admitted.isEmpty ? "block" : Self.words(allowing: admitted)
    }
    let allows = catchAlls.filter { $0.acl.action == .allow }
    guard !allows.isEmpty else { return "block" }
    let sets = allows.map(\.acl.match.protocols)
    guard !sets.contains(nil) else { return "allow" }
    return Self.words(allowing: sets.reduce(ProtocolSet()) { $0.union($1 ?? ProtocolSet()) })
  }

  private static func words(allowing protocols: ProtocolSet) -> String {
    "allow \(protocols.protocols.map(\.description).joined(separator: ", ")) and block every other protocol"
  }

  /// Whether some direction is decided by the implicit deny and not by a rule.
  var dependsOnImplicitDeny: Bool {
    Direction.allCases.contains { direction in
      endpoint.acls.contains { $0.acl.direction == direction }
        && !endpoint.acls.contains { acl in
          acl.acl.direction == direction && acl.identity.map { $0.origins[0].hasPrefix("default-") } ?? false
        }
    }
  }
}
