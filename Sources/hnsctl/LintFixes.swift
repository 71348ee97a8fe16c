import Diagnostics
import NetworkProfile
import PacketSpace
import PolicyLint
import PolicyPlan
import PolicyTesting
import SourceReading
import YAMLSyntax

/// Rules that findings propose to remove, removed from the text of a profile.
///
/// What is removed is proven together: no verdict on any packet changes, and no test fails that passed before. The
/// comments stay.
struct LintFixes: Sendable {
  /// The findings whose rules were removed.
  private(set) var applied: [LintFinding] = []
  /// The findings that propose to remove a rule that was kept, with the reasons.
  private(set) var kept: [(finding: LintFinding, reason: String)] = []
  /// The text of the profile without the rules; nil if none was removed.
  private(set) var text: [UInt8]?

  /// The most rules that are removed in one run.
  private static let limit = 1_000
  /// The most rules that are tried one after the other, if all together change a verdict.
  private static let limitOfSingles = 50

  /// Removes rules.
  ///
  /// - Parameters:
  ///   - report: The findings.
  ///   - subject: The profile and its host.
  ///   - original: The text of the profile.
  ///   - settings: Those of the console of the command.
  ///   - makeBudget: Makes the budget of each proof.
  init(
    of report: LintReport, in subject: LintSubject, _ original: [UInt8], settings: Console.Settings,
    makeBudget: @escaping () -> Budget
  ) {
    let proof = Proof(subject, settings: settings, makeBudget: makeBudget)
    var found = Self.removals(report)
    for finding in found.dropFirst(Self.limit) {
      kept.append((finding, "run the command again: it fixes \(Self.limit) findings at a time"))
    }
    found = Array(found.prefix(Self.limit))
    // From the end of the text, so that the locations before stay.
    for finding in found.reversed() where Self.without([finding], original) == nil {
      kept.append(
        (finding, "a comment is in or above it, or its list is not written one element for each line"))
      found.removeAll { $0.location == finding.location }
    }
    if let text = Self.without(found, original), proof.holds(for: text) {
      accept(found, text)
      return
    }
    var chosen: [LintFinding] = []
    for (index, finding) in found.enumerated() {
      if index < Self.limitOfSingles, let text = Self.without(chosen + [finding], original),
        proof.holds(for: text)
      {
        chosen.append(finding)
        accept(chosen, text)
      } else {
        let isTried = index < Self.limitOfSingles
        kept.append(
          (
            finding,
            isTried
              ? "it is not proven that nothing else changes"
              : "run the command again: it tries \(Self.limitOfSingles) findings one by one"
          ))
      }
    }
  }

  private mutating func accept(_ findings: [LintFinding], _ text: [UInt8]) {
    guard !findings.isEmpty else { return }
    applied = findings
    self.text = text
  }

  /// The findings that propose to remove their own rule and nothing else, one for each rule, by location.
  private static func removals(_ report: LintReport) -> [LintFinding] {
    var seen: Set<SourceRange> = []
    return report.findings.filter { finding in
      guard let location = finding.location, [.unreachableRule, .redundantRule].contains(finding.code),
        finding.edits.contains(where: { $0.changes == [.remove(location)] && $0.additions.isEmpty })
      else { return false }
      return seen.insert(location).inserted
    }.sorted {
      ($0.location ?? SourceRange(line: 0, column: 0)) < ($1.location ?? SourceRange(line: 0, column: 0))
    }
  }

  /// The text without the rules of findings, which are in the order of the text.
  private static func without(_ findings: [LintFinding], _ text: [UInt8]) -> [UInt8]? {
    var text = text
    for finding in findings.reversed() {
      guard let location = finding.location, let rest = YAMLElements.removing(at: location, from: text) else {
        return nil
      }
      text = rest
    }
    return text
  }
}

/// Proves that another text of a profile means the same.
private struct Proof {
  private let subject: LintSubject
  private let settings: Console.Settings
  private let makeBudget: () -> Budget

  init(_ subject: LintSubject, settings: Console.Settings, makeBudget: @escaping () -> Budget) {
    self.subject = subject
    self.settings = settings
    self.makeBudget = makeBudget
  }

  func holds(for text: [UInt8]) -> Bool {
    guard let tested = TestSubject(subject), let profile = subject.profile else { return false }
    let session = Session(console: Console(collecting: settings), budget: makeBudget())
    guard let changed = session.checked(text, file: subject.file),
      let source = try? QuerySource(changed, file: subject.file, session: session), let after = source.profile
    else { return false }
    var (first, second) = (subject.evaluator, source.evaluator)
    let difference = VerdictDiff(from: &first, to: &second, within: makeBudget())
    guard difference.changes.isEmpty, difference.undecided.isEmpty else { return false }
    let failedBefore = failures(profile.tests, tested)
    let subject = TestSubject(file: subject.file, evaluator: source.evaluator, profile: after)
    return failures(after.tests, subject).isSubset(of: failedBefore)
  }

  private func failures(_ tests: [TestDeclaration], _ subject: TestSubject) -> Set<String> {
    var runner = TestRunner(tests, of: subject, within: makeBudget())
    let (outcomes, problems) = runner.run()
    return Set(outcomes.filter { !$0.isPassed }.map(\.name)).union(problems.isEmpty ? [] : [""])
  }
}
