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
  /// How many ACLs of one type and direction an endpoint may compile to.
  static let ruleLimit = 1_000

  /// Everything the result depends on.
  struct Key: Hashable {
    struct Rule: Hashable {
      var name: String
      var direction: Direction
      var action: RuleAction
      var match: RuleMatch
      var priority: UInt16
    }

    var cell: PlatformCell
    var rules: [Rule]
    var inbound: RuleAction?
    var outbound: RuleAction?
    var published: [PublishDeclaration]
  }

  let profile: String
  let build: WindowsBuild
  let switches: HostSwitches
  private var cache: [Key: Result] = [:]

  /// The compiled policy, or the rules that Windows Firewall cannot express.
  enum Result {
    case compiled(CompiledPolicy)
    case notExpressible(Direction, [String])
    case tooMany(String)
  }

  init(profile: String, build: WindowsBuild, switches: HostSwitches) {
    self.profile = profile
    self.build = build
    self.switches = switches
  }

  mutating func compile(
    cell: PlatformCell, rules: [OrderedACL], defaults: DefaultsDeclaration?, published: [PublishDeclaration]
  ) -> Result {
    let key = Key(
      cell: cell,
      rules: rules.map {
        Key.Rule(
          name: $0.acl.name.value, direction: $0.acl.direction, action: $0.acl.action, match: $0.acl.match,
          priority: $0.priority)
      },
      inbound: defaults?.inbound?.value, outbound: defaults?.outbound?.value, published: published)
    if let known = cache[key] { return known }
    let result = compile(key)
    cache[key] = result
    return result
  }

  private func compile(_ key: Key) -> Result {
    var policy = CompiledPolicy()
    if key.inbound != nil { policy.statedDefaults.insert(.in) }
    if key.outbound != nil { policy.statedDefaults.insert(.out) }
    guard !key.rules.isEmpty || !policy.statedDefaults.isEmpty else { return .compiled(policy) }

    for point in key.cell.programmablePoints {
      for direction in Direction.allCases {
        let rules = key.rules.filter { $0.direction == direction }
        let catchAlls = defaultRules(key, direction)
        switch point {
        case .vfp:
          for rule in rules {
            let ordered = OrderedRule(name: rule.name, action: rule.action, match: rule.match)
            guard
              append(ordered, direction, .switch, rule.priority, catchAll: false, key.cell, to: &policy)
            else { return .tooMany(rule.name) }
          }
          for rule in catchAlls {
            guard
              append(rule, direction, .switch, Self.catchAllPriority, catchAll: true, key.cell, to: &policy)
            else { return .tooMany(rule.name) }
          }
        case .windowsFirewall:
          let ordered =
            rules.map { OrderedRule(name: $0.name, action: $0.action, match: $0.match) } + catchAlls
          let names = Set(catchAlls.map(\.name))
          let families = key.cell.filteredFamilies(build)
          var pieces: [FirewallRewrite.Rule]
          switch FirewallRewrite.rewrite(ordered, families: families, limit: Self.ruleLimit) {
          case .exact(let rules): pieces = rules
          case .tooLarge(let culprits, let superset):
            guard key.cell.programmablePoints.contains(.vfp) else {
              return .notExpressible(direction, culprits)
            }
            policy.carriedByVFPOnly += culprits
            pieces = superset
          }
          let priority = build.hnsVersion.has(.aclNoHostRulePriority) ? nil : Self.legacyHostPriority
          for piece in pieces {
            let rule = OrderedRule(name: piece.origin, action: piece.action, match: piece.match)
            guard
              append(
                rule, direction, .host, priority, catchAll: names.contains(piece.origin), key.cell,
                shadowed: piece.shadowed, to: &policy)
            else {
              guard key.cell.programmablePoints.contains(.vfp) else {
                return .notExpressible(direction, [piece.origin])
              }
              policy.carriedByVFPOnly.append(piece.origin)
              continue
            }
          }
        }
      }
    }
    number(&policy)
    return .compiled(policy)
  }

  /// The rules that decide what no ACL of the endpoint matches; together they match everything.
  private func defaultRules(_ key: Key, _ direction: Direction) -> [OrderedRule] {
    let name = direction == .in ? "default-in" : "default-out"
    if let stated = direction == .in ? key.inbound : key.outbound {
      return [OrderedRule(name: name, action: stated, match: RuleMatch())]
    }
    guard direction == .in, let admitted = key.cell.inboundDefault(build, switches) else {
      return [OrderedRule(name: name, action: .allow, match: RuleMatch())]
    }
    var rules = key.published.filter { !admitted.contains($0.protocol.number) }.map { port in
      OrderedRule(
        name: "published", action: .allow,
        match: RuleMatch(
          protocols: ProtocolSet([port.protocol]), localPorts: PortSet(port.internal, port.internal)))
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

  /// Adds a rule as the ACLs this build can take; false when they would be too many.
  private func append(
    _ rule: OrderedRule, _ direction: Direction, _ type: RuleType, _ priority: UInt16?, catchAll: Bool,
    _ cell: PlatformCell, shadowed: [String] = [], to policy: inout CompiledPolicy
  ) -> Bool {
    var match = rule.match
    // No packet at a switch port carries a number VFP keeps for itself.
    if type == .switch, catchAll, let protocols = match.protocols {
      match.protocols = protocols.intersection(build.hnsVersion.protocolsOfSwitchACLs(switches))
    }
    var matches = split(match, families: cell.filteredFamilies(build))
    if !build.hnsVersion.has(.aclAddressLists) {
      var expanded: [RuleMatch] = []
      for match in matches {
        guard let pieces = match.expanded(limit: Self.ruleLimit) else { return false }
        expanded += pieces
      }
      guard expanded.count <= Self.ruleLimit else { return false }
      matches = expanded
    }
    for match in matches {
      policy.entries.append(
        .init(
          acl: PortACL(
            match: match, priority: priority, action: rule.action, direction: direction, ruleType: type),
          origins: [rule.name] + shadowed, isCatchAll: catchAll))
    }
    return true
  }

  /// One match per address family where addresses are named, and lists of at most
  /// ``listLimit`` entries.
  private func split(_ match: RuleMatch, families: [AddressFamily]) -> [RuleMatch] {
    guard match.localAddresses != nil || match.remoteAddresses != nil else { return [match] }
    var result: [RuleMatch] = []
    for family in match.families where families.contains(family) {
      let part = match.only(family, keepingWholeFamily: families.count > 1)
      for local in chunks(part.localAddresses) {
        for remote in chunks(part.remoteAddresses) {
          var piece = part
          (piece.localAddresses, piece.remoteAddresses) = (local, remote)
          result.append(piece)
        }
      }
    }
    return result
  }

  private func chunks(_ set: AddressSet?) -> [AddressSet?] {
    guard let set else { return [nil] }
    let prefixes = set.prefixes
    guard prefixes.count > Self.listLimit else { return [set] }
    return stride(from: 0, to: prefixes.count, by: Self.listLimit).map { start in
      AddressSet(prefixes[start..<min(start + Self.listLimit, prefixes.count)].map(\.range))
    }
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
