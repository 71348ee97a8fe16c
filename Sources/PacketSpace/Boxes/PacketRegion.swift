import HostModel
package import NetworkTypes

/// A set of packets of one direction as boxes without a packet in common.
package struct PacketRegion: Sendable {
  /// The boxes, joined where they agree in all dimensions but one.
  package private(set) var boxes: [PacketBox]

  /// Makes a region.
  ///
  /// - Parameter boxes: Boxes without a packet in common; empty ones are left out.
  package init(_ boxes: [PacketBox]) { self.boxes = PacketBox.merged(boxes.filter { !$0.isEmpty }) }

  /// Whether the region holds no packet.
  package var isEmpty: Bool { boxes.isEmpty }

  /// The packets of this region that the other does not hold; nil when that takes too many boxes.
  ///
  /// - Parameters:
  ///   - other: The other region.
  ///   - limit: How many boxes may arise.
  package func subtracting(_ other: PacketRegion, limit: Int) -> PacketRegion? {
    var rest = boxes
    for cut in other.boxes {
      rest = rest.flatMap { $0.subtracting(cut) }
      guard rest.count <= limit else { return nil }
    }
    return PacketRegion(rest)
  }

  /// The packets of both regions; nil when that takes too many boxes.
  ///
  /// - Parameters:
  ///   - other: The other region.
  ///   - limit: How many boxes may arise.
  package func intersection(_ other: PacketRegion, limit: Int) -> PacketRegion? {
    var shared: [PacketBox] = []
    for box in boxes {
      shared += other.boxes.map { $0.intersection(box) }.filter { !$0.isEmpty }
      guard shared.count <= limit else { return nil }
    }
    return PacketRegion(shared)
  }

  /// The packets that a list allows in which the first match decides; nil when they take too many boxes.
  ///
  /// - Parameters:
  ///   - rules: The rules; a packet that none matches is not allowed.
  ///   - families: The address families that matter.
  ///   - limit: How many boxes may arise.
  package static func admitted(
    by rules: [OrderedRule], families: [AddressFamily], limit: Int
  ) -> PacketRegion? {
    var undecided = [PacketBox.universe(families)]
    var admitted: [PacketBox] = []
    for rule in rules {
      let box = PacketBox(rule.match, families: families)
      if rule.action == .allow { admitted += undecided.map { $0.intersection(box) }.filter { !$0.isEmpty } }
      undecided = undecided.flatMap { $0.subtracting(box) }
      guard undecided.count <= limit, admitted.count <= limit else { return nil }
    }
    return PacketRegion(admitted)
  }

  /// Whether a list in which the first match decides allows every packet of the region; false as well when
  /// finding out takes too many boxes.
  ///
  /// - Parameters:
  ///   - rules: The rules; a packet that none matches is not allowed.
  ///   - limit: How many boxes may arise.
  package func isAdmitted(by rules: [OrderedRule], limit: Int) -> Bool {
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
        guard rest.count <= limit else { return false }
      }
    }
    return rest.isEmpty
  }
}
