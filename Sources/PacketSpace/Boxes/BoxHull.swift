import NetworkTypes

/// The lowest and highest member of a box in every dimension: a cheap test before an exact one.
struct BoxHull {
  private var protocols: ClosedRange<UInt8>
  private var localPorts: ClosedRange<UInt16>
  private var remotePorts: ClosedRange<UInt16>
  private var ipv4: Sides<UInt32>?
  private var ipv6: Sides<UInt128>?

  private struct Sides<Bound: FixedWidthInteger & Sendable> {
    var local: ClosedRange<Bound>
    var remote: ClosedRange<Bound>

    init?(_ local: IntervalSet<Bound>, _ remote: IntervalSet<Bound>) {
      guard let local = local.hull, let remote = remote.hull else { return nil }
      self.local = local
      self.remote = remote
    }

    func overlaps(_ other: Self) -> Bool { local.overlaps(other.local) && remote.overlaps(other.remote) }
  }

  /// The hull of a box that is not empty.
  init(_ box: PacketBox) {
    protocols = box.protocols.hull ?? 0...0
    localPorts = box.localPorts.hull ?? 0...0
    remotePorts = box.remotePorts.hull ?? 0...0
    ipv4 = Sides(box.local.ipv4, box.remote.ipv4)
    ipv6 = Sides(box.local.ipv6, box.remote.ipv6)
  }

  /// Whether the boxes may share a packet; false is certain.
  func overlaps(_ other: BoxHull) -> Bool {
    guard protocols.overlaps(other.protocols), localPorts.overlaps(other.localPorts),
      remotePorts.overlaps(other.remotePorts)
    else { return false }
    if let mine = ipv4, let theirs = other.ipv4, mine.overlaps(theirs) { return true }
    if let mine = ipv6, let theirs = other.ipv6, mine.overlaps(theirs) { return true }
    return false
  }
}

extension IntervalSet {
  /// From the lowest member to the highest; nil for the empty set.
  fileprivate var hull: ClosedRange<Bound>? {
    guard let first = intervals.first, let last = intervals.last else { return nil }
    return first.lower...last.upper
  }
}
