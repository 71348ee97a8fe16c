package import HostModel
import NetworkTypes

/// The rule of a filter that matched a packet, or the default action.
package struct RuleAnswer: Sendable, Hashable {
  /// The origin of an answer.
  package enum Source: Sendable, Hashable {
    /// A rule created from an ACL.
    case acl
    /// The allow rule of a published port.
    case published
    /// A rule that the Host Networking Service created for a network.
    case service
    /// A rule of the platform itself.
    case platform
    /// A rule of a tier, whose effect is not documented.
    case tierACL
    /// A rule of a network's ACL, whose effect is not documented.
    case networkACL
    /// What would decide is not known.
    case gap(HostGap)
    /// No rule matched.
    case unmatched
  }

  /// The verdict.
  package var verdict: Verdict
  /// The origin of the answer.
  package var source: Source
  /// The rule's name in the filter; empty if no rule matched.
  package var id: String
  /// The index of the rule's name in output, in the evaluator.
  package var name: Int
  /// The priority of a VFP rule.
  package var priority: UInt16?
}

/// The rules of one enforcement point for one direction and address family.
///
/// The semantics of both components come down to an ordered list in which the first match takes effect: in
/// VFP by ascending priority, in Windows Firewall with bypasses before blocks before allows (reference:
/// windows-firewall-and-vfp, 2.1 and 3.6).
package struct PacketFilter: Sendable {
  /// The rules, in one object: every packet borrows a filter, and counts one reference instead of many.
  private final class Rules: Sendable {
    let matches: [RuleMatch]
    let answers: [RuleAnswer]
    let classifier: PacketClassifier?

    init(_ matches: [RuleMatch], _ answers: [RuleAnswer], _ classifier: PacketClassifier? = nil) {
      self.matches = matches
      self.answers = answers
      self.classifier = classifier
    }
  }

  /// Compiled when enough packets were looked up to make up for the compilation.
  private var rules: Rules
  private var lookups = 0
  private let direction: Direction

  /// The matches of the rules, in order of precedence.
  package var matches: [RuleMatch] { rules.matches }
  /// The answers of the rules; the last one applies if no rule matches.
  package var answers: [RuleAnswer] { rules.answers }

  /// The number of packets that are looked up without compilation.
  private static let patience = 16

  init(matches: [RuleMatch], answers: [RuleAnswer], direction: Direction) {
    precondition(answers.count == matches.count + 1)
    rules = Rules(matches, answers)
    self.direction = direction
  }

  /// Whether the filter has these contents.
  func isMade(of contents: FilterContents) -> Bool {
    guard contents.rules.count == matches.count, contents.direction == direction,
      contents.unmatched == answers[matches.count].verdict,
      contents.unmatchedSource == answers[matches.count].source
    else { return false }
    let (matches, answers) = (matches, answers)
    for (index, rule) in contents.rules.enumerated() {
      let answer = answers[index]
      guard answer.id == rule.id, answer.verdict == rule.verdict, answer.priority == rule.priority,
        answer.source == rule.source, matches[index] == rule.match
      else { return false }
    }
    return true
  }

  /// Whether the matches are compiled.
  var isCompiled: Bool { rules.classifier != nil }

  /// Counts a packet that is going to be looked up, and compiles the matches for the last of several.
  mutating func countLookup() {
    lookups += 1
    if lookups > Self.patience { rules = Rules(matches, answers, PacketClassifier(matches)) }
  }

  /// The index of the answer to a packet.
  @inline(__always) func answer(to packet: Packet) -> Int {
    if let classifier = rules.classifier { return classifier.firstMatch(packet) ?? matches.count }
    guard packet.local.family == packet.remote.family else { return matches.count }
    return matches.firstIndex { $0.matches(packet) } ?? matches.count
  }
}

/// The contents of a filter; equal ones share one classifier.
struct FilterContents: Hashable {
  /// A rule of the filter.
  struct Rule: Hashable {
    var match: RuleMatch
    var verdict: Verdict
    var source: RuleAnswer.Source
    var id: String
    var priority: UInt16?

    /// Hashes only what tells most rules apart.
    func hash(into hasher: inout Hasher) {
      hasher.combine(id)
      hasher.combine(priority)
      match.hashKeyFields(into: &hasher)
    }
  }

  /// The rules in order of precedence.
  var rules: [Rule]
  /// The default action.
  var unmatched: Verdict
  /// The origin of the default action: that no rule matches, or a gap.
  var unmatchedSource = RuleAnswer.Source.unmatched
  /// The direction, which determines the name of the default action.
  var direction: Direction

  /// The VFP rules of one group.
  ///
  /// - Parameters:
  ///   - port: The switch port.
  ///   - group: The group; the port must have it.
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
  ///   - keywords: The addresses of a keyword.
  init(
    _ instance: FirewallInstance, _ family: AddressFamily, _ direction: Direction,
    keywords: (AddressKeyword) -> AddressSet
  ) {
    /// Bypasses, blocks, allows.
    func sortKey(_ rule: FirewallRule) -> Int {
      rule.action == .block ? 1 : rule.overridesBlocks ? 0 : 2
    }
    var rulesByKey: [[Rule]] = [[], [], []]
    for rule in instance.rules(family, direction) {
      var match = rule.match
      if !rule.remoteKeywords.isEmpty {
        match.remoteAddresses = rule.remoteKeywords.reduce(match.remoteAddresses ?? AddressSet()) {
          $0.union(keywords($1))
        }
      }
      rulesByKey[sortKey(rule)].append(
        Rule(
          match: match, verdict: Verdict(rule.action), source: RuleAnswer.Source(rule.origin),
          id: rule.name))
    }
    rules = rulesByKey.flatMap { $0 }
    self.direction = direction
    unmatched = Verdict(instance.unmatched(family, direction))
  }
}

extension FilterContents {
  /// Puts rules before all others whose effect is not documented: where one matches, the verdict is unknown,
  /// whatever the others say.
  ///
  /// - Parameters:
  ///   - others: The rules.
  ///   - family: The address family.
  mutating func precede(with others: [UnevaluatedRule], _ family: AddressFamily) {
    rules.insert(
      contentsOf: others.filter { $0.match.families.contains(family) }.map { rule in
        Rule(
          match: rule.match, verdict: .unknown, source: rule.type == .tierACL ? .tierACL : .networkACL,
          id: rule.id)
      }, at: 0)
  }
}

extension FilterContents {
  /// Takes away what is not known of Windows Firewall.
  ///
  /// Of the rules on an endpoint's ACLs, those that block remain: block overrides allow, whatever the other rules
  /// are (reference: windows-firewall-and-vfp, 2.1). That an allow rule for authenticated connections overrides
  /// a block is left aside.
  mutating func remove(_ gap: FirewallGap) {
    if gap == .rules { rules.removeAll { $0.verdict != .block } }
    unmatched = .unknown
    unmatchedSource = .gap(.firewall(gap))
  }

  /// Puts a gap before all rules: nothing is known.
  mutating func precede(with gap: EndpointGap) {
    rules.insert(
      Rule(match: RuleMatch(), verdict: .unknown, source: .gap(.endpoint(gap)), id: ""), at: 0)
  }
}

extension RuleAnswer.Source {
  /// The gap; nil for what is known.
  package var gap: HostGap? { if case .gap(let gap) = self { gap } else { nil } }

  /// The type of the policy of a rule whose effect is not documented; empty for others.
  package var policyType: String {
    switch self {
    case .tierACL: PolicyType.tierACL.rawValue
    case .networkACL: PolicyType.networkACL.rawValue
    case .acl, .published, .service, .platform, .gap, .unmatched: ""
    }
  }

  /// The source of the answers of a rule.
  fileprivate init(_ origin: RuleOrigin) {
    switch origin {
    case .acl: self = .acl
    case .published: self = .published
    case .service: self = .service
    case .platform: self = .platform
    }
  }
}
