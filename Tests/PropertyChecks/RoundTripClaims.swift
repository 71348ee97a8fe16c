import Diagnostics
import FilterEngine
import HNSEmulator
import HostExport
import HostImport
import HostModel
import JSONText
import PacketSpace
import PolicyPlan
import TestSupport

/// The documents of an emulated host, imported again, give every packet the same verdict.
package enum RoundTripClaims {
  /// Checks the host of a random profile.
  static func check(seed: UInt64) -> PropertyResult {
    check(RandomProfile.text(seed: 9000 + seed), title: "seed \(seed)")
  }

  /// Checks the host of a profile, by its documents of schema 1, of schema 2, and by both.
  ///
  /// - Parameters:
  ///   - text: The profile; one that is not valid is not checked.
  ///   - title: What it is called in failures.
  package static func check(_ text: String, title: String) -> PropertyResult {
    var result = PropertyResult()
    guard let host = try? ProfileHost(text) else { return result }
    result.profiles = 1
    var lists: [(String, [HostCapture.Schema])] = [("v1", [.v1])]
    if host.service.build.hnsVersion.has(.apiV2) { lists += [("v2", [.v2]), ("capture", [.v1, .v2])] }
    for (name, schemas) in lists {
      let document = HostCapture(host.service).document(schemas)
      check(host, document, hasIsolation: schemas.contains(.v2), "\(title), \(name)", &result)
    }
    return result
  }

  /// The isolation of a container in a utility VM stands in no document of schema 1.
  private static let isolation = HostGap.endpoint(EndpointGap(.isolation))

  private static func check(
    _ host: ProfileHost, _ document: JSON, hasIsolation: Bool, _ title: String, _ result: inout PropertyResult
  ) {
    let file = HostImport.File(name: "capture.json", bytes: document.bytes(.pretty))
    let (imported, diagnostics) = HostImport.host([file])
    guard var service = imported?.service else {
      result.failures.append("\(title): \(diagnostics.map(\.message))")
      return
    }
    // No document states an assumption.
    service.assume(host.service.assumptions)
    var before = host.evaluator
    var after = HostWithRuleNames(service.withContainersStarted(), ledger: OwnershipLedger()).evaluator
    let difference = VerdictDiff(from: &before, to: &after, scope: VerdictDiff.Scope(includesOthers: true))
    // With the isolation of a backend, the verdict on packets to its service is unknown, too.
    let mayBeUnknown = !hasIsolation && difference.undecided.contains { $0.gap == Self.isolation }
    let changes = difference.changes.filter { !mayBeUnknown || $0.kind != .newlyUnknown }.map {
      "\($0.endpoint) \($0.direction) \($0.kind) \($0.packets.prefix(1))"
    }
    result.claims += 1
    let isUnknown = difference.undecided.contains { $0.gap != Self.isolation || hasIsolation }
    result.require(
      changes.isEmpty && !isUnknown,
      "\(title): \(diagnostics.map(\.message)) \(difference.undecided.prefix(3)) \(changes.prefix(3))")
  }
}
