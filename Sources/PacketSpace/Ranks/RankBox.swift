/// A closed range of ranks along one dimension.
struct RankRange: Hashable {
  var lower: UInt32
  var upper: UInt32

  init(_ lower: UInt32, _ upper: UInt32) {
    self.lower = lower
    self.upper = upper
  }

  func overlaps(_ other: RankRange) -> Bool { lower <= other.upper && other.lower <= upper }
  func contains(_ other: RankRange) -> Bool { lower <= other.lower && other.upper <= upper }
}

/// A dimension of the packets of one address family.
enum RankDimension: Int, CaseIterable {
  case protocols
  case localPort
  case remotePort
  case local
  case remote
}

/// A product of one range in each dimension, in one address family.
///
/// Protocols are ranked as in ``DiagramLevel``, so that those with ports are the first two ranks.
struct RankBox: Hashable {
  var protocols: RankRange
  var localPort: RankRange
  var remotePort: RankRange
  var local: RankRange
  var remote: RankRange

  subscript(dimension: RankDimension) -> RankRange {
    get {
      switch dimension {
      case .protocols: protocols
      case .localPort: localPort
      case .remotePort: remotePort
      case .local: local
      case .remote: remote
      }
    }
    set {
      switch dimension {
      case .protocols: protocols = newValue
      case .localPort: localPort = newValue
      case .remotePort: remotePort = newValue
      case .local: local = newValue
      case .remote: remote = newValue
      }
    }
  }

  /// Whether the boxes overlap; the most selective dimensions are checked first.
  func overlaps(_ other: RankBox) -> Bool {
    remote.overlaps(other.remote) && local.overlaps(other.local) && localPort.overlaps(other.localPort)
      && remotePort.overlaps(other.remotePort) && protocols.overlaps(other.protocols)
  }

  /// Whether this box contains the other one.
  func contains(_ other: RankBox) -> Bool {
    remote.contains(other.remote) && local.contains(other.local) && localPort.contains(other.localPort)
      && remotePort.contains(other.remotePort) && protocols.contains(other.protocols)
  }

  /// The intersection of two overlapping boxes.
  func clipped(to other: RankBox) -> RankBox {
    func clip(_ left: RankRange, _ right: RankRange) -> RankRange {
      RankRange(max(left.lower, right.lower), min(left.upper, right.upper))
    }
    return RankBox(
      protocols: clip(protocols, other.protocols), localPort: clip(localPort, other.localPort),
      remotePort: clip(remotePort, other.remotePort), local: clip(local, other.local),
      remote: clip(remote, other.remote))
  }

  /// The smallest box that contains both.
  func hull(with other: RankBox) -> RankBox {
    func span(_ left: RankRange, _ right: RankRange) -> RankRange {
      RankRange(min(left.lower, right.lower), max(left.upper, right.upper))
    }
    return RankBox(
      protocols: span(protocols, other.protocols), localPort: span(localPort, other.localPort),
      remotePort: span(remotePort, other.remotePort), local: span(local, other.local),
      remote: span(remote, other.remote))
  }

  /// The volume, to compare boxes by.
  var volume: Double {
    func length(_ range: RankRange) -> Double { Double(range.upper - range.lower) + 1 }
    return length(protocols) * length(localPort) * length(remotePort) * length(local) * length(remote)
  }
}
