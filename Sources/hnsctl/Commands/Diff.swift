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

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two hosts, by configuration or by packet behavior.",
    discussion: """
      Each side is a profile or a state. A profile means the host that it creates;
      compared with a state, it means that state after an apply, so `diff STATE
      PROFILE` shows what apply would do. The exit code is 2 when there are
      differences.

      --semantic compares what the port filters do: it shows the packets that are
      newly allowed or newly blocked, the matching rules before and after, and an
      example packet to trace. Rules that are written differently but mean the same
      are not a change.

      Examples:
        hnsctl diff host.json web.yaml
        hnsctl diff web-old.yaml web-new.yaml
        hnsctl diff monday.json tuesday.json --json
        hnsctl diff web-old.yaml web-new.yaml --semantic
      """)

  @Argument(help: "A profile or a state.", completion: .file())
  var left: String

  @Argument(help: "A profile or a state.", completion: .file())
  var right: String

  @Flag(help: "Compare packet behavior instead of configuration.")
  var semantic = false

  @Option(help: "With --semantic: only this endpoint.")
  var endpoint: String?

  @Option(help: "With --semantic: only this enforcement point: windowsFirewall or vfp.")
  var enforcement: EnforcementPointOption?

  @Option(help: "With --semantic: how many example packets to show for each change.")
  var witnesses = 1

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard left != "-" || right != "-" else { throw ValidationError("only one side can be standard input") }
    guard semantic || endpoint == nil && enforcement == nil && witnesses == 1 else {
      throw ValidationError("--endpoint, --enforcement and --witnesses require --semantic")
    }
    guard (1...100).contains(witnesses) else {
      throw ValidationError("--witnesses is a number from 1 to 100")
    }
  }

  /// One side of a comparison.
  private enum Side {
    case profile(Profile)
    case state(HostState)

    var profile: Profile? { if case .profile(let profile) = self { profile } else { nil } }
  }

  func run() throws {
    let console = Console(options)
    let session = Session(console: console, budget: options.makeBudget())
    let sides = (try side(left, session), try side(right, session))
    let before: HostState
    let after: HostState
    switch sides {
    case (.state(let state), .profile(let profile)):
      before = state
      after = try host(profile, on: state, right, session)
    case (.profile(let profile), .state(let state)):
      before = try host(profile, on: state, left, session)
      after = state
    case (.profile(let first), .profile(let second)):
      before = try host(first, on: nil, left, session)
      // Two profiles are compared by their contents, whatever their names.
      var renamed = second
      renamed.name = first.name
      after = try host(renamed, on: nil, right, session)
    case (.state(let first), .state(let second)):
      before = first
      after = second
    }
    guard semantic else { return try compareStatements(before, after, session) }
    try compareEffects(
      QuerySource(before, file: left, profile: sides.0.profile),
      QuerySource(after, file: right, profile: sides.1.profile), session)
  }

  /// Compares the configuration of the two hosts.
  private func compareStatements(_ before: HostState, _ after: HostState, _ session: Session) throws {
    let first = try session.contents(before, file: left)
    let second = try session.contents(after, file: right)
    let changes = ChangeList.between(first, second)
    session.console.finish(
      ["formatVersion": 1, "changes": .array(changes.map(\.document))],
      lines: PlanView(style: session.console.style).lines(difference: changes, from: left, to: right))
    if !changes.isEmpty { throw Exit.notClean }
  }

  /// Compares the packet behavior of the two hosts.
  private func compareEffects(_ before: QuerySource, _ after: QuerySource, _ session: Session) throws {
    let console = session.console
    var (first, second) = (before.evaluator, after.evaluator)
    if let endpoint {
      let names = Set((first.topology.endpoints + second.topology.endpoints).map(\.name))
      guard names.contains(endpoint) else {
        throw console.fail(
          Diagnostic(
            .unknownEndpoint, "neither side has an endpoint '\(printable(endpoint))'",
            help: NearMiss.nearest(to: endpoint, among: names.sorted()).map { "did you mean '\($0)'?" }))
      }
    }
    let effect = VerdictDiff(
      from: &first, to: &second,
      scope: VerdictDiff.Scope(
        endpoints: endpoint.map { [$0] }, enforcement: enforcement?.point, witnesses: witnesses),
      within: session.budget)
    for (name, direction) in effect.undecided {
      console.report([
        Diagnostic(
          .undecidedWithinBudget,
          "the changes for \(printable(name)), \(direction == .in ? "inbound" : "outbound"), are unknown: "
            + "the comparison exceeded its budget", file: right,
          help: "compare one enforcement point at a time with --enforcement, or raise --budget"
        )
      ])
    }
    let view = EffectView(style: console.style, origins: (before.origins, after.origins))
    guard effect.undecided.isEmpty else {
      // With no known change there is nothing to show, but "no changes" would not be true either.
      if !console.isJSON, !effect.changes.isEmpty {
        console.finish(.null, lines: view.lines(effect.changes))
      }
      throw console.fail()
    }
    console.finish(
      ["formatVersion": 1, "effect": EffectView.document(effect.changes)], lines: view.lines(effect.changes))
    if !effect.changes.isEmpty { throw Exit.notClean }
  }

  private func side(_ path: String, _ session: Session) throws -> Side {
    if let state = try session.stateIfAny(path) { return .state(state) }
    let bytes = try session.read(path)
    guard DocumentKind(bytes) != nil else { return .profile(try session.profile(bytes, file: path)) }
    return .state(try session.state(bytes, file: path))
  }

  /// The host that a profile creates.
  private func host(
    _ profile: Profile, on state: HostState?, _ path: String, _ session: Session
  ) throws -> HostState {
    let desired = try session.desired(profile, on: state, file: path)
    return try session.host(desired, on: state, file: path)
  }
}

/// One of the two enforcement points.
enum EnforcementPointOption: String, ExpressibleByArgument, CaseIterable {
  case windowsFirewall, vfp

  var point: EnforcementPoint { self == .vfp ? .vfp : .windowsFirewall }
}
