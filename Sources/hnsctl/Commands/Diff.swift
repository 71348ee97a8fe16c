import ArgumentParser
import Diagnostics
import HNSEmulator
import JSONText
import NetworkProfile
import PolicyPlan
import PolicyViews

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show everything stated that differs from LEFT to RIGHT.",
    discussion: """
      Each side is a profile or a state. A profile stands for the host it makes; against a state it
      stands for that state after an apply, so `diff STATE PROFILE` shows what apply would do. Exit 2
      when there are differences.

      Examples:
        hnsctl diff host.json web.yaml
        hnsctl diff web-old.yaml web-new.yaml
        hnsctl diff monday.json tuesday.json --json
      """)

  @Argument(help: "A profile or a state.", completion: .file())
  var left: String

  @Argument(help: "A profile or a state.", completion: .file())
  var right: String

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard left != "-" || right != "-" else { throw ValidationError("only one side can be standard input") }
  }

  /// One side of a difference.
  private enum Side {
    case profile(Profile)
    case state(HostState)
  }

  func run() throws {
    let console = Console(options)
    let session = Session(console: console)
    let sides = (try side(left, session), try side(right, session))
    let before: HostContents
    let after: HostContents
    switch sides {
    case (.state(let state), .profile(let profile)):
      before = try session.contents(state, file: left)
      after = try contents(profile, on: state, right, session)
    case (.profile(let profile), .state(let state)):
      before = try contents(profile, on: state, left, session)
      after = try session.contents(state, file: right)
    case (.profile(let first), .profile(let second)):
      before = try contents(first, on: nil, left, session)
      // Two profiles are compared by what they state, whatever they are called.
      var renamed = second
      renamed.name = first.name
      after = try contents(renamed, on: nil, right, session)
    case (.state(let first), .state(let second)):
      before = try session.contents(first, file: left)
      after = try session.contents(second, file: right)
    }
    let changes = Change.between(before.items, after.items)
    console.finish(
      ["formatVersion": 1, "changes": .array(changes.map(\.document))],
      lines: PlanView(style: console.style).lines(difference: changes, from: left, to: right))
    if !changes.isEmpty { throw Exit.notClean }
  }

  private func side(_ path: String, _ session: Session) throws -> Side {
    let bytes = try session.read(path)
    guard OwnDocument(bytes) != nil else { return .profile(try session.profile(bytes, file: path)) }
    return .state(try session.state(bytes, file: path))
  }

  private func contents(
    _ profile: Profile, on state: HostState?, _ path: String, _ session: Session
  ) throws -> HostContents {
    let desired = try session.desired(profile, on: state, file: path)
    let after = try session.plan(desired, against: state, file: path).after
    return try session.contents(after, file: path)
  }
}
