package import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes
package import PolicyTesting

/// Describes why a test cannot be evaluated.
package enum TestProblemView {
  /// How many names a help text lists.
  private static let listLimit = 10

  /// The problem as a diagnostic.
  ///
  /// - Parameters:
  ///   - problem: The problem.
  ///   - subject: What packets are evaluated against.
  ///   - file: The test file as given by the user.
  package static func diagnostic(_ problem: TestProblem, _ subject: TestSubject, file: String) -> Diagnostic {
    func make(
      _ code: DiagnosticCode, _ message: String, _ help: String?, notes: [Diagnostic.Note] = []
    ) -> Diagnostic {
      Diagnostic(code, message, file: file, at: problem.location, notes: notes, help: help)
    }
    let topology = subject.evaluator.topology
    switch problem.kind {
    case .noTests:
      return make(
        .noTests, "the file has no tests", "add tests under 'tests', or remove the file from the command")
    case .noneSelected(let filter, let names):
      return make(
        .noTests, "no test in the file matches '\(printable(filter))'",
        suggestion(for: filter, names, "the tests are"))
    case .packet(let reason):
      return PacketProblemView.diagnostic(reason, topology, file: file, at: problem.location)
    case .emptySet:
      return make(.invalidTest, "the set contains no packets", "combine members that a packet can have")
    case .unknownPeer(let name, let names):
      return make(
        .unknownPeer,
        "there is no \(ServiceName.service(name) == nil ? "endpoint, container or pod" : "service") "
          + "'\(printable(name))'",
        suggestion(for: name, names, "an address, or one of"))
    case .addressSet(let name):
      return make(
        .unknownPeer, "'\(printable(name))' is an address set, but a packet has a single address",
        "use 'always' or 'never' for a set of packets")
    case .ambiguousPeer(let name, let candidates):
      let ids = candidates.map { topology.endpoints[$0].qualifiedName }
      return make(
        .ambiguousPeer, "several endpoints are named '\(printable(name))'",
        "use the id of one: \(ids.joined(separator: ", "))")
    case .ambiguousService(let name, let addresses):
      return PacketProblemView.ambiguousService(name, addresses, file: file, at: problem.location)
    case .sendingService(let name):
      return PacketProblemView.sendingService(name, file: file, at: problem.location)
    case .servicePort(let service, let proto):
      return PacketProblemView.port(of: service, proto, file: file, at: problem.location)
    case .unknownRule(let rule, let names):
      return make(
        .unknownRule, "neither end of the packet has a rule '\(printable(rule))'",
        names.isEmpty ? nil : suggestion(for: rule, names, "the rules are"))
    case .unknownPoint(let point):
      return make(
        .unknownEnforcementPoint, "\(point.title) filters neither end of this packet",
        "remove it from 'via'")
    case .contradiction(let contradiction):
      let notes = problem.other.map { [Diagnostic.Note("it contradicts this test", $0)] } ?? []
      return make(.contradictoryTest, message(contradiction), "keep only one of the two", notes: notes)
    }
  }

  private static func suggestion(for text: String, _ names: [String], _ lead: String) -> String {
    if let near = NearMiss.nearest(to: text, among: names) { return "did you mean '\(printable(near))'?" }
    return "\(lead): \(Listing.text(names.map(printable), limit: listLimit))"
  }

  private static func message(_ contradiction: TestProblem.Contradiction) -> String {
    switch contradiction {
    case .verdicts: "the same packet is expected to be allowed and to be blocked"
    case .rules: "two rules are expected to match the same packet"
    case .points(let point): "\(point.title) is expected to allow and to block the same packet"
    case .blockedAndAllowed(let point):
      "the packet is expected to be allowed, but \(point.title) to block it"
    case .allowedAndBlocked:
      "the packet is expected to be blocked, but every enforcement point on its path to allow it"
    }
  }
}
