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
    /// A rule of the host's own firewall.
    case host
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
  /// The name in output if it is not the id.
  package var title: String?
  /// Why the rule leaves a verdict undecided; nil if it is certain whether the rule matches.
  package var reason: UnknownReason?

  /// What a verdict needs of it.
  var effect: RuleEffect {
    RuleEffect(verdict: verdict, name: name, isPlatform: source == .platform || source == .unmatched)
  }
}

/// What the verdict on a packet needs of an answer; copied without counting references.
struct RuleEffect {
  var verdict: Verdict
  /// The index of the rule's name in output, in the evaluator.
  var name: Int
  /// Whether it is not a policy's: the platform's own rule, or the default action.
  var isPlatform: Bool
}

/// The rules of one enforcement point for one direction and address family.
///
/// The semantics of both components come down to an ordered list in which the first match takes effect: in
/// VFP by ascending priority, in Windows Firewall with bypasses before blocks before allows (reference:
/// windows-firewall-and-vfp, 2.1 and 3.6). If it is not known which of several lists is in effect, the filter
/// has all of them, and where they disagree the verdict is unknown.
package struct PacketFilter: Sendable {
  /// One list of rules.
  package struct Reading: Sendable {
    /// The matches of the rules, in order of precedence.
    package let matches: [RuleMatch]
    /// The index of the answer of the first rule; that of the default action follows the last rule's.
    let first: Int
    fileprivate let classifier: PacketClassifier?

    /// The index of the answer to a packet.
    @inline(__always) fileprivate func answer(to packet: Packet) -> Int {
      first + position(of: packet)
    }

    @inline(__always) private func position(of packet: Packet) -> Int {
      if let classifier { return classifier.firstMatch(packet) ?? matches.count }
      guard packet.local.family == packet.remote.family else { return matches.count }
      return matches.firstIndex { $0.matches(packet) } ?? matches.count
    }
  }

  /// The rules, in one object: every packet borrows a filter, and counts one reference instead of many.
  private final class Rules: Sendable {
    let readings: [Reading]
    let answers: [RuleAnswer]
    let effects: [RuleEffect]

    init(_ readings: [Reading], _ answers: [RuleAnswer]) {
      self.readings = readings
      self.answers = answers
      effects = answers.map(\.effect)
    }
  }

  /// Compiled when enough packets were looked up to make up for the compilation.
  private var rules: Rules
  private var lookups = 0
  private let direction: Direction

  /// The lists of which one is in effect; mostly a single one.
  package var readings: [Reading] { rules.readings }
  /// The answers of the rules and default actions of all readings in order; with several readings, they are
  /// followed by the same ones with the verdict unknown.
  package var answers: [RuleAnswer] { rules.answers }

  /// The number of packets that are looked up without compilation.
  private static let patience = 16

  /// - Parameters:
  ///   - readings: The matches of each reading.
  ///   - answers: The answers of all readings in order.
  ///   - disagreement: Why it is not known which reading is in effect, if no rule is the reason.
  ///   - direction: The direction.
  init(
    readings: [[RuleMatch]], answers: [RuleAnswer], disagreement: UnknownReason? = nil, direction: Direction
  ) {
    precondition(answers.count == readings.reduce(0) { $0 + $1.count + 1 })
    var lists: [Reading] = []
    var first = 0
    for matches in readings {
      lists.append(Reading(matches: matches, first: first, classifier: nil))
      first += matches.count + 1
    }
    var all = answers
    if readings.count > 1 {
      for answer in answers {
        var undecided = answer
        undecided.verdict = .unknown
        undecided.reason = answer.reason ?? disagreement
        all.append(undecided)
      }
    }
    rules = Rules(lists, all)
    self.direction = direction
  }

  /// Whether the filter has these contents.
  func isMade(of contents: FilterContents) -> Bool {
    guard contents.readings.count == readings.count, contents.direction == direction else { return false }
    let answers = answers
    return zip(readings, contents.readings).allSatisfy { own, list in
      guard own.matches.count == list.rules.count,
        answers[own.first + own.matches.count].verdict == list.unmatched,
        answers[own.first + own.matches.count].source == list.source
      else { return false }
      for (index, rule) in list.rules.enumerated() {
        let answer = answers[own.first + index]
        guard answer.id == rule.id, answer.verdict == rule.verdict, answer.priority == rule.priority,
          answer.source == rule.source, answer.reason == rule.reason, own.matches[index] == rule.match
        else { return false }
      }
      return true
    }
  }

  /// Whether the matches are compiled.
  var isCompiled: Bool { rules.readings[0].classifier != nil }

  /// Counts a packet that is going to be looked up, and compiles the matches for the last of several.
  mutating func countLookup() {
    lookups += 1
    guard lookups > Self.patience else { return }
    rules = Rules(
      readings.map {
        Reading(matches: $0.matches, first: $0.first, classifier: PacketClassifier($0.matches))
      }, answers)
  }

  /// The index of the answer to a packet.
  @inline(__always) func answer(to packet: Packet) -> Int {
    let readings = rules.readings
    guard readings.count > 1 else { return readings[0].answer(to: packet) }
    return common(readings.map { $0.answer(to: packet) })
  }

  /// The effect of the answer to a packet.
  @inline(__always) func effect(on packet: Packet) -> RuleEffect { rules.effects[answer(to: packet)] }

  /// The index of the answer that the answers of all readings have in common.
  ///
  /// - Parameter indices: The index of each reading's answer.
  /// - Returns: If the verdicts are equal, the index of an answer of a rule that is certain to match, if there
  ///   is one; otherwise that of an unknown verdict, of a rule that is not certain to match.
  func common(_ indices: [Int]) -> Int {
    guard indices.count > 1 else { return indices[0] }
    let verdict = answers[indices[0]].verdict
    if indices.allSatisfy({ answers[$0].verdict == verdict }) {
      return indices.first { answers[$0].reason == nil } ?? indices[0]
    }
    let doubtful = indices.first { answers[$0].reason != nil } ?? indices[0]
    return answers.count / 2 + doubtful
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
    /// The name in output if it is not the Id.
    var title: String?
    /// Why it is not certain that a packet matches, or what the rule does.
    var reason: UnknownReason?

    /// Hashes only what tells most rules apart.
    func hash(into hasher: inout Hasher) {
      hasher.combine(id)
      hasher.combine(priority)
      match.hashKeyFields(into: &hasher)
    }
  }

  /// One list of rules.
  struct Reading: Hashable {
    /// The rules in order of precedence.
    var rules: [Rule]
    /// The default action.
    var unmatched: Verdict
    /// The origin of the default action: that no rule matches, or a gap.
    var source = RuleAnswer.Source.unmatched
    /// Why the default action is not known; nil if it is, or if the assumption `implicitDeny` is the reason.
    var reason: UnknownReason?
  }

  /// The lists of which one is in effect, at least one; where they disagree, the verdict is unknown.
  var readings: [Reading]
  /// Why it is not known which list is in effect, if no rule is the reason.
  var disagreement: UnknownReason?
  /// The direction, which determines the name of the default action.
  var direction: Direction

  /// The VFP rules of one group.
  ///
  /// - Parameters:
  ///   - port: The switch port.
  ///   - group: The group; the port must have it.
  init(_ port: SwitchPort, _ group: VFPGroup) {
    let rules = port.rules(of: group).map { rule in
      Rule(
        match: rule.match, verdict: Verdict(rule.action), source: RuleAnswer.Source(rule.origin),
        id: rule.name, priority: rule.priority)
    }
    direction = group.direction
    readings = [
      Reading(
        rules: rules, unmatched: Verdict(direction == .in ? port.unmatchedInbound : port.unmatchedOutbound))
    ]
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
    let rules = others.filter { $0.match.families.contains(family) }.map { rule in
      Rule(
        match: rule.match, verdict: .unknown, source: rule.type == .tierACL ? .tierACL : .networkACL,
        id: rule.id)
    }
    for index in readings.indices { readings[index].rules.insert(contentsOf: rules, at: 0) }
  }
}

extension FilterContents {
  /// Takes away what is not known of Windows Firewall.
  ///
  /// Of the rules on an endpoint's ACLs, those that block remain: block overrides allow, whatever the other rules
  /// are (reference: windows-firewall-and-vfp, 2.1). That an allow rule for authenticated connections overrides
  /// a block is left aside.
  mutating func remove(_ gap: FirewallGap) {
    for index in readings.indices {
      readings[index].rules.removeAll { $0.verdict != .block }
      readings[index].unmatched = .unknown
      readings[index].source = .gap(.firewall(gap))
    }
  }

  /// No rules, and a gap.
  init(_ direction: Direction, unknownBecause gap: EndpointGap) {
    self.direction = direction
    readings = [Reading(rules: [], unmatched: .unknown, source: .gap(.endpoint(gap)))]
  }

  /// Puts a gap before all rules: nothing is known.
  mutating func precede(with gap: EndpointGap) {
    let rule = Rule(match: RuleMatch(), verdict: .unknown, source: .gap(.endpoint(gap)), id: "")
    for index in readings.indices { readings[index].rules.insert(rule, at: 0) }
  }
}

extension FilterContents {
  /// Puts objects of which packets depend before all rules: what happens to packets between their addresses and
  /// this filter's end is not known.
  mutating func precede(with missing: [MissingObject]) {
    let rules = missing.filter { $0.kind == .endpoint || direction == .out }.map { object in
      let addresses = object.addresses.isEmpty ? nil : AddressSet(object.addresses.map { AddressRange($0) })
      return Rule(
        match: RuleMatch(remoteAddresses: addresses), verdict: .unknown, source: .gap(.missing(object)),
        id: "")
    }
    guard !rules.isEmpty else { return }
    for index in readings.indices { readings[index].rules.insert(contentsOf: rules, at: 0) }
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
    case .acl, .published, .service, .platform, .host, .gap, .unmatched: ""
    }
  }

  /// The source of the answers of a rule.
  init(_ origin: RuleOrigin) {
    switch origin {
    case .acl: self = .acl
    case .published: self = .published
    case .service: self = .service
    case .platform: self = .platform
    case .host: self = .host
    }
  }
}
