import Diagnostics
import NetworkProfile
import PacketSpace
import PolicyLint
import PolicyTesting
import PolicyViews
import SourceReading

/// The lint run of one profile or state: diagnostics are collected, and nothing is printed.
struct LintFileRun: Sendable {
  let result: LintView.File
  /// The diagnostics that are not findings, for the console of the command.
  let collected: Console.Collected
  /// The source texts that findings quote, by file name.
  let sources: [String: [UInt8]]
  /// What was fixed; nil unless that was wanted.
  private(set) var fixes: LintFixes?
  /// The profile with its text, and the findings that can be fixed.
  private var fixable: (subject: LintSubject, text: [UInt8])?

  /// Lints a file.
  ///
  /// - Parameters:
  ///   - file: The file as given by the user.
  ///   - code: The only code to keep; nil for all codes.
  ///   - settings: Those of the console of the command.
  ///   - budget: The work allowed.
  init(_ file: String, code: DiagnosticCode?, settings: Console.Settings, budget: Budget) {
    let own = Console(collecting: settings)
    let session = Session(console: own, budget: budget)
    var report: LintReport?
    if let (subject, bytes) = try? Self.read(file, session) {
      if subject.profile != nil { fixable = (subject, bytes) }
      var linter = Linter(subject, budget: budget)
      var found = linter.run(source: subject.profile == nil ? nil : bytes)
      if let tested = TestSubject(subject) {
        own.report(found.testProblems.map { TestProblemView.diagnostic($0, tested, file: file) })
      }
      if let code { found.keep(code) }
      report = found
    }
    let errors = own.collected.filter { $0.severity == .error }
    if !errors.isEmpty { report = nil }
    sources = own.sources
    // These are already reported as findings.
    collected = own.everything { $0.code != .unenforcedOnBuild && $0.code != .carriedByVFPOnly }
    result = LintView.File(file: file, report: report, errors: errors)
  }

  /// Lints a file after its findings were fixed, as far as that is known to be safe.
  ///
  /// - Parameters:
  ///   - file: The file as given by the user.
  ///   - code: The only code to keep and to fix; nil for all codes.
  ///   - settings: Those of the console of the command.
  ///   - makeBudget: Makes the budget of each part of the work.
  static func fixing(
    _ file: String, code: DiagnosticCode?, settings: Console.Settings, makeBudget: @escaping () -> Budget
  ) -> LintFileRun {
    var run = LintFileRun(file, code: code, settings: settings, budget: makeBudget())
    guard let fixable = run.fixable, let report = run.result.report else { return run.withoutSubject }
    let fixes = LintFixes(
      of: report, in: fixable.subject, fixable.text, settings: settings, makeBudget: makeBudget)
    guard let text = fixes.text else {
      run.fixes = fixes
      return run.withoutSubject
    }
    do throws(OutputFile.Failure) { try OutputFile.write(text, to: file) } catch {
      let console = Console(collecting: settings)
      console.add(run.collected)
      console.report([error.diagnostic(file)])
      let result = LintView.File(file: file, report: nil, errors: console.collected)
      return LintFileRun(result: result, collected: console.everything(), sources: [:])
    }
    run = LintFileRun(file, code: code, settings: settings, budget: makeBudget())
    run.fixes = fixes
    return run.withoutSubject
  }

  private init(result: LintView.File, collected: Console.Collected, sources: [String: [UInt8]]) {
    self.result = result
    self.collected = collected
    self.sources = sources
  }

  /// The run without the host, which takes memory.
  var withoutSubject: LintFileRun {
    var run = self
    run.fixable = nil
    return run
  }

  private static func read(_ file: String, _ session: Session) throws -> (LintSubject, [UInt8]) {
    let bytes: [UInt8]
    switch try session.source(file) {
    case .host(let host):
      let source = QuerySource(host, file: file)
      return (LintSubject(file: file, evaluator: source.evaluator, profile: nil, desired: nil), [])
    case .profile(let text): bytes = text
    }
    let profile = try session.resolved(session.profile(bytes, file: file), on: nil, file: file)
    let desired = try session.desired(profile, on: nil, file: file)
    let host = try session.host(desired, on: nil, file: file)
    let source = QuerySource(host, file: file, profile: profile)
    return (LintSubject(file: file, evaluator: source.evaluator, profile: profile, desired: desired), bytes)
  }
}

extension TestSubject {
  /// The subject of a profile's tests; nil for a state.
  init?(_ subject: LintSubject) {
    guard let profile = subject.profile else { return nil }
    self.init(file: subject.file, evaluator: subject.evaluator, profile: profile)
  }
}
