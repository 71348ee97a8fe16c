import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyCompiler

extension Linter {
  /// Finds ACLs that are stored but not enforced, because of the Windows build or of their rule type.
  mutating func findUnenforcedRules() {
    let (build, assumptions) = (subject.evaluator.build, subject.evaluator.assumptions)
    for endpoint in subject.evaluator.topology.endpoints where !endpoint.unenforcedRuleTypes.isEmpty {
      let (cell, types) = (cell(of: endpoint), endpoint.unenforcedRuleTypes)
      let location = location(ofEndpoint: endpoint.name)
      guard cell.enforcesACLs(build, assumptions) else {
        report(
          PendingFinding(
            .unenforcedOnBuild, at: endpoint.name, location: location,
            help: "install the updates that bring revision \(PlatformCell.natACLRevision) or later"
          ) { "build \(build.build) stores the ACLs of \($0) but does not enforce them on nat" })
        continue
      }
      let words = types.map(\.rawValue).joined(separator: " and ")
      report(
        PendingFinding(
          .unenforcedRuleType, at: endpoint.name, location: location,
          help: types == [.switch] && cell.programmablePoints.contains(.windowsFirewall)
            ? "use ACLs of type Host here" : "do not rely on these ACLs"
        ) { "\(words) ACLs of \($0) are stored but not enforced: \(cell.unenforcedReason(types))" })
    }
  }
}
