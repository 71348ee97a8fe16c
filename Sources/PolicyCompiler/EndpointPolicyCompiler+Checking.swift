import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

extension EndpointPolicyCompiler {
  /// What there is to say of an endpoint's rules as they are compiled.
  struct Findings: Hashable {
    /// See ``CompiledPolicy/carriedByVFPOnly``.
    var carriedByVFPOnly: [String] = []
    /// Whether there is any ACL.
    var hasACLs = false

    init(_ policy: CompiledPolicy) {
      carriedByVFPOnly = policy.carriedByVFPOnly
      hasACLs = !policy.entries.isEmpty
    }
  }

  /// Whether rules certainly compile with nothing to say of them, found out without compiling them;
  /// false where that cannot be told so cheaply.
  ///
  /// - Parameters:
  ///   - cell: The endpoint's driver and isolation.
  ///   - rules: Its ACLs in the order in which they are tried.
  ///   - defaults: What the profile states for packets that no ACL matches.
  ///   - published: Its published ports.
  func surelyCompiles(
    cell: PlatformCell, rules: JoinedACLs, defaults: DefaultsDeclaration?, published: [PublishDeclaration]
  ) -> Bool {
    guard build.hnsVersion.has(.aclAddressLists), cell.enforcesACLs(build, assumptions) else { return false }
    guard cell.programmablePoints.contains(.windowsFirewall) else { return true }
    let families = cell.filteredFamilies(build)
    var estimates = Direction.allCases.map { _ in
      RewriteEstimate(families: families, limit: Self.growthLimit)
    }
    func add(_ direction: Direction, _ action: RuleAction, _ match: RuleMatch) {
      estimates[direction == .in ? 0 : 1].add(action, match)
    }
    for list in [rules.first, rules.shared?.rules ?? []] {
      for rule in list {
        let acl = rule.acl
        add(acl.direction, acl.action, acl.match)
      }
    }
    let ending = Ending(
      cell: cell, shared: nil, inbound: defaults?.inbound?.value, outbound: defaults?.outbound?.value,
      published: published)
    for direction in Direction.allCases {
      for rule in defaultRules(ending, direction) { add(direction, rule.action, rule.match) }
    }
    return estimates.allSatisfy(\.isSurelyExact)
  }

  /// What there is to say of an endpoint's rules; what they compile to is not kept.
  ///
  /// - Parameters:
  ///   - cell: The endpoint's driver and isolation.
  ///   - rules: Its ACLs in the order in which they are tried.
  ///   - defaults: What the profile states for packets that no ACL matches.
  ///   - published: Its published ports.
  mutating func check(
    cell: PlatformCell, rules: JoinedACLs, defaults: DefaultsDeclaration?, published: [PublishDeclaration]
  ) -> Result<Findings, Refusal> {
    let key = key(cell: cell, rules: rules, defaults: defaults, published: published)
    if let findings = checked[key] { return findings }
    let findings = Result { () throws(Refusal) in Findings(try compile(key)) }
    checked[key] = findings
    return findings
  }
}
