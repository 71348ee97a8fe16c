public import HostModel

/// The verdict on a packet: of one enforcement point, of its whole route, or of all backends of a service.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  case allow
  case block
  /// What decides is not known: the value of the assumption `implicitDeny`, or how a policy acts.
  case unknown
  /// Some backends of a service get the packet and others do not.
  case mixed

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

  /// The verdict on a packet that goes to any one of several backends.
  ///
  /// - Parameter verdicts: The verdict for each backend.
  /// - Returns: Mixed if any is, or one allows and another blocks; otherwise unknown if any is; otherwise the
  ///   common one; nil for none.
  package static func united(_ verdicts: some Sequence<Verdict>) -> Verdict? {
    var all: Verdict?
    var isUnknown = false
    for verdict in verdicts {
      switch (all, verdict) {
      case (_, .unknown): isUnknown = true
      case (_, .mixed): return .mixed
      case (nil, _): all = verdict
      case (let known?, _) where known != verdict: return .mixed
      default: break
      }
    }
    return isUnknown ? .unknown : all
  }
}
