import HostModel
import NetworkTypes
import PolicyPlan

/// The changes of all endpoints as lines; endpoints with equal changes are folded.
///
/// Shared parts are formatted once: sections are compared by their values first, then by their text.
struct EndpointSections {
  private let changes: ChangeList
  private let style: Style
  private var order: [String] = []
  private var groups: [String: [ChangeList.Group]] = [:]
  private var effects: [String: EndpointEffect] = [:]
  private var proofs: [String: EndpointProof.Outcome] = [:]
  private var defaultActions: [String: [DefaultActionChange]] = [:]
  private var formatter: PlanFormatter?
  private var knownRules: [[Int]: [String]] = [:]
  private var tables: RuleTables
  private var knownBodies: [Content: [String]] = [:]

  /// What the body of a section consists of, if it has only shared parts.
  private struct Content: Hashable {
    var own: [String]
    var rules: [Int]
    var isReplacement: Bool
    var isRemoval: Bool
    var effect: [String]
    var proof: EndpointProof.Outcome?
    var defaults: [String]
  }

  init(_ changes: ChangeList, _ plan: Plan?, style: Style) {
    self.changes = changes
    self.style = style
    tables = RuleTables(style: style)
    for group in changes.groups where group.subject == .endpoint {
      if groups[group.target] == nil { order.append(group.target) }
      groups[group.target, default: []].append(group)
    }
    guard let plan else { return }
    effects = Dictionary(plan.effects.map { ($0.endpoint, $0) }) { first, _ in first }
    proofs = Dictionary(plan.proofs.map { ($0.endpoint, $0.outcome) }) { first, _ in first }
    defaultActions = Dictionary(grouping: plan.defaultActions, by: \.endpoint)
    formatter = PlanFormatter(plan)
  }

  /// Whether there is none.
  var isEmpty: Bool { order.isEmpty }

  /// The lines of all sections.
  mutating func lines() -> [String] {
    struct FoldedSection {
      var first: EndpointSection
      var body: [String]
      var others: [String] = []
      var count = 1
    }
    var positions: [[String]: Int] = [:]
    var folded: [FoldedSection] = []
    for name in order {
      let section = section(name)
      let body = body(of: section)
      let foldingKey = section.foldingKey() + body
      if let position = positions[foldingKey] {
        if folded[position].others.count < 8 { folded[position].others.append(printable(name)) }
        folded[position].count += 1
      } else {
        positions[foldingKey] = folded.count
        folded.append(FoldedSection(first: section, body: body))
      }
    }
    return folded.flatMap { group -> [String] in
      var lines = [group.first.header()]
      if group.count > 1 {
        let others = group.others.joined(separator: ", ")
        lines.append(
          "      and \(group.count - 1) more with equal changes: \(others)"
            + (Listing.rest(of: group.count - 1, limit: 8).map { " \($0)" } ?? ""))
      }
      return lines + group.body
    }
  }

  private func section(_ name: String) -> EndpointSection {
    let groups = groups[name] ?? []
    let reason = groups.lazy.compactMap(\.replacement).first
    let items = groups.flatMap { reason == nil ? $0.head + $0.tail : changes.items(of: $0) }
    return EndpointSection(
      name: name, changes: reason == nil ? items : PlanView.folded(items), reason: reason, style: style)
  }

  private mutating func body(of section: EndpointSection) -> [String] {
    let name = section.name
    let effect = effects[name].flatMap { formatter?.lines($0) } ?? []
    let defaults = (defaultActions[name] ?? []).map { line($0) }
    let content = Content(
      own: section.ownLines, rules: (groups[name] ?? []).compactMap(\.rules),
      isReplacement: section.reason != nil, isRemoval: section.isRemoval, effect: effect, proof: proofs[name],
      defaults: defaults)
    // A replaced endpoint is compared rule by rule, and never folded with others.
    if !content.isReplacement, let body = knownBodies[content] { return body }
    var body = effect.map { "      effect: \(style.verdicts(printable($0)))" }
    body += defaults
    if let proof = content.proof { body.append("      proof: \(proof.sentence)") }
    if section.isRemoval {
      // What goes with a deleted endpoint is counted, not listed.
      body += section.removedLines((groups[name] ?? []).compactMap(\.rules).flatMap { changes.ruleSets[$0] })
    } else if content.isReplacement {
      var own = RuleTables(style: style)
      body += content.own + own.lines(section.changes)
    } else {
      body += content.own + rules(content.rules)
    }
    if !content.isReplacement { knownBodies[content] = body }
    return body
  }

  /// A default action that differs, without the endpoint's name; a new endpoint had none before.
  private func line(_ change: DefaultActionChange) -> String {
    let title = "default \(change.direction == .in ? "inbound" : "outbound") action"
    let (old, new) = (change.before.text, change.after.text)
    return if case .created? = effects[change.endpoint]?.outcome {
      "      " + style(.yellow, "\(title): ") + style.verdicts("\(new) (platform default: \(old))")
    } else {
      "      " + style(.yellow, "\(title) changes: ") + style.verdicts("was \(old); becomes \(new)")
    }
  }

  /// The rule tables of rule sets, each formatted once.
  private mutating func rules(_ sets: [Int]) -> [String] {
    if let lines = knownRules[sets] { return lines }
    let lines = tables.lines(sets.flatMap { changes.ruleSets[$0] })
    knownRules[sets] = lines
    return lines
  }
}
