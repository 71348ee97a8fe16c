import Diagnostics
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

/// Compiles the ordered rules of one endpoint into HNS ACLs for the enforcement points of its cell.
///
/// VFP preserves rule order, so Switch ACLs are the rules unchanged. Windows Firewall does not, so Host ACLs
/// are an exact rewrite in which block takes precedence over allow (reference: windows-firewall-and-vfp, 2.1,
/// 3.6). Endpoints with equal rules are compiled once.
struct EndpointPolicyCompiler {
  /// The priority of catch-alls, the highest in use by public clients (reference: hns, 6.8).
  static let catchAllPriority: UInt16 = 65500
  /// The priority of every Host ACL before HNS 7.2 (reference: hns, 4.3).
  static let legacyHostPriority: UInt16 = 100
  /// The maximum number of entries in one list of an ACL (reference: hns, 1.8.1).
  static let listLimit = 4_000
  /// How many ACLs may be added when the ordered list of one direction is converted to ACLs of one type: by
  /// the rewrite for Windows Firewall, and by expanding lists and ranges before HNS 7.2.
  static let growthLimit = 1_000

  /// Everything the result depends on, besides the host.
  struct Key: Hashable {
    var tail: RuleListTail
    /// The rules of both directions before the shared ones, in the order of evaluation.
    var rules: [Rule]
  }

  /// The part at the end of the lists that many endpoints can have in common.
  struct RuleListTail: Hashable {
    var cell: PlatformCell
    /// The rules of ACL sets.
    var shared: SharedRules?
    var inbound: RuleAction?
    var outbound: RuleAction?
    var published: [PublishDeclaration]
  }

  /// Shared rules, compared by identity rather than by contents.
  struct SharedRules: Hashable {
    var rules: SharedACLs

    static func == (left: Self, right: Self) -> Bool { left.rules === right.rules }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(rules)) }
  }

  /// A rule to be compiled.
  struct Rule: Hashable {
    var name: String
    var direction: Direction
    var action: RuleAction
    var match: RuleMatch
    var priority: UInt16

    init(_ rule: OrderedACL) {
      let acl = rule.acl
      name = acl.name.value
      direction = acl.direction
      action = acl.action
      match = acl.match
      priority = rule.priority
    }

    var ordered: OrderedRule { OrderedRule(name: name, action: action, match: match) }

    /// Hashes enough to distinguish most rules.
    func hash(into hasher: inout Hasher) {
      hasher.combine(name)
      hasher.combine(priority)
      hasher.combine(match.protocols?.intervals.first?.lower)
      hasher.combine(match.remoteAddresses?.ipv4.intervals.first?.lower)
      hasher.combine(match.localPorts?.intervals.first?.lower)
      hasher.combine(match.remotePorts?.intervals.first?.lower)
    }
  }

  /// Why rules cannot be compiled.
  enum Refusal: Error, Hashable {
    /// Windows Firewall alone would have to carry the rules of a direction and cannot preserve their order;
    /// the names are those of the block rules that do not fit.
    case notExpressible(Direction, [String])
    /// The rule needs too many ACLs on a host that does not support lists and ranges.
    case tooMany(String)
  }

  let profile: String
  let build: WindowsBuild
  let assumptions: Assumptions
  private var known: [Key: Result<CompiledPolicy, Refusal>] = [:]
  var checked: [Key: Result<Findings, Refusal>] = [:]
  var tails: [DirectedTail: SharedTail] = [:]

  /// Creates a compiler.
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
  ///   - rules: Its ACLs in the order of evaluation.
  ///   - defaults: The default actions in the profile.
  ///   - published: Its published ports.
  mutating func compile(
    cell: PlatformCell, rules: JoinedACLs, defaults: DefaultsDeclaration?, published: [PublishDeclaration]
  ) -> Result<CompiledPolicy, Refusal> {
    let key = key(cell: cell, rules: rules, defaults: defaults, published: published)
    if let result = known[key] { return result }
    let result = Result { () throws(Refusal) in try compile(key) }
    known[key] = result
    return result
  }

  func key(
    cell: PlatformCell, rules: JoinedACLs, defaults: DefaultsDeclaration?, published: [PublishDeclaration]
  ) -> Key {
    let tail = RuleListTail(
      cell: cell, shared: rules.shared.map { SharedRules(rules: $0) }, inbound: defaults?.inbound?.value,
      outbound: defaults?.outbound?.value, published: published)
    return Key(tail: tail, rules: rules.first.map { Rule($0) })
  }

  mutating func compile(_ key: Key) throws(Refusal) -> CompiledPolicy {
    var policy = CompiledPolicy()
    let cell = key.tail.cell
    if key.tail.inbound != nil { policy.statedDefaults.insert(.in) }
    if key.tail.outbound != nil { policy.statedDefaults.insert(.out) }
    let hasRules = !key.rules.isEmpty || !(key.tail.shared?.rules.rules.isEmpty ?? true)
    guard hasRules || !policy.statedDefaults.isEmpty else { return policy }
    for point in cell.programmablePoints {
      for direction in Direction.allCases {
        let list = RuleList(key, direction, catchAlls: defaultRules(key.tail, direction))
        let shared = try sharedTail(key, list)
        switch point {
        case .windowsFirewall:
          if let entries = shared.flatMap({ hostEntries(list, of: cell, $0) }) {
            policy.entries += entries
          } else {
            try addHostACLs(list, of: cell, to: &policy)
          }
        case .vfp:
          policy.entries += try switchEntries(shared == nil ? list : list.beginning, of: cell)
          policy.entries += shared?.vfp ?? []
        }
      }
    }
    return policy
  }

  // MARK: VFP

  /// The rules of one direction, unchanged: VFP preserves their order.
  func switchEntries(_ list: RuleList, of cell: PlatformCell) throws(Refusal) -> [CompiledPolicy.Entry] {
    let families = cell.filteredFamilies(build)
    var room = Self.growthLimit
    var writer = EntryWriter(profile: profile)
    func add(_ rule: OrderedRule, priority: UInt16, isCatchAll: Bool = false) throws(Refusal) {
      guard let matches = written(rule.match, families, room: &room) else { throw .tooMany(rule.name) }
      for match in matches {
        let acl = PortACL(
          match: match, priority: priority, action: rule.action, direction: list.direction, ruleType: .switch)
        writer.add(acl, origins: [rule.name], isCatchAll: isCatchAll)
      }
    }
    for rule in list.first { try add(rule.ordered, priority: rule.priority) }
    for rule in list.shared { try add(rule.ordered, priority: rule.priority) }
    for var rule in list.catchAlls {
      // No packet at a switch port has a number that VFP reserves.
      rule.match.protocols = rule.match.protocols?.intersection(
        build.hnsVersion.protocolsOfSwitchACLs(assumptions))
      try add(rule, priority: Self.catchAllPriority, isCatchAll: true)
    }
    return writer.entries
  }

  // MARK: Windows Firewall

  /// Adds the rules of one direction, rewritten so that they need no order.
  ///
  /// If VFP filters too, block rules that do not fit are left to it; allow rules are always kept, because
  /// what VFP allows must be allowed here as well.
  private func addHostACLs(
    _ list: RuleList, of cell: PlatformCell, to policy: inout CompiledPolicy
  ) throws(Refusal) {
    let families = cell.filteredFamilies(build)
    let hasVFP = cell.programmablePoints.contains(.vfp)
    var leftOut: [String] = []
    let pieces: [FirewallRewrite.Rule]
    let all = list.all
    switch FirewallRewrite.rewrite(all, families: families, limit: Self.growthLimit) {
    case .exact(let rules): pieces = rules
    case .tooLarge(let culprits, let superset):
      guard hasVFP else { throw .notExpressible(list.direction, culprits) }
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
        // A rule that does not fit by itself is too large, however it is rewritten.
        let whole = all.first { $0.name == piece.origin && $0.action == action }?.match ?? piece.match
        if action == .allow || written(whole, families, room: &wholeRoom) == nil {
          throw .tooMany(piece.origin)
        }
        guard hasVFP else { throw .notExpressible(list.direction, [piece.origin]) }
        leftOut.append(piece.origin)
      }
    }

    var writer = EntryWriter(profile: profile)
    for (piece, matches) in zip(pieces, matches) { add(matches, of: piece, list, to: &writer) }
    policy.entries += writer.entries
    for name in leftOut where !policy.carriedByVFPOnly.contains(name) {
      policy.carriedByVFPOnly.append(name)
    }
  }

  /// Adds the Host ACLs of an unordered rule.
  func add(
    _ matches: [RuleMatch], of piece: FirewallRewrite.Rule, _ list: RuleList, to writer: inout EntryWriter
  ) {
    let priority = build.hnsVersion.has(.aclNoHostRulePriority) ? nil : Self.legacyHostPriority
    let isCatchAll = list.catchAlls.contains { $0.name == piece.origin }
    for match in matches {
      let acl = PortACL(
        match: match, priority: priority, action: piece.action, direction: list.direction, ruleType: .host)
      writer.add(acl, origins: [piece.origin] + piece.shadowed, isCatchAll: isCatchAll)
    }
  }

  // MARK: ACLs of HNS

  /// The catch-all rules of an endpoint; together they match everything.
  ///
  /// Without a default action in the profile it is the platform's, which includes the allow rule of a
  /// published port (reference: network-isolation, "Who enforces port ACLs").
  func defaultRules(_ key: RuleListTail, _ direction: Direction) -> [OrderedRule] {
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
      // Two ports of the host can map to one of the container.
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

  /// The match of a rule as ACLs for this build's HNS: of one address family each if it has addresses, with
  /// lists of at most ``listLimit`` entries, or without lists before HNS 7.2.
  ///
  /// - Parameters:
  ///   - match: The match of the rule.
  ///   - families: The address families to which the endpoint's ACLs apply; there is nothing for others.
  ///   - room: How many more ACLs than rules there may be; reduced by what is used.
  /// - Returns: The matches, or nil if there is no room for them.
  func written(_ match: RuleMatch, _ families: [AddressFamily], room: inout Int) -> [RuleMatch]? {
    guard !build.hnsVersion.has(.aclAddressLists) else { return writtenLists(match, families) }
    var result: [RuleMatch] = []
    for part in ofOneFamily(match, families) {
      guard let singles = part.expanded(limit: room + 1 - result.count) else { return nil }
      result += singles
    }
    room -= max(0, result.count - 1)
    return result
  }

  /// The match of a rule as ACLs for an HNS with lists.
  func writtenLists(_ match: RuleMatch, _ families: [AddressFamily]) -> [RuleMatch] {
    ofOneFamily(match, families).flatMap { $0.dividingLists(entries: Self.listLimit) }
  }

  /// A match split by family if it has addresses.
  private func ofOneFamily(_ match: RuleMatch, _ families: [AddressFamily]) -> [RuleMatch] {
    guard match.localAddresses != nil || match.remoteAddresses != nil else { return [match] }
    return match.families.filter(families.contains).map { family in
      match.only(family, keepingWholeFamily: families.count > 1)
    }
  }
}
