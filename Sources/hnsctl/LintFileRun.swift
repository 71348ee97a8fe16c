import Diagnostics
import NetworkProfile
import PacketSpace
import PolicyLint
import PolicyTesting
import PolicyViews
import SourceReading

/// The lint run of one profile or state.
struct LintFileRun {
  let result: LintView.File

  /// Lints a file.
  ///
  /// - Parameters:
  ///   - file: The file as given by the user.
  ///   - code: The only code to keep; nil for all codes.
  ///   - console: Where the file's errors are reported.
  ///   - budget: The work allowed, shared by all files.
  init(_ file: String, code: DiagnosticCode?, console: Console, budget: Budget) {
    let own = Console(assumed: console.assumed)
    let session = Session(console: own, budget: budget)
    var report: LintReport?
    if let (subject, bytes) = try? Self.read(file, session) {
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
    for (name, bytes) in own.sources { console.remember(bytes, as: name) }
    // These are already reported as findings.
    console.report(own.collected.filter { $0.code != .unenforcedOnBuild && $0.code != .carriedByVFPOnly })
    result = LintView.File(file: file, report: report, errors: errors)
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
