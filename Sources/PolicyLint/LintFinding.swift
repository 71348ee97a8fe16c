package import Diagnostics
package import FilterEngine
package import NetworkProfile
package import PolicyCompiler
package import PolicyTesting

/// The subject of a lint run: a host, and the profile that it comes from, if any.
package struct LintSubject: Sendable {
  /// The profile or state as given by the user.
  package var file: String
  /// Evaluates packets by the rules of the dataplane.
  package var evaluator: PacketEvaluator
  /// The profile; nil for a state.
  package var profile: Profile?
  /// The result of compiling the profile; nil for a state.
  package var desired: DesiredHost?

  /// Creates a subject.
  ///
  /// - Parameters:
  ///   - file: The profile or state as given by the user.
  ///   - evaluator: Evaluates packets by the rules of the dataplane.
  ///   - profile: The profile; nil for a state.
  ///   - desired: The result of compiling the profile; nil for a state.
  package init(file: String, evaluator: PacketEvaluator, profile: Profile?, desired: DesiredHost?) {
    self.file = file
    self.evaluator = evaluator
    self.profile = profile
    self.desired = desired
  }
}

/// Something that is allowed but probably unintended.
package struct LintFinding: Sendable, Hashable {
  /// The code: one of the catalogue's Lint area, or one that other commands report too.
  package var code: DiagnosticCode
  /// The severity.
  package var severity: Severity
  /// The message: one sentence in lower case, without a full stop.
  package var message: String
  /// Where the profile defines its subject; nil for a state.
  package var location: SourceRange?
  /// The endpoints that it applies to, in host order.
  package var endpoints: [String]
  /// The rule that it is about.
  package var rule: String?
  /// The other rules involved, such as those that cover the rule.
  package var related: [String]
  /// Notes about other locations in the profile.
  package var notes: [Diagnostic.Note]
  /// What to do about it, as an instruction.
  package var help: String?
  /// The edits of the profile that the help describes, each on its own; empty if it gives none.
  ///
  /// Each is proven to do what the help says and nothing else.
  package var edits: [ProfileEdit] = []
  /// Whether rules before its rule give packets of it the opposite verdict: one of them is probably wrong.
  package var isContradicted = false
}

/// The findings in one profile or state.
package struct LintReport: Sendable {
  /// A finding and the reason for which the profile allows it.
  package struct Suppressed: Sendable {
    /// The finding.
    package var finding: LintFinding
    /// The reason.
    package var reason: String
  }

  /// The findings by location, then by endpoint.
  package var findings: [LintFinding] = []
  /// The findings that the profile allows.
  package var suppressed: [Suppressed] = []
  /// Why tests of the profile cannot be evaluated.
  package var testProblems: [TestProblem] = []

  /// Keeps only the findings with a given code.
  ///
  /// - Parameter code: The code.
  package mutating func keep(_ code: DiagnosticCode) {
    findings.removeAll { $0.code != code }
    suppressed.removeAll { $0.finding.code != code }
  }
}

extension LintReport {
  /// Every code that a finding can have.
  package static var codes: [DiagnosticCode] {
    let lint = DiagnosticCode.catalogue.first { $0.title == "Lint" }?.codes ?? []
    return lint + [.unenforcedOnBuild, .undecidedWithinBudget, .unknownInSource]
  }
}
