import Diagnostics
import HostModel
import NetworkProfile
import PolicyCompiler

extension Linter {
  /// Finds ACLs that the Windows build stores but does not enforce.
  mutating func findUnenforcedRules() {
    guard let profile = subject.profile, let desired = subject.desired else { return }
    let host = profile.host
    for endpoint in desired.endpoints
    where !endpoint.policy.entries.isEmpty && !endpoint.cell.enforcesACLs(host.windows, host.assumptions) {
      report(
        PendingFinding(
          .unenforcedOnBuild, at: endpoint.name, location: endpoint.location,
          help: "install the updates that bring revision \(PlatformCell.natACLRevision) or later"
        ) { "build \(host.windows.build) stores the ACLs of \($0) but does not enforce them on nat" })
    }
  }
}
