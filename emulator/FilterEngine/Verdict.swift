public import HostModel

/// What one enforcement point says to a packet.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  case allow
  case block
  /// The host's assumption `implicitDeny` makes no statement on which the answer depends.
  case unknown

  /// The verdict of a rule.
  ///
  /// - Parameter action: What the rule does.
  public init(_ action: RuleAction) { self = action == .allow ? .allow : .block }

  /// The verdict on what no rule matches.
  ///
  /// - Parameter unmatched: What happens to such traffic.
  public init(_ unmatched: UnmatchedTraffic) {
    switch unmatched {
    case .allow: self = .allow
    case .block: self = .block
    case .unknown: self = .unknown
    }
  }
}
