package import Diagnostics
package import FilterEngine
package import HostModel
package import NetworkProfile

/// What became of the tests of several files.
package struct TestReport: Sendable {
  /// The files in the order they were named.
  package var files: [TestFileReport]
  /// Whether the run ended at the first failure, and tests may be left that were not run.
  package var isCutShort = false

  /// Makes a report.
  ///
  /// - Parameter files: The files in the order they were named.
  package init(_ files: [TestFileReport]) { self.files = files }

  /// How many tests passed.
  package var passed: Int { files.reduce(0) { $0 + $1.outcomes.count(where: \.isPassed) } }
  /// How many tests failed.
  package var failed: Int { files.reduce(0) { $0 + $1.outcomes.count { !$0.isPassed } } }
  /// How many files could not be tested.
  package var broken: Int { files.count(where: \.hasErrors) }

  /// Ends the report at the first test that failed or the first file that could not be tested.
  package mutating func cutAtFirstFailure() {
    guard let last = files.firstIndex(where: \.isUnclean) else { return }
    let before = (files.count, files[last].outcomes.count)
    files.removeSubrange((last + 1)...)
    if let failure = files[last].outcomes.firstIndex(where: { !$0.isPassed }) {
      files[last].outcomes.removeSubrange((failure + 1)...)
    }
    isCutShort = before != (files.count, files[last].outcomes.count)
  }
}

/// What became of the tests of one file.
package struct TestFileReport: Sendable {
  /// The file as the user named it.
  package var file: String
  /// The profile or state that packets were judged by; nil where there was none to be had.
  package var subject: TestSubject?
  /// The tests that ran, in the order they are listed.
  package var outcomes: [TestOutcome]
  /// What there is to say of the file and its subject.
  package var diagnostics: [Diagnostic]

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - file: The file as the user named it.
  ///   - subject: What packets were judged by.
  ///   - outcomes: The tests that ran.
  ///   - diagnostics: What there is to say of the file and its subject.
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

/// What became of one test.
package struct TestOutcome: Sendable {
  /// What a test states.
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
    /// The verdict is another.
    case verdict(expected: RuleAction, actual: Verdict)
    /// Another rule decided; nil where nothing filters.
    case rule(expected: String, actual: String?)
    /// An enforcement point that is asked alone says something else.
    case point(EnforcementPoint, expected: RuleAction, actual: Verdict)
  }

  /// The test's name.
  package var name: String
  /// Where it is written.
  package var place: Place
  /// What it states.
  package var claim: Claim
  /// The verdict every packet must get; that of a `never` is the other one than it names.
  package var expected: RuleAction
  /// The verdict: that of the packet, or of a packet that refutes the claim.
  package var actual: Verdict
  /// The rule that decided; nil where nothing filters, and for a claim that holds.
  package var rule: String?
  /// Why the test failed; empty for one that passed.
  package var failures: [Failure]
  /// The way of the packet, or of a packet that refutes the claim.
  package var trace: PacketTrace?
  /// The ICMP type of that packet.
  package var icmpType: UInt8?
  /// Packets that refute the claim, of which the packet is one.
  package var refuting: PacketPart?

  /// Whether everything is as the test states it.
  package var isPassed: Bool { failures.isEmpty }

  /// The endpoint whose rule decided, by its place in the topology.
  package var decidingEndpoint: Int? {
    guard let trace else { return nil }
    return
      (trace.steps.first { $0.answer.verdict == trace.verdict && trace.verdict != .allow }
      ?? trace.steps.last).flatMap(\.endpoint)
  }
}

/// What packets are judged by.
package struct TestSubject: Sendable {
  /// The profile or state as the user named it.
  package var file: String
  /// Judges packets by what the dataplane holds.
  package var evaluator: PacketEvaluator
  /// The names of the host.
  package var directory: PeerDirectory
  /// The profile; nil for a state.
  package var profile: Profile?

  /// Makes a subject.
  ///
  /// - Parameters:
  ///   - file: The profile or state as the user named it.
  ///   - evaluator: Judges packets by what the dataplane holds.
  ///   - profile: The profile; nil for a state.
  package init(file: String, evaluator: PacketEvaluator, profile: Profile?) {
    self.file = file
    self.evaluator = evaluator
    self.profile = profile
    directory = PeerDirectory(evaluator.topology)
  }
}
