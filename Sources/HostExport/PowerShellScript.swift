package import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
package import PolicyPlan

/// A script that performs the calls of a plan on a node, for Windows PowerShell 5.1 and PowerShell 7.
///
/// It calls the libraries of HNS itself, so that no module is needed. It performs nothing unless every object
/// that the plan rests on is as it was when the plan was made, or as one of the plan's own steps leaves it; so it
/// can be run again. When a step fails, it takes back what it did.
package struct PowerShellScript {
  /// The text, ASCII only; lines end with a line feed.
  package let text: String

  /// Writes the script of calls.
  ///
  /// - Parameters:
  ///   - calls: The calls.
  ///   - profile: The name of the profile.
  ///   - file: The profile's file, for diagnostics.
  /// - Returns: The script, or nil if a call cannot be expressed; and the reasons.
  package static func make(
    _ calls: PlannedCalls<some HCNClient>, profile: String, file: String?
  ) -> (PowerShellScript?, [Diagnostic]) {
    let target = ExportTarget(for: calls.start.configuration.build)
    let (requests, problems) = calls.requests(for: target, file: file)
    guard requests != nil else { return (nil, problems) }
    do throws(HCNError) {
      return (PowerShellScript(text: try PowerShellWriter(calls, target).script(profile: profile)), [])
    } catch {
      return (nil, [Plan.refusal("the way back", error, file: file)])
    }
  }
}

/// Writes the data of a script between its constant parts.
struct PowerShellWriter<Host: HCNClient> {
  private let calls: PlannedCalls<Host>
  private let target: ExportTarget
  private let v1: V1Requests
  private let objects: [ScriptObject]

  init(_ calls: PlannedCalls<Host>, _ target: ExportTarget) {
    self.calls = calls
    self.target = target
    v1 = V1Requests(version: calls.start.configuration.build.hnsVersion)
    objects = ScriptObject.all(in: calls, target, v1)
  }

  func script(profile: String) throws(HCNError) -> String {
    var lines = PowerShellParts.head + [""]
    lines.append("$planName = \(PowerShellLiteral.text(profile))")
    lines.append("$planBuild = \(calls.start.configuration.build.build)")
    lines += [
      "", "# The objects that the plan rests on: as they are before it, and after each of its steps.",
    ]
    lines.append("$objects = @(")
    lines += objects.flatMap(\.lines)
    lines += [")", "", "# The steps, each with the requests that take it back.", "$steps = @("]
    lines += try stepLines()
    lines.append(")")
    let (_, started) = calls.containers
    let containers = started.map { PowerShellLiteral.text($0) }.joined(separator: ", ")
    lines += ["", "# The containers that the container runtime starts afterwards."]
    lines += ["$containersToStart = @(\(containers))", ""]
    lines += PowerShellParts.library(target) + PowerShellParts.facts(target) + PowerShellParts.body
    return lines.joined(separator: "\n") + "\n"
  }

  private func stepLines() throws(HCNError) -> [String] {
    var lines: [String] = []
    var reached: [GUID: Int] = [:]
    var host = calls.start
    for step in calls.steps {
      try step.operation.perform(on: &host)
      guard step.container == nil, let object = objects.firstIndex(where: { $0.id == step.operation.id })
      else {
        continue
      }
      reached[step.operation.id, default: 0] += 1
      let undo = try PlannedCalls(step.undo, on: host).requests
      lines.append("  @{")
      lines.append("    Title = \(PowerShellLiteral.text(step.operation.summary))")
      lines.append("    Object = \(object)")
      lines.append("    State = \(reached[step.operation.id, default: 0])")
      lines += list("Requests", [step])
      lines += list("Undo", undo)
      lines.append("  }")
    }
    return lines
  }

  private func list(_ name: String, _ steps: [ExportStep]) -> [String] {
    let requests = steps.flatMap(requests)
    guard !requests.isEmpty else { return ["    \(name) = @()"] }
    return ["    \(name) = @("] + requests.map { "      \(hashtable($0))" } + ["    )"]
  }

  /// The requests of a step; that they can be expressed is known by now.
  private func requests(_ step: ExportStep) -> [ExportedRequest] {
    target == .hcn ? [step.hcnRequest] : (try? v1.requests(for: step)) ?? []
  }

  private func hashtable(_ request: ExportedRequest) -> String {
    let body = request.body.map { PowerShellLiteral.json($0) } ?? "''"
    guard target == .hcn else {
      return "@{ Method = '\(request.method)'; Path = '\(request.path)'; Body = \(body) }"
    }
    let network = request.network?.uppercase ?? ""
    return
      "@{ Function = '\(request.function)'; Id = '\(request.id.uppercase)'; Network = '\(network)'; Body = \(body) }"
  }
}
