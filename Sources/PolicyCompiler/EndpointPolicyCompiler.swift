import Diagnostics
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

/// Compiles the ordered rules of one endpoint into HNS ACLs for the points of its cell.
///
/// VFP keeps an order, so Switch ACLs are the rules as they stand. Windows Firewall has none, so Host
/// ACLs are an exact rewrite in which block beats allow (reference: windows-firewall-and-vfp, 2.1,
/// 3.6). Endpoints with equal rules are compiled once.
struct EndpointPolicyCompiler {
  /// The priority of the catch-alls, the highest in use by public clients (reference: hns, 6.8).
  static let catchAllPriority: UInt16 = 65500
  /// The priority every Host ACL carries before HNS 7.2 (reference: hns, 4.3).
  static let legacyHostPriority: UInt16 = 100
  /// How many entries one list of an ACL may have (reference: hns, 1.8.1).
  static let listLimit = 4_000
  /// How many ACLs the ordered list of one direction may grow by on its way to ACLs of one type: by the
  /// rewrite for Windows Firewall, and by writing out lists and ranges before HNS 7.2.
  static let growthLimit = 1_000

  /// Everything the result depends on, beside the host.
  struct Key: Hashable {
    struct Rule: Hashable {
      var name: String
      var direction: Direction
      var action: RuleAction
      var match: RuleMatch
      var priority: UInt16

      var ordered: OrderedRule { OrderedRule(name: name, action: action, match: match) }
    }

    var cell: PlatformCell
    /// The rules of both directions in the order in which they are tried.
    var rules: [Rule]
    var inbound: RuleAction?
    var outbound: RuleAction?
    var published: [PublishDeclaration]
  }

  /// Why rules cannot be compiled.
  enum Refusal: Error, Hashable {
    /// Windows Firewall alone would have to carry the rules of a direction and cannot keep their order;
    /// the names are those of the blocks that do not fit.
    case notExpressible(Direction, [String])
    /// The rule becomes too many ACLs on a host that takes no lists and ranges.
    case tooMany(String)
  }

  let profile: String
  let build: WindowsBuild
  let assumptions: Assumptions
  private var known: [Key: Result<CompiledPolicy, Refusal>] = [:]

  /// Makes a compiler.
  ///
  /// - Parameters:
  ///   - profile: The name of the profile, which owns the ACLs.
  ///   - build: The host's build.
  ///   - assumptions: The host's assumptions.
  init(profile: String, build: WindowsBuild, assumptions: Assumptions) {
    self.profile = profile
    self.build = build
    self.assumptions = assumptions
  }

  /// Compiles the rules of one endpoint.
  ///
  /// - Parameters:
  ///   - cell: The endpoint's driver and isolation.
  ///   - rules: Its ACLs in the order in which they are tried.
  ///   - defaults: What the profile states for packets that no ACL matches.
  ///   - published: Its published ports.
  mutating func compile(
    cell: PlatformCell, rules: [OrderedACL], defaults: DefaultsDeclaration?, published: [PublishDeclaration]
  ) -> Result<CompiledPolicy, Refusal> {
    let key = Key(
      cell: cell,
      rules: rules.map {
        Key.Rule(
          name: $0.acl.name.value, direction: $0.acl.direction, action: $0.acl.action, match: $0.acl.match,
          priority: $0.priority)
      },
      inbound: defaults?.inbound?.value, outbound: defaults?.outbound?.value, published: published)
    if let result = known[key] { return result }
    let result = Result { () throws(Refusal) in try compile(key) }
    known[key] = result
    return result
  }

  private func compile(_ key: Key) throws(Refusal) -> CompiledPolicy {
    var policy = CompiledPolicy()
    if key.inbound != nil { policy.statedDefaults.insert(.in) }
    if key.outbound != nil { policy.statedDefaults.insert(.out) }
    guard !key.rules.isEmpty || !policy.statedDefaults.isEmpty else { return policy }
    for point in key.cell.programmablePoints {
      for direction in Direction.allCases {
        switch point {
        case .windowsFirewall: try addHostACLs(direction, of: key, to: &policy)
        case .vfp: try addSwitchACLs(direction, of: key, to: &policy)
        }
      }
    }
    number(&policy)
    return policy
  }

  // MARK: VFP

  /// Adds the rules of one direction as they stand: VFP keeps their order.
  private func addSwitchACLs(
    _ direction: Direction, of key: Key, to policy: inout CompiledPolicy
  ) throws(Refusal) {
    let families = key.cell.filteredFamilies(build)
    var room = Self.growthLimit
    func add(
      _ rule: OrderedRule, priority: UInt16, isCatchAll: Bool = false
    ) throws(Refusal) {
      guard let matches = written(rule.match, families, room: &room) else { throw .tooMany(rule.name) }
      for match in matches {
        let acl = PortACL(
          match: match, priority: priority, action: rule.action, direction: direction, ruleType: .switch)
        policy.entries.append(.init(acl: acl, origins: [rule.name], isCatchAll: isCatchAll))
      }
    }
    for rule in key.rules where rule.direction == direction {
      try add(rule.ordered, priority: rule.priority)
    }
    for var rule in defaultRules(key, direction) {
      // No packet at a switch port carries a number VFP keeps for itself.
      rule.match.protocols = rule.match.protocols?.intersection(
        build.hnsVersion.protocolsOfSwitchACLs(assumptions))
      try add(rule, priority: Self.catchAllPriority, isCatchAll: true)
    }
  }

  // MARK: Windows Firewall

  /// Adds the rules of one direction rewritten so that they need no order.
  ///
  /// Where VFP filters too, blocks that do not fit are left to it; allows always stand, because what
  /// VFP lets pass must pass here as well.
  private func addHostACLs(
    _ direction: Direction, of key: Key, to policy: inout CompiledPolicy
  ) throws(Refusal) {
    let families = key.cell.filteredFamilies(build)
    let hasVFP = key.cell.programmablePoints.contains(.vfp)
    let catchAlls = defaultRules(key, direction)
    let list = key.rules.filter { $0.direction == direction }.map(\.ordered) + catchAlls
    var leftOut: [String] = []
    let pieces: [FirewallRewrite.Rule]
    switch FirewallRewrite.rewrite(list, families: families, limit: Self.growthLimit) {
    case .exact(let rules): pieces = rules
    case .tooLarge(let culprits, let superset):
      guard hasVFP else { throw .notExpressible(direction, culprits) }
      leftOut = culprits
      pieces = superset
    }

    var room = Self.growthLimit
    var matches: [[RuleMatch]] = Array(repeating: [], count: pieces.count)
    for action in [RuleAction.allow, .block] {
      for (index, piece) in pieces.enumerated() where piece.action == action {
        if let written = written(piece.match, families, room: &room) {
          matches[index] = written
          continue
        }
        var wholeRoom = Self.growthLimit
        // A rule that has no room by itself is too large, whatever it would become without order.
        let whole = list.first { $0.name == piece.origin && $0.action == action }?.match ?? piece.match
        if action == .allow || written(whole, families, room: &wholeRoom) == nil {
          throw .tooMany(piece.origin)
        }
        guard hasVFP else { throw .notExpressible(direction, [piece.origin]) }
        leftOut.append(piece.origin)
      }
    }

    let catchAllNames = Set(catchAlls.map(\.name))
    let priority = build.hnsVersion.has(.aclNoHostRulePriority) ? nil : Self.legacyHostPriority
    for (piece, matches) in zip(pieces, matches) {
      for match in matches {
        let acl = PortACL(
          match: match, priority: priority, action: piece.action, direction: direction, ruleType: .host)
        policy.entries.append(
          .init(
            acl: acl, origins: [piece.origin] + piece.shadowed,
            isCatchAll: catchAllNames.contains(piece.origin)))
      }
    }
    for name in leftOut where !policy.carriedByVFPOnly.contains(name) {
      policy.carriedByVFPOnly.append(name)
    }
  }

  // MARK: What HNS takes

  /// The rules that decide what no ACL of the endpoint matches; together they match everything.
  ///
  /// Where the profile states no default it is the platform's, to which the allow of a published port
  /// belongs (reference: network-isolation, "Who enforces port ACLs").
  private func defaultRules(_ key: Key, _ direction: Direction) -> [OrderedRule] {
    let name = ReservedRuleName.default(direction).rawValue
    if let stated = direction == .in ? key.inbound : key.outbound {
      return [OrderedRule(name: name, action: stated, match: RuleMatch())]
    }
    guard direction == .in, let admitted = key.cell.inboundDefault(build, assumptions) else {
      return [OrderedRule(name: name, action: .allow, match: RuleMatch())]
    }
    var rules: [OrderedRule] = []
    for port in key.published where !admitted.contains(port.protocol.number) {
      let rule = OrderedRule(
        name: ReservedRuleName.published.rawValue, action: .allow,
        match: RuleMatch(
          protocols: ProtocolSet([port.protocol]), localPorts: PortSet(port.internal, port.internal)))
      // Two ports of the host can lead to one of the container.
      if !rules.contains(rule) { rules.append(rule) }
    }
    if admitted.isEmpty {
      rules.append(OrderedRule(name: name, action: .block, match: RuleMatch()))
    } else {
      rules.append(OrderedRule(name: name, action: .allow, match: RuleMatch(protocols: admitted)))
      rules.append(
        OrderedRule(
          name: name, action: .block,
          match: RuleMatch(protocols: ProtocolSet.allProtocols.subtracting(admitted))))
    }
    return rules
  }

  /// What a rule matches, as the ACLs that this build's HNS takes: of one address family each where
  /// addresses are named, with lists of at most ``listLimit`` entries, or with none before HNS 7.2.
  ///
  /// - Parameters:
  ///   - match: What the rule matches.
  ///   - families: The address families that the endpoint's ACLs bind; there is nothing for others.
  ///   - room: How many more ACLs than rules there may be; what is used is taken off.
  /// - Returns: The matches, or nil when there is no room for them.
  private func written(_ match: RuleMatch, _ families: [AddressFamily], room: inout Int) -> [RuleMatch]? {
    var parts = [match]
    if match.localAddresses != nil || match.remoteAddresses != nil {
      parts = match.families.filter(families.contains).map { family in
        match.only(family, keepingWholeFamily: families.count > 1)
      }
    }
    guard !build.hnsVersion.has(.aclAddressLists) else {
      return parts.flatMap { $0.dividingLists(entries: Self.listLimit) }
    }
    var result: [RuleMatch] = []
    for part in parts {
      guard let singles = part.expanded(limit: room + 1 - result.count) else { return nil }
      result += singles
    }
    room -= max(0, result.count - 1)
    return result
  }

  /// Gives every ACL its Id, pieces of one rule and type numbered in order.
  ///
  /// Hosts before HNS 7.2 do not take Ids; there the planner keeps them beside the state.
  private func number(_ policy: inout CompiledPolicy) {
    struct Piece: Hashable {
      var rule: String
      var type: RuleType?
    }
    var counts: [Piece: Int] = [:]
    for index in policy.entries.indices {
      let origins = policy.entries[index].origins
      let piece = Piece(rule: origins[0], type: policy.entries[index].acl.ruleType)
      counts[piece, default: 0] += 1
      policy.entries[index].acl.id =
        RuleIdentity(profile: profile, origins: origins, piece: counts[piece, default: 1]).id
    }
  }
}
