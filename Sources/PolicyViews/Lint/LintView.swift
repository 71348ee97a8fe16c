package import Diagnostics
package import JSONText
import NetworkTypes
package import PolicyLint

/// The findings in profiles and states, as text, JSON and SARIF.
package struct LintView: Sendable {
  /// The report of one file.
  package struct File: Sendable {
    /// The file as given by the user.
    package var file: String
    /// The findings; nil for a file that could not be linted.
    package var report: LintReport?
    /// The errors of a file that could not be linted.
    package var errors: [Diagnostic]

    /// Creates the report of a file.
    ///
    /// - Parameters:
    ///   - file: The file as given by the user.
    ///   - report: The findings; nil for a file that could not be linted.
    ///   - errors: The errors of a file that could not be linted.
    package init(file: String, report: LintReport?, errors: [Diagnostic]) {
      self.file = file
      self.report = report
      self.errors = errors
    }
  }

  private let files: [File]

  /// Prepares the view.
  ///
  /// - Parameter files: The files, in the order given.
  package init(_ files: [File]) { self.files = files }

  private var findings: [(file: String, finding: LintFinding)] {
    files.flatMap { file in (file.report?.findings ?? []).map { (file.file, $0) } }
  }

  // MARK: Text

  /// The findings as lines, each with an excerpt of the file.
  ///
  /// - Parameters:
  ///   - style: How text is styled.
  ///   - sources: The source texts to quote, by file name.
  package func lines(style: Style, sources: [String: SourceText]) -> [String] {
    let view = DiagnosticView(style: style, sources: sources)
    return findings.flatMap { file, finding in view.lines(Self.diagnostic(finding, file)) + [""] }
  }

  /// How many findings there are in several files.
  package struct Totals: Sendable {
    package private(set) var files = 0
    package private(set) var findings = 0
    package private(set) var suppressed = 0
    /// The number of files that could not be linted.
    package private(set) var broken: Int

    /// Creates the totals of files that could not be linted.
    package init(broken: Int = 0) {
      files = broken
      self.broken = broken
    }

    /// Adds those of other files.
    package mutating func add(_ others: Totals) {
      files += others.files
      findings += others.findings
      suppressed += others.suppressed
      broken += others.broken
    }

    /// Adds a file.
    package mutating func add(_ file: File) {
      files += 1
      findings += file.report?.findings.count ?? 0
      suppressed += file.report?.suppressed.count ?? 0
      if file.report == nil { broken += 1 }
    }

    /// The totals in one line.
    package func line(_ style: Style) -> String {
      let refused = "\(Listing.number(broken, "file")) could not be linted"
      guard broken == 0 || broken < files else { return style(.red, refused) }
      var text = findings == 0 ? "no findings" : Listing.number(findings, "finding")
      text += " in \(Listing.number(files, "file"))"
      if suppressed > 0 { text += ", \(suppressed) allowed by a comment" }
      if broken > 0 { text += "; \(refused)" }
      return style(findings + broken > 0 ? .red : .green, text)
    }
  }

  /// How many rules of a cover are shown with their excerpts.
  private static let noteLimit = 8

  private static func diagnostic(_ finding: LintFinding, _ file: String) -> Diagnostic {
    var notes = Array(finding.notes.prefix(noteLimit))
    if let rest = Listing.rest(of: finding.notes.count, limit: noteLimit) {
      notes.append(Diagnostic.Note("\(rest); --json lists all"))
    }
    return Diagnostic(
      finding.code, finding.message, file: file, at: finding.location, notes: notes, help: finding.help,
      severity: finding.severity)
  }

  // MARK: JSON

  /// The findings of a file as JSON, and those allowed by comments.
  package static func documents(_ file: File) -> (findings: [JSON], allowed: [JSON]) {
    let findings = (file.report?.findings ?? []).map { JSON.object(object($0, file.file)) }
    let allowed = (file.report?.suppressed ?? []).map { suppressed in
      var object = object(suppressed.finding, file.file)
      object.append("reason", .string(suppressed.reason))
      return JSON.object(object)
    }
    return (findings, allowed)
  }

  /// The findings of several files as JSON, without the diagnostics.
  package static func document(findings: [JSON], allowed: [JSON]) -> JSON {
    ["formatVersion": 1, "findings": .array(findings), "allowed": .array(allowed)]
  }

  private static func object(_ finding: LintFinding, _ file: String) -> JSONObject {
    var object = JSONObject()
    object.append("code", .string(finding.code.id))
    object.append("severity", .string(finding.severity.rawValue))
    object.append("message", .string(finding.message))
    object.append("file", .string(file))
    object.append("line", finding.location.map { .number($0.line) } ?? .null)
    object.append("column", finding.location.map { .number($0.column) } ?? .null)
    object.append("endpoint", finding.endpoints.first.map { .string($0) } ?? .null)
    object.append("endpoints", .strings(finding.endpoints))
    object.append("rule", finding.rule.map { .string($0) } ?? .null)
    object.append("related", .strings(finding.related))
    if !finding.notes.isEmpty {
      let notes = finding.notes.map { note -> JSON in
        [
          "message": .string(note.message), "line": note.location.map { .number($0.line) } ?? .null,
          "column": note.location.map { .number($0.column) } ?? .null,
        ]
      }
      object.append("notes", .array(notes))
    }
    object.append("remedy", finding.help.map { .string($0) })
    return object
  }

  // MARK: SARIF

  /// The findings as a log of the Static Analysis Results Interchange Format; findings allowed by comments
  /// are included as suppressed.
  ///
  /// - Parameter version: The version of this program.
  package func log(version: String) -> JSON {
    var results: [SARIFLog.Result] = []
    for file in files {
      results += file.errors.map { SARIFLog.result($0, file.file) }
      results += (file.report?.findings ?? []).map { Self.result($0, file.file) }
      for suppressed in file.report?.suppressed ?? [] {
        var result = Self.result(suppressed.finding, file.file)
        result.suppression = .init(justification: suppressed.reason, isInSource: true)
        results.append(result)
      }
    }
    return SARIFLog(version: version, fingerprintName: "lint/v1")
      .document(results, isSuccessful: files.allSatisfy { $0.report != nil })
  }

  private static func result(_ finding: LintFinding, _ file: String) -> SARIFLog.Result {
    SARIFLog.Result(
      code: finding.code, severity: finding.severity,
      message: [finding.message, finding.help].compactMap(\.self), file: file, location: finding.location,
      fingerprint: "\(finding.code.id) \(finding.message)",
      related: finding.notes.compactMap { note in note.location.map { (note.message, file, $0) } })
  }
}
