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
  /// How many boxes a query may fall into.
  private static let boxLimit = 1_000_000

  /// Judges every packet of a query exactly.
  ///
  /// The parts are disjoint and hold every packet of the query that some filter of the host sees.
  /// Addresses are judged as what holds them: an endpoint's are sent and received by that endpoint,
  /// and those of no one are outside.
  ///
  /// - Parameter set: The query.
  /// - Returns: The parts by sender and receiver.
  /// - Throws: ``PacketProblem`` when no packet of the query can be judged, or an end that was named
  ///   cannot, or the answer has too many parts.
  package mutating func parts(_ set: PacketQuerySet) throws(PacketProblem) -> [PacketPart] {
    let senders = try router.ends(of: set.from)
    let receivers = try router.ends(of: set.to)
    var parts: [PacketPart] = []
    var room = Self.boxLimit
    for sender in senders {
      for receiver in receivers {
        for leg in try router.legs(from: sender, to: receiver, set) {
          parts += try judge(leg, room: &room)
        }
      }
    }
    guard !parts.isEmpty else { throw .noPackets }
    return parts
  }

  /// Judges the packets between two ends.
  private mutating func judge(_ leg: PacketLeg, room: inout Int) throws(PacketProblem) -> [PacketPart] {
    var pieces: [PathOutcome: [PacketBox]] = [PathOutcome(): [leg.packets]]
    if !leg.isLoopback {
      try pass(leg.sender, .out, leg.sentView, leg, &pieces, room: &room)
      try pass(leg.receiver, .in, leg.receivedView, leg, &pieces, room: &room)
    }
    let found = pieces.map { outcome, boxes in (outcome.decision, PacketRegion(boxes).boxes) }
    var merged: [Decision: [PacketBox]] = [:]
    for (decision, boxes) in found { merged[decision, default: []] += boxes }
    return merged.map { ($0, $1.count > 1 ? PacketRegion($1).boxes : $1) }
      .sorted { ($0.0.rule ?? -1, $0.0.verdict.rawValue) < ($1.0.rule ?? -1, $1.0.verdict.rawValue) }
      .flatMap { decision, boxes in
        boxes.map { box in
          PacketPart(
            sender: leg.sender, receiver: leg.receiver, published: leg.published, packets: box,
            verdict: decision.verdict, rule: decision.rule.map { names[$0] })
        }
      }
  }

  /// Lets the filters at one end divide what came so far.
  private mutating func pass(
    _ place: PacketRoute.Place, _ direction: Direction, _ view: PacketView, _ leg: PacketLeg,
    _ pieces: inout [PathOutcome: [PacketBox]], room: inout Int
  ) throws(PacketProblem) {
    guard place != .outside else { return }
    var next: [PathOutcome: [PacketBox]] = [:]
    for (outcome, boxes) in pieces {
      var begun = outcome
      begun.beginEnd()
      next[begun, default: []] += boxes
    }
    pieces = next
    for point in points(place, leg.family, direction) {
      let filter = filter(point)
      let rules = filter.boxes(leg.family, view)
      next = [:]
      for (outcome, boxes) in pieces {
        guard !outcome.isBlocked else {
          next[outcome, default: []] += boxes
          continue
        }
        for box in boxes {
          for (piece, answer) in try Self.divide(view.seen(box), by: rules, room: &room) {
            var changed = outcome
            changed.add(filter.answers[answer], at: point.enforcement)
            next[changed, default: []].append(view.sent(piece, of: box))
          }
        }
      }
      pieces = next.mapValues { PacketRegion($0).boxes }
    }
  }

  /// Divides a box by the first rule that matches; the answer past the last rule stands for none.
  private static func divide(
    _ box: PacketBox, by rules: [PacketBox], room: inout Int
  ) throws(PacketProblem) -> [(PacketBox, Int)] {
    var rest = [box]
    var pieces: [(PacketBox, Int)] = []
    for (place, rule) in rules.enumerated() where !rest.isEmpty && rule.intersects(box) {
      var next: [PacketBox] = []
      for piece in rest {
        let hit = piece.intersection(rule)
        guard !hit.isEmpty else {
          next.append(piece)
          continue
        }
        pieces.append((hit, place))
        next += piece.subtracting(rule)
      }
      room -= next.count
      guard room > 0 else { throw .tooScattered(boxLimit) }
      rest = next
    }
    return pieces + rest.map { ($0, rules.count) }
  }
}

extension PacketFilter {
  /// What each rule matches of a family, as one end sees it.
  fileprivate func boxes(_ family: AddressFamily, _ view: PacketView) -> [PacketBox] {
    matches.map { match in
      let box = PacketBox(match, families: [family])
      return view.isSender ? box.swapped : box
    }
  }
}

extension PacketBox {
  /// The same packets with the two ends exchanged.
  fileprivate var swapped: PacketBox {
    PacketBox(
      protocols: protocols, local: remote, remote: local, localPorts: remotePorts, remotePorts: localPorts)
  }
}
