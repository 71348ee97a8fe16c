import Diagnostics
import NetworkProfile
import PacketSpace
import PolicyTesting
import PolicyViews
import SourceReading

/// The test run of one file: diagnostics are collected, and nothing is printed.
struct TestFileRun: Sendable {
  let report: TestFileReport
  /// The diagnostics, for the console of the command.
  let collected: Console.Collected

  /// Runs the tests of a file.
  ///
  /// - Parameters:
  ///   - file: The file as given by the user.
  ///   - filter: Which tests to run; nil for all.
  ///   - settings: Those of the console of the command.
  ///   - budget: The work limit for all tests of the file.
  init(_ file: String, filter: TestFilter?, settings: Console.Settings, budget: Budget) {
    let console = Console(collecting: settings)
    var result: (subject: TestSubject, outcomes: [TestOutcome])?
    if let (tests, subject) = Self.read(file, Session(console: console, budget: budget)) {
      var runner = TestRunner(tests, of: subject, within: budget)
      let (outcomes, problems) = runner.run(filter: filter)
      console.report(problems.map { TestProblemView.diagnostic($0, subject, file: file) })
      result = (subject, outcomes)
    }
    collected = console.everything()
    report = TestFileReport(
      file: file, subject: result?.subject, outcomes: result?.outcomes ?? [],
      diagnostics: collected.diagnostics)
  }

  /// The tests of a file and their subject; nil after an error, which is reported.
  private static func read(_ file: String, _ session: Session) -> ([TestDeclaration], TestSubject)? {
    guard let bytes = session.bytes(file) else { return nil }
    if let own = DocumentKind(bytes) {
      session.console.report([
        Diagnostic(
          .wrongKind, "this is \(own.title), not a profile or a test file", file: file,
          help: "specify it as the 'subject' of a test file (kind: PolicyTests)")
      ])
      return nil
    }
    guard StatedKind.isTests(bytes) else {
      guard let profile = session.checked(bytes, file: file),
        let source = try? QuerySource(profile, file: file, session: session)
      else { return nil }
      return (profile.tests, subject(source))
    }
    let (tests, diagnostics) = PolicyTests.load(bytes: bytes, file: file)
    session.console.report(diagnostics)
    guard let tests, let subject = subject(of: tests, file: file, session) else { return nil }
    return (tests.tests, subject)
  }

  private static func subject(_ source: QuerySource) -> TestSubject {
    TestSubject(file: source.file, evaluator: source.evaluator, profile: source.profile)
  }

  /// The profile or state that a test file specifies.
  private static func subject(of tests: PolicyTests, file: String, _ session: Session) -> TestSubject? {
    let path = path(tests.subject.value, from: file)
    func refuse(_ code: DiagnosticCode, _ message: String, _ help: String) {
      session.console.report([
        Diagnostic(code, message, file: file, at: tests.subject.location, help: help)
      ])
    }
    switch ProfileFile.read(path) {
    case .failure(let error):
      let reason = error.description.replacing("the file cannot", with: "'\(printable(path))' cannot")
      refuse(.fileUnreadable, reason, "write the path relative to the folder of this file")
      return nil
    case .success(let bytes) where DocumentKind(bytes) == nil && StatedKind.isTests(bytes):
      refuse(.wrongKind, "the subject is itself a test file", "specify a profile or a state")
      return nil
    case .success: return (try? QuerySource(path, session: session)).map(subject)
    }
  }

  /// A path relative to the folder of a file.
  private static func path(_ path: String, from file: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    guard file != "-", let slash = file.lastIndex(of: "/") else { return path == "-" ? "./-" : path }
    return file[...slash] + path
  }
}
