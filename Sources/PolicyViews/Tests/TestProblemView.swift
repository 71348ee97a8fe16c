package import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes
package import PolicyTesting

/// Says why a test states nothing that could hold or fail.
package enum TestProblemView {
  /// How many names a remedy lists.
  private static let listLimit = 10

  /// The problem as a diagnostic.
  ///
  /// - Parameters:
  ///   - problem: The problem.
  ///   - subject: What packets are judged by.
  ///   - file: The file of tests as the user named it.
  package static func diagnostic(_ problem: TestProblem, _ subject: TestSubject, file: String) -> Diagnostic {
    func make(
      _ code: DiagnosticCode, _ message: String, _ remedy: String?, notes: [Diagnostic.Note] = []
    ) -> Diagnostic {
      Diagnostic(code, message, file: file, at: problem.place, notes: notes, remedy: remedy)
    }
    let topology = subject.evaluator.topology
    switch problem.kind {
    case .noTests:
      return make(
        .noTests, "the file has no tests", "list what must hold under 'tests', or leave the file out")
    case .noneSelected(let filter, let names):
      return make(
        .noTests, "no test of the file is called like '\(printable(filter))'",
        suggestion(for: filter, names, "the tests are"))
    case .packet(let reason):
      return PacketProblemView.diagnostic(reason, topology, file: file, at: problem.place)
    case .emptySet:
      return make(.invalidTest, "the set holds no packet", "state members that a packet can have")
    case .unknownPeer(let name, let names):
      return make(
        .unknownPeer, "there is no endpoint, container or pod '\(printable(name))'",
        suggestion(for: name, names, "an address, or one of"))
    case .addressSet(let name):
      return make(
        .unknownPeer, "'\(printable(name))' is an address set, and a packet has one address",
        "use 'always' or 'never' for a set of packets")
    case .ambiguousPeer(let name, let places):
      let ids = places.map { topology.endpoints[$0].toldApart }
      return make(
        .ambiguousPeer, "several endpoints are called '\(printable(name))'",
        "name one by its id: \(ids.joined(separator: ", "))")
    case .ambiguousName(let name):
      return make(
        .ambiguousName, "'\(printable(name))' is both an address set and a container or pod",
        "rename one of them")
    case .unknownRule(let rule, let names):
      return make(
        .unknownRule, "neither end of the packet has a rule '\(printable(rule))'",
        names.isEmpty ? nil : suggestion(for: rule, names, "the rules are"))
    case .unknownPoint(let point):
      return make(
        .unknownEnforcementPoint, "\(point.title) filters neither end of this packet",
        "remove it from 'via'")
    case .contradiction(let contradiction):
      let notes = problem.other.map { [Diagnostic.Note("the other statement is here", $0)] } ?? []
      return make(.contradictoryTest, message(contradiction), "decide which of the two holds", notes: notes)
    }
  }

  private static func suggestion(for text: String, _ names: [String], _ lead: String) -> String {
    if let near = NearMiss.nearest(to: text, among: names) { return "did you mean '\(printable(near))'?" }
    return "\(lead): \(Listing.text(names.map(printable), limit: listLimit))"
  }

  private static func message(_ contradiction: TestProblem.Contradiction) -> String {
    switch contradiction {
    case .verdicts: "the same packet is expected to pass and to be blocked"
    case .rules: "two rules are expected to decide the same packet"
    case .points(let point): "\(point.title) is expected to allow and to block the same packet"
    case .blockedAndAllowed(let point):
      "the packet is expected to pass, and \(point.title) to block it"
    case .allowedAndBlocked:
      "the packet is expected to be blocked, and every enforcement point on its way to allow it"
    }
  }
}
