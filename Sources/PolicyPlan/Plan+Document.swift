package import Diagnostics
import HNSEmulator
import HostModel
package import JSONText
import NetworkTypes

extension Change {
  /// The change as plans and diffs print it.
  package var document: JSON {
    var object = JSONObject()
    object.append("action", .string(action.rawValue))
    object.append("kind", .string(kind.rawValue))
    object.append("target", .string(target))
    object.append("name", .string(name))
    object.append("enforcement", enforcement.map { .string($0.rawValue) })
    object.append("before", before ?? .null)
    object.append("after", after ?? .null)
    return .object(object)
  }

  init?(document: JSON) {
    guard let action = document["action"]?.string.flatMap({ ChangeAction(rawValue: $0) }),
      let kind = document["kind"]?.string.flatMap({ ChangeKind(rawValue: $0) }),
      let target = document["target"]?.string, let name = document["name"]?.string
    else { return nil }
    func value(_ key: String) -> JSON? { document[key].flatMap { $0 == .null ? nil : $0 } }
    self.init(
      action: action, kind: kind, target: target, name: name,
      enforcement: document["enforcement"]?.string.flatMap { EnforcementPoint(rawValue: $0) },
      before: value("before"), after: value("after"))
  }
}

extension HostItem {
  /// The item as plans print it.
  package var document: JSON {
    var object = JSONObject()
    object.append("kind", .string(kind.rawValue))
    object.append("target", .string(target))
    object.append("name", .string(name))
    object.append("enforcement", enforcement.map { .string($0.rawValue) })
    object.append("value", value)
    return .object(object)
  }

  init?(document: JSON) {
    guard let kind = document["kind"]?.string.flatMap({ ChangeKind(rawValue: $0) }),
      let target = document["target"]?.string, let name = document["name"]?.string,
      let value = document["value"]
    else { return nil }
    self.init(
      kind: kind, target: target, name: name,
      enforcement: document["enforcement"]?.string.flatMap { EnforcementPoint(rawValue: $0) }, value: value)
  }
}

extension Plan {
  /// The plan as `plan --json` prints it.
  package var document: JSON { .object(documentObject) }

  private var documentObject: JSONObject {
    var object = JSONObject()
    object.append("formatVersion", .whole(Self.formatVersion))
    object.append("profile", .string(profile))
    object.append(
      "host",
      [
        "windows": .string(windows.description), "build": .whole(windows.build),
        "hnsVersion": .string(windows.hnsVersion.description),
      ])
    object.append("changes", .array(changes.map(\.document)))
    object.append(
      "effects",
      .array(effects.map { ["endpoint": .string($0.endpoint), "lines": .strings($0.lines)] }))
    object.append("effect", .array(verdictChanges))
    object.append(
      "proofs",
      .array(proofs.map { ["endpoint": .string($0.endpoint), "proof": .string($0.outcome.name)] }))
    object.append(
      "postures",
      .array(
        postures.map {
          [
            "endpoint": .string($0.endpoint), "direction": .string($0.direction.rawValue),
            "before": .string($0.before), "after": .string($0.after),
          ]
        }))
    object.append("leftAlone", .array(leftAlone.map(\.document)))
    object.append(
      "summary",
      [
        "create": .whole(count(.create)), "update": .whole(count(.update)), "delete": .whole(count(.delete)),
      ])
    let involved = JSON.object(JSONObject(dependsOn.map { .init($0.name, .string(assumptions[$0])) }))
    object.append("assumptions", involved)
    // The old name.
    object.append("switches", involved)
    return object
  }

  // MARK: Saved plans

  /// What a saved plan has as its `kind`.
  package static let kind = "HostPlan"

  /// The format of saved plans.
  ///
  /// Since 2 they say of what kind they are, and their members may stand in any order and layout.
  private static let savedFormat: Int64 = 2

  /// The text of a saved plan: the document, the operations, what they were planned against, and a
  /// SHA-256 digest of all of it.
  package var savedText: [UInt8] {
    var object = JSONObject([.init("kind", .string(Self.kind))])
    object.members += documentObject.members
    object["formatVersion"] = .integer(Self.savedFormat)
    object.append(
      "base",
      [
        "digest": base.map { .string($0) } ?? .null,
        "build": .string(windows.revision.map { "\(windows.build).\($0)" } ?? "\(windows.build)"),
        "assumptions": .object(JSONObject(assumptions.changed.map { .init($0.key.name, .string($0.value)) })),
        "adapters": .strings(adapters), "addresses": .strings(addresses.map(\.description)),
      ])
    var annotations = JSONObject()
    ledger.write(to: &annotations)
    object.append("annotations", .object(annotations))
    object.append("operations", .array(operations.map(\.document)))
    object.append("digest", .string(Self.digest(of: object)))
    return JSON.object(object).bytes(.pretty)
  }

  /// The digest of a saved plan: of what it says, however it is laid out.
  private static func digest(of object: JSONObject) -> String {
    Digest.text(of: JSON.object(object).sorted.bytes())
  }

  /// Whether a saved plan says what it said when it was written.
  ///
  /// The digest of one without a kind, which a former version wrote, is that of its text.
  private static func isUnaltered(_ document: JSON, _ bytes: [UInt8]) -> Bool {
    guard var object = document.object else { return false }
    let stated = object["digest"]?.string
    object["digest"] = nil
    guard object["kind"] == nil else {
      // One line feed ends the text, whoever laid it out: without it the text was cut off, and behind it
      // something was added.
      return object["kind"] == .string(kind) && stated == digest(of: object)
        && bytes.suffix(2) == [UInt8(ascii: "}"), 0x0a]
    }
    return stated == Digest.text(of: JSON.object(object).bytes(.pretty)) && document.bytes(.pretty) == bytes
  }

  /// Reads a saved plan.
  ///
  /// - Parameters:
  ///   - bytes: The text of the file.
  ///   - file: The file as the user named it.
  /// - Returns: The plan, or the diagnostic that refuses it: damaged, altered in anything it says, or newer.
  package static func load(_ bytes: [UInt8], file: String) -> Result<Plan, PlanRefusal> {
    func damaged(_ reason: String) -> Result<Plan, PlanRefusal> {
      .failure(
        PlanRefusal(
          diagnostic: Diagnostic(
            .planDamaged, reason, file: file, remedy: "make the plan again with `hnsctl plan --out`")))
    }
    let document: JSON
    do { document = try JSON(parsing: bytes) } catch {
      return .failure(
        PlanRefusal(
          diagnostic: Diagnostic(
            .planDamaged, "this is not a saved plan: \(error.reason)", file: file,
            at: Place(line: UInt32(clamping: error.line), column: UInt32(clamping: error.column)))))
    }
    guard let object = document.object, let version = object["formatVersion"]?.integer else {
      return damaged("this is not a saved plan: it has no formatVersion")
    }
    guard version <= savedFormat else {
      return .failure(
        PlanRefusal(
          diagnostic: Diagnostic(
            .planNewerFormat,
            "the plan has format \(version); this program knows formats up to \(savedFormat)",
            file: file)))
    }
    guard object["digest"]?.string != nil else { return damaged("the plan has no digest") }
    guard isUnaltered(document, bytes) else {
      return damaged("the plan was altered after it was written: its digest does not match")
    }
    guard let plan = Plan(saved: document) else { return damaged("the plan lacks a member it must have") }
    return .success(plan)
  }

  private init?(saved document: JSON) {
    guard let profile = document["profile"]?.string, let base = document["base"],
      let windows = base["build"]?.string.flatMap({ WindowsBuild($0) }),
      let changes = document["changes"]?.array, let operations = document["operations"]?.array
    else { return nil }
    self.profile = profile
    self.windows = windows
    var assumptions = Assumptions()
    for member in (base["assumptions"] ?? base["switches"])?.object?.members ?? [] {
      guard let key = Assumption(name: member.key), let value = member.value.string else { return nil }
      assumptions[key] = value
    }
    self.assumptions = assumptions
    adapters = (base["adapters"]?.array ?? []).compactMap(\.string)
    addresses = (base["addresses"]?.array ?? []).compactMap { $0.string.flatMap { IPAddress($0) } }
    self.base = base["digest"]?.string
    self.changes = changes.compactMap { Change(document: $0) }
    self.operations = operations.compactMap { Operation(document: $0) }
    guard self.changes.count == changes.count, self.operations.count == operations.count else { return nil }
    effects = (document["effects"]?.array ?? []).map { effect in
      Effect(
        endpoint: effect["endpoint"]?.string ?? "", lines: (effect["lines"]?.array ?? []).compactMap(\.string)
      )
    }
    verdictChanges = document["effect"]?.array ?? []
    proofs = (document["proofs"]?.array ?? []).compactMap { proof in
      proof["proof"]?.string.flatMap { EndpointProof.Outcome(name: $0) }.map { outcome in
        EndpointProof(endpoint: proof["endpoint"]?.string ?? "", outcome: outcome)
      }
    }
    postures = (document["postures"]?.array ?? []).compactMap { posture in
      posture["direction"]?.string.flatMap { Direction(rawValue: $0) }.map { direction in
        PostureChange(
          endpoint: posture["endpoint"]?.string ?? "", direction: direction,
          before: posture["before"]?.string ?? "", after: posture["after"]?.string ?? "")
      }
    }
    leftAlone = (document["leftAlone"]?.array ?? []).compactMap { HostItem(document: $0) }
    dependsOn = ((document["assumptions"] ?? document["switches"])?.object?.members ?? []).compactMap {
      Assumption(name: $0.key)
    }
    ledger = OwnershipLedger(annotations: document["annotations"]?.object ?? JSONObject())
  }
}

/// Why a saved plan is not used.
package struct PlanRefusal: Error, Sendable {
  package var diagnostic: Diagnostic
}

/// SHA-256 digests as text.
package enum Digest {
  /// The digest of some bytes: `sha256:` and 64 hexadecimal digits.
  package static func text(of bytes: [UInt8]) -> String {
    let digits = SHA256.hash(bytes).map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0\(text)" : text
    }
    return "sha256:" + digits.joined()
  }
}
