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
    let elements = YAMLElements(original)
    var candidates: [LintFinding] = []
    for finding in Self.removals(report) {
      if finding.isContradicted {
        kept.append((finding, "the rules before it contradict it; decide which of them is right"))
      } else if let location = finding.location, elements?.canRemove(at: location) == true {
        candidates.append(finding)
      } else {
        kept.append(
          (finding, "a comment is in or above it, or its list is not written one element for each line"))
      }
    }
    guard let elements, let proof = Proof(subject, settings: settings, makeBudget: makeBudget) else { return }
    remove(candidates[...], from: elements, proof)
    kept.sort { ($0.finding.location ?? .start) < ($1.finding.location ?? .start) }
  }

  /// Removes the rules of findings, together with those that were removed already; or else of each half of them.
  ///
  /// - Parameter isRefuted: Whether it is known that not all of them can be removed.
  private mutating func remove(
    _ findings: ArraySlice<LintFinding>, from elements: YAMLElements, _ proof: Proof, isRefuted: Bool = false
  ) {
    guard !findings.isEmpty else { return }
    if !isRefuted, let text = elements.removing(at: (applied + findings).compactMap(\.location)),
      proof.holds(for: text)
    {
      applied += findings
      self.text = text
      return
    }
    guard findings.count > 1 else {
      kept += findings.map { ($0, "it is not proven that nothing else changes") }
      return
    }
    let middle = findings.startIndex + findings.count / 2
    let count = applied.count
    remove(findings[..<middle], from: elements, proof)
    let isHalfRemoved = applied.count - count == middle - findings.startIndex
    remove(findings[middle...], from: elements, proof, isRefuted: isHalfRemoved)
  }

  /// The findings that propose to remove their own rule, one for each rule, by location.
  private static func removals(_ report: LintReport) -> [LintFinding] {
    var found: [SourceRange: LintFinding] = [:]
    for finding in report.findings {
      guard let location = finding.location,
        finding.edits.contains(where: { $0.changes == [.remove(location)] && $0.additions.isEmpty })
      else { continue }
      // A rule may be contradicted at one endpoint, and only repeated at another.
      if found[location] == nil || finding.isContradicted { found[location] = finding }
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }
}

extension SourceRange {
  fileprivate static let start = SourceRange(line: 1, column: 1)
}

/// Proves that another text of a profile means the same.
private struct Proof {
  private let subject: LintSubject
  private let settings: Console.Settings
  private let makeBudget: () -> Budget
  private let failedBefore: Set<String>

  /// Prepares proofs; nil for a state.
  init?(_ subject: LintSubject, settings: Console.Settings, makeBudget: @escaping () -> Budget) {
    guard let tested = TestSubject(subject), let profile = subject.profile else { return nil }
    self.subject = subject
    self.settings = settings
    self.makeBudget = makeBudget
    failedBefore = Self.failures(profile.tests, tested, within: makeBudget())
  }

  func holds(for text: [UInt8]) -> Bool {
    let session = Session(console: Console(collecting: settings), budget: makeBudget())
    guard let changed = session.checked(text, file: subject.file),
      let source = try? QuerySource(changed, file: subject.file, session: session), let after = source.profile
    else { return false }
    var (first, second) = (subject.evaluator, source.evaluator)
    let difference = VerdictDiff(from: &first, to: &second, within: makeBudget())
    guard difference.changes.isEmpty, difference.undecided.isEmpty else { return false }
    let tested = TestSubject(file: subject.file, evaluator: source.evaluator, profile: after)
    return Self.failures(after.tests, tested, within: makeBudget()).isSubset(of: failedBefore)
  }

  private static func failures(
    _ tests: [TestDeclaration], _ subject: TestSubject, within budget: Budget
  ) -> Set<String> {
    var runner = TestRunner(tests, of: subject, within: budget)
    let (outcomes, problems) = runner.run()
    return Set(outcomes.filter { !$0.isPassed }.map(\.name)).union(problems.isEmpty ? [] : [""])
  }
}
