import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler

extension Linter {
  /// Finds blocks that one of two enforcement points applies and the other does not.
  ///
  /// The platform's own rules differ between the points and are left out: a block counts where an ACL made
  /// it, or where ACLs closed the direction.
  mutating func findDisagreeingPoints() {
    for (index, endpoint) in attached where cell(of: endpoint).programmablePoints.count > 1 {
      for direction in Direction.allCases {
        asking(.pointsDisagree, at: endpoint.name) { linter throws(Undecided) in
          for family in AddressFamily.allCases {
            try linter.findDisagreement(index, endpoint.name, family, direction)
          }
        }
      }
    }
  }

  private mutating func findDisagreement(
    _ index: Int, _ endpoint: String, _ family: AddressFamily, _ direction: Direction
  ) throws(Undecided) {
    guard let vfp = questions.path(index, family, direction, at: .vfp),
      let firewall = questions.path(index, family, direction, at: .windowsFirewall)
    else { return }
    for region in try questions.disagreements(vfp, firewall, within: budget) {
      let isVFP = region.change == .newlyAllowed
      let (block, allow) =
        isVFP
        ? (vfp.answer(region.before), firewall.answer(region.after))
        : (firewall.answer(region.after), vfp.answer(region.before))
      let hasACLs = !(isVFP ? vfp : firewall).ruleIDs.isEmpty
      guard block.source == .acl || block.source == .unmatched && hasACLs else { continue }
      report(
        disagreement(
          endpoint, block: questions.name(block), by: isVFP ? .vfp : .windowsFirewall,
          allow: questions.name(allow), PacketSentence.text(region.set, direction, endpoint: "the endpoint")))
    }
  }

  private func disagreement(
    _ endpoint: String, block: String, by point: EnforcementPoint, allow: String, _ example: String
  ) -> PendingFinding {
    let compiled = subject.desired?.endpoints.first { $0.name == endpoint }?.policy.carriedByVFPOnly ?? []
    let isByDesign = point == .vfp && compiled.contains(block)
    let other: EnforcementPoint = point == .vfp ? .windowsFirewall : .vfp
    let remedy =
      isByDesign
      ? "state fewer exceptions before the block, or allow the finding: VFP carries the policy exactly"
      : "give both points the rule, or keep a comment that says which of them carries the policy"
    return PendingFinding(
      .pointsDisagree, severity: point == .vfp ? .note : .warning, at: endpoint,
      place: place(of: block, at: endpoint), rule: block, related: [allow],
      notes: notes(about: [allow], at: endpoint), remedy: remedy,
      isAboutEndpoint: ownPlace(of: block, at: endpoint) == nil, example: example
    ) {
      let text = "\(point.title) blocks by '\(block)' what \(other.title) allows by '\(allow)' at \($0)"
      return isByDesign
        ? "by design, because Windows Firewall would need too many rules and a packet must pass both, " + text
        : text
    }
  }
}

extension PacketQuestions {
  /// The packets about which the points of an endpoint differ: newly allowed is what VFP alone blocks.
  fileprivate mutating func disagreements(
    _ vfp: FilterPath, _ firewall: FilterPath, within budget: Budget
  ) throws(Undecided) -> [PathDifference.Region] {
    let key = vfp.filters + firewall.filters
    if let known = knownDisagreements[key] { return known }
    let regions = try vfp.path.difference(to: firewall.path, within: budget).regions
    knownDisagreements[key] = regions
    return regions
  }
}
