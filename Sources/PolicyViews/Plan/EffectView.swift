package import JSONText
import NetworkTypes
import PacketSpace
package import PolicyPlan

/// The effect of a change on packets, as text and JSON.
package struct EffectView: Sendable {
  private let style: Style
  /// Where the rules of each side are written.
  private let origins: (before: RuleOrigins, after: RuleOrigins)?

  /// Prepares the view.
  ///
  /// - Parameters:
  ///   - style: How text is styled.
  ///   - origins: Where the rules of each side are written; nil to omit it.
  package init(style: Style, origins: (before: RuleOrigins, after: RuleOrigins)? = nil) {
    self.style = style
    self.origins = origins
  }

  // MARK: Text

  /// The changes as lines, by endpoint and direction.
  ///
  /// - Parameters:
  ///   - changes: The changes.
  ///   - isLimited: Whether only some endpoints or one enforcement point are compared.
  package func lines(_ changes: [VerdictChange], isLimited: Bool = false) -> [String] {
    guard !changes.isEmpty else {
      let packets = isLimited ? "every packet compared" : "every packet"
      return ["No change in effect: \(packets) keeps its verdict."]
    }
    let lines = groups(changes.map { ($0, []) })
    let effective = changes.filter(\.isEndToEnd)
    let counts = VerdictChange.Kind.allCases.compactMap { kind -> String? in
      let number = effective.count { $0.kind == kind }
      let isShown = number > 0 || kind == .newlyAllowed || kind == .newlyBlocked
      return isShown ? "\(number) \(kind.text)" : nil
    }
    let others = changes.filter { !$0.isEndToEnd }
    let open = others.count { $0.otherEnds.contains(where: \.isUnknown) }
    var rest = ""
    if open > 0 { rest += ", \(open) with an effect if the other end allows, which is not known" }
    if others.count > open {
      rest += ", \(others.count - open) without effect because the other end blocks"
    }
    return lines + [
      "", "Effect: \(counts.joined(separator: ", "))\(rest).",
    ]
  }

  /// Changes, each with remarks, as lines by endpoint and direction.
  func groups(_ changes: [(change: VerdictChange, remarks: [String])]) -> [String] {
    var lines: [String] = []
    var title = ""
    for (change, remarks) in changes {
      if change.title != title {
        if !lines.isEmpty { lines.append("") }
        title = change.title
        lines.append(title)
      }
      lines += self.lines(change) + remarks.map { "    \(printable($0))" }
    }
    return lines
  }

  /// What the rules of other owners on a profile's endpoints open and close, as lines; none if they do nothing.
  ///
  /// - Parameter effect: The changes, from the profile alone to the host with their rules.
  package func lines(ofOthers effect: EffectOfOthers) -> [String] {
    let lines = Self.textOfOthers(effect)
    guard !lines.isEmpty else { return [] }
    return ["", style(.bold, "Rules of other owners, which the profile does not change")]
      + lines.map { "  \(printable($0))" }
  }

  /// What the rules of other owners open and close, and why there may be more, one line each.
  static func textOfOthers(_ effect: EffectOfOthers) -> [String] {
    effect.changes.map(text(ofOthers:))
      + effect.unknownBecause.map {
        "what \(effect.changes.isEmpty ? "" : "else ")they allow or block is unknown: \($0)"
      }
  }

  private static func text(ofOthers change: VerdictChange) -> String {
    let formatter = PacketFormatter(direction: change.direction)
    let packets = formatter.text(PacketRegion(change.packets))
    func own(_ side: KeyPath<VerdictChange, String?>) -> String {
      change.outcome(side) { change[keyPath: $0].map(printable) } ?? "nothing"
    }
    var text =
      "effect on \(change.title): \(change.claimOfOthers): \(packets) (\(own(\.after)), where the profile "
      + "alone has \(own(\.before))"
    if let witness = change.witnesses.first { text += "; for example \(change.text(witness))" }
    return ([text + ")"] + change.otherEndClauses).joined(separator: "; ")
  }

  /// One change: the packets, the two rules, and example packets.
  func lines(_ change: VerdictChange) -> [String] {
    let isAllowed = change.change == .newlyAllowed
    let word = style(change.isEndToEnd ? isAllowed ? .green : .red : .yellow, change.claim)
    let formatter = PacketFormatter(direction: change.direction)
    let shown = change.packets.prefix(Self.listLimit).map { formatter.text($0) }
    var lines = shown.map { "  \(word)  \($0)" }
    if let rest = Listing.rest(of: change.packets.count, limit: Self.listLimit) {
      lines.append("  \(word)  \(rest); --json lists all")
    }
    lines.append("    " + change.transition { rule(of: $0, change) })
    lines += change.otherEndClauses.map { "    \($0)" }
    lines += change.witnesses.map { "    for example \(change.text($0))" }
    return lines
  }

  /// How many boxes of a change are shown.
  private static let listLimit = 12

  /// A rule with its place, if that is known.
  private func rule(of side: KeyPath<VerdictChange, String?>, _ change: VerdictChange) -> String? {
    guard let name = change[keyPath: side] else { return nil }
    let places = side == \.before ? origins?.before : origins?.after
    let location = places?.text(of: name, atEndpointNamed: change.endpoint)
    return printable(name) + (location.map { " (\($0))" } ?? "")
  }

  // MARK: JSON

  /// The changes as JSON.
  ///
  /// - Parameter changes: The changes.
  package static func document(_ changes: [VerdictChange]) -> JSON { .array(changes.map(\.document)) }

  /// Adds what the rules of other owners open and close to a document; nothing if they do nothing.
  package static func append(_ effect: EffectOfOthers, to object: inout JSONObject) {
    if !effect.changes.isEmpty { object.append("unmanagedEffect", document(effect.changes)) }
    guard !effect.unknownBecause.isEmpty else { return }
    object.append("unmanagedEffectUnknown", .strings(effect.unknownBecause))
    // The former key of "unmanagedEffectUnknown", kept for existing readers.
    if effect.unknownBecause.contains(UndecidedPackets.budgetReason) {
      object.append("unmanagedEffectUndecided", true)
    }
  }

  /// Reads what the rules of other owners open and close from a document; earlier versions name no reason.
  static func effectOfOthers(in document: JSON) -> EffectOfOthers {
    var effect = EffectOfOthers()
    effect.changes = (document["unmanagedEffect"]?.array ?? []).compactMap { VerdictChange(document: $0) }
    effect.unknownBecause = (document["unmanagedEffectUnknown"]?.array ?? []).compactMap(\.string)
    if effect.unknownBecause.isEmpty, document["unmanagedEffectUndecided"] == true {
      effect.unknownBecause = [UndecidedPackets.budgetReason]
    }
    return effect
  }
}
