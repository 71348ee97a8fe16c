import ArgumentParser
import Diagnostics
import HNSEmulator
import HNSStore
import JSONText
import NetworkProfile
import NetworkTypes
import PolicyPlan
import PolicyViews
import SourceReading

struct DriftCommand: HnsctlCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift",
    abstract: "Show how a host differs from what a profile owns, and what other owners' rules do.",
    discussion: HelpText.discussion(
      """
      Compares the host with itself after an apply of the profile: what is missing,
      what changed, and what was added to the profile's objects. The effect on
      packets is that of all rules on the profile's endpoints, those of other owners
      included; their rules that change no verdict are counted. Nothing is modified.
      The exit code is 2 when there is drift, and 1 when some packets could not be
      compared; what was found is shown all the same.

      Examples:
        hnsctl drift web.yaml host.json
        hnsctl drift web.yaml host.json --json
        hnsctl drift web.yaml monday.json tuesday.json
      """))

  @Argument(help: "The profile; - for standard input.", completion: .file(extensions: ["yaml", "yml"]))
  var profile: String

  @Argument(
    help: "The hosts: states, captures of real hosts, and folders of them.", completion: .file())
  var hosts: [String]

  @OptionGroup var many: SourceRunOptions
  @OptionGroup var options: GlobalOptions
  @OptionGroup var limits: BudgetOptions

  func validate() throws { try GlobalOptions.checkSources([profile] + hosts) }

  func run() throws {
    let console = Console(options)
    guard case .profile(let profile, _) = try Session(console: console).document(profile) else {
      throw console.fail(
        Diagnostic(
          .wrongKind, "this is a host, not a profile", file: self.profile,
          help: "drift takes the profile first, then the host"))
    }
    try SourceRun(hosts, of: .hosts, many, console)
      .run(RecapWords(clean: "without drift", notClean: "with drift"), limits) { host, session in
        try show(profile, host, session)
      }
  }

  private func show(_ profile: Profile, _ host: String, _ session: Session) throws {
    let console = session.console
    guard case .state(let state) = try session.document(host) else {
      throw console.fail(
        Diagnostic(
          .wrongKind, "this is a profile, not a host", file: host,
          help: "drift takes the profile first, then the host"))
    }
    let drift = try session.drift(from: profile, of: state, file: self.profile)
    console.report(drift.undecided.map { $0.diagnostic(file: host) })
    let effects = EffectView(
      style: console.style,
      origins: (
        RuleOrigins(profile: profile, file: self.profile, topology: state.service.topology),
        RuleOrigins(profile: nil, file: host, topology: state.service.topology)
      ))
    let view = DriftView(style: console.style, effects: effects)
    // Without a known drift there is nothing to show, but "no drift" would not be true either.
    let hasText = drift.undecided.isEmpty || !drift.isNone
    console.finish(DriftView.document(drift), lines: hasText ? view.lines(drift, host: host) : [])
    guard drift.undecided.isEmpty else { throw Exit.failed }
    if !drift.isNone { throw Exit.notClean }
  }
}
