import ArgumentParser
import PolicyCompiler
import Diagnostics
import HNSEmulator
import HNSStore
import HostModel
import JSONText
import NetworkProfile
import NetworkTypes
import PolicyPlan
import PolicyViews
import SourceReading

struct Apply: HnsctlCommand {
  static let configuration = CommandConfiguration(
    abstract: "Apply a profile or a saved plan to the emulated host in a state file.",
    discussion: HelpText.discussion(
      """
      Applies without prompting, and starts the declared containers. The state file
      is created if it does not exist, and replaced as a whole when the apply is
      done. One profile is applied at a time, and succeeds or is refused as a whole.

      Examples:
        hnsctl apply web.yaml --state host.json
        hnsctl apply web.plan --state host.json        a saved plan
        hnsctl apply web.yaml --state host.json --destroy
        hnsctl apply web.yaml --state host.json --lock-timeout 30
      """))

  @Argument(help: "The profile or the saved plan; - for a profile on standard input.", completion: .file())
  var source: String

  @Option(
    help: ArgumentHelp("The state file of the host; created if it does not exist.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var state: FileName

  @Flag(help: "Remove everything the profile owns.")
  var destroy = false

  @OptionGroup var lock: LockOptions
  @OptionGroup var options: GlobalOptions
  @OptionGroup var limits: BudgetOptions

  func validate() throws { try GlobalOptions.checkSources([source]) }

  func run() throws {
    let console = Console(options)
    let session = Session(console: console, budget: limits.make())
    let bytes = try session.read(source)
    switch DocumentKind(bytes) {
    case nil: try applyProfile(bytes, session)
    case .savedPlan, .other:
      guard !destroy else {
        throw console.wrongUsage("--destroy applies to a profile, not to a saved plan", of: "apply")
      }
      try applySaved(bytes, session)
    case .state?:
      throw console.fail(
        Diagnostic(
          .wrongKind, "this is a state file, not a profile or a saved plan", file: source,
          help: "specify a profile or a saved plan before --state: `hnsctl apply PROFILE --state \(source)`"))
    }
  }

  private func applyProfile(_ bytes: [UInt8], _ session: Session) throws {
    let profile = try session.profile(bytes, file: source)
    try session.withLock(state.path, timeout: lock.timeout) { file in
      let current = try session.state(state.path)
      let desired =
        destroy
        ? try session.desiredRemoval(of: profile, on: current, file: source)
        : try session.desired(profile, on: current, file: source)
      let (plan, before) = try session.plan(desired, against: current, file: source)
      try carryOut(plan, on: before, isNew: current == nil, file, session)
    }
  }

  private func applySaved(_ bytes: [UInt8], _ session: Session) throws {
    let plan = try session.savedPlan(bytes, file: source)
    try session.withLock(state.path, timeout: lock.timeout) { file in
      let current = try session.state(state.path)
      let base = try session.base(of: plan, current, file: source, state: state.path)
      try carryOut(plan, on: base, isNew: current == nil, file, session)
    }
  }

  private func carryOut(
    _ plan: Plan, on base: HostState, isNew: Bool, _ file: StateFile, _ session: Session
  ) throws {
    let console = session.console
    var host = base
    host.service.describeHost(as: plan.configuration)
    let report = plan.carryOut(on: &host.service)
    plan.ledger.write(to: &host.annotations)
    if isNew || host != base {
      host.serial &+= 1
      do { try file.save(host) } catch { throw console.fail(session.stateDiagnostic(error)) }
    }
    if let failure = report.failure {
      console.report([Plan.refusal(failure.operation.summary, failure.error, file: source)])
      throw console.fail(
        Diagnostic(
          .applyIncomplete,
          "\(report.done) of \(plan.operations.count) requests were applied and saved",
          file: source,
          notes: plan.operations.prefix(report.done).prefix(Self.shown).map { .init("done: \($0.summary)") },
          help: "fix the cause and apply again; requests already done are not repeated"))
    }
    console.finish(
      document(plan, report, host, isNew: isNew),
      lines: lines(plan, report, host, isNew: isNew, console.style))
  }

  /// The plan as a JSON document, with the number of requests done and whether the state file is new.
  private func document(_ plan: Plan, _ report: ApplyReport, _ host: HostState, isNew: Bool) -> JSON {
    guard var object = plan.document.object else { return plan.document }
    object.append("applied", .number(report.done))
    object.append("serial", .number(host.serial))
    object.append("created", .bool(isNew))
    return .object(object)
  }

  /// The most requests to list.
  private static let shown = 40

  private func lines(
    _ plan: Plan, _ report: ApplyReport, _ host: HostState, isNew: Bool, _ style: Style
  ) -> [String] {
    let file = printable(state.path)
    guard !plan.isEmpty else {
      let reason =
        destroy ? "contains nothing of profile \(plan.profile)" : "already matches profile \(plan.profile)"
      let created = isNew ? " It did not exist, and was created." : ""
      return [style(.bold, "No changes: \(file) \(reason).\(created)")]
    }
    var lines = plan.operations.prefix(Self.shown).map {
      "  \(style(.green, "done")) \(printable($0.summary))"
    }
    if let rest = Listing.rest(of: plan.operations.count, limit: Self.shown, "request") {
      lines.append("  \(rest)")
    }
    let done =
      if destroy { "Removed profile \(plan.profile) from \(file)" } else if isNew {
        "Created \(file) and applied profile \(plan.profile)"
      } else { "Applied profile \(plan.profile) to \(file)" }
    let requests = Listing.number(report.done, "request")
    return lines + [style(.bold, "\(done): \(requests), serial \(host.serial).")]
  }
}
