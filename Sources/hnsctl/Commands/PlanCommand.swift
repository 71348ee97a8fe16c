import ArgumentParser
import PolicyCompiler
import NetworkProfile
import Diagnostics
import Glibc
import JSONText
import PolicyPlan
import PolicyViews

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what would change, per endpoint and enforcement point.",
    discussion: """
      Examples:
        hnsctl plan web.yaml                                  against an empty host
        hnsctl plan web.yaml --state host.json                against a host
        hnsctl plan web.yaml --state host.json --out web.plan and keep it, to apply exactly that
        hnsctl plan web.yaml --state host.json --destroy      what removing the profile would do
        hnsctl plan web.yaml --detailed-exitcode              exit 2 when something would change
      """)

  @Argument(help: "The profile; - for standard input.", completion: .file(extensions: ["yaml", "yml"]))
  var profile: String

  @Option(
    help: "The state of the host; an absent file is an empty host.", completion: .file(extensions: ["json"]))
  var state: String?

  @Option(help: "Save the plan, bound to the state it was made against.", completion: .file())
  var out: String?

  @Flag(help: "Plan the removal of everything the profile owns.")
  var destroy = false

  @Option(help: "Show one endpoint only.")
  var endpoint: String?

  @Flag(help: "Exit 2 when there are changes.")
  var detailedExitcode = false

  @OptionGroup var options: GlobalOptions

  func run() throws {
    let console = Console(options)
    let session = Session(console: console)
    let profile = try session.profile(profile)
    let current = try state.flatMap { try session.state($0) }
    var desired = try session.desired(profile, on: current, file: self.profile)
    if destroy { desired.removeEverything() }
    if let endpoint, !profile.endpoints.contains(where: { $0.name.value == endpoint }) {
      throw console.fail(
        Diagnostic(
          .unknownEndpoint, "the profile has no endpoint '\(endpoint)'", file: self.profile,
          remedy: "an endpoint takes the name of its container or pod"))
    }
    let plan = try session.plan(desired, against: current, file: self.profile).plan
    if let out { try save(plan, to: out, console) }
    var document = plan.document
    if let endpoint { document = Self.only(endpoint, document) }
    let against = current == nil ? "an empty host" : printable(state ?? "")
    console.finish(
      document,
      lines: PlanView(style: console.style).lines(
        plan, subject: "\(destroy ? "the removal of " : "")profile \(plan.profile) against \(against)",
        endpoint: endpoint))
    if detailedExitcode, !plan.isEmpty { throw Exit.notClean }
  }

  private func save(_ plan: Plan, to path: String, _ console: Console) throws {
    do { try OutputFile.write(plan.savedText, to: path) } catch {
      throw console.fail(
        Diagnostic(.fileUnreadable, "the plan cannot be written: \(error.reason)", file: path))
    }
    console.say("Saved the plan. Carry it out with: hnsctl apply \(path) --state \(state ?? "FILE")")
  }

  private static func only(_ endpoint: String, _ document: JSON) -> JSON {
    guard var object = document.object else { return document }
    func keep(_ member: String, _ key: String) {
      object[member] = .array((object[member]?.array ?? []).filter { $0[key]?.string == endpoint })
    }
    keep("changes", "target")
    keep("effects", "endpoint")
    keep("postures", "endpoint")
    return .object(object)
  }
}
