package import Diagnostics
package import FilterEngine
package import NetworkProfile
package import PolicyCompiler
package import PolicyTesting

/// What is looked through: a host, and the profile that made it where there is one.
package struct LintSubject: Sendable {
  /// The profile or state as the user named it.
  package var file: String
  /// Judges packets by what the dataplane holds.
  package var evaluator: PacketEvaluator
  /// The profile; nil for a state.
  package var profile: Profile?
  /// What the profile was compiled to; nil for a state.
  package var desired: DesiredHost?

  /// Makes a subject.
  ///
  /// - Parameters:
  ///   - file: The profile or state as the user named it.
  ///   - evaluator: Judges packets by what the dataplane holds.
  ///   - profile: The profile; nil for a state.
  ///   - desired: What the profile was compiled to; nil for a state.
  package init(file: String, evaluator: PacketEvaluator, profile: Profile?, desired: DesiredHost?) {
    self.file = file
    self.evaluator = evaluator
    self.profile = profile
    self.desired = desired
  }
}

/// One thing that is allowed and probably not meant.
package struct LintFinding: Sendable, Hashable {
  /// The code, one of the catalogue's area Lint, or one that others report too.
  package var code: DiagnosticCode
  /// How much it weighs.
  package var severity: Severity
  /// What was found: one sentence in lower case without a full stop.
  package var message: String
  /// Where the profile states what it is about; nil for a state.
  package var place: Place?
  /// The endpoints it holds for, in the order of the host.
  package var endpoints: [String]
  /// The rule it is about.
  package var rule: String?
  /// The other rules that take part, such as those that cover the rule.
  package var related: [String]
  /// What stands at further places of the profile.
  package var notes: [Diagnostic.Note]
  /// What to write instead, as an instruction.
  package var remedy: String?
}

/// What was found in one profile or state.
package struct LintReport: Sendable {
  /// A finding with the reason for which the profile allows it.
  package struct Suppressed: Sendable {
    /// The finding.
    package var finding: LintFinding
    /// Why it is allowed.
    package var reason: String
  }

  /// The findings by place, then by endpoint.
  package var findings: [LintFinding] = []
  /// The findings that the profile allows.
  package var suppressed: [Suppressed] = []
  /// Why tests of the profile state nothing that could be weakened.
  package var testProblems: [TestProblem] = []

  /// Leaves the findings of one code.
  ///
  /// - Parameter code: The code.
  package mutating func keep(_ code: DiagnosticCode) {
    findings.removeAll { $0.code != code }
    suppressed.removeAll { $0.finding.code != code }
  }
}

extension LintReport {
  /// Every code a finding can have.
  package static var codes: [DiagnosticCode] {
    let lint = DiagnosticCode.catalogue.first { $0.area == "Lint" }?.codes ?? []
    return lint + [.unenforcedOnBuild, .undecidedWithinBudget]
  }
}
