package import Diagnostics
import YAMLSyntax

/// The findings that comments of a profile allow: `# hnsctl: allow CODE REASON`.
///
/// A comment after a value applies to its own line; a comment on a line of its own applies to the next
/// line that is not such a comment. It must give a reason; without one it allows nothing.
package struct Suppressions: Sendable {
  private struct Statement {
    var location: SourceRange
    /// The line that it applies to.
    var line: UInt32
    var code: DiagnosticCode
    var reason: String
    var isUsed = false
  }

  private var statements: [Statement] = []
  private var problems: [LintFinding] = []

  /// Reads the comments of a profile.
  ///
  /// - Parameter source: The text of the profile.
  package init(_ source: [UInt8]) {
    let comments = YAMLComments.find(in: source, containing: "hnsctl:")
    let ownLines = Set(comments.filter(\.isOnOwnLine).map(\.location.line))
    for comment in comments {
      var line = comment.location.line
      if comment.isOnOwnLine { repeat { line += 1 } while ownLines.contains(line) }
      read(comment, line: line)
    }
  }

  /// The codes that a comment can allow.
  package static var codes: [DiagnosticCode] {
    let own: Set<DiagnosticCode> = [.suppressionWithoutReason, .unusedSuppression, .unknownSuppression]
    let lint = DiagnosticCode.catalogue.first { $0.title == "Lint" }?.codes ?? []
    return lint.filter { !own.contains($0) } + [.unenforcedOnBuild]
  }

  private mutating func read(_ comment: YAMLComment, line: UInt32) {
    var words = comment.text.drop { $0 == "#" }.split(whereSeparator: { $0 == " " || $0 == "\t" })
    // Other comments that mention the program are ignored.
    guard words.first == "hnsctl:" else { return }
    words.removeFirst()
    func problem(_ code: DiagnosticCode, _ message: String, _ help: String) {
      problems.append(Self.finding(code, message, at: comment.location, help))
    }
    guard words.first == "allow" else {
      problem(
        .unknownSuppression, "invalid comment: expected 'allow' after 'hnsctl:'",
        "write '# hnsctl: allow CODE REASON'")
      return
    }
    guard words.count > 1 else {
      problem(
        .unknownSuppression, "the comment has no code", "write '# hnsctl: allow CODE REASON'")
      return
    }
    let id = String(words[1])
    guard let code = Self.codes.first(where: { $0.id == id }) else {
      let near = NearMiss.nearest(to: id, among: Self.codes.map(\.id)).map { "did you mean '\($0)'? " } ?? ""
      problem(
        .unknownSuppression, "'\(id)' is not the code of a finding that can be allowed",
        near + "`hnsctl explain` lists every code")
      return
    }
    let reason = words[2...].joined(separator: " ")
    guard reason.contains(where: { $0.isLetter }) else {
      problem(
        .suppressionWithoutReason, "the comment allows '\(id)' without a reason, so it has no effect",
        "add the reason after the code: '# hnsctl: allow \(id) REASON'")
      return
    }
    statements.append(Statement(location: comment.location, line: line, code: code, reason: reason))
  }

  /// Moves allowed findings out of a report, and adds findings about the comments themselves.
  ///
  /// - Parameter report: The report.
  package func apply(to report: inout LintReport) {
    var statements = statements
    var kept: [LintFinding] = []
    for finding in report.findings {
      let position = statements.firstIndex { $0.code == finding.code && $0.line == finding.location?.line }
      guard let position else {
        kept.append(finding)
        continue
      }
      statements[position].isUsed = true
      report.suppressed.append(.init(finding: finding, reason: statements[position].reason))
    }
    kept += problems
    for statement in statements where !statement.isUsed {
      kept.append(
        Self.finding(
          .unusedSuppression, "there is no '\(statement.code.id)' finding on line \(statement.line) to allow",
          at: statement.location, "remove the comment"))
    }
    report.findings = kept
  }

  private static func finding(
    _ code: DiagnosticCode, _ message: String, at location: SourceRange, _ help: String
  ) -> LintFinding {
    LintFinding(
      code: code, severity: code.severity, message: message, location: location, endpoints: [], rule: nil,
      related: [], notes: [], help: help)
  }
}
