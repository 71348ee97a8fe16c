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
    abstract: "Show everything stated, or every packet, that differs from LEFT to RIGHT.",
    discussion: """
      Each side is a profile or a state. A profile stands for the host it makes; against a state it
      stands for that state after an apply, so `diff STATE PROFILE` shows what apply would do. Exit 2
      when there are differences.

      --semantic compares what the port filters do: packets that are newly allowed or newly blocked, the
      rules that decided before and after, and an example that trace can be asked about. Rules that are
      written differently and mean the same are no change.

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

  @Flag(help: "Show what changes for packets, with an example and the two rules, instead of what is stated.")
  var semantic = false

  @Option(help: "With --semantic: only this endpoint.")
  var endpoint: String?

  @Option(help: "With --semantic: only this enforcement point: windowsFirewall or vfp.")
  var enforcement: EnforcementChoice?

  @Option(help: "With --semantic: how many example packets are shown for each change.")
  var witnesses = 1

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard left != "-" || right != "-" else { throw ValidationError("only one side can be standard input") }
    guard semantic || endpoint == nil && enforcement == nil && witnesses == 1 else {
      throw ValidationError("--endpoint, --enforcement and --witnesses go with --semantic")
    }
    guard (1...100).contains(witnesses) else {
      throw ValidationError("--witnesses is a number from 1 to 100")
    }
  }

  /// One side of a difference.
  private enum Side {
    case profile(Profile)
    case state(HostState)

    var profile: Profile? { if case .profile(let profile) = self { profile } else { nil } }
  }

  func run() throws {
    let console = Console(options)
    let session = Session(console: console, budget: options.allowance)
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
      // Two profiles are compared by what they state, whatever they are called.
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

  /// Compares what the two hosts state.
  private func compareStatements(_ before: HostState, _ after: HostState, _ session: Session) throws {
    let first = try session.contents(before, file: left)
    let second = try session.contents(after, file: right)
    let changes = ChangeList.between(first, second)
    session.console.finish(
      ["formatVersion": 1, "changes": .array(changes.map(\.document))],
      lines: PlanView(style: session.console.style).lines(difference: changes, from: left, to: right))
    if !changes.isEmpty { throw Exit.notClean }
  }

  /// Compares what the two hosts do to packets.
  private func compareEffects(_ before: QuerySource, _ after: QuerySource, _ session: Session) throws {
    let console = session.console
    var (first, second) = (before.evaluator, after.evaluator)
    if let endpoint {
      let names = Set((first.topology.endpoints + second.topology.endpoints).map(\.name))
      guard names.contains(endpoint) else {
        throw console.fail(
          Diagnostic(
            .unknownEndpoint, "neither side has an endpoint '\(printable(endpoint))'",
            remedy: NearMiss.nearest(to: endpoint, among: names.sorted()).map { "did you mean '\($0)'?" }))
      }
    }
    let effect = HostEffect(
      from: &first, to: &second,
      scope: HostEffect.Scope(
        endpoints: endpoint.map { [$0] }, enforcement: enforcement?.point, witnesses: witnesses),
      within: session.budget)
    for (name, direction) in effect.undecided {
      console.report([
        Diagnostic(
          .undecidedWithinBudget,
          "what changes for \(printable(name)), \(direction == .in ? "inbound" : "outbound"), is not known: "
            + "the comparison took more work than it may", file: right,
          remedy: "compare one enforcement point at a time with --enforcement, or allow more with --budget"
        )
      ])
    }
    let view = EffectView(style: console.style, origins: (before.origins, after.origins))
    guard effect.undecided.isEmpty else {
      // Without a change that is known there is nothing to show, and no change is not what is known.
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

  /// The host that a profile makes.
  private func host(
    _ profile: Profile, on state: HostState?, _ path: String, _ session: Session
  ) throws -> HostState {
    let desired = try session.desired(profile, on: state, file: path)
    return try session.host(desired, on: state, file: path)
  }
}

/// One of the two enforcement points.
enum EnforcementChoice: String, ExpressibleByArgument, CaseIterable {
  case windowsFirewall, vfp

  var point: EnforcementPoint { self == .vfp ? .vfp : .windowsFirewall }
}
