import FilterEngine
import HNSEmulator
import HostModel
package import JSONText
import NetworkTypes
package import PolicyPlan

extension Change {
  /// The change as printed in plans and diffs.
  package var document: JSON {
    var object = JSONObject()
    object.append("action", .string(action.rawValue))
    object.append("kind", .string(kind.rawValue))
    object.append("target", .string(target))
    object.append("name", .string(name))
    object.append("enforcement", enforcement.map { .string($0.rawValue) })
    object.append("because", replacement.map { .string($0.rawValue) })
    object.append("before", before?.document ?? .null)
    object.append("after", after?.document ?? .null)
    return .object(object)
  }

  init?(document: JSON) {
    guard document["action"]?.string.flatMap({ ChangeAction(rawValue: $0) }) != nil,
      let kind = document["kind"]?.string.flatMap({ ChangeKind(rawValue: $0) }),
      let target = document["target"]?.string, let name = document["name"]?.string
    else { return nil }
    let sides = ["before", "after"].map { key in document[key].flatMap { $0 == .null ? nil : $0 } }
    let values = sides.map { side in side.flatMap { HostStatement(kind, document: $0) } }
    guard values != [nil, nil], zip(sides, values).allSatisfy({ ($0 == nil) == ($1 == nil) }) else {
      return nil
    }
    self.init(
      target: target,
      item: ObjectChange(
        kind: kind, name: name,
        enforcement: document["enforcement"]?.string.flatMap { EnforcementPoint(rawValue: $0) },
        before: values[0], after: values[1]),
      replacement: document["because"]?.string.flatMap { ReplacementReason(rawValue: $0) })
  }
}

extension HostObject {
  /// The item as printed in plans.
  package var document: JSON {
    var object = JSONObject()
    object.append("kind", .string(kind.rawValue))
    object.append("target", .string(target))
    object.append("name", .string(name))
    object.append("enforcement", enforcement.map { .string($0.rawValue) })
    object.append("value", value.document)
    return .object(object)
  }

  init?(document: JSON) {
    guard let kind = document["kind"]?.string.flatMap({ ChangeKind(rawValue: $0) }),
      let target = document["target"]?.string, let name = document["name"]?.string,
      let value = document["value"].flatMap({ HostStatement(kind, document: $0) })
    else { return nil }
    self.init(
      kind: kind, target: target, name: name,
      enforcement: document["enforcement"]?.string.flatMap { EnforcementPoint(rawValue: $0) }, value: value)
  }
}

extension Plan {
  /// The plan as printed by `plan --json`.
  package var document: JSON { .object(documentObject) }

  private var documentObject: JSONObject {
    var object = JSONObject()
    var formatter = PlanFormatter(self)
    let counts = changes.counts.mapValues { $0.values.reduce(0, +) }
    func count(_ action: ChangeAction) -> JSON { .number(counts[action] ?? 0) }
    object.append("formatVersion", .number(Self.formatVersion))
    object.append("profile", .string(profile))
    object.append("host", windows.summaryMembers)
    object.append("changes", .array(changes.map(\.document)))
    let impact = JSON.array(
      effects.map { effect in
        ["endpoint": .string(effect.endpoint), "lines": .strings(formatter.lines(effect))]
      })
    object.append("impact", impact)
    // The former key of "impact", kept for existing readers.
    object.append("effects", impact)
    object.append("effect", EffectView.document(verdictChanges))
    object.append(
      "proofs",
      .array(proofs.map { ["endpoint": .string($0.endpoint), "proof": .string($0.outcome.name)] }))
    let actions = JSON.array(
      defaultActions.map {
        [
          "endpoint": .string($0.endpoint), "direction": .string($0.direction.rawValue),
          "before": .string($0.before.text), "after": .string($0.after.text),
        ]
      })
    object.append("defaultActions", actions)
    // The former key of "defaultActions", kept for existing readers.
    object.append("postures", actions)
    let unmanaged = JSON.array(unmanaged.map(\.document))
    object.append("unmanaged", unmanaged)
    // The former key of "unmanaged", kept for existing readers.
    object.append("leftAlone", unmanaged)
    EffectView.append(unmanagedEffect, to: &object)
    let summary = ChangeSummary(changes)
    let objects = ChangeSummary.Action.allCases.map {
      JSONObject.Member($0.rawValue, .number(summary.count($0)))
    }
    let rules = ChangeAction.allCases.map { JSONObject.Member($0.rawValue, .number(summary.rules($0))) }
    // The first three count the entries of "changes".
    object.append(
      "summary",
      [
        "create": count(.create), "update": count(.update), "delete": count(.delete),
        "requests": .number(operations.count), "objects": .object(JSONObject(objects)),
        "rules": .object(JSONObject(rules)),
      ])
    let involved = JSON.object(JSONObject(dependsOn.map { .init($0.name, .string(assumptions[$0])) }))
    object.append("assumptions", involved)
    // The former key of "assumptions", kept for existing readers.
    object.append("switches", involved)
    if !notStarted.isEmpty {
      object.append("notStarted", .strings(notStarted))
      object.append("notes", .strings([RouteNote.containerNotStarted(notStarted)]))
    }
    if !mayDependOn.isEmpty { object.append("mayDependOn", .strings(mayDependOn.map(\.name))) }
    return object
  }

  // MARK: Saved plans

  /// The `kind` of a saved plan.
  package static let kind = "HostPlan"

  /// The format of saved plans.
  ///
  /// Since version 2 they have a kind, and their members may be in any order and layout.
  static let savedFormat: Int64 = 2

  /// The text of a saved plan: the document, the operations, the state they were computed from, and a
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
        "adapters": .strings(configuration.adapters),
        "addresses": .strings(configuration.addresses.map(\.description)),
        "dnsServers": .strings(configuration.dns.servers.map(\.description)),
        "dnsSuffixes": .strings(configuration.dns.suffixes),
        "listens": .strings(configuration.listens.map(\.description)),
        "excludedPorts": .strings(configuration.excludedPorts.map(\.description)),
      ])
    var annotations = JSONObject()
    ledger.write(to: &annotations)
    object.append("annotations", .object(annotations))
    object.append("operations", .array(operations.map(\.document)))
    object.append("explanation", explanation)
    object.append("digest", .string(Self.digest(of: object)))
    return JSON.object(object).bytes(.pretty)
  }

  /// The digest of a saved plan; it covers the content, not the layout.
  package static func digest(of object: JSONObject) -> String {
    Digest.text(of: JSON.object(object).sorted.bytes())
  }
}
