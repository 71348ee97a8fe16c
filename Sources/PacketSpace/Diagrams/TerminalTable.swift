import HostModel

/// The deciders of some paths, numbered: the values of the terminals of diagrams.
///
/// Numbers start at 1. The rules of a policy have consecutive numbers in order, followed by the default.
struct TerminalTable {
  /// One policy of one path.
  struct Part {
    var path: Int
    var position: Int
    var policy: PacketPolicy
    var first: Int
  }

  let paths: [PacketPath]
  private(set) var parts: [Part] = []
  private(set) var actions: [RuleAction] = [.block]

  init(_ paths: [PacketPath]) {
    self.paths = paths
    for (number, path) in paths.enumerated() {
      for (position, policy) in path.policies.enumerated() {
        parts.append(Part(path: number, position: position, policy: policy, first: actions.count))
        actions += policy.rules.map(\.action)
        actions.append(policy.unmatched)
      }
    }
  }

  /// The decider with a number.
  func matchedRule(_ number: Int) -> PacketPath.MatchedRule {
    var low = 0
    var high = parts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if parts[middle].first <= number { low = middle } else { high = middle }
    }
    let part = parts[low]
    let index = number - part.first
    let rules = part.policy.rules
    return PacketPath.MatchedRule(
      policy: part.position, rule: index < rules.count ? .rule(rules[index].identity) : .unmatched)
  }
}
