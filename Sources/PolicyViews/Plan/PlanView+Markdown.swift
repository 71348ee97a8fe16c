import HostModel
import NetworkTypes
package import PolicyPlan

/// A plan as Markdown for a pull request.
extension PlanView {
  /// How many names of endpoints with equal effects are listed.
  private static let nameLimit = 8

  /// The plan as Markdown: what changes in one line, the effects as a table, and the changes folded away.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - subject: What is planned against what, with names in the given form: `profile web against host.json`.
  package static func markdown(_ plan: Plan, subject: (_ name: (String) -> String) -> String) -> [String] {
    let title = ["### Plan for \(subject(MarkdownText.code))", ""]
    let summary = summary(plan.changes, requests: plan.operations.count)
    let text = PlanView(style: .plain).lines(plan, subject: subject(printable))
    // The title and the summary are above.
    var details = text.dropFirst().dropLast()
    while details.last?.isEmpty == true { details.removeLast() }
    return title + ["**\(summary)**"] + effects(plan) + [
      "", "<details>", "<summary>\(plan.isEmpty ? "Host" : "Changes")</summary>", "",
    ] + MarkdownText.block(Array(details)) + ["", "</details>"]
  }

  /// What happens to an endpoint, which several can have in common.
  private struct Effect: Hashable {
    var action: String
    var lines: [String]
  }

  /// The effects as a table; empty if there are none.
  private static func effects(_ plan: Plan) -> [String] {
    var formatter = PlanFormatter(plan)
    let groups = Dictionary(grouping: plan.changes.groups.filter { $0.subject == .endpoint }, by: \.target)
    var order: [Effect] = []
    var names: [Effect: [String]] = [:]
    func add(_ name: String, _ effect: Effect) {
      if names[effect] == nil { order.append(effect) }
      names[effect, default: []].append(name)
    }
    for effect in plan.effects {
      let lines = formatter.lines(effect)
      guard let changes = groups[effect.endpoint], !lines.isEmpty else { continue }
      add(effect.endpoint, Effect(action: action(changes, plan.changes), lines: lines))
    }
    let others = formatter.lines(besides: Set(groups.keys)) + EffectView.textOfOthers(plan.unmanagedEffect)
    guard !order.isEmpty || !others.isEmpty else { return [] }
    var lines = ["", "| Endpoint | Change | Effect |", "|---|---|---|"]
    for effect in order {
      let all = names[effect] ?? []
      var cell = all.prefix(nameLimit).map(MarkdownText.code).joined(separator: ", ")
      if let rest = Listing.rest(of: all.count, limit: nameLimit) { cell += " \(rest)" }
      lines.append(
        MarkdownText.row([
          cell, effect.action, effect.lines.map(MarkdownText.code).joined(separator: "<br>"),
        ]))
    }
    // Effects elsewhere name their endpoint or sender themselves.
    lines += others.map { MarkdownText.row(["", "", MarkdownText.code($0)]) }
    return lines
  }

  /// What happens to an endpoint, in a word.
  private static func action(_ groups: [ChangeList.Group], _ changes: ChangeList) -> String {
    if groups.contains(where: { $0.replacement != nil }) { return "replace" }
    let own = groups.lazy.flatMap(changes.items).first { $0.kind == .endpoint }
    return (own?.action ?? .update).rawValue
  }
}
