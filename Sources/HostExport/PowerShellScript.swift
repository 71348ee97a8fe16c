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
    do throws(NotExportable) {
      return (PowerShellScript(text: try PowerShellWriter(calls, target).script(profile: profile)), [])
    } catch {
      return (
        nil,
        [
          Diagnostic(
            .exportNotExpressible, error.reason, file: file,
            help: "use --format \(target == .hcn ? "hcn" : "hns-v1"), which takes nothing back by itself")
        ]
      )
    }
  }
}

/// Writes the data of a script between its constant parts.
struct PowerShellWriter<Host: HCNClient> {
  private let calls: PlannedCalls<Host>
  private let target: ExportTarget
  private let version: HNSVersion
  private let objects: ScriptObjects

  init(_ calls: PlannedCalls<Host>, _ target: ExportTarget) throws(NotExportable) {
    self.calls = calls
    self.target = target
    version = calls.start.configuration.build.hnsVersion
    objects = try ScriptObjects(calls, ScriptFacts(target: target, v1: V1Requests(version: version)))
  }

  func script(profile: String) throws(NotExportable) -> String {
    var lines = PowerShellParts.head + [""]
    lines.append("$planName = \(PowerShellLiteral.text(profile))")
    lines.append("$planBuild = \(calls.start.configuration.build.build)")
    lines += [
      "", "# The objects that the plan rests on: as they are before it, and after each of its steps.",
    ]
    lines.append("$objects = @(")
    lines += objects.list.flatMap(\.lines)
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

  private func stepLines() throws(NotExportable) -> [String] {
    var lines: [String] = []
    for (step, position) in zip(calls.steps, objects.positions) {
      guard let position else { continue }
      lines.append("  @{")
      lines.append("    Title = \(PowerShellLiteral.text(step.operation.summary))")
      lines.append("    Object = \(position.object)")
      lines.append("    State = \(position.state)")
      lines += list("Requests", try target.requests(for: step, on: version))
      lines += list("Undo", try undo(step))
      lines.append("  }")
    }
    return lines
  }

  /// The requests that take a step back.
  private func undo(_ step: ExportStep) throws(NotExportable) -> [ExportedRequest] {
    var requests: [ExportedRequest] = []
    for back in step.wayBack {
      do { requests += try target.requests(for: back, on: version) } catch {
        throw NotExportable(
          reason: "a script could not take back '\(step.operation.summary)': \(error.reason)")
      }
    }
    return requests
  }

  private func list(_ name: String, _ requests: [ExportedRequest]) -> [String] {
    guard !requests.isEmpty else { return ["    \(name) = @()"] }
    return ["    \(name) = @("] + requests.map { "      \(hashtable($0))" } + ["    )"]
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
