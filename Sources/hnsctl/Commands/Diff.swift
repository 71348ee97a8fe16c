import ArgumentParser
import Diagnostics
import FilterEngine
import HNSEmulator
import HNSStore
import HostModel
import JSONText
import NetworkProfile
import NetworkTypes
import PolicyPlan
import PolicyViews
import SourceReading

struct Diff: HnsctlCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two hosts, by configuration or by packet behavior.",
    discussion: HelpText.discussion(
      """
      Each side is a profile, a state or a capture. A profile means the host that it creates;
      compared with a state, it means that state after an apply, so `diff STATE
      PROFILE` shows what apply would do. The exit code is 2 when there are
      differences, and 1 when some packets could not be compared; what was found is
      shown all the same.

      --semantic compares what the port filters do: it shows the packets that are
      newly allowed or newly blocked, the matching rules before and after, and an
      example packet to trace. Rules that are written differently but mean the same
      are not a change. If the other end of packets is on the host too, its filters
      count: what it blocks all the same is listed as such, and the example gets the
      verdict that is claimed.

      Examples:
        hnsctl diff host.json web.yaml
        hnsctl diff web-old.yaml web-new.yaml
        hnsctl diff monday.json tuesday.json --json
        hnsctl diff web-old.yaml web-new.yaml --semantic
      """))

  @Argument(help: "A profile, a state, or a capture of a real host.", completion: .file())
  var left: String

  @Argument(help: "A profile, a state, or a capture of a real host.", completion: .file())
  var right: String

  @Flag(help: "Compare packet behavior instead of configuration.")
  var semantic = false

  @Option(help: "With --semantic: only this endpoint.")
  var endpoint: String?

  @Option(help: "With --semantic: only this enforcement point: windowsFirewall or vfp.")
  var enforcement: EnforcementPointOption?

  @Option(
    parsing: .unconditional, help: "With --semantic: how many example packets to show for each change.",
    transform: OptionValue.number(1...100))
  var witnesses = 1

  @OptionGroup var options: GlobalOptions
  @OptionGroup var limits: BudgetOptions

  func validate() throws {
    guard left != "-" || right != "-" else { throw ValidationError("only one side can be standard input") }
    try GlobalOptions.checkSources([left, right])
    guard semantic || endpoint == nil && enforcement == nil && witnesses == 1 else {
      throw ValidationError("--endpoint, --enforcement and --witnesses require --semantic")
    }
  }

  func run() throws {
    let console = Console(options)
    let session = Session(console: console, budget: limits.make())
    let comparison = try HostComparison(left, right, session: session)
    let title = ComparisonTitle(comparison)
    guard semantic else { return try compareStatements(comparison, title, session) }
    let (before, after) = (comparison.before, comparison.after)
    try compareEffects(
      QuerySource(before.host, file: left, profile: before.profile),
      QuerySource(after.host, file: right, profile: after.profile), title, comparison, session)
  }

  /// Compares the configuration of the two hosts.
  private func compareStatements(
    _ comparison: HostComparison, _ title: ComparisonTitle, _ session: Session
  ) throws {
    let changes = try comparison.changes(session)
    session.console.finish(
      [
        "formatVersion": 1, "comparison": .string(title.meaning), "changes": .array(changes.map(\.document)),
      ],
      lines: PlanView(style: session.console.style).lines(difference: changes, title: title.text))
    if !changes.isEmpty { throw Exit.notClean }
  }

  /// Compares the packet behavior of the two hosts.
  private func compareEffects(
    _ before: QuerySource, _ after: QuerySource, _ title: ComparisonTitle, _ comparison: HostComparison,
    _ session: Session
  ) throws {
    let console = session.console
    var (first, second) = (before.evaluator, after.evaluator)
    var endpoints: Set<String>?
    if let endpoint {
      let names = Set((first.topology.endpoints + second.topology.endpoints).map(\.name))
      // A container or pod with several endpoints means all of them.
      endpoints = names.filter { $0 == endpoint || EndpointName.workload($0) == endpoint }
      guard endpoints?.isEmpty == false else {
        throw console.fail(
          Diagnostic(
            .unknownEndpoint, "neither side has an endpoint '\(printable(endpoint))'",
            help: NearMiss.nearest(to: endpoint, among: names.sorted()).map { "did you mean '\($0)'?" }))
      }
    }
    let effect = VerdictDiff(
      from: &first, to: &second,
      scope: VerdictDiff.Scope(
        endpoints: endpoints, enforcement: enforcement?.point, witnesses: witnesses),
      within: session.budget)
    console.report(
      effect.undecided.flatMap { packets in
        let lacking = ComparedHost.allCases.filter(packets.hosts.contains).map(comparison.source)
        let files = packets.isOverBudget ? [right] : Set(lacking).sorted()
        return files.map {
          packets.diagnostic(
            file: $0, help: "compare one enforcement point at a time with --enforcement, or raise --budget")
        }
      })
    let view = EffectView(style: console.style, origins: (before.origins, after.origins))
    var document = JSONObject([
      .init("formatVersion", 1), .init("comparison", .string(title.meaning)),
      .init("effect", EffectView.document(effect.changes)),
    ])
    var others = comparison.effectOfOthers(within: session.budget)
    if let endpoints { others.changes.removeAll { !endpoints.contains($0.endpoint) } }
    EffectView.append(others, to: &document)
    UndecidedPackets.append(effect.undecided, to: &document)
    // What applies to both sides is noted once.
    let notes = [first, second].compactMap { $0.topology.startNote() }
      .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    if !notes.isEmpty { document.append("notes", .strings(notes)) }
    // With no known change there is nothing to show, but "no changes" would not be true either.
    let hasText = effect.undecided.isEmpty || !effect.changes.isEmpty
    console.finish(
      .object(document),
      lines: !hasText
        ? []
        : [console.style(.bold, title.text), ""]
          + view.lines(effect.changes, isLimited: endpoints != nil || enforcement != nil)
          + view.lines(ofOthers: others)
          + notes.flatMap { ["", "Note: \(printable($0))"] })
    guard effect.undecided.isEmpty else { throw Exit.failed }
    if !effect.changes.isEmpty { throw Exit.notClean }
  }
}

/// One of the two enforcement points.
enum EnforcementPointOption: String, ExpressibleByArgument, CaseIterable {
  case windowsFirewall, vfp

  var point: EnforcementPoint { self == .vfp ? .vfp : .windowsFirewall }
}
