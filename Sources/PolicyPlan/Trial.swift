package import Diagnostics
import HNSEmulator
import HostModel
import NetworkTypes
package import PolicyCompiler

/// The calls that turn a host into the one a profile describes, performed on a copy, and the resulting host.
///
/// A trial does not prove anything: it does not compare the resulting host with the meaning of the profile,
/// so it never fails with `compile-defect`. ``explain(base:within:)`` does, and is required for a plan that
/// is to be applied.
package struct Trial<Host: HCNClient>: Sendable {
  /// The host after the calls.
  package let host: Host
  /// The calls in the order in which they were performed.
  package let operations: [Operation]
  /// Ownership of ACLs after the calls, for hosts that do not store Ids.
  package let ledger: OwnershipLedger

  let desired: DesiredHost
  /// The host before the calls, on which the profile owns the endpoints that it adopts.
  package let start: Host
  let startLedger: OwnershipLedger
  let before: HostDocuments
  let replacements: Replacements
  /// The profile's endpoints that are kept and have ACLs of other owners, or of the profile without their Id.
  let sharedEndpoints: [SharedEndpoint]
  let file: String

  /// Computes the calls that turn a host into the one a profile describes, and performs them on a copy.
  ///
  /// - Parameters:
  ///   - desired: The desired host.
  ///   - host: The host; it is copied and not changed.
  ///   - ledger: The owners of ACLs, for hosts that do not store Ids.
  ///   - file: The profile's file, for diagnostics.
  /// - Returns: The trial, or nil if the host or the planner refuses; and diagnostics.
  package static func run(
    _ desired: DesiredHost, on host: Host, ledger: OwnershipLedger, file: String
  ) -> (Trial?, [Diagnostic]) {
    var host = host
    let planner: Planner
    switch desired.planner(on: &host, ledger: ledger, file: file) {
    case .success(let made): planner = made
    case .failure(let problem): return (nil, [problem])
    }
    let before = planner.documents
    guard !planner.diagnostics.hasErrors else { return (nil, planner.diagnostics.sorted) }

    var after = host
    let operations = planner.operations
    for operation in operations {
      do { try operation.perform(on: &after) } catch {
        let location = desired.location(of: operation.id)
        let refusal = Plan.refusal(operation.summary, error, file: file, at: location)
        return (nil, planner.diagnostics.sorted + [refusal])
      }
    }
    let trial = Trial(
      host: after, operations: operations, ledger: planner.ledger, desired: desired, start: host,
      startLedger: ledger, before: before, replacements: planner.replacements,
      sharedEndpoints: planner.sharedEndpoints, file: file)
    return (trial, planner.diagnostics.sorted)
  }
}

extension DesiredHost {
  /// The calls that turn a host into this one, without performing them.
  ///
  /// - Parameters:
  ///   - host: The host.
  ///   - ledger: The owners of ACLs, for hosts that do not store Ids.
  ///   - file: The profile's file, for diagnostics.
  /// - Returns: The calls, and diagnostics; no calls if there are errors.
  package func operations(
    on host: some HCNClient, ledger: OwnershipLedger, file: String
  ) -> (operations: [Operation], diagnostics: [Diagnostic]) {
    var host = host
    switch planner(on: &host, ledger: ledger, file: file) {
    case .success(let planner):
      return (planner.diagnostics.hasErrors ? [] : planner.operations, planner.diagnostics.sorted)
    case .failure(let problem): return ([], [problem])
    }
  }

  /// Plans against a host, as a profile sees it that owns the endpoints it adopts, and those that it no longer
  /// does.
  fileprivate func planner(
    on host: inout some HCNClient, ledger: OwnershipLedger, file: String
  ) -> Result<Planner, Diagnostic> {
    let configuration = host.configuration
    if let mismatch = mismatch(configuration, file: file) { return .failure(mismatch) }
    for endpoint in endpoints where endpoint.isAdopted {
      host.transfer(endpoint: endpoint.id, name: endpoint.name, owner: owner)
    }
    do throws(HCNError) {
      var documents = try HostDocuments(host, ledger: ledger)
      let released = documents.endpoints.filter { isReleased($0) }
      for record in released { host.transfer(endpoint: record.id, name: record.name, owner: owner) }
      if !released.isEmpty { documents = try HostDocuments(host, ledger: ledger) }
      var planner = Planner(
        desired: self, documents: documents, configuration: configuration, ledger: ledger, file: file)
      planner.released = Set(released.map(\.id))
      if endpoints.contains(where: \.isAdopted) {
        planner.adoptedAsStated = adoptedAsStated(
          on: HostWithRuleNames(host.startedFilters, ledger: ledger).evaluator)
      }
      planner.plan()
      return .success(planner)
    } catch {
      return .failure(Plan.refusal("reading the host", error, file: file))
    }
  }

  /// Whether an endpoint of another owner, which the profile does not adopt, has ACLs of the profile.
  private func isReleased(_ record: EndpointRecord) -> Bool {
    record.owner != owner && !record.endpoint.isRemote
      && record.acls.contains { $0.identity?.profile == profile }
  }

  /// Why the profile does not apply to a host; nil if it does.
  fileprivate func mismatch(_ configuration: HostConfiguration, file: String) -> Diagnostic? {
    let host = configuration.build
    if windows.build != host.build || windows.revision != nil && windows.revision != host.revision {
      return Diagnostic(
        .hostMismatch, "the profile is for Windows \(windows), but the state contains a host with \(host)",
        file: file, at: windowsLocation,
        help: "write `windows: \(host)` under `host`, or use the state of another host")
    }
    for (key, value) in assumptions.changed where configuration.assumptions[key] != value {
      return Diagnostic(
        .hostMismatch,
        "the profile sets assumption \(key.name) to '\(value)', but the host of the state has "
          + "'\(configuration.assumptions[key])'",
        file: file,
        help:
          "add `--assume \(key.name)=\(value)` to read the host so, or write the host's value in the profile")
    }
    return nil
  }
}
