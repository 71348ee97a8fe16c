package import Diagnostics
import HNSEmulator
import HostModel
package import JSONText
package import NetworkTypes
package import PolicyPlan

/// What an upgrade changes, as text and JSON.
package struct UpgradeView {
  private let upgrade: Upgrade
  /// The file as the user named it.
  private let file: String
  private let style: Style
  private let origins: RuleOrigins
  /// Where an object is written in the profile.
  private let location: (GUID) -> SourceRange?
  /// The errors of the profile itself on the other build.
  private let problems: [Diagnostic]
  /// What was tried and helps.
  private let remedy: String?

  /// Prepares the view.
  ///
  /// - Parameters:
  ///   - upgrade: What is shown.
  ///   - file: The file as the user named it.
  ///   - style: How text is styled.
  ///   - origins: Where rules are written.
  ///   - location: Returns where an object is written in the profile; nil for a state.
  ///   - problems: The errors of the profile itself on the other build.
  ///   - remedy: What was tried and helps.
  package init(
    _ upgrade: Upgrade, file: String, style: Style, origins: RuleOrigins,
    location: @escaping (GUID) -> SourceRange?, problems: [Diagnostic], remedy: String?
  ) {
    self.upgrade = upgrade
    self.file = file
    self.style = style
    self.origins = origins
    self.location = location
    self.problems = problems
    self.remedy = remedy
  }

  /// Whether nothing changes and nothing is refused.
  package var isNone: Bool { upgrade.isNone && problems.isEmpty }

  // MARK: Text

  /// The result as lines of at most 80 columns, unless a single word is longer.
  package var lines: [String] {
    var lines = [
      style(
        .bold,
        "Upgrade of \(printable(file)) from Windows \(upgrade.from) to \(upgrade.to)"),
      "From build \(upgrade.from.build), HNS \(upgrade.from.hnsVersion) to build \(upgrade.to.build), "
        + "HNS \(upgrade.to.hnsVersion)",
    ]
    if !upgrade.effects.isEmpty {
      lines += ["", style(.bold, "Effect on packets")] + effectLines
    }
    if !upgrade.refused.isEmpty {
      lines += ["", style(.bold, "Documents that HNS \(upgrade.to.hnsVersion) refuses")] + refusedLines
    }
    if !problems.isEmpty {
      lines += ["", style(.bold, "Profile errors on Windows \(upgrade.to)")]
      lines += problems.map { problem in
        let place = problem.location.map { ":\($0.line):\($0.column)" } ?? ""
        return
          "  \(printable(problem.file ?? file))\(place): \(printable(problem.message)) [\(problem.code.id)]"
      }
    }
    if let remedy { lines.append("  help: \(printable(remedy))") }
    let assumed = assumptionLines
    if !assumed.isEmpty { lines += ["", style(.bold, "This depends on assumptions")] + assumed }
    lines += notes.map { "Note: \(printable($0))" }
    return foldedLines(lines + ["", style(.bold, summary)], width: style.proseWidth)
  }

  private var summary: String {
    guard !isNone else {
      return "No change: every packet keeps its verdict, and every document is accepted."
    }
    let counts = [
      (upgrade.effects.count, "verdict change", "verdict changes"),
      (upgrade.refused.count, "refused document or policy", "refused documents and policies"),
      (problems.count, "profile error", "profile errors"),
    ]
    return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }.joined(separator: ", ")
      + "."
  }

  private var effectLines: [String] {
    EffectView(style: style, origins: (origins, origins)).groups(
      upgrade.effects.map { effect in
        let reading = effect.reading.map { "only if \(text($0))" }
        return (effect.change, effect.causes.map { "because \(text($0))" } + [reading].compactMap { $0 })
      })
  }

  /// The refused documents; those with equal errors are counted.
  private var refusedLines: [String] {
    var order: [String] = []
    var groups: [String: [RefusedDocument]] = [:]
    for document in upgrade.refused {
      let error = document.error.summary
      if groups[error] == nil { order.append(error) }
      groups[error, default: []].append(document)
    }
    return order.flatMap { error -> [String] in
      let all = groups[error] ?? []
      guard let first = all.first else { return [] }
      let rest =
        all.count > 1
        ? ["    and \(all.count - 1) similar; --json lists all"] : []
      return ["  \(printable(subject(first))): \(printable(error))"] + rest
    }
  }

  /// What a refused document is, and where it is written.
  private func subject(_ document: RefusedDocument) -> String {
    let name = document.name.isEmpty ? document.id.uppercase : document.name
    var text = "\(document.kind.rawValue) \(name)"
    if let policy = document.policy {
      let rule = ruleName(document).map { " \($0)" } ?? ""
      text += ", \(policy.typeName)\(rule)"
    }
    if let place = place(document) { return text + " (\(file):\(place.line):\(place.column))" }
    return text + " (\(document.path))"
  }

  /// The name of the refused ACL.
  private func ruleName(_ document: RefusedDocument) -> String? {
    document.policy?.acl.map { RuleStatement.name($0.id) }
  }

  private func place(_ document: RefusedDocument) -> SourceRange? {
    ruleName(document).flatMap { origins.location(of: $0, atEndpointNamed: document.name) }
      ?? location(document.id)
  }

  private func text(_ cause: Upgrade.Cause) -> String {
    switch cause {
    case .refused(let name): return "\(name) is refused"
    case .behavior(let behavior):
      return sentence(behavior)
    }
  }

  private func sentence(_ behavior: BuildBehavior) -> String {
    guard behavior != .implicitDeny else { return behavior.clauses.with }
    let holds = behavior.holds(on: upgrade.to, upgrade.assumptions)
    let (now, then) =
      holds
      ? (behavior.clauses.with, behavior.clauses.without) : (behavior.clauses.without, behavior.clauses.with)
    return "on \(upgrade.to) \(now); on \(upgrade.from) \(then)"
  }

  private func text(_ reading: Upgrade.Reading) -> String {
    let (before, after) = (reading.before.rawValue, reading.after.rawValue)
    return before == after
      ? "implicitDeny is \(before)"
      : "implicitDeny is \(before) on \(upgrade.from) and \(after) on \(upgrade.to)"
  }

  private var assumptionLines: [String] {
    var lines = upgrade.dependencies.map { dependency in
      let others = dependency.others.map {
        let unknown = $0.unknownBecause.map { "unknown, because \($0)" }
        return "with \($0.value): " + (unknown ?? Listing.number($0.changes, "verdict change"))
      }
      return "  \(dependency.assumption.name)=\(dependency.value); \(others.joined(separator: ", "))"
    }
    if upgrade.effects.contains(where: { $0.reading != nil }) {
      lines.insert(
        "  implicitDeny: both readings are compared; \(text(upgrade.readings[0])), or \(text(upgrade.readings[1]))",
        at: 0)
    }
    return lines
  }

  /// What is assumed about the builds.
  private var notes: [String] {
    var notes: [String] = []
    for build in [upgrade.from, upgrade.to] {
      if !build.isListed {
        notes.append(
          "build \(build.build) is not listed; it is assumed to behave like \(build.release.names[0])")
      } else if build.release.versionIsAssumed {
        notes.append("the HNS version of Windows \(build) is not documented; \(build.hnsVersion) is assumed")
      }
    }
    if upgrade.needsRevision {
      notes.append(
        "whether ACLs on nat take effect on Windows Server 2025 depends on its updates, which are assumed to be "
          + "installed; give the revision, as in 26100.\(PlatformCell.natACLRevision), to be sure")
    }
    for build in [upgrade.from, upgrade.to] where !build.hnsVersion.has(.apiV2) {
      notes.append(
        "HNS \(build.hnsVersion) has no HCN interface; the documents stand for those of HNSCall with the same "
          + "meaning")
    }
    return notes
  }

  // MARK: JSON

  /// The result as JSON.
  package var document: JSON {
    var assumptions = JSONObject(
      upgrade.dependencies.map { .init($0.assumption.name, .string($0.value)) })
    if upgrade.effects.contains(where: { $0.reading != nil }) {
      assumptions.append("implicitDeny", .string(upgrade.assumptions.implicitDeny.rawValue))
    }
    return [
      "formatVersion": 1, "from": upgrade.from.summaryMembers, "to": upgrade.to.summaryMembers,
      "effect": .array(upgrade.effects.map(document)),
      "refused": .array(upgrade.refused.map(document) + problems.map(document)),
      "assumptions": .object(assumptions),
      "dependencies": .array(
        upgrade.dependencies.map { dependency in
          [
            "assumption": .string(dependency.assumption.name), "value": .string(dependency.value),
            "others": .array(
              dependency.others.map { other in
                var object: JSONObject = ["value": .string(other.value), "changes": .number(other.changes)]
                object.append("unknownBecause", other.unknownBecause.map { .string($0) })
                return .object(object)
              }),
          ]
        }),
      "remedy": remedy.map { .string($0) } ?? .null, "notes": .strings(notes),
    ]
  }

  private func document(_ effect: Upgrade.Effect) -> JSON {
    guard var object = effect.change.document.object else { return .null }
    object.append(
      "why",
      .array(
        effect.causes.map { cause in
          switch cause {
          case .refused(let name): ["refused": .string(name), "text": .string(text(cause))]
          case .behavior(let behavior):
            [
              "behavior": .string(behavior.rawValue), "text": .string(text(cause)),
              "source": .string(behavior.source),
            ]
          }
        }))
    object.append(
      "implicitDeny",
      effect.reading.map {
        ["before": .string($0.before.rawValue), "after": .string($0.after.rawValue)]
      })
    return .object(object)
  }

  private func document(_ refused: RefusedDocument) -> JSON {
    let place = place(refused)
    var object = JSONObject([
      .init("document", .string(refused.kind.rawValue)), .init("id", .string(refused.id.uppercase)),
      .init("name", .string(refused.name)), .init("path", .string(refused.path)),
    ])
    if let policy = refused.policy { object.append("policy", .string(policy.typeName)) }
    object.append("rule", ruleName(refused).map { .string($0) })
    object.append("code", .string(refused.error.name))
    object.append("hresult", .string("0x\(String(refused.error.code.rawValue, radix: 16))"))
    object.append("message", .string(refused.error.summary))
    object.append("file", .string(file))
    object.append("line", place.map { .number($0.line) } ?? .null)
    object.append("column", place.map { .number($0.column) } ?? .null)
    return .object(object)
  }

  private func document(_ problem: Diagnostic) -> JSON {
    var object = JSONObject([.init("document", "profile")])
    object.members += DiagnosticView.document(problem).object?.members ?? []
    return .object(object)
  }
}
