package import HostModel
import NetworkTypes

/// The rule of a filter that answered a packet, or what takes its place.
package struct RuleAnswer: Sendable, Hashable {
  /// Where an answer comes from.
  package enum Source: Sendable, Hashable {
    /// A rule made of an ACL.
    case acl
    /// The allow rule of a published port.
    case published
    /// A rule the platform made on its own account.
    case platform
    /// No rule matched.
    case unmatched
  }

  /// What was said.
  package var verdict: Verdict
  /// Where the answer comes from.
  package var source: Source
  /// The rule's name as the filter holds it; empty where no rule matched.
  package var id: String
  /// The place of the name that readers know the rule by, among the evaluator's.
  package var name: Int
  /// The priority of a VFP rule.
  package var priority: UInt16?
}

/// The rules of one enforcement point for one direction and address family, ready to be asked.
///
/// Both semantics come down to an ordered list in which the first match decides: VFP's by ascending
/// priority, and that of Windows Firewall with bypasses before blocks before allows
/// (reference: windows-firewall-and-vfp, 2.1 and 3.6).
package struct PacketFilter: Sendable {
  /// What the rules match, in the order in which the first match decides.
  package let matches: [RuleMatch]
  /// What the rules answer; the last one stands for no rule at all.
  package let answers: [RuleAnswer]
  private let classifier: PacketClassifier

  init(matches: [RuleMatch], answers: [RuleAnswer]) {
    precondition(answers.count == matches.count + 1)
    self.matches = matches
    self.answers = answers
    classifier = PacketClassifier(matches)
  }

  /// The place of the answer to a packet.
  @inline(__always) func answer(to packet: Packet) -> Int {
    classifier.firstMatch(packet) ?? matches.count
  }
}

/// What a filter is made of; equal ones share one classifier.
struct FilterContents: Hashable {
  /// A rule as it is asked.
  struct Rule: Hashable {
    var match: RuleMatch
    var verdict: Verdict
    var source: RuleAnswer.Source
    var id: String
    var priority: UInt16?
  }

  /// The rules in the order in which the first match decides.
  var rules: [Rule]
  /// What is said to a packet that none matches.
  var unmatched: Verdict
  /// The direction, which names the default.
  var direction: Direction

  /// VFP's rules of one group.
  ///
  /// - Parameters:
  ///   - port: The switch port.
  ///   - group: The group; the caller makes sure that the port has it.
  init(_ port: SwitchPort, _ group: VFPGroup) {
    rules = port.rules(of: group).map { rule in
      Rule(
        match: rule.match, verdict: Verdict(rule.action), source: RuleAnswer.Source(rule.origin),
        id: rule.name, priority: rule.priority)
    }
    direction = group.direction
    unmatched = Verdict(direction == .in ? port.unmatchedInbound : port.unmatchedOutbound)
  }

  /// The rules of Windows Firewall in one compartment.
  ///
  /// - Parameters:
  ///   - instance: The compartment's firewall.
  ///   - family: The address family.
  ///   - direction: The direction.
  ///   - keywords: The addresses that stand for a keyword.
  init(
    _ instance: FirewallInstance, _ family: AddressFamily, _ direction: Direction,
    keywords: (AddressKeyword) -> AddressSet
  ) {
    /// Bypasses, blocks, allows.
    func turn(_ rule: FirewallRule) -> Int {
      rule.action == .block ? 1 : rule.overridesBlocks ? 0 : 2
    }
    var turns: [[Rule]] = [[], [], []]
    for rule in instance.rules(family, direction) {
      var match = rule.match
      if !rule.remoteKeywords.isEmpty {
        match.remoteAddresses = rule.remoteKeywords.reduce(match.remoteAddresses ?? AddressSet()) {
          $0.union(keywords($1))
        }
      }
      turns[turn(rule)].append(
        Rule(
          match: match, verdict: Verdict(rule.action), source: RuleAnswer.Source(rule.origin),
          id: rule.name))
    }
    rules = turns.flatMap { $0 }
    self.direction = direction
    unmatched = Verdict(instance.unmatched(family, direction))
  }
}

extension RuleAnswer.Source {
  /// The source of the answers of a rule.
  fileprivate init(_ origin: RuleOrigin) {
    switch origin {
    case .acl: self = .acl
    case .published: self = .published
    case .platform: self = .platform
    }
  }
}
