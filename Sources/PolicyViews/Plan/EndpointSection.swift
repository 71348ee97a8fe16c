import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

/// The changes of one endpoint as lines: a header with its name, and a body that equal endpoints share.
struct EndpointSection {
  let name: String
  /// The changes, without those of a rule set.
  let changes: [ObjectChange]
  /// Why the endpoint is replaced; nil if it is not.
  let reason: ReplacementReason?
  let style: Style

  /// The lines below the header, without the rules and the effects on the endpoint.
  var ownLines: [String] { members() + ports() + policies() }

  private var isReplacement: Bool { reason != nil }

  /// Whether the endpoint is deleted, and not replaced.
  var isRemoval: Bool {
    !isReplacement && changes.contains { $0.kind == .endpoint && $0.action == .delete }
  }

  /// What is deleted with the endpoint, in one line.
  func removedLines(_ rules: [ObjectChange]) -> [String] {
    let ports = changes.count { $0.kind == .portMapping }
    let counts = [
      (rules.count { $0.kind == .acl }, "ACL"), (rules.count { $0.kind == .firewallRule }, "firewall rule"),
      (rules.count { $0.kind == .vfpRule }, "VFP rule"), (ports, "published port"),
    ]
    let listed = counts.filter { $0.0 > 0 }.map { Listing.number($0.0, $0.1) }
    return listed.isEmpty ? [] : ["      with \(listed.joined(separator: ", "))"]
  }

  func foldingKey() -> [String] {
    let own = changes.first { $0.kind == .endpoint }
    let value = (own?.after ?? own?.before)?.endpoint
    let subnets = (value?.addresses ?? []).map { part in
      IPPrefix(containing: part.address, length: part.length).description
    }
    let containers = changes.filter { $0.kind == .container }.map { change in
      ChangeMark(change.action).sign
        + (change.name.hasPrefix(name) ? String(change.name.dropFirst(name.count)) : change.name)
    }
    // An endpoint that is updated is never folded with others.
    let isItself = isReplacement || own?.action == .update
    return [
      own?.action.rawValue ?? "", value?.network ?? "", value?.cell?.driver.rawValue ?? "",
      value?.cell?.isolation.rawValue ?? "", isItself ? name : "",
    ] + subnets + containers
  }

  func header() -> String {
    let own = changes.first { $0.kind == .endpoint }
    let namespace = changes.first { $0.kind == .namespace }
    var text = printable(name)
    var mark = ChangeMark(own?.action ?? .update)
    if own == nil, let namespace {
      mark = ChangeMark(namespace.action)
      text +=
        (namespace.after ?? namespace.before) == .namespace(.hostDefault)
        ? " in the host's own compartment (host process, no endpoint, no ACLs)"
        : " in one namespace with several endpoints"
    }
    if let value = (own?.after ?? own?.before)?.endpoint {
      let addresses = value.addresses.map(\.text)
      text += " on \(value.network): "
      text += addresses.isEmpty ? "address by DHCP" : addresses.joined(separator: ", ")
      if let cell = value.cell {
        text += " (\(cell.driver.rawValue), \(cell.isolation.rawValue) isolation)"
      }
    }
    let containers = changes.filter { $0.kind == .container }
    if !containers.isEmpty {
      text +=
        "; containers "
        + containers.map { ChangeMark($0.action).sign + printable($0.name) }.joined(separator: " ")
    }
    guard isReplacement else { return mark.line(text, style) }
    let because = reason.map { " because \($0.text)" } ?? ""
    return ChangeMark.replacement.line(
      text + "; replaced\(because): its containers restart and its flows end", style)
  }

  /// The changed members of an endpoint that is not replaced.
  private func members() -> [String] {
    guard let change = changes.first(where: { $0.kind == .endpoint }),
      let before = change.before?.endpoint, let after = change.after?.endpoint
    else { return [] }
    return MemberChanges.lines(
      before, after,
      [
        ("network", { [$0.network] }),
        ("isolation", { $0.cell.map { [$0.isolation.rawValue] } ?? [] }),
        ("addresses", { $0.addresses.map(\.text) }),
        ("MAC address", { $0.mac.map { [$0.description] } ?? [] }),
        ("gateways", { $0.gateways.map(\.description) }),
        ("owner", { [$0.owner] }),
      ])
  }

  private func ports() -> [String] {
    changes.compactMap { change in
      guard case .portMapping(let port)? = change.after ?? change.before else { return nil }
      return ChangeMark(change.action).line(
        "published port \(port.external) maps to port \(port.internal)/\(port.protocol)"
          + (port.isIPv6 ? " over IPv6" : ""),
        style, indent: 6)
    }
  }

  /// Changed endpoint policies other than ACLs and port mappings; the one that HNS adds by itself is
  /// omitted.
  private func policies() -> [String] {
    guard let change = changes.first(where: { $0.kind == .endpoint }) else { return [] }
    func stated(_ value: HostStatement?) -> [HCNPolicy] {
      (value?.endpoint?.policies ?? []).filter { $0.type != .l2Driver }
    }
    let before = stated(change.before)
    let after = stated(change.after)
    func line(_ action: ChangeAction, _ policy: HCNPolicy) -> String {
      ChangeMark(action).line(
        printable("policy \(policy.typeName) \(policy.settings.text())"), style, indent: 6)
    }
    return before.filter { !after.contains($0) }.map { line(.delete, $0) }
      + after.filter { !before.contains($0) }.map { line(.create, $0) }
  }
}
