package import Diagnostics
package import FilterEngine
package import HostModel
package import NetworkProfile

/// The results of the tests of several files.
package struct TestReport: Sendable {
  /// The files, in the order given.
  package var files: [TestFileReport]
  /// Whether the run stopped at the first failure, so some tests may not have run.
  package var isStoppedEarly = false

  /// Creates a report.
  ///
  /// - Parameter files: The files, in the order given.
  package init(_ files: [TestFileReport]) { self.files = files }

  /// The number of tests that passed.
  package var passed: Int { files.reduce(0) { $0 + $1.outcomes.count(where: \.isPassed) } }
  /// The number of tests that failed.
  package var failed: Int { files.reduce(0) { $0 + $1.outcomes.count { !$0.isPassed } } }
  /// The number of files that could not be tested.
  package var broken: Int { files.count(where: \.hasErrors) }

  /// Cuts the report off after the first failed test or the first file that could not be tested.
  package mutating func stopAtFirstFailure() {
    guard let last = files.firstIndex(where: \.isUnclean) else { return }
    let before = (files.count, files[last].outcomes.count)
    files.removeSubrange((last + 1)...)
    if let failure = files[last].outcomes.firstIndex(where: { !$0.isPassed }) {
      files[last].outcomes.removeSubrange((failure + 1)...)
    }
    isStoppedEarly = before != (files.count, files[last].outcomes.count)
  }
}

/// The results of the tests of one file.
package struct TestFileReport: Sendable {
  /// The file as given by the user.
  package var file: String
  /// The profile or state that packets were evaluated against; nil if it could not be read.
  package var subject: TestSubject?
  /// The tests that ran, in the order listed.
  package var outcomes: [TestOutcome]
  /// The diagnostics of the file and its subject.
  package var diagnostics: [Diagnostic]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - file: The file as given by the user.
  ///   - subject: What packets were evaluated against.
  ///   - outcomes: The tests that ran.
  ///   - diagnostics: The diagnostics of the file and its subject.
  package init(
    file: String, subject: TestSubject?, outcomes: [TestOutcome], diagnostics: [Diagnostic]
  ) {
    self.file = file
    self.subject = subject
    self.outcomes = outcomes
    self.diagnostics = diagnostics
  }

  /// Whether the file could not be tested.
  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
  /// Whether a test failed or the file could not be tested.
  package var isUnclean: Bool { hasErrors || outcomes.contains { !$0.isPassed } }
}

/// The result of one test.
package struct TestOutcome: Sendable {
  /// What a test claims.
  package enum Claim: String, Sendable {
    /// One packet has a verdict.
    case packet
    /// Every packet of a set has a verdict.
    case always
    /// No packet of a set has a verdict.
    case never
  }

  /// Why a test failed.
  package enum Failure: Sendable, Hashable {
    /// The verdict differs.
    case verdict(expected: RuleAction, actual: Verdict)
    /// Another rule matched; nil if nothing filters.
    case rule(expected: String, actual: String?)
    /// The verdict of an enforcement point on its own differs.
    case point(EnforcementPoint, expected: RuleAction, actual: Verdict)
  }

  /// The test's name.
  package var name: String
  /// Where the test is written.
  package var location: SourceRange
  /// What the test claims.
  package var claim: Claim
  /// The verdict that every packet must have; for `never`, the opposite of the stated one.
  package var expected: RuleAction
  /// The verdict on the packet, or on a packet that refutes the claim.
  package var actual: Verdict
  /// The matching rule; nil if nothing filters, and for a claim that is true.
  package var rule: String?
  /// Why the test failed; empty if it passed.
  package var failures: [Failure]
  /// The trace of the packet, or of a packet that refutes the claim.
  package var trace: PacketTrace?
  /// The ICMP type of that packet.
  package var icmpType: UInt8?
  /// A set of packets that refute the claim; the traced packet is one of them.
  package var refuting: QueryPart?

  /// Whether the test passed.
  package var isPassed: Bool { failures.isEmpty }

  /// The rule that matched; of a service the one at the first backend that is not as expected.
  package var decidingRule: String? { rule ?? decidingBackend?.rule }

  /// The endpoint whose rule matched, by its index in the topology.
  package var decidingEndpoint: Int? {
    guard let trace else { return nil }
    let backend = decidingBackend
    let verdict = backend?.verdict ?? trace.verdict
    let filters = backend?.steps.compactMap(\.filter) ?? trace.filters
    return
      (filters.first { $0.answer.verdict == verdict && verdict != .allow } ?? filters.last)
      .flatMap(\.endpoint)
  }

  /// The first backend of a service that is not as expected.
  private var decidingBackend: BackendTrace? {
    trace?.backends.first { $0.verdict != Verdict(expected) }
  }
}

/// What packets are evaluated against.
package struct TestSubject: Sendable {
  /// The profile or state as given by the user.
  package var file: String
  /// Evaluates packets by the rules of the dataplane.
  package var evaluator: PacketEvaluator
  /// The names of the host.
  package var directory: PeerDirectory
  /// The profile; nil for a state.
  package var profile: Profile?

  /// Creates a subject.
  ///
  /// - Parameters:
  ///   - file: The profile or state as given by the user.
  ///   - evaluator: Evaluates packets by the rules of the dataplane.
  ///   - profile: The profile; nil for a state.
  package init(file: String, evaluator: PacketEvaluator, profile: Profile?) {
    self.file = file
    self.evaluator = evaluator
    self.profile = profile
    directory = PeerDirectory(evaluator.topology)
  }
}
