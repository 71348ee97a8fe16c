import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

extension EndpointPolicyCompiler {
  /// The findings on an endpoint's rules during compilation.
  struct Findings: Hashable {
    /// See ``CompiledPolicy/carriedByVFPOnly``.
    var carriedByVFPOnly: [String] = []
    /// Whether there are any ACLs.
    var hasACLs = false

    init(_ policy: CompiledPolicy) {
      carriedByVFPOnly = policy.carriedByVFPOnly
      hasACLs = !policy.entries.isEmpty
    }
  }

  /// Whether rules certainly compile without findings, determined without compiling them; false if this
  /// cannot be determined so cheaply.
  ///
  /// - Parameters:
  ///   - cell: The endpoint's driver and isolation.
  ///   - rules: Its ACLs in the order of evaluation.
  ///   - defaults: The default actions in the profile.
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
    let tail = RuleListTail(
      cell: cell, shared: nil, inbound: defaults?.inbound?.value, outbound: defaults?.outbound?.value,
      published: published)
    for direction in Direction.allCases {
      for rule in defaultRules(tail, direction) { add(direction, rule.action, rule.match) }
    }
    return estimates.allSatisfy(\.isSurelyExact)
  }

  /// The findings on an endpoint's rules; the compiled rules are not kept.
  ///
  /// - Parameters:
  ///   - cell: The endpoint's driver and isolation.
  ///   - rules: Its ACLs in the order of evaluation.
  ///   - defaults: The default actions in the profile.
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
