import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler

/// What an endpoint's rules admit, read from its documents.
///
/// Every point of the endpoint's cell is asked, because a packet must pass all of them.
struct EffectivePolicy {
  let endpoint: EndpointRecord
  let cell: PlatformCell
  let build: WindowsBuild
  let assumptions: Assumptions

  /// How many boxes a region may have before it is not worth words.
  private static let boxLimit = 200

  init(_ endpoint: EndpointRecord, cell: PlatformCell, build: WindowsBuild, assumptions: Assumptions) {
    self.endpoint = endpoint
    self.cell = cell
    self.build = build
    self.assumptions = assumptions
  }

  var families: [AddressFamily] { cell.filteredFamilies(build) }

  /// The packets of a direction that pass, or nil when they are too scattered to be put in words.
  ///
  /// Where all rules of Windows Firewall are a profile's, it admits all that VFP does, and asking VFP is
  /// enough.
  func admitted(_ direction: Direction) -> PacketRegion? {
    let points = cell.programmablePoints
    if points == [.windowsFirewall, .vfp], !acls(of: .switch).isEmpty {
      let vfp = region(vfpRules(direction))
      let isAllOfProfiles = acls(of: .host).allSatisfy { $0.identity != nil }
      if isAllOfProfiles, hasCatchAll(.host, direction) { return vfp }
      guard let vfp, let firewall = region(firewallRules(direction)) else { return nil }
      return vfp.intersection(firewall, limit: Self.boxLimit)
    }
    return region(points == [.vfp] ? vfpRules(direction) : firewallRules(direction))
  }

  private func region(_ rules: [OrderedRule]) -> PacketRegion? {
    PacketRegion.admitted(by: rules, families: families, limit: Self.boxLimit)
  }

  /// The ACLs that act at a point, both directions together.
  private func acls(of type: RuleType) -> [HostACL] {
    guard cell.enforcesACLs(build, assumptions) else { return [] }
    return endpoint.acls.filter {
      $0.acl.effectiveRuleType(driver: cell.driver, assumptions: assumptions) == type
    }
  }

  /// VFP's rules of a direction in their order, the last one for what none of them matches.
  private func vfpRules(_ direction: Direction) -> [OrderedRule] {
    // A utility VM's own firewall cannot be programmed and keeps the platform's default.
    if cell.isolation == .hyperv, direction == .in, cell.inboundDefault(build, assumptions) != nil {
      return [Self.closing]
    }
    func turn(_ acl: PortACL) -> UInt16 { acl.priority ?? PortACL.omittedPriority }
    var list = acls(of: .switch).map(\.acl).filter { $0.direction == direction }.enumerated().sorted {
      (turn($0.element), $0.offset) < (turn($1.element), $1.offset)
    }.map { Self.rule($0.element) }
    list.append(closes(.switch, direction) ? Self.closing : Self.open)
    return list
  }

  /// The rules of Windows Firewall in an order in which the first match decides: blocks, allows, the
  /// platform's own.
  private func firewallRules(_ direction: Direction) -> [OrderedRule] {
    let own =
      cell.programmablePoints.contains(.windowsFirewall)
      ? acls(of: .host).map(\.acl).filter { $0.direction == direction } : []
    var list = (own.filter { $0.action == .block } + own.filter { $0.action == .allow }).map(Self.rule)
    if direction == .in, cell.isolation == .process {
      list += PublishedPort.firewallRules(PublishedPort.of(endpoint), cell: cell).map {
        OrderedRule(name: $0.name, action: .allow, match: $0.match)
      }
    }
    if closes(.host, direction) {
      list.append(Self.closing)
    } else if direction == .in, let admitted = cell.inboundDefault(build, assumptions) {
      list.append(OrderedRule(name: "platform", action: .allow, match: RuleMatch(protocols: admitted)))
      list.append(Self.closing)
    } else {
      list.append(Self.open)
    }
    return list
  }

  private static let closing = OrderedRule(name: "closed", action: .block, match: RuleMatch())
  private static let open = OrderedRule(name: "open", action: .allow, match: RuleMatch())

  private static func rule(_ acl: PortACL) -> OrderedRule {
    OrderedRule(name: acl.id ?? "", action: acl.action, match: acl.match)
  }

  /// Whether a point drops unmatched traffic of a direction because it holds ACLs of the endpoint.
  private func closes(_ type: RuleType, _ direction: Direction) -> Bool {
    guard assumptions.implicitDeny != .never, !cell.programmablePoints.isEmpty else { return false }
    let acls = acls(of: type)
    if assumptions.implicitDenyScope == .endpoint { return !acls.isEmpty }
    return acls.contains { $0.acl.direction == direction }
  }

  private func hasCatchAll(_ type: RuleType, _ direction: Direction) -> Bool {
    acls(of: type).contains { acl in
      acl.acl.direction == direction && acl.identity.map { $0.isDefault } ?? false
    }
  }

  /// What decides where no rule of a profile or of another agent matches, in words.
  func posture(_ direction: Direction) -> String {
    let catchAlls = (acls(of: .switch) + acls(of: .host)).filter { acl in
      acl.acl.direction == direction && acl.identity.map { $0.isDefault } ?? false
    }
    guard !catchAlls.isEmpty else {
      if closes(.switch, direction) || closes(.host, direction) {
        return "whatever the assumption implicitDeny says"
      }
      guard direction == .in, let admitted = cell.inboundDefault(build, assumptions) else { return "allow" }
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

  /// Whether the implicit deny and not a rule decides some direction at some point.
  var dependsOnImplicitDeny: Bool {
    RuleType.allCases.contains { type in
      Direction.allCases.contains { direction in
        acls(of: type).contains { $0.acl.direction == direction } && !hasCatchAll(type, direction)
      }
    }
  }
}
