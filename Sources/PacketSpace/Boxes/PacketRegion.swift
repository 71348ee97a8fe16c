import HostModel
package import NetworkTypes

/// A set of packets of one direction as disjoint boxes.
package struct PacketRegion: Sendable {
  /// The boxes, merged if they are equal in all dimensions but one.
  package private(set) var boxes: [PacketBox]

  /// Creates a region.
  ///
  /// - Parameter boxes: Disjoint boxes; empty ones are removed.
  package init(_ boxes: [PacketBox]) { self.boxes = PacketBox.merged(boxes.filter { !$0.isEmpty }) }

  /// Whether the region contains no packet.
  package var isEmpty: Bool { boxes.isEmpty }

  /// The packets of this region that are not in the other; nil if that needs too many boxes.
  ///
  /// - Parameters:
  ///   - other: The other region.
  ///   - limit: The maximum number of boxes.
  package func subtracting(_ other: PacketRegion, limit: Int) -> PacketRegion? {
    var rest = boxes
    for cut in other.boxes {
      rest = rest.flatMap { $0.subtracting(cut) }
      guard rest.count <= limit else { return nil }
    }
    return PacketRegion(rest)
  }

  /// The packets in both regions; nil if that needs too many boxes.
  ///
  /// - Parameters:
  ///   - other: The other region.
  ///   - limit: The maximum number of boxes.
  package func intersection(_ other: PacketRegion, limit: Int) -> PacketRegion? {
    var shared: [PacketBox] = []
    for box in boxes {
      shared += other.boxes.map { $0.intersection(box) }.filter { !$0.isEmpty }
      guard shared.count <= limit else { return nil }
    }
    return PacketRegion(shared)
  }

  /// The packets that a first-match list allows; nil if they need too many boxes.
  ///
  /// - Parameters:
  ///   - rules: The rules; unmatched packets are blocked.
  ///   - families: The address families considered.
  ///   - limit: The maximum number of boxes.
  ///   - budget: The work limit.
  package static func admitted(
    by rules: [OrderedRule], families: [AddressFamily], limit: Int, within budget: Budget
  ) -> PacketRegion? {
    var undecided = [PacketBox.universe(families)]
    var admitted: [PacketBox] = []
    for rule in rules {
      let box = PacketBox(rule.match, families: families)
      if rule.action == .allow { admitted += undecided.map { $0.intersection(box) }.filter { !$0.isEmpty } }
      undecided = undecided.flatMap { $0.subtracting(box) }
      guard undecided.count <= limit, admitted.count <= limit, budget.allows(undecided) else { return nil }
    }
    return PacketRegion(admitted)
  }

  /// Whether a first-match list allows every packet of the region; also false if the check needs too many
  /// boxes.
  ///
  /// - Parameters:
  ///   - rules: The rules; unmatched packets are blocked.
  ///   - limit: The maximum number of boxes.
  ///   - budget: The work limit.
  package func isAdmitted(by rules: [OrderedRule], limit: Int, within budget: Budget) -> Bool {
    guard !isSurelyBlocked(by: rules) else { return false }
    let families = AddressFamily.allCases.filter { family in
      boxes.contains { $0.families.contains(family) }
    }
    var rest = boxes
    for rule in rules where !rest.isEmpty {
      let box = PacketBox(rule.match, families: families)
      if rule.action == .block {
        guard rest.allSatisfy({ $0.intersection(box).isEmpty }) else { return false }
      } else {
        rest = rest.flatMap { $0.subtracting(box) }
        guard rest.count <= limit, budget.allows(rest) else { return false }
      }
    }
    return rest.isEmpty
  }

  /// Whether some packet of the region is certainly blocked, judging by protocols alone: no rule before the
  /// block matches its protocol.
  private func isSurelyBlocked(by rules: [OrderedRule]) -> Bool {
    var open = boxes.reduce(ProtocolSet()) { $0.union($1.protocols) }
    for rule in rules {
      let protocols = rule.match.protocols ?? .allProtocols
      if rule.action == .block, rule.match == RuleMatch(protocols: rule.match.protocols),
        open.intersects(protocols)
      {
        return true
      }
      guard protocols.intersects(open) else { continue }
      open = open.subtracting(protocols)
      if open.isEmpty { return false }
    }
    return !open.isEmpty
  }
}

extension Budget {
  /// Whether work is left after a rule was compared with boxes.
  fileprivate func allows(_ boxes: [PacketBox]) -> Bool {
    // Most boxes need only a short check.
    (try? spend(1 + boxes.count / 16)) != nil
  }
}
