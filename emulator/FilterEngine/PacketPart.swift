package import HostModel
import NetworkTypes
package import PacketSpace

/// Packets of a query between two ends that all get one verdict by one rule.
package struct PacketPart: Sendable {
  /// Where they come from.
  package var sender: PacketRoute.Place
  /// Where they go.
  package var receiver: PacketRoute.Place
  /// The published port that leads to the receiver.
  package var published: PortMapping?
  /// The packets as they are sent: local is the destination they are sent to, remote the sender.
  package var packets: PacketBox
  /// The verdict.
  package var verdict: Verdict
  /// The name of the rule that decided; nil where nothing filters.
  package var rule: String?

  /// Whether two answers to one query say the same of every packet, whatever rules decide.
  ///
  /// - Parameters:
  ///   - left: The parts of one answer.
  ///   - right: The parts of the other.
  package static func haveEqualVerdicts(_ left: [PacketPart], _ right: [PacketPart]) -> Bool {
    struct Way: Hashable {
      var sender: PacketRoute.Place
      var receiver: PacketRoute.Place
      var published: PortMapping?
      var verdict: Verdict
    }
    func regions(_ parts: [PacketPart]) -> [Way: PacketRegion] {
      var boxes: [Way: [PacketBox]] = [:]
      for part in parts {
        let way = Way(
          sender: part.sender, receiver: part.receiver, published: part.published, verdict: part.verdict)
        boxes[way, default: []].append(part.packets)
      }
      return boxes.mapValues { PacketRegion($0) }
    }
    func isCovered(_ some: [Way: PacketRegion], by others: [Way: PacketRegion]) -> Bool {
      some.allSatisfy { way, region in
        others[way].flatMap { region.subtracting($0, limit: .max)?.isEmpty } ?? region.isEmpty
      }
    }
    let (first, second) = (regions(left), regions(right))
    return isCovered(first, by: second) && isCovered(second, by: first)
  }
}

extension PacketEvaluator {
  /// Judges every packet of a query exactly.
  ///
  /// The parts are disjoint and hold every packet of the query that some filter of the host sees.
  /// Addresses are judged as what holds them: an endpoint's are sent and received by that endpoint,
  /// and those of no one are outside.
  ///
  /// - Parameter set: The query.
  /// - Returns: The parts by sender and receiver.
  /// - Throws: ``PacketProblem`` when no packet of the query can be judged, or an end that was named
  ///   cannot, or the answer takes more work than it may.
  package mutating func parts(_ set: PacketQuerySet) throws(PacketProblem) -> [PacketPart] {
    let senders = try router.ends(of: set.from)
    let receivers = try router.ends(of: set.to)
    var parts: [PacketPart] = []
    for sender in senders {
      for receiver in receivers {
        for leg in try router.legs(from: sender, to: receiver, set) {
          do throws(Undecided) { parts += try judge(leg, within: Budget()) } catch { throw .tooScattered }
        }
      }
    }
    guard !parts.isEmpty else { throw .noPackets }
    return parts
  }

  /// Judges the packets between two ends.
  private mutating func judge(_ leg: PacketLeg, within budget: Budget) throws(Undecided) -> [PacketPart] {
    var pieces = [PathOutcome(): try PacketSet(leg.packets, within: budget)]
    if !leg.isLoopback {
      try pass(leg.sender, .out, leg.sentView, leg, &pieces, budget)
      try pass(leg.receiver, .in, leg.receivedView, leg, &pieces, budget)
    }
    var sets: [Decision: PacketSet] = [:]
    for (outcome, set) in pieces {
      sets[outcome.decision] = try sets[outcome.decision]?.union(set, within: budget) ?? set
    }
    let ordered = sets.sorted {
      ($0.key.rule ?? -1, $0.key.verdict.rawValue) < ($1.key.rule ?? -1, $1.key.verdict.rawValue)
    }
    var parts: [PacketPart] = []
    for (decision, set) in ordered {
      parts += try set.boxes(within: budget).map { box in
        PacketPart(
          sender: leg.sender, receiver: leg.receiver, published: leg.published, packets: box,
          verdict: decision.verdict, rule: decision.rule.map { names[$0] })
      }
    }
    return parts
  }

  /// Lets the filters at one end divide what came so far.
  private mutating func pass(
    _ place: PacketRoute.Place, _ direction: Direction, _ view: PacketView, _ leg: PacketLeg,
    _ pieces: inout [PathOutcome: PacketSet], _ budget: Budget
  ) throws(Undecided) {
    guard place != .outside else { return }
    var next: [PathOutcome: PacketSet] = [:]
    for (outcome, set) in pieces {
      var begun = outcome
      begun.beginEnd()
      next[begun] = try next[begun]?.union(set, within: budget) ?? set
    }
    pieces = next
    for point in points(place, leg.family, direction) {
      let filter = filter(point)
      let path = PacketPath(filter.policy(leg.family, view))
      next = [:]
      for (outcome, set) in pieces {
        guard !outcome.isBlocked else {
          next[outcome] = try next[outcome]?.union(set, within: budget) ?? set
          continue
        }
        for part in try path.partition(of: set, within: budget) {
          var changed = outcome
          changed.add(filter.answers[filter.place(part.decider.rule)], at: point.enforcement)
          next[changed] = try next[changed]?.union(part.set, within: budget) ?? part.set
        }
      }
      pieces = next
    }
  }
}

extension PacketFilter {
  /// The filter as a function from packets as they are sent; what one end sees in their place is put into
  /// its rules.
  ///
  /// Actions stand for nothing here: what matters is which rule answers.
  fileprivate func policy(_ family: AddressFamily, _ view: PacketView) -> PacketPolicy {
    PacketPolicy(
      firstMatchOf: matches.enumerated().compactMap { place, match in
        view.sent(match).map { PacketPolicy.Rule(identity: place, action: .allow, match: $0) }
      }, unmatched: .allow, families: [family])
  }

  /// The place of the answer that a decider stands for.
  fileprivate func place(_ decider: PacketPolicy.Decider) -> Int {
    if case .rule(let place) = decider { place } else { matches.count }
  }
}
