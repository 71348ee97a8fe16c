package import HostModel

/// Why a verdict is unknown.
package enum UnknownReason: Hashable, Sendable {
  /// No rule matches, and the value of the assumption `implicitDeny` is unknown.
  case implicitDeny
  /// A rule of a policy of an endpoint or a network matches, and how it acts beside ACLs is not documented.
  case policy(type: String, rule: String, owner: String)

  /// The source of the host does not contain what decides.
  case gap(HostGap, endpoint: String)

  /// It is not known whether a rule of the host's own firewall matches, because of what a packet does not show.
  case hostRule(rule: String, doubt: String)
  /// Whether a rule matches depends on an address that is not known.
  case unknownAddress(rule: String)
  /// The profiles of the host's firewall differ, and which of them applies is not known.
  case profiles([String])
  /// The default actions of the host's firewall are not known.
  case profileNotCaptured
  /// A backend of a load balancer is in no open compartment.
  case notAttached(endpoint: String)

  /// Whether rules of the host's own firewall that may match, or its profiles, are the reason.
  package var isOfUncertainFirewall: Bool {
    switch self {
    case .hostRule, .profiles, .profileNotCaptured: true
    case .implicitDeny, .policy, .gap, .unknownAddress, .notAttached: false
    }
  }

  /// The reason among the filters of a route, or at its end; nil if nothing is undecided.
  init?(_ steps: [TraceStep], _ route: RoutedPacket, _ topology: HostTopology) {
    let undecided = steps.lazy.compactMap(\.filter).first { $0.isReached && $0.answer.verdict == .unknown }
    guard let step = undecided else {
      guard !route.leg.isReceiverAttached, case .endpoint(let index) = route.receiver else { return nil }
      self = .notAttached(endpoint: topology.endpoints[index].name)
      return
    }
    if let reason = step.answer.reason {
      self = reason
      return
    }
    let source = step.answer.source
    if let gap = source.gap {
      self = .gap(gap, endpoint: step.endpoint.map { topology.endpoints[$0].name } ?? "host")
      return
    }
    guard !source.policyType.isEmpty, let endpoint = step.endpoint.map({ topology.endpoints[$0] }) else {
      self = .implicitDeny
      return
    }
    self = .policy(
      type: source.policyType, rule: step.answer.id,
      owner: source == .networkACL ? topology.networks[endpoint.network].name : endpoint.name)
  }
}

extension UnknownReason: CustomStringConvertible {
  /// The reason as a sentence.
  package var description: String {
    switch self {
    case .implicitDeny: return "the assumption implicitDeny leaves it undetermined"
    case .policy(let type, let rule, let owner):
      let name = rule.isEmpty ? "" : " '\(rule)'"
      return "a \(type) rule\(name) of \(owner) matches, and how it acts beside ACLs is not documented"
    case .gap(let gap, let endpoint): return gap.reason(endpoint)
    case .hostRule(let rule, let doubt):
      return "the host's firewall rule '\(rule)' may match: it depends on \(doubt)"
    case .unknownAddress(let rule):
      return "the rule '\(rule)' may match: it depends on an address that is not known"
    case .profiles(let names):
      return
        "the firewall profiles \(names.joined(separator: ", ")) differ, and which of them applies is not known"
    case .profileNotCaptured:
      return
        "the source holds no firewall profiles; add the output of Get-NetFirewallProfile | ConvertTo-Json"
    case .notAttached(let endpoint):
      return "\(endpoint) is in no open compartment, so that its filters are not known"
    }
  }
}
