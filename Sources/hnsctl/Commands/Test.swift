import ArgumentParser
import Dispatch
import Glibc
import JSONText
import PolicyTesting
import PolicyViews
import SourceReading
import Synchronization

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run the tests of profiles and test files against emulated hosts.",
    discussion: """
      A profile with tests is planned against an empty host and applied in memory;
      its tests are evaluated by the resulting dataplane. A test file (kind:
      PolicyTests) specifies the profile or state that it tests under 'subject', as
      a path relative to its own folder. Files run on all cores and are reported in
      the order given.

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
        hnsctl test web.yaml --filter 'corp*'
        hnsctl test profiles/*.yaml --format junit > report.xml

      Exit codes:
        0   every test passed
        1   a file could not be tested
        2   a test failed
      """)

  @Argument(
    help: "Profiles and test files; - for standard input.",
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

  @OptionGroup var options: GlobalOptions
  @OptionGroup var limits: BudgetOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, junit, tap, sarif, github
  }

  func validate() throws {
    try GlobalOptions.checkStandardInput(files)
    try options.check(format: format?.rawValue)
  }

  func run() throws {
    let format = format ?? (options.json ? .json : .text)
    let console = Console(options.printing(json: format == .json))
    var report = TestReport([])
    for result in runs(try Session(console: console).filesOfProfiles(files)) {
      report.files.append(result.report)
      for (file, bytes) in result.sources { console.remember(bytes, as: file) }
    }
    if failFast { report.stopAtFirstFailure() }
    for file in report.files { console.report(file.diagnostics) }
    switch format {
    case .text: console.finish(.null, lines: TestTextView(style: console.style).lines(report))
    case .json: console.finish(TestJSONView.document(report), lines: [])
    case .junit: console.finish(.null, verbatim: TestJUnitView.lines(report))
    case .tap: console.finish(.null, verbatim: TestTAPView.lines(report))
    case .github: console.finish(.null, verbatim: TestGitHubView.lines(report))
    case .sarif:
      Console.write(TestSARIFView(version: Hnsctl.version).document(report).bytes(.pretty), to: STDOUT_FILENO)
    }
    if report.broken > 0 { throw Exit.failed }
    if report.failed > 0 { throw Exit.notClean }
  }

  /// Runs every file, on all cores; the results are in the order of the files.
  private func runs(_ files: [String]) -> [TestFileRun] {
    let filter = filter.map { TestFilter($0) }
    let failFast = failFast
    let assumed = options.assumptions.list
    // Files run at the same time, so each has a budget of its own: the results must not depend on the others.
    let (steps, seconds) = (limits.steps, limits.timeLimit)
    let results = Mutex([TestFileRun?](repeating: nil, count: files.count))
    // The first file known to have a failure; the files after it are not reported.
    let firstUnclean = Atomic<Int>(Int.max)
    DispatchQueue.concurrentPerform(iterations: files.count) { index in
      if failFast, index > firstUnclean.load(ordering: .relaxed) { return }
      let result = TestFileRun(
        files[index], filter: filter, assumed: assumed,
        budget: BudgetOptions.make(steps: steps, seconds: seconds))
      if result.report.isUnclean { firstUnclean.min(index, ordering: .relaxed) }
      results.withLock { $0[index] = result }
    }
    return results.withLock { $0 }.prefix { $0 != nil }.compactMap(\.self)
  }
}
