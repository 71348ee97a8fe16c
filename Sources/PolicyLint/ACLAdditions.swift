import Diagnostics
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

/// An ACL that would mend a finding.
struct ProposedACL {
  /// Its name, if no other ACL has it.
  var name: String
  var direction: Direction
  var action = RuleAction.allow
  var match: RuleMatch
}

extension Linter {
  /// Proposes to add ACLs to an endpoint, after a proof that exactly the packets that they match change.
  ///
  /// - Parameters:
  ///   - proposed: The ACLs.
  ///   - endpoint: The name of the endpoint.
  ///   - rules: The rules that give these packets another verdict now.
  ///   - more: What to do besides, as the end of the instruction.
  ///   - general: The instruction for a host without a profile.
  mutating func addition(
    of proposed: [ProposedACL], to endpoint: String, instead rules: [String], more: String = "",
    general: String
  ) -> RuleRemedy {
    guard var prover else { return RuleRemedy(help: general) }
    defer { self.prover = prover }
    let additions = prover.additions(of: proposed, to: endpoint)
    let texts = additions.map(\.text).joined(separator: " and ")
    let instruction = "add the ACL\(additions.count == 1 ? "" : "s") \(texts)"
    // A workload with several networks has the same ACLs on all of them.
    switch endpoint.contains("@") ? .inexact : prover.outcome(ofAdding: additions) {
    case .exact:
      return RuleRemedy(help: instruction + more, edits: [ProfileEdit([], adding: additions)])
    case .unknown:
      return RuleRemedy(
        help: "\(instruction)\(more), if `hnsctl diff --semantic` then shows no other change; there are too "
          + "many rules to tell")
    case .inexact:
      let names = PendingFinding.names(rules)
      return RuleRemedy(help: "change \(names) so that these packets are left out\(more)")
    }
  }
}
