import HNSEmulator
import HostModel
package import JSONText
import NetworkTypes
package import PolicyPlan

/// The drift of a host from a profile, as text and JSON.
package struct DriftView: Sendable {
  private let style: Style
  private let effects: EffectView

  /// Prepares the view.
  ///
  /// - Parameters:
  ///   - style: How text is styled.
  ///   - effects: Shows the changed verdicts.
  package init(style: Style, effects: EffectView) {
    self.style = style
    self.effects = effects
  }

  // MARK: Text

  /// The drift as lines of at most 80 columns, unless a single word is longer.
  ///
  /// - Parameters:
  ///   - drift: The drift.
  ///   - host: The file of the host.
  package func lines(_ drift: Drift, host: String) -> [String] {
    var lines = [
      style(.bold, "Drift of \(printable(host)) from profile \(printable(drift.profile))"),
      "Host: \(drift.configuration.build.summary)",
    ]
    let owned = Self.shown(drift.missing + drift.changed)
    if !owned.isEmpty {
      lines += ["", style(.bold, "What the profile owns")] + owned.flatMap(self.lines)
    }
    let altering = drift.others.filter(\.alters)
    if !altering.isEmpty {
      lines += ["", style(.bold, "Rules of other owners that change a verdict")]
      lines += altering.map { "  \(printable($0.endpoint)): ACL \(RuleFormatter.sentence($0.rule))" }
    }
    if !drift.effect.isEmpty {
      lines += ["", style(.bold, "Effect on packets, from the profile to the host"), ""]
      lines += effects.lines(drift.effect)
    }
    return foldedLines(
      lines + ["", style(.bold, summary(drift))] + remarks(drift), width: style.proseWidth)
  }

  private func summary(_ drift: Drift) -> String {
    guard !drift.isNone else {
      return "No drift: the host has what the profile owns, and every packet has its verdict."
    }
    let owned = Self.shown(drift.missing + drift.changed)
    let missing = owned.count { $0.after == nil }
    let counts = [
      (missing, "missing"), (owned.count - missing, "changed or added"),
      (drift.effect.count, drift.effect.count == 1 ? "verdict change" : "verdict changes"),
    ]
    return "Drift: \(counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", "))."
  }

  private func remarks(_ drift: Drift) -> [String] {
    var remarks: [String] = []
    if drift.harmless > 0 {
      remarks.append(
        "\(Listing.number(drift.harmless, "ACL")) of other owners \(drift.harmless == 1 ? "changes" : "change") "
          + "no verdict.")
    }
    if drift.unreadOthers > 0 {
      remarks.append("\(Listing.number(drift.unreadOthers, "ACL")) of other owners cannot be read.")
    }
    if !drift.hostRules.isEmpty {
      remarks.append(
        "\(Listing.number(drift.hostRules.count, "rule")) of Windows Firewall "
          + "\(drift.hostRules.count == 1 ? "is" : "are") Windows's own.")
    }
    return remarks
  }

  /// The changes to show: rules at enforcement points follow from ACLs, and are left out beside them.
  private static func shown(_ changes: [Change]) -> [Change] {
    let withACLs = Set(changes.filter { $0.kind == .acl }.map(\.target))
    return changes.filter {
      $0.kind == .acl || !$0.kind.isRule || !withACLs.contains($0.target)
    }
  }

  private func lines(_ change: Change) -> [String] {
    let word = Self.word(change)
    let color: Style.Attribute = word == "missing" ? .red : word == "added" ? .green : .yellow
    let subject = change.name == change.target ? "" : "\(printable(change.target)): "
    let title =
      "  \(style(color, word))\(word == "added" ? "  " : "") \(subject)\(PlanView.title(change.kind, 1)) \(printable(change.name))"
    func text(_ value: HostStatement?) -> String? { value?.rule.map { RuleFormatter.contents($0) } }
    guard let before = change.before, let after = change.after else {
      return [title] + (text(change.before ?? change.after).map { ["    \($0)"] } ?? [])
    }
    if let old = text(before), let new = text(after) {
      return [title, "    profile: \(old)", "    host: \(new)"]
    }
    return [title]
      + HostStatement.memberLines(before, after, ("only in the profile", "only on the host")).map {
        "    \($0)"
      }
  }

  /// What happened to a thing of the profile on the host.
  private static func word(_ change: Change) -> String {
    change.after == nil ? "missing" : change.before == nil ? "added" : "changed"
  }

  // MARK: JSON

  /// A change with what happened on the host as its action: nothing is going to be created or deleted.
  private static func document(_ change: Change) -> JSON {
    guard var object = change.document.object else { return .null }
    object["action"] = .string(word(change))
    return .object(object)
  }

  /// The drift as JSON.
  ///
  /// - Parameter drift: The drift.
  package static func document(_ drift: Drift) -> JSON {
    var object: JSONObject = [
      "formatVersion": 1, "profile": .string(drift.profile),
      "host": drift.configuration.build.summaryMembers,
      "changed": .array(drift.changed.map(document)), "missing": .array(drift.missing.map(document)),
      "effect": EffectView.document(drift.effect),
      "others": .array(
        drift.others.map {
          [
            "endpoint": .string($0.endpoint), "alters": .bool($0.alters),
            "rule": HostStatement.rule($0.rule).document,
          ]
        }),
      "harmless": .number(drift.harmless), "unread": .number(drift.unreadOthers),
      "hostRules": .strings(drift.hostRules),
    ]
    UndecidedPackets.append(drift.undecided, to: &object)
    return .object(object)
  }
}

extension HostStatement {
  /// The members that differ, as both sides have them.
  ///
  /// - Parameter sides: What the sides are called.
  static func memberLines(
    _ before: HostStatement, _ after: HostStatement, _ sides: (before: String, after: String)
  ) -> [String] {
    guard let old = before.document.object, let new = after.document.object else {
      return [
        "\(sides.before): \(printable(before.document.text()))",
        "\(sides.after): \(printable(after.document.text()))",
      ]
    }
    let keys = old.members.map(\.key) + new.members.map(\.key).filter { old[$0] == nil }
    return keys.filter { old[$0] != new[$0] }.flatMap { key -> [String] in
      let (wanted, found) = (elements(old[key]), elements(new[key]))
      return wanted.filter { !found.contains($0) }.map { "\(key), \(sides.before): \(printable($0))" }
        + found.filter { !wanted.contains($0) }.map { "\(key), \(sides.after): \(printable($0))" }
    }
  }

  /// The elements of a list, or a value as the only one.
  private static func elements(_ value: JSON?) -> [String] {
    guard let value else { return [] }
    return (value.array ?? [value]).map { $0.string ?? $0.text() }
  }
}

extension RuleFormatter {
  /// A rule as a sentence: its name, and what it does with which packets.
  static func sentence(_ rule: RuleStatement) -> String { "\(printable(rule.name)): \(contents(rule))" }

  /// What a rule does with which packets.
  static func contents(_ rule: RuleStatement) -> String {
    let priority = rule.priority.map { "priority \($0), " } ?? ""
    return priority + cells(rule).dropFirst(rule.priority == nil ? 0 : 1).dropLast().joined(separator: ", ")
  }
}
