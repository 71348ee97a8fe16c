import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import PolicyPlan

/// The wording of a change of verdicts, which plans and differences share.
extension VerdictChange {
  /// What happens to the packets.
  var claim: String { isEndToEnd ? kind.text : "\(kind.text) by its own filters" }

  /// What other owners' rules do to the packets.
  var claimOfOthers: String {
    switch kind {
    case .newlyAllowed: "opened"
    case .newlyBlocked: "closed"
    case .newlyMixed: "mixed"
    case .newlyUnknown: "unknown"
    }
  }

  /// The sender and direction in words.
  var title: String {
    switch sender {
    case .endpoint: "\(printable(endpoint)), \(direction == .in ? "inbound" : "outbound")"
    case .host: "host, outbound"
    case .outside: "from outside"
    }
  }

  /// An example packet in words.
  func text(_ witness: PacketWitness) -> String {
    printable(witness.text(at: sender == .outside ? "\(witness.packet.local)" : endpoint))
  }

  /// What decided before, and what decides after: the rule, or the verdict where the backends of a service have
  /// several.
  ///
  /// - Parameter rule: The text for the name of a rule, on the side of a property of a change.
  func transition(_ rule: (KeyPath<VerdictChange, String?>) -> String?) -> String {
    let (was, becomes) = (outcome(\.before, rule), outcome(\.after, rule))
    guard sender == .endpoint else {
      return "was \(was ?? "unreachable"), becomes \(becomes ?? "unreachable")"
    }
    guard let was else { return "the endpoint was missing; now \(becomes ?? "blocked")" }
    return becomes.map { "was \(was), becomes \($0)" } ?? "was \(was); now the endpoint is missing"
  }

  /// What decides on a side; nil if packets have no verdict there.
  func outcome(
    _ side: KeyPath<VerdictChange, String?>, _ rule: (KeyPath<VerdictChange, String?>) -> String?
  ) -> String? {
    let verdict = side == \.before ? verdicts?.before : verdicts?.after
    // That an uncertain rule decided does not say what happened.
    let remark = side == \.before && verdict == .unknown ? " (unknown)" : ""
    return rule(side).map { $0 + remark } ?? verdict?.rawValue
  }

  /// What other ends on the host do about some of the packets, as clauses.
  var otherEndClauses: [String] {
    struct Answer: Hashable {
      var rule: String?
      var isUnknown: Bool
    }
    var order: [Answer] = []
    var names: [Answer: [String]] = [:]
    for end in otherEnds {
      let answer = Answer(rule: end.rule, isUnknown: end.isUnknown)
      if names[answer] == nil { order.append(answer) }
      names[answer, default: []].append(printable(end.name))
    }
    var clauses = order.map { answer -> String in
      let all = names[answer] ?? []
      let list = Listing.text(all, limit: Self.nameLimit)
      let except = isEndToEnd ? "except \(direction == .in ? "from" : "to") \(list): " : ""
      return except + text(list, isSingle: all.count == 1, answer.rule, isUnknown: answer.isUnknown)
    }
    switch balancing {
    case .begins?: clauses.append("a load balancer now handles them")
    case .ends?: clauses.append("no load balancer handles them any more, so they reach no backend")
    case nil: break
    }
    if uncomparedPeers > 0 {
      clauses.append(
        "the filters of \(uncomparedPeers) other addresses on the host are not taken into account")
    }
    return clauses
  }

  private func text(_ names: String, isSingle: Bool, _ rule: String?, isUnknown: Bool) -> String {
    let isAllowed = change == .newlyAllowed
    let verdict = leavesUnknown ? "left unknown" : isAllowed ? "allowed" : "blocked"
    let own = "\(verdict) by \(printable(endpoint))'s own filters; "
    guard let rule else { return own + "\(names) \(isSingle ? "is" : "are") not attached" }
    let by = " by \(printable(rule))"
    if isUnknown { return own + "the verdict of \(names) is unknown\(by)" }
    return own
      + (isAllowed
        ? "\(names) still \(isSingle ? "blocks" : "block") it\(by)" : "\(names) blocked it before\(by)")
  }

  private static let nameLimit = 4
}

extension VerdictChange.Kind {
  /// The kind in words.
  var text: String {
    switch self {
    case .newlyAllowed: "newly allowed"
    case .newlyBlocked: "newly blocked"
    case .newlyMixed: "newly mixed"
    case .newlyUnknown: "newly unknown"
    }
  }
}
