package import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PacketSpace
package import PolicyPlan

extension Plan {
  /// Whether a saved plan is unaltered.
  ///
  /// For a plan without a kind, written by an earlier version, the digest is that of its text.
  private static func isUnaltered(_ document: JSON, _ bytes: [UInt8]) -> Bool {
    guard var object = document.object else { return false }
    let stated = object["digest"]?.string
    object["digest"] = nil
    guard object["kind"] == nil else {
      // The text ends with exactly one line feed, in any layout: without it the text was truncated, and
      // anything after it was added.
      return object["kind"] == .string(kind) && stated == digest(of: object)
        && bytes.suffix(2) == [UInt8(ascii: "}"), 0x0a]
    }
    return stated == Digest.text(of: JSON.object(object).bytes(.pretty)) && document.bytes(.pretty) == bytes
  }

  /// Reads a saved plan.
  ///
  /// - Parameters:
  ///   - bytes: The text of the file.
  ///   - file: The file as given by the user.
  /// - Returns: The plan, or the diagnostic that refuses it: damaged, altered, or too new.
  package static func load(_ bytes: [UInt8], file: String) -> Result<Plan, PlanRefusal> {
    func damaged(_ reason: String) -> Result<Plan, PlanRefusal> {
      .failure(
        PlanRefusal(
          diagnostic: Diagnostic(
            .planDamaged, reason, file: file, help: "create the plan again with `hnsctl plan --out`")))
    }
    let document: JSON
    do { document = try JSON(parsing: bytes) } catch {
      return .failure(
        PlanRefusal(
          diagnostic: Diagnostic(
            .planDamaged, "this is not a saved plan: \(error.reason)", file: file,
            at: SourceRange(line: UInt32(clamping: error.line), column: UInt32(clamping: error.column)))))
    }
    guard let object = document.object, let version = object["formatVersion"]?.integer else {
      return damaged("this is not a saved plan: it has no formatVersion")
    }
    guard version <= savedFormat else {
      return .failure(
        PlanRefusal(
          diagnostic: Diagnostic(
            .planNewerFormat,
            "the plan has format \(version); this program supports formats up to \(savedFormat)",
            file: file)))
    }
    guard object["digest"]?.string != nil else { return damaged("the plan has no digest") }
    guard isUnaltered(document, bytes) else {
      return damaged("the plan was altered after it was written: its digest does not match")
    }
    guard let plan = Plan(saved: document) else { return damaged("the plan lacks a required member") }
    return .success(plan)
  }

  private init?(saved document: JSON) {
    guard let profile = document["profile"]?.string, let base = document["base"],
      let windows = base["build"]?.string.flatMap({ WindowsBuild($0) }),
      let changes = document["changes"]?.array, let operations = document["operations"]?.array
    else { return nil }
    var assumptions = Assumptions()
    for member in (base["assumptions"] ?? base["switches"])?.object?.members ?? [] {
      guard let key = Assumption(name: member.key), let value = member.value.string else { return nil }
      assumptions[key] = value
    }
    let read = operations.compactMap { Operation(document: $0) }
    let listed = changes.compactMap { Change(document: $0) }
    guard listed.count == changes.count, read.count == operations.count else { return nil }
    func texts(_ member: String) -> [String] { (base[member]?.array ?? []).compactMap(\.string) }
    self.init(
      profile: profile,
      for: HostConfiguration(
        build: windows, assumptions: assumptions, adapters: texts("adapters"),
        addresses: texts("addresses").compactMap { IPAddress($0) },
        dns: HostDNS(
          servers: texts("dnsServers").compactMap { IPAddress($0) }, suffixes: texts("dnsSuffixes")),
        listens: texts("listens").compactMap { HostPorts($0) },
        excludedPorts: texts("excludedPorts").compactMap { HostPorts($0) }),
      base: base["digest"]?.string, operations: read,
      ledger: OwnershipLedger(annotations: document["annotations"]?.object ?? JSONObject()))
    self.changes = ChangeList(listed)
    verdictChanges = (document["effect"]?.array ?? []).compactMap { VerdictChange(document: $0) }
    proofs = (document["proofs"]?.array ?? []).compactMap { proof in
      proof["proof"]?.string.flatMap { EndpointProof.Outcome(name: $0) }.map { outcome in
        EndpointProof(endpoint: proof["endpoint"]?.string ?? "", outcome: outcome)
      }
    }
    unmanaged = ((document["unmanaged"] ?? document["leftAlone"])?.array ?? []).compactMap {
      HostObject(document: $0)
    }
    unmanagedEffect = EffectView.effectOfOthers(in: document)
    dependsOn = ((document["assumptions"] ?? document["switches"])?.object?.members ?? []).compactMap {
      Assumption(name: $0.key)
    }
    mayDependOn = (document["mayDependOn"]?.array ?? []).compactMap {
      $0.string.flatMap { Assumption(name: $0) }
    }
    notStarted = (document["notStarted"]?.array ?? []).compactMap(\.string)
    readExplanation(document)
  }
}

/// Why a saved plan is refused.
package struct PlanRefusal: Error, Sendable {
  package var diagnostic: Diagnostic
}
