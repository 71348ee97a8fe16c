import ArgumentParser
import Diagnostics
import Glibc
import JSONText
import NetworkTypes
import PolicyLint
import PolicyViews
import SourceReading

struct Lint: HnsctlCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find rules that are allowed but probably unintended.",
    discussion: HelpText.discussion(
      """
      A profile is planned against an empty host and applied in memory; a state is
      used as it is. Every finding is proven for all packets and points to the line
      of the profile that causes it; for a state it gives only the rule names.

      A comment allows a finding on its own line, or on the next line if the comment
      has a line of its own. It must give a reason:

        # hnsctl: allow open-management-port administrators use this jump host

      `hnsctl explain CODE` explains a finding.

      --fix removes rules that can never match or change no verdict, if it is proven
      that no verdict and no test changes; all others are kept, and comments too. A
      rule whose packets get the opposite verdict from rules before it is also kept:
      one of them is probably wrong. It says what was removed, and what was kept and
      why.

      Examples:
        hnsctl lint web.yaml
        hnsctl lint profiles/*.yaml --code unreachable-rule
        hnsctl lint nodes/ --jobs 4
        hnsctl lint web.yaml --fix
        hnsctl lint host.json
        hnsctl lint profiles/*.yaml --format sarif > findings.sarif

      Exit codes:
        0   no findings
        1   a file could not be linted
        2   findings were reported
      """))

  @Argument(
    help: "Profiles, states, captures, and folders of them; - for standard input.",
    completion: .file(extensions: ["yaml", "yml", "json"])
  )
  var sources: [String]

  @Option(help: "How to print the findings; --json is --format json.")
  var format: Format?

  @Option(help: ArgumentHelp("Report only findings with this code.", valueName: "code"))
  var code: String?

  @Flag(help: "Remove rules that change no verdict from the profiles.")
  var fix = false

  @OptionGroup var many: SourceRunOptions
  @OptionGroup var options: GlobalOptions
  @OptionGroup var limits: BudgetOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, sarif
  }

  func validate() throws {
    try GlobalOptions.checkSources(sources)
    try options.check(format: format?.rawValue)
    guard !fix || !sources.contains("-") else { throw ValidationError("--fix needs files to write to") }
  }

  func run() throws {
    let format = format ?? (options.json ? .json : .text)
    let console = Console(options.printing(json: format == .json))
    let code = try chosenCode(console)
    let run = SourceRun(sources, of: .hosts, many, console)
    let (settings, limits) = (console.settings, limits)
    var totals = LintView.Totals(broken: run.problems.count)
    var (findings, allowed, files) = ([JSON](), [JSON](), [LintView.File]())
    let isFixing = fix
    var fixed = FixTotals()
    run.each { file in
      let run =
        isFixing
        ? LintFileRun.fixing(file, code: code, settings: settings) { limits.make() }
        : LintFileRun(file, code: code, settings: settings, budget: limits.make()).withoutSubject
      return LintFileResult(run, format, settings)
    } take: { file in
      console.add(file.collected)
      console.show(file.lines)
      fixed.add(file)
      totals.add(file.totals)
      findings += file.findings
      allowed += file.allowed
      if let whole = file.whole { files.append(whole) }
      return true
    }
    switch format {
    case .text:
      if isFixing { console.show([fixed.line]) }
      console.finish(.null, lines: [totals.line(console.style)])
    case .json:
      var document = LintView.document(findings: findings, allowed: allowed).object ?? JSONObject()
      if isFixing {
        document.append("fixed", .array(fixed.applied))
        document.append("notFixed", .array(fixed.kept))
      }
      console.finish(.object(document), lines: [])
    case .sarif:
      files += run.problems.map { LintView.File(file: $0.file ?? "", report: nil, errors: [$0]) }
      Console.write(LintView(files).log(version: Hnsctl.version).bytes(.pretty), to: STDOUT_FILENO)
    }
    if totals.broken > 0 { throw Exit.failed }
    if totals.findings > 0 { throw Exit.notClean }
  }

  private func chosenCode(_ console: Console) throws -> DiagnosticCode? {
    guard let code else { return nil }
    let codes = LintReport.codes
    if let chosen = codes.first(where: { $0.id == code }) { return chosen }
    let near = NearMiss.nearest(to: code, among: codes.map(\.id)).map { "did you mean '\($0)'? " } ?? ""
    throw console.fail(
      Diagnostic(
        .unknownCode, "no finding has the code '\(code)'", help: "\(near)`hnsctl explain` lists every code")
    )
  }
}

/// The findings in a file in the format of the command; only that is kept.
private struct LintFileResult: Sendable {
  let collected: Console.Collected
  private(set) var totals = LintView.Totals()
  private(set) var lines: [String] = []
  private(set) var findings: [JSON] = []
  private(set) var allowed: [JSON] = []
  private(set) var whole: LintView.File?
  private(set) var applied: [JSON] = []
  private(set) var kept: [JSON] = []

  init(_ run: LintFileRun, _ format: Lint.Format, _ settings: Console.Settings) {
    collected = run.collected
    totals.add(run.result)
    if let fixes = run.fixes {
      let file = run.result.file
      applied = fixes.applied.map { Self.document($0, nil, file) }
      kept = fixes.kept.map { Self.document($0.finding, $0.reason, file) }
      if format == .text {
        lines = fixes.applied.map { "\(Self.title($0, file)): removed, and no verdict changes" }
        lines += fixes.kept.map { "\(Self.title($0.finding, file)): not removed: \($0.reason)" }
        if !lines.isEmpty { lines.append("") }
      }
    }
    switch format {
    case .text:
      guard totals.findings > 0 else { break }
      lines += LintView([run.result]).lines(
        style: settings.style, sources: run.sources.mapValues { SourceText($0) })
    case .json: (findings, allowed) = LintView.documents(run.result)
    case .sarif: whole = run.result
    }
  }

  private static func title(_ finding: LintFinding, _ file: String) -> String {
    let location = finding.location.map { ":\($0.line):\($0.column)" } ?? ""
    return "\(printable(file))\(location): '\(printable(finding.rule ?? ""))' [\(finding.code.id)]"
  }

  private static func document(_ finding: LintFinding, _ reason: String?, _ file: String) -> JSON {
    var object = JSONObject([
      .init("file", .string(file)), .init("code", .string(finding.code.id)),
      .init("rule", finding.rule.map { .string($0) } ?? .null),
      .init("line", finding.location.map { .number($0.line) } ?? .null),
      .init("column", finding.location.map { .number($0.column) } ?? .null),
    ])
    if let reason { object.append("reason", .string(reason)) }
    return .object(object)
  }
}

/// What was fixed in all files.
private struct FixTotals {
  private(set) var applied: [JSON] = []
  private(set) var kept: [JSON] = []

  mutating func add(_ file: LintFileResult) {
    applied += file.applied
    kept += file.kept
  }

  /// The totals in one line.
  var line: String {
    "\(Listing.number(applied.count, "rule")) removed" + (kept.isEmpty ? "" : ", \(kept.count) kept")
  }
}
