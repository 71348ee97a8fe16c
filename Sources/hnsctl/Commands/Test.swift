import ArgumentParser
import Diagnostics
import Glibc
import JSONText
import PolicyTesting
import PolicyViews
import SourceReading

struct TestCommand: HnsctlCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run the tests of profiles and test files against emulated hosts.",
    discussion: HelpText.discussion(
      """
      A profile with tests is planned against an empty host and applied in memory;
      its tests are evaluated by the resulting dataplane. A test file (kind:
      PolicyTests) specifies the profile or state that it tests under 'subject', as
      a path relative to its own folder. A folder means the profiles and test files
      in it. Files run on all cores and are reported in the order given.

      A test passes when the verdict is the expected one. With 'rule', that rule
      must also be the one that matches. With 'via', each listed enforcement point
      must give the verdict on its own; if both ends have that point, one that
      blocks is enough. 'always' and 'never' are proven for every packet of their
      set that can occur, not sampled: no packet arrives from loopback, multicast,
      broadcast or unspecified addresses. Traffic within one compartment crosses no
      enforcement point and is left out, unless the set contains nothing else.

      A file without tests is an error, and so is a file in which no test matches
      --filter.

      Examples:
        hnsctl test web.yaml
        hnsctl test profiles/*.yaml --fail-fast
        hnsctl test nodes/ --failures-only
        hnsctl test web.yaml --filter 'corp*'
        hnsctl test profiles/*.yaml --format junit > report.xml

      Exit codes:
        0   every test passed
        1   a file could not be tested
        2   a test failed
      """))

  @Argument(
    help: "Profiles, test files, and folders of them; - for standard input.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var files: [String]

  @Option(help: "How to print the report; --json is --format json.")
  var format: Format?

  @Option(
    help: ArgumentHelp(
      "Run only tests whose name contains TEXT, or matches it if it has * or ?.", valueName: "text")
  )
  var filter: String?

  @Flag(help: "Stop at the first failure.")
  var failFast = false

  @OptionGroup var many: SourceRunOptions
  @OptionGroup var options: GlobalOptions
  @OptionGroup var limits: BudgetOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, junit, tap, sarif, github
  }

  func validate() throws {
    try GlobalOptions.checkSources(files)
    try options.check(format: format?.rawValue)
    if many.failuresOnly, let format, format != .text, format != .json {
      throw ValidationError("--failures-only cannot be combined with --format \(format)")
    }
  }

  func run() throws {
    let format = format ?? (options.json ? .json : .text)
    let console = Console(options.printing(json: format == .json))
    let sources = SourceRun(files, of: .profilesAndTests, many, console)
    var (totals, tests, report) = (TestTotals(), [JSON](), TestReport())
    for problem in sources.problems {
      let file = TestFileReport(file: problem.file ?? "", subject: nil, outcomes: [], diagnostics: [problem])
      totals.add(TestTotals(file))
      report.add(file)
    }
    let text = TestTextView(style: console.style)
    let (filter, settings, limits) = (filter.map { TestFilter($0) }, console.settings, limits)
    let (failFast, failuresOnly) = (failFast, many.failuresOnly)
    sources.each { file in
      let run = TestFileRun(file, filter: filter, settings: settings, budget: limits.make())
      return TestFileResult(run, format, failFast: failFast, failuresOnly: failuresOnly, text)
    } take: { file in
      console.add(file.collected)
      console.show(file.lines)
      tests += file.tests
      totals.add(file.counts)
      if let whole = file.report { report.add(whole) }
      guard failFast, file.isUnclean else { return true }
      totals.isStoppedEarly = file.isCut || totals.files < sources.paths.count + sources.problems.count
      return false
    }
    report.totals = totals
    switch format {
    case .text: console.finish(.null, lines: [text.line(totals)])
    case .json: console.finish(TestJSONView.document(totals, tests), lines: [])
    case .junit: console.finish(.null, verbatim: TestJUnitView.lines(report))
    case .tap: console.finish(.null, verbatim: TestTAPView.lines(report))
    case .github: console.finish(.null, verbatim: TestGitHubView.lines(report))
    case .sarif:
      Console.write(TestSARIFView(version: Hnsctl.version).document(report).bytes(.pretty), to: STDOUT_FILENO)
    }
    if totals.broken > 0 { throw Exit.failed }
    if totals.failed > 0 { throw Exit.notClean }
  }
}

/// The results of a file in the format of the command: as text and JSON, only that is kept.
private struct TestFileResult: Sendable {
  let collected: Console.Collected
  let isUnclean: Bool
  /// Whether tests after the first failure were left out.
  let isCut: Bool
  let counts: TestTotals
  private(set) var lines: [String] = []
  private(set) var tests: [JSON] = []
  /// The whole report, for formats that begin with totals.
  private(set) var report: TestFileReport?

  init(
    _ run: TestFileRun, _ format: TestCommand.Format, failFast: Bool, failuresOnly: Bool, _ text: TestTextView
  ) {
    collected = run.collected
    isUnclean = run.report.isUnclean
    let first = run.report.upToFirstFailure
    let file = failFast ? first.report : run.report
    isCut = failFast && first.isCut
    counts = TestTotals(file)
    let shown = failuresOnly ? file.failuresOnly : file
    switch format {
    case .text: if isUnclean || !failuresOnly { lines = text.lines(shown) }
    case .json: tests = TestJSONView.tests(shown)
    default: report = file
    }
  }
}
