import ArgumentParser
import HostModel
import NetworkTypes
import PolicyCompiler
import NetworkProfile
import Diagnostics
import Glibc
import HNSEmulator
import HNSStore
import HostExport
import JSONText
import PolicyPlan
import PolicyViews
import SourceReading

struct PlanCommand: HnsctlCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what an apply would change, by endpoint and enforcement point.",
    discussion: HelpText.discussion(
      """
      Examples:
        hnsctl plan web.yaml                           against an empty host
        hnsctl plan web.yaml --state host.json         against that host
        hnsctl plan web.yaml --state host.json --out web.plan
        hnsctl plan web.yaml --state host.json --destroy
        hnsctl plan web.yaml --endpoint web            only this endpoint
        hnsctl plan web.yaml --detailed-exitcode       exit 2 on changes
        hnsctl plan web.yaml --format markdown         for a pull request
        hnsctl plan web.yaml --format hcn              the requests for a node
        hnsctl plan web.yaml --format powershell       a script for a node
        hnsctl plan web.yaml --format hcn --rollback   the way back
        hnsctl plan nodes/ --failures-only             every profile of a folder
      """))

  @Argument(
    help: "Profiles, and folders of them; - for standard input.",
    completion: .file(extensions: ["yaml", "yml"]))
  var profiles: [String]

  @Option(
    help: ArgumentHelp(
      "The state or capture of the host, - for standard input; a missing file means an empty host.",
      valueName: "file"),
    completion: .file(extensions: ["json"]))
  var state: InputName?

  @Option(
    help: ArgumentHelp("Save the plan, bound to the state it was computed from.", valueName: "file"),
    completion: .file())
  var out: FileName?

  @Flag(help: "Plan the removal of everything the profile owns.")
  var destroy = false

  @Option(help: "Show only this endpoint.")
  var endpoint: String?

  @Flag(help: "Exit with code 2 when there are changes.")
  var detailedExitcode = false

  @Option(
    help: ArgumentHelp(
      "The format: text, json, markdown, or for a node: hcn or hns-v1 (requests), powershell (a script).",
      valueName: "format"))
  var format = PlanFormat.text

  @Flag(help: "Print the way back instead: the requests that undo the plan.")
  var rollback = false

  @OptionGroup var many: SourceRunOptions
  @OptionGroup var options: GlobalOptions
  @OptionGroup var limits: BudgetOptions

  func validate() throws {
    try options.check(format: format == .text ? nil : format.rawValue)
    try GlobalOptions.checkSources(profiles + [state?.path].compactMap(\.self))
    if rollback, !format.isExport {
      throw ValidationError("--rollback requires a format for a node: --format \(PlanFormat.exports)")
    }
    if endpoint != nil, format.isExport {
      throw ValidationError(
        "--endpoint shows part of a plan and --format \(format) writes all of it: give only one")
    }
    guard let out else { return }
    guard endpoint == nil else {
      throw ValidationError("--endpoint shows part of a plan and --out saves all of it: give only one")
    }
    if profiles.contains(where: { out.isSameFile(as: $0) }) {
      throw ValidationError("--out would overwrite the profile")
    }
    if let state, out.isSameFile(as: state.path) {
      throw ValidationError("--out would overwrite the state")
    }
  }

  func run() throws {
    let console = Console(options.printing(json: options.json || format == .json))
    let run = SourceRun(profiles, of: .profiles, many, console)
    // A plan that is saved or carried out is that of one profile.
    if let out {
      try run.requireOne(for: "--out", of: "plan")
      do { try OutputFile.checkReplacing(out.path) { DocumentKind(file: $0) == .savedPlan } } catch {
        throw console.fail(error.diagnostic(out.path))
      }
    }
    if let state, Session.isStream(state.path) {
      try run.requireOne(for: "--state \(state.path)", of: "plan")
    }
    if format.isExport { try run.requireOne(for: "--format \(format.rawValue)", of: "plan") }
    if endpoint != nil { try run.requireOne(for: "--endpoint", of: "plan") }
    let words =
      detailedExitcode
      ? RecapWords(clean: "without changes", notClean: "with changes") : RecapWords(clean: "planned")
    try run.run(words, limits) { file, session in try show(file, session) }
  }

  private func show(_ file: String, _ session: Session) throws {
    let console = session.console
    let profile = try session.profile(file)
    let current = try state.flatMap { try session.host($0.path) }
    let desired =
      destroy
      ? try session.desiredRemoval(of: profile, on: current, file: file)
      : try session.desired(profile, on: current, file: file)
    let (plan, before) = try session.plan(desired, against: current, file: file)
    // Text has it in its heading.
    if let state, current == nil, console.isJSON || format.isExport {
      console.report([
        Diagnostic(.stateAbsent, "the file does not exist; the plan is for an empty host", file: state.path)
      ])
    }
    let shown = try endpoint.map { try only($0, of: plan, for: profile, file, console) } ?? plan
    if let out { try save(plan, to: out.path, console) }
    if format.isExport {
      try export(plan, on: before.service, file, console)
      if detailedExitcode, !plan.isEmpty { throw Exit.notClean }
      return
    }
    func subject(_ name: (String) -> String) -> String {
      let host =
        switch state?.path {
        case nil: "an empty host"
        case "-"?: "the host on standard input"
        case let path?: current == nil ? "an empty host: \(name(path)) does not exist" : name(path)
        }
      return "\(destroy ? "the removal of " : "")profile \(name(plan.profile)) against \(host)"
    }
    if format == .markdown {
      console.finish(.null, verbatim: PlanView.markdown(shown, subject: subject))
    } else {
      console.finish(
        shown.document, lines: PlanView(style: console.style).lines(shown, subject: subject(printable)))
    }
    if detailedExitcode, endpoint == nil ? !plan.isEmpty : !shown.changes.isEmpty { throw Exit.notClean }
  }

  /// Prints the calls of a plan in a format for a node.
  private func export(
    _ plan: Plan, on host: HostNetworkingService, _ file: String, _ console: Console
  ) throws {
    let calls: PlannedCalls<HostNetworkingService>
    do throws(HCNError) {
      let isScript = format == .powershell
      let forward = try PlannedCalls(plan.operations, on: host, forScript: isScript && !rollback)
      calls = rollback ? try forward.reversed(forScript: isScript) : forward
    } catch {
      throw console.fail(Plan.refusal("the way back", error, file: file))
    }
    let note = calls.containersNote(file: file)
    if format == .powershell {
      let (script, problems) = PowerShellScript.make(
        calls, profile: title(of: plan), file: file)
      console.report(problems + [note].compactMap { $0 })
      guard let script else { throw console.fail() }
      Console.write(Array(script.text.utf8), to: STDOUT_FILENO)
      return
    }
    let (requests, problems) = calls.requests(for: format == .hcn ? .hcn : .hnsV1, file: file)
    console.report(problems + [note].compactMap { $0 })
    guard let requests else { throw console.fail() }
    JSON.array(requests.map(\.document)).sendPretty { Console.write($0, to: STDOUT_FILENO) }
  }

  /// What a script performs, in words.
  private func title(of plan: Plan) -> String {
    "\(rollback ? "the way back from " : "")\(destroy ? "the removal of " : "")profile \(plan.profile)"
  }

  private func save(_ plan: Plan, to path: String, _ console: Console) throws {
    do { try OutputFile.write(plan.savedText, to: path) } catch { throw console.fail(error.diagnostic(path)) }
    let host = state.map(\.path).flatMap { Session.isStream($0) ? nil : $0 } ?? "FILE"
    console.say("Saved the plan. Apply it with: hnsctl apply \(path) --state \(host)")
  }

  /// The part of a plan for one endpoint: one of the profile, or one that the plan deletes.
  private func only(
    _ name: String, of plan: Plan, for profile: Profile, _ file: String, _ console: Console
  ) throws -> Plan {
    let names = profile.endpoints.map(\.name.value)
    let targets = plan.changes.filter { $0.kind == .endpoint }.map(\.target)
    // A container or pod with several endpoints means all of them, and their namespace.
    let wanted = Set(
      [name] + (names + targets).filter { EndpointName.workload($0) == name } + workload(of: name, names))
    guard !wanted.isDisjoint(with: names + targets) else {
      let list = Listing.text(names, limit: 10)
      throw console.fail(
        Diagnostic(
          .unknownEndpoint, "the profile has no endpoint '\(name)'", file: file,
          help: names.isEmpty ? "it has no endpoints" : "its endpoints are \(list)"))
    }
    var part = plan
    part.changes = plan.changes.only(wanted)
    part.operations = plan.operations.filter { $0.subject.map(wanted.contains) ?? false }
    part.effects = plan.effects.filter { wanted.contains($0.endpoint) }
    part.proofs = plan.proofs.filter { wanted.contains($0.endpoint) }
    part.verdictChanges = plan.verdictChanges.filter { wanted.contains($0.endpoint) }
    part.defaultActions = plan.defaultActions.filter { wanted.contains($0.endpoint) }
    part.unmanagedEffect.changes.removeAll { !wanted.contains($0.endpoint) }
    part.unmanaged = plan.unmanaged.filter { wanted.contains($0.target) }
    return part
  }

  /// The container or pod of one of several endpoints: its namespace belongs to the endpoint too.
  private func workload(of name: String, _ names: [String]) -> [String] {
    names.contains(name) ? EndpointName.workload(name).map { [$0] } ?? [] : []
  }
}

/// How a plan is printed.
enum PlanFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, markdown, hcn
  case hnsV1 = "hns-v1"
  case powershell

  /// Whether it is a format for a node rather than for a reader.
  var isExport: Bool { ![.text, .json, .markdown].contains(self) }

  /// The formats for a node.
  static var exports: String { allCases.filter(\.isExport).map(\.rawValue).joined(separator: ", ") }
}
