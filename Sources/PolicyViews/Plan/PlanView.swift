import FilterEngine
import HostModel
import JSONText
import NetworkTypes
package import PolicyPlan

/// A plan, or the difference between two hosts, as text.
package struct PlanView: Sendable {
  private let style: Style

  package init(style: Style) { self.style = style }

  /// The plan as lines.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - subject: What is planned against what: `web-node against an empty host`.
  package func lines(_ plan: Plan, subject: String) -> [String] {
    var lines = [
      style(.bold, "Plan for \(printable(subject))"),
      "Host: \(plan.windows.summary)",
    ]
    lines += body(plan.changes, plan)
    lines += unmanaged(plan.unmanaged)
    lines += EffectView.textOfOthers(plan.unmanagedEffect).map { "  \(style.verdicts(printable($0)))" }
    lines.append("")
    if !plan.notStarted.isEmpty {
      lines.append("Note: \(printable(RouteNote.containerNotStarted(plan.notStarted)))")
    }
    if !plan.dependsOn.isEmpty {
      let assumptions = plan.dependsOn.map { "\($0.name)=\(plan.assumptions[$0])" }
      lines.append("The result depends on the \(AssumptionView.title(assumptions)).")
    }
    if !plan.mayDependOn.isEmpty {
      let title = AssumptionView.title(plan.mayDependOn.map(\.name))
      lines.append("May depend on the \(title): not decided within the budget.")
    }
    lines.append(style(.bold, Self.summary(plan.changes, requests: plan.operations.count)))
    return lines
  }

  /// A difference as lines.
  ///
  /// - Parameters:
  ///   - changes: The changes.
  ///   - title: The first line: what is compared.
  package func lines(difference changes: ChangeList, title: String) -> [String] {
    [style(.bold, title)]
      + body(changes, nil)
      + ["", style(.bold, Self.summary(changes))]
  }

  /// The last line: how many objects and rules change.
  ///
  /// - Parameters:
  ///   - changes: The changes.
  ///   - requests: How many requests make them; nil for a difference.
  package static func summary(_ changes: ChangeList, requests: Int? = nil) -> String {
    guard !changes.isEmpty else { return "No changes." }
    let summary = ChangeSummary(changes)
    func listed(_ counts: [(count: Int, verb: String)], _ noun: String) -> String? {
      let parts = counts.filter { $0.count > 0 }
      let words = parts.enumerated().map { index, part in
        index == 0 ? "\(Listing.number(part.count, noun)) \(part.verb)" : "\(part.count) \(part.verb)"
      }
      return words.isEmpty ? nil : Listing.sentence(words)
    }
    var text = listed(
      ChangeSummary.Action.allCases.map { (summary.count($0), "to \($0.rawValue)") }, "object")
    if let requests { text = "\(text ?? "no object to change") in \(Listing.number(requests, "request"))" }
    let kinds = ChangeKind.allCases.compactMap { kind -> String? in
      let number = summary.count(kind)
      return number > 0 ? "\(number) \(title(kind, number))" : nil
    }
    if !kinds.isEmpty { text = text.map { "\($0) (\(kinds.joined(separator: ", ")))" } }
    func changed(_ count: (ChangeAction) -> Int, _ noun: String) -> String? {
      listed(ChangeAction.allCases.map { (count($0), "to \($0.rawValue)") }, noun)
    }
    let parts = [
      text, changed({ summary.portMappings[$0] ?? 0 }, "port mapping"),
      changed(summary.rules, "rule").map { "\($0) (\(ruleKinds(summary)))" },
    ]
    return "Summary: \(parts.compactMap(\.self).joined(separator: "; "))."
  }

  /// The rules by enforcement point, and how many Windows lists for those of its firewall.
  private static func ruleKinds(_ summary: ChangeSummary) -> String {
    ChangeKind.allCases.compactMap { kind -> String? in
      guard let counts = summary.rules[kind] else { return nil }
      let number = counts.values.reduce(0, +)
      let text = "\(number) \(title(kind, number))"
      let isSplit = kind == .firewallRule && summary.listedFirewallRules > counts[.create] ?? 0
      return isSplit ? "\(text), listed by Windows as \(summary.listedFirewallRules), one per protocol" : text
    }.joined(separator: "; ")
  }

  /// A kind in words, for some number of things.
  static func title(_ kind: ChangeKind, _ count: Int) -> String {
    let nouns: (one: String, many: String) =
      switch kind {
      case .network: ("network", "networks")
      case .endpoint: ("endpoint", "endpoints")
      case .namespace: ("namespace", "namespaces")
      case .portMapping: ("port mapping", "port mappings")
      case .acl: ("ACL", "ACLs")
      case .firewallRule: ("firewall rule", "firewall rules")
      case .vfpRule: ("VFP rule", "VFP rules")
      case .container: ("container", "containers")
      case .remoteEndpoint: ("remote endpoint", "remote endpoints")
      case .sourceVIP: ("source VIP", "source VIPs")
      case .loadBalancer: ("load balancer", "load balancers")
      case .hostFirewallRule: ("rule of the host's firewall", "rules of the host's firewall")
      case .hostFirewall: ("profile of the host's firewall", "profiles of the host's firewall")
      }
    return count == 1 ? nouns.one : nouns.many
  }

  // MARK: Parts

  private func body(_ changes: ChangeList, _ plan: Plan?) -> [String] {
    var lines: [String] = []
    let networks = changes.groups.filter { $0.subject == .network }
    if !networks.isEmpty {
      lines += ["", style(.bold, "Networks")]
      let byName = Dictionary(grouping: networks, by: \.target)
      for name in byName.keys.sorted() {
        let groups = byName[name] ?? []
        let reason = groups.lazy.compactMap(\.replacement).first
        let items = groups.flatMap(changes.items)
        let folded = reason == nil ? items : Self.folded(items)
        lines += folded.flatMap { networkLines($0, reason) }
      }
    }
    var sections = EndpointSections(changes, plan, style: style)
    if !sections.isEmpty { lines += ["", style(.bold, "Endpoints")] + sections.lines() }
    lines += ServiceSections(changes, style: style).lines()
    lines += firewallLines(changes)
    guard let plan else { return lines }
    let changed = Set(changes.groups.filter { $0.subject == .endpoint }.map(\.target))
    return lines
      + PlanFormatter(plan).lines(besides: changed).map {
        "      effect on \(style.verdicts(printable($0)))"
      }
  }

  /// The changes of the host's own firewall.
  private func firewallLines(_ changes: ChangeList) -> [String] {
    let items = changes.groups.filter { $0.subject == .host }.flatMap(changes.items)
    guard !items.isEmpty else { return [] }
    return ["", style(.bold, "Windows Firewall of the host")]
      + items.flatMap { item -> [String] in
        var lines = [ChangeMark(item.action).line(printable(item.name), style)]
        if let before = item.before, let after = item.after {
          return lines + HostStatement.memberLines(before, after, ("was", "becomes")).map { "      \($0)" }
        }
        let members = (item.after ?? item.before)?.firewall?.members ?? []
        lines += members.map { "      \($0.name): \(printable($0.values.joined(separator: ", ")))" }
        return lines
      }
  }

  /// The changes of a replaced object: each deletion and creation of the same item becomes one update,
  /// or is omitted if nothing changes.
  static func folded(_ changes: [ObjectChange]) -> [ObjectChange] {
    func isWhole(_ change: ObjectChange) -> Bool {
      [.endpoint, .network, .loadBalancer].contains(change.kind)
    }
    struct Key: Hashable {
      var kind: ChangeKind
      var name: String
      var group: VFPGroup?
    }
    func key(_ change: ObjectChange) -> Key {
      Key(kind: change.kind, name: change.name, group: (change.before ?? change.after)?.rule?.group)
    }
    var deleted = Dictionary(grouping: changes.filter { $0.action == .delete }, by: key)
    var result: [ObjectChange] = []
    for change in changes where change.action != .delete {
      guard change.action == .create, var queue = deleted[key(change)], !queue.isEmpty else {
        result.append(change)
        continue
      }
      let old = queue.removeFirst()
      deleted[key(change)] = queue
      guard isWhole(change) || old.before != change.after else { continue }
      var update = change
      update.before = old.before
      result.append(update)
    }
    return changes.filter { deleted[key($0)]?.contains($0) ?? false } + result
  }

  /// The objects that the profile does not manage, the first few written out.
  private func unmanaged(_ items: [HostObject]) -> [String] {
    guard !items.isEmpty else { return [] }
    let shown = 12
    let lines = items.prefix(shown).map { item in
      let owner =
        item.value.network?.owner ?? item.value.endpoint?.owner ?? item.value.loadBalancer?.owner ?? ""
      let title =
        switch item.kind {
        case .network: "network \(item.name)"
        case .loadBalancer: "load balancer \(item.name)"
        case .remoteEndpoint:
          "remote endpoint \(item.name) on \(item.value.endpoint?.network ?? "?")"
        case .sourceVIP: "source VIP \(item.name) on \(item.value.endpoint?.network ?? "?")"
        case .endpoint: "endpoint \(item.name) on \(item.value.endpoint?.network ?? "?")"
        default:
          "ACL on \(item.target): \((item.value.rule.map(RuleFormatter.cells) ?? []).joined(separator: ", "))"
        }
      let isStoredOnly = item.value.rule?.isStoredOnly ?? false
      return printable(
        "  = \(title)" + (owner.isEmpty ? "" : ", owner \(owner)")
          + (isStoredOnly ? " (stored, not enforced)" : ""))
    }
    let rest = Listing.rest(of: items.count, limit: shown)
    return ["", style(.bold, "Not managed by this profile; kept as is")] + lines
      + (rest.map { ["  \($0)"] } ?? [])
  }

  private func networkLines(_ change: ObjectChange, _ reason: ReplacementReason?) -> [String] {
    func text(_ network: NormalizedNetwork) -> String {
      var parts = [network.driver.rawValue]
      for subnet in network.subnets {
        var text = subnet.prefix
        if let gateway = subnet.gateway { text += " via \(gateway)" }
        if let vsid = subnet.vsid { text += " vsid \(vsid)" }
        if let vlan = subnet.vlan { text += " vlan \(vlan)" }
        parts.append(text)
      }
      if let adapter = network.adapter { parts.append("adapter \(adapter)") }
      if network.isDHCP { parts.append("DHCP") }
      if let port = network.vxlanPort { parts.append("VXLAN port \(port)") }
      if !network.dnsServers.isEmpty { parts.append("DNS \(network.dnsServers.joined(separator: ", "))") }
      return printable(parts.joined(separator: ", "))
    }
    let mark = reason == nil ? ChangeMark(change.action) : ChangeMark.replacement
    var lines = reason.map { ["      replaced, with every endpoint on it, because \($0.text)"] } ?? []
    if change.action == .update, let before = change.before?.network, let after = change.after?.network {
      if text(before) != text(after) { lines.append("      was \(text(before))") }
      lines += MemberChanges.lines(
        before, after,
        [
          ("MAC pool", { $0.macPool.map { [$0] } ?? [] }), ("DNS search list", { $0.dnsSearch }),
          ("owner", { [$0.owner] }),
        ])
    }
    let value = (change.after ?? change.before)?.network
    return [mark.line("\(printable(change.name)): \(value.map(text) ?? "")", style)] + lines
  }
}

/// The mark in front of a change.
struct ChangeMark {
  let sign: String
  let color: Style.Attribute

  /// Deleted and created again under the same name.
  static let replacement = ChangeMark(sign: "±", color: .yellow)

  private init(sign: String, color: Style.Attribute) {
    self.sign = sign
    self.color = color
  }

  init(_ action: ChangeAction) {
    switch action {
    case .create: (sign, color) = ("+", .green)
    case .update: (sign, color) = ("~", .yellow)
    case .delete: (sign, color) = ("-", .red)
    }
  }

  func line(_ text: String, _ style: Style, indent: Int = 2) -> String {
    String(repeating: " ", count: indent) + style(color, "\(sign) ") + text
  }
}
