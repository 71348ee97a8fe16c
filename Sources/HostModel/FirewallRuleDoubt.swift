public import NetworkTypes

/// What keeps a rule of Windows Firewall from certainly matching: something that a packet does not show, such
/// as a program, or keywords whose addresses or ports are not known.
public struct FirewallRuleDoubt: Hashable, Sendable {
  /// What the rule depends on, in words: `the program C:\x.exe`.
  public var conditions: [String]
  /// Whether the rule can match nothing at all, whatever the packet; otherwise it certainly matches the packets
  /// of the match.
  public var isConditional: Bool
  /// Peers that the rule may match in addition to those of the match.
  public var remoteAddresses = AddressSet()
  /// Ports of this side that the rule may match in addition to those of the match.
  public var localPorts = PortSet()
  /// Ports of the peer that the rule may match in addition to those of the match.
  public var remotePorts = PortSet()

  /// Creates a doubt.
  ///
  /// - Parameters:
  ///   - conditions: What the rule depends on, in words.
  ///   - isConditional: Whether the rule can match nothing at all.
  public init(_ conditions: [String] = [], isConditional: Bool = true) {
    self.conditions = conditions
    self.isConditional = isConditional
  }
}

extension FirewallRuleDoubt: CustomStringConvertible {
  /// The conditions as a phrase: `the program x and the user y`.
  public var description: String {
    guard let last = conditions.last else { return "what a packet does not show" }
    let others = conditions.dropLast().joined(separator: ", ")
    return others.isEmpty ? last : "\(others) and \(last)"
  }
}

extension FirewallRule {
  /// The packets that the rule certainly matches, and those that it can match.
  ///
  /// - Parameter keywords: The addresses of a keyword; nil if they are not known, which is nothing for rules
  ///   other than the host's own.
  /// - Returns: The least is nil if no packet matches for certain; it equals the most if there is no doubt.
  package func bounds(
    _ keywords: (AddressKeyword) -> AddressSet?
  ) -> (least: RuleMatch?, most: RuleMatch) {
    var least = match
    var most = match
    if !remoteKeywords.isEmpty {
      var known = match.remoteAddresses ?? AddressSet()
      var possible = known
      for keyword in remoteKeywords {
        if let addresses = keywords(keyword) {
          known = known.union(addresses)
          possible = possible.union(addresses)
        } else if origin == .host {
          possible = .all
        }
      }
      least.remoteAddresses = known
      most.remoteAddresses = possible
    }
    guard let doubt else { return (least, most) }
    most.remoteAddresses = most.remoteAddresses.map { $0.union(doubt.remoteAddresses) }
    most.localPorts = most.localPorts.map { $0.union(doubt.localPorts) }
    most.remotePorts = most.remotePorts.map { $0.union(doubt.remotePorts) }
    return (doubt.isConditional ? nil : least, most)
  }
}
