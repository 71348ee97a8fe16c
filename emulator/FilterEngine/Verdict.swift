public import HostModel

/// The verdict of one enforcement point on a packet.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  case allow
  case block
  /// The verdict depends on the assumption `implicitDeny`, whose value is unknown.
  case unknown

  /// The verdict of a rule.
  ///
  /// - Parameter action: The action of the rule.
  public init(_ action: RuleAction) { self = action == .allow ? .allow : .block }

  /// The verdict on traffic that no rule matches.
  ///
  /// - Parameter unmatched: The default action.
  public init(_ unmatched: UnmatchedTraffic) {
    switch unmatched {
    case .allow: self = .allow
    case .block: self = .block
    case .unknown: self = .unknown
    }
  }
}
