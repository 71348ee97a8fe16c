import ArgumentParser
import Diagnostics
import Glibc
import JSONText
import PolicyLint
import PolicyViews
import SourceReading

struct Lint: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find rules that are allowed but probably unintended.",
    discussion: """
      A profile is planned against an empty host and applied in memory; a state is
      used as it is. Every finding is proven for all packets and points to the line
      of the profile that causes it; for a state it gives only the rule names.

      A comment allows a finding on its own line, or on the next line if the comment
      has a line of its own. It must give a reason:

        # hnsctl: allow open-management-port administrators use this jump host

      `hnsctl explain CODE` explains a finding.

      Examples:
        hnsctl lint web.yaml
        hnsctl lint profiles/*.yaml --code unreachable-rule
        hnsctl lint host.json
        hnsctl lint profiles/*.yaml --format sarif > findings.sarif

      Exit codes:
        0   no findings
        1   a file could not be linted
        2   findings were reported
      """)

  @Argument(
    help: "Profiles and states; - for standard input.",
    completion: .file(extensions: ["yaml", "yml", "json"])
  )
  var sources: [String]

  @Option(help: "How to print the findings; --json is --format json.")
  var format: Format?

  @Option(help: ArgumentHelp("Report only findings with this code.", valueName: "code"))
  var code: String?

  @OptionGroup var options: GlobalOptions
  @OptionGroup var limits: BudgetOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, sarif
  }

  func validate() throws {
    try GlobalOptions.checkStandardInput(sources)
    try options.check(format: format?.rawValue)
  }

  func run() throws {
    let format = format ?? (options.json ? .json : .text)
    let console = Console(options.printing(json: format == .json))
    let code = try chosenCode(console)
    let budget = limits.make()
    let sources = try Session(console: console).filesOfProfiles(sources)
    let files = sources.map { LintFileRun($0, code: code, console: console, budget: budget).result }
    let view = LintView(files)
    switch format {
    case .text:
      let sources = console.sources.mapValues { SourceText($0) }
      console.finish(.null, lines: view.lines(style: console.style, sources: sources))
    case .json: console.finish(view.document, lines: [])
    case .sarif: Console.write(view.log(version: Hnsctl.version).bytes(.pretty), to: STDOUT_FILENO)
    }
    if files.contains(where: { $0.report == nil }) { throw Exit.failed }
    if files.contains(where: { $0.report?.findings.isEmpty == false }) { throw Exit.notClean }
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
