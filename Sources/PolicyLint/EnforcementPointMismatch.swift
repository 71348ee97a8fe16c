import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler

extension Linter {
  /// Finds packets that one enforcement point blocks and the other allows.
  ///
  /// Platform rules differ between the points and are ignored: a block counts if it comes from an ACL, or
  /// if ACLs closed the direction.
  mutating func findEnforcementPointMismatches() {
    for (index, endpoint) in attached where cell(of: endpoint).programmablePoints.count > 1 {
      for direction in Direction.allCases {
        asking(.pointsDisagree, at: endpoint.name) { linter throws(BudgetExceeded) in
          for family in AddressFamily.allCases {
            try linter.findMismatch(index, endpoint.name, family, direction)
          }
        }
      }
    }
  }

  private mutating func findMismatch(
    _ index: Int, _ endpoint: String, _ family: AddressFamily, _ direction: Direction
  ) throws(BudgetExceeded) {
    guard let vfp = analysis.path(index, family, direction, at: .vfp),
      let firewall = analysis.path(index, family, direction, at: .windowsFirewall)
    else { return }
    for region in try analysis.mismatches(vfp, firewall, within: budget) {
      let isVFP = region.change == .newlyAllowed
      let (block, allow) =
        isVFP
        ? (vfp.answer(region.before), firewall.answer(region.after))
        : (firewall.answer(region.after), vfp.answer(region.before))
      let hasACLs = !(isVFP ? vfp : firewall).ruleIDs.isEmpty
      guard block.source == .acl || block.source == .unmatched && hasACLs else { continue }
      guard let example = try example(of: region.set, at: index, direction) else { continue }
      report(
        mismatch(
          endpoint, block: analysis.name(block), by: isVFP ? .vfp : .windowsFirewall,
          allow: analysis.name(allow), example))
    }
  }

  private func mismatch(
    _ endpoint: String, block: String, by point: EnforcementPoint, allow: String, _ example: String
  ) -> PendingFinding {
    let compiled = subject.desired?.endpoints.first { $0.name == endpoint }?.policy.carriedByVFPOnly ?? []
    let isByDesign = point == .vfp && compiled.contains(block)
    let other: EnforcementPoint = point == .vfp ? .windowsFirewall : .vfp
    let help =
      isByDesign
      ? "use fewer exceptions before the block, or allow the finding: VFP enforces the policy exactly"
      : "add the rule to both points, or keep a comment that says which of them enforces the policy"
    return PendingFinding(
      .pointsDisagree, severity: point == .vfp ? .note : .warning, at: endpoint,
      location: location(of: block, at: endpoint), rule: block, related: [allow],
      notes: notes(about: [allow], at: endpoint), help: help,
      isAboutEndpoint: ownLocation(of: block, at: endpoint) == nil, example: example
    ) {
      let text = "at \($0), \(point.title) blocks with '\(block)' what \(other.title) allows with '\(allow)'"
      return isByDesign
        ? "by design, as Windows Firewall would need too many rules and both must allow a packet, " + text
        : text
    }
  }
}

extension PacketAnalysis {
  /// The packets on which the points of an endpoint differ: newly allowed is what only VFP blocks.
  fileprivate mutating func mismatches(
    _ vfp: FilterPath, _ firewall: FilterPath, within budget: Budget
  ) throws(BudgetExceeded) -> [PathDifference.Region] {
    let key = vfp.filters + firewall.filters
    if let known = knownMismatches[key] { return known }
    let regions = try vfp.path.difference(to: firewall.path, within: budget).regions
    knownMismatches[key] = regions
    return regions
  }
}
