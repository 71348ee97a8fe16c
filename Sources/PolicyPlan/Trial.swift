package import Diagnostics
import HNSEmulator
import HostModel
import NetworkTypes
package import PolicyCompiler

/// What turns a host into the one a profile wants, carried out on a copy: the calls, and the host after them.
///
/// A trial does not prove: it does not compare what the host then does with what the profile says, so it never
/// refuses with `compile-defect`. ``explain(base:within:)`` does, which a plan that is to be applied must pass.
package struct Trial<Host: HostNetworking>: Sendable {
  /// The host after the calls.
  package let host: Host
  /// The calls in the order in which they were carried out.
  package let operations: [Operation]
  /// Ownership of ACLs after the calls, for hosts that keep no Ids.
  package let ledger: OwnershipLedger

  let desired: DesiredHost
  let start: Host
  let startLedger: OwnershipLedger
  let before: HostReading
  let replacements: Replacements
  let file: String

  /// Finds the calls that turn a host into the one a profile wants, and carries them out on a copy.
  ///
  /// - Parameters:
  ///   - desired: What the profile wants.
  ///   - host: The host; it is copied and not changed.
  ///   - ledger: Whose ACLs are whose, where the host keeps no Ids.
  ///   - file: The profile's file, for diagnostics.
  /// - Returns: The trial, or nil when the host or the planner refuses; and what there is to say.
  package static func run(
    _ desired: DesiredHost, on host: Host, ledger: OwnershipLedger, file: String
  ) -> (Trial?, [Diagnostic]) {
    let configuration = host.configuration
    if let mismatch = desired.mismatch(configuration, file: file) { return (nil, [mismatch]) }
    let before: HostReading
    do { before = try HostReading(host, ledger: ledger) } catch {
      return (nil, [Plan.refusal("reading the host", error, file: file)])
    }
    var planner = Planner(
      desired: desired, reading: before, build: configuration.build, assumptions: configuration.assumptions,
      ledger: ledger, file: file)
    planner.plan()
    guard !planner.diagnostics.hasErrors else { return (nil, planner.diagnostics.sorted) }

    var after = host
    let operations = planner.operations
    for operation in operations {
      do { try operation.perform(on: &after) } catch {
        let place = desired.place(of: operation.id)
        let refusal = Plan.refusal(operation.summary, error, file: file, at: place)
        return (nil, planner.diagnostics.sorted + [refusal])
      }
    }
    let trial = Trial(
      host: after, operations: operations, ledger: planner.ledger, desired: desired, start: host,
      startLedger: ledger, before: before, replacements: planner.replacements, file: file)
    return (trial, planner.diagnostics.sorted)
  }
}

extension DesiredHost {
  /// Why the profile is not for a host; nil when it is.
  fileprivate func mismatch(_ configuration: HostConfiguration, file: String) -> Diagnostic? {
    let host = configuration.build
    if windows.build != host.build || windows.revision != nil && windows.revision != host.revision {
      return Diagnostic(
        .hostMismatch, "the profile is for Windows \(windows) and the state holds a host with \(host)",
        file: file, at: windowsPlace,
        remedy: "write `windows: \(host)` under `host`, or use the state of another host")
    }
    for (key, value) in assumptions.changed where configuration.assumptions[key] != value {
      return Diagnostic(
        .hostMismatch,
        "the profile sets the assumption \(key.name) to '\(value)' and the state's host has "
          + "'\(configuration.assumptions[key])'",
        file: file, remedy: "state the assumption as the host has it, or use the state of another host")
    }
    return nil
  }
}
