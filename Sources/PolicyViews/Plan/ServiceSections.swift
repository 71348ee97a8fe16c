import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

/// The changes of the endpoints of services and of load balancers as lines.
struct ServiceSections {
  private let changes: ChangeList
  private let style: Style

  init(_ changes: ChangeList, style: Style) {
    self.changes = changes
    self.style = style
  }

  /// The lines of both, each under a heading.
  func lines() -> [String] {
    let endpoints = changes.groups.filter { $0.subject == .serviceEndpoint }.flatMap(changes.items)
    let services = changes.groups.filter { $0.subject == .service }
    var lines: [String] = []
    for (kind, title) in [(ChangeKind.remoteEndpoint, "Remote endpoints"), (.sourceVIP, "Source VIPs")] {
      let own = endpoints.filter { $0.kind == kind }
      guard !own.isEmpty else { continue }
      lines += ["", style(.bold, title)] + own.flatMap(lines(ofEndpoint:))
    }
    if !services.isEmpty {
      lines += ["", style(.bold, "Services")]
      for group in services where group.replacement == nil {
        lines += changes.items(of: group).flatMap { self.lines(of: $0, service: group.target) }
      }
      let replaced = services.filter { $0.replacement != nil }
      for (position, group) in replaced.enumerated()
      where !replaced[..<position].contains(where: { $0.target == group.target }) {
        let items = replaced.filter { $0.target == group.target }.flatMap(changes.items)
        for change in PlanView.folded(items) {
          lines += self.lines(of: change, service: group.target, group.replacement)
        }
      }
    }
    return lines
  }

  private func lines(ofEndpoint change: ObjectChange) -> [String] {
    let value = (change.after ?? change.before)?.endpoint
    let addresses = (value?.addresses ?? []).map { "\($0.address)" }.joined(separator: ", ")
    let title = printable("\(change.name): \(addresses) on \(value?.network ?? "")\(Self.provider(value))")
    let line = ChangeMark(change.action).line(title, style)
    guard let before = change.before?.endpoint, let after = change.after?.endpoint else { return [line] }
    return [line]
      + MemberChanges.lines(
        before, after,
        [
          ("addresses", { $0.addresses.map(\.text) }),
          ("MAC address", { $0.mac.map { [$0.description] } ?? [] }),
          ("policies", { $0.policies.map { "\($0.typeName) \($0.settings.text())" } }),
        ])
  }

  private static func provider(_ endpoint: EndpointStatement?) -> String {
    let policy = endpoint?.policies.first { $0.type == .providerAddress }
    return (policy?.settings["ProviderAddress"]?.string).map { ", encapsulated to \($0)" } ?? ""
  }

  private func lines(
    of change: ObjectChange, service: String, _ reason: ReplacementReason? = nil
  ) -> [String] {
    let value = (change.after ?? change.before)?.loadBalancer
    var text = service == change.name ? service : "\(service) at \(change.name)"
    if let value { text += " to \(Self.target(value))" }
    if let reason { text += "; replaced, because \(reason.text)" }
    let mark = reason == nil ? ChangeMark(change.action) : ChangeMark.replacement
    let line = mark.line(printable(text), style)
    guard let before = change.before?.loadBalancer, let after = change.after?.loadBalancer else {
      return [line]
    }
    return [line]
      + MemberChanges.lines(
        before, after,
        [
          ("backends", { $0.backends }), ("ports", { $0.ports.map { "\($0.internalPort)" } }),
          ("forwarding", { [Self.manner($0)] }), ("owner", { [$0.owner] }),
        ])
  }

  /// The backends, their port and how they are reached.
  private static func target(_ balancer: LoadBalancerStatement) -> String {
    let backends =
      balancer.backends.isEmpty ? "no backends" : Listing.text(balancer.backends, limit: 8)
    let ports = Set(balancer.ports.map(\.internalPort)).sorted().map { "\($0)" }
    return "\(backends), port \(ports.joined(separator: ", ")) (\(manner(balancer)))"
  }

  private static func manner(_ balancer: LoadBalancerStatement) -> String {
    var parts = [balancer.isDSR ? "direct server return" : "no direct server return"]
    if let source = balancer.sourceVIP { parts.append("source VIP \(source)") }
    if balancer.ports.contains(where: { $0.distributionType != 0 }) { parts.append("session affinity") }
    return parts.joined(separator: ", ")
  }
}
