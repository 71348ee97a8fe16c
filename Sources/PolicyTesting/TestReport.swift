package import Diagnostics
package import FilterEngine
package import HostModel
package import NetworkProfile

/// How many tests of several files passed and failed.
package struct TestTotals: Sendable {
  /// The number of files.
  package private(set) var files = 0
  /// The number of tests that passed.
  package private(set) var passed = 0
  /// The number of tests that failed.
  package private(set) var failed = 0
  /// The number of files that could not be tested.
  package private(set) var broken = 0
  /// Whether the run stopped at the first failure, so some tests may not have run.
  package var isStoppedEarly = false

  /// Creates the totals of no file.
  package init() {}

  /// Creates the totals of a file.
  package init(_ file: TestFileReport) {
    files = 1
    passed = file.outcomes.count(where: \.isPassed)
    failed = file.outcomes.count - passed
    broken = file.hasErrors ? 1 : 0
  }

  /// Adds those of other files.
  package mutating func add(_ others: TestTotals) {
    files += others.files
    passed += others.passed
    failed += others.failed
    broken += others.broken
  }
}

/// The results of the tests of several files.
package struct TestReport: Sendable {
  /// The files, in the order given.
  package private(set) var files: [TestFileReport] = []
  /// How many tests passed and failed.
  package var totals = TestTotals()

  /// Creates a report of no file.
  package init() {}

  /// Adds a file.
  package mutating func add(_ file: TestFileReport) {
    files.append(file)
    totals.add(TestTotals(file))
  }
}

/// The results of the tests of one file.
package struct TestFileReport: Sendable {
  /// The file as given by the user.
  package var file: String
  /// The file of the profile or state that packets were evaluated against; nil if it could not be read.
  package private(set) var subjectFile: String?
  /// That profile or state, which the formats of failures need; nil if no test failed.
  package private(set) var subject: TestSubject?
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
    subjectFile = subject?.file
    self.subject = outcomes.allSatisfy(\.isPassed) ? nil : subject
    self.outcomes = outcomes
    self.diagnostics = diagnostics
  }

  /// The report up to the first failed test, and whether that leaves out others.
  package var upToFirstFailure: (report: TestFileReport, isCut: Bool) {
    guard let failure = outcomes.firstIndex(where: { !$0.isPassed }), failure + 1 < outcomes.count else {
      return (self, false)
    }
    var report = self
    report.outcomes.removeSubrange((failure + 1)...)
    return (report, true)
  }

  /// The report without the tests that passed.
  package var failuresOnly: TestFileReport {
    var report = self
    report.outcomes.removeAll(where: \.isPassed)
    return report
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
