import NetworkTypes

/// One of the six sets whose product is a box.
///
/// The order is the default order of division: addresses last, so that long lists of them appear in few
/// rules.
enum PacketDimension: Int, CaseIterable {
  case protocols
  case localPorts
  case remotePorts
  case icmpTypes
  case local
  case remote
}

/// A set along one dimension.
enum DimensionSet: Hashable {
  case protocols(ProtocolSet)
  case addresses(AddressSet)
  case ports(PortSet)
  case icmpTypes(ICMPTypeSet)

  /// The union of both sets, which belong to the same dimension.
  func union(_ other: DimensionSet) -> DimensionSet {
    switch (self, other) {
    case (.protocols(let left), .protocols(let right)): .protocols(left.union(right))
    case (.addresses(let left), .addresses(let right)): .addresses(left.union(right))
    case (.ports(let left), .ports(let right)): .ports(left.union(right))
    case (.icmpTypes(let left), .icmpTypes(let right)): .icmpTypes(left.union(right))
    default: preconditionFailure("sets of two dimensions have no union")
    }
  }
}

extension PacketBox {
  /// The set along a dimension.
  subscript(dimension: PacketDimension) -> DimensionSet {
    switch dimension {
    case .protocols: .protocols(protocols)
    case .local: .addresses(local)
    case .remote: .addresses(remote)
    case .localPorts: .ports(localPorts)
    case .remotePorts: .ports(remotePorts)
    case .icmpTypes: .icmpTypes(icmpTypes)
    }
  }
}

/// The six sets of a box under construction, not in canonical form.
struct UnnormalizedBox: Hashable {
  var protocols: ProtocolSet
  var local: AddressSet
  var remote: AddressSet
  var localPorts: PortSet
  var remotePorts: PortSet
  var icmpTypes: ICMPTypeSet

  init(_ box: PacketBox) {
    protocols = box.protocols
    local = box.local
    remote = box.remote
    localPorts = box.localPorts
    remotePorts = box.remotePorts
    icmpTypes = box.icmpTypes
  }

  /// The box with these sets.
  var box: PacketBox {
    PacketBox(
      protocols: protocols, local: local, remote: remote, localPorts: localPorts, remotePorts: remotePorts,
      icmpTypes: icmpTypes)
  }

  subscript(dimension: PacketDimension) -> DimensionSet {
    get {
      switch dimension {
      case .protocols: .protocols(protocols)
      case .local: .addresses(local)
      case .remote: .addresses(remote)
      case .localPorts: .ports(localPorts)
      case .remotePorts: .ports(remotePorts)
      case .icmpTypes: .icmpTypes(icmpTypes)
      }
    }
    set {
      switch (dimension, newValue) {
      case (.protocols, .protocols(let set)): protocols = set
      case (.local, .addresses(let set)): local = set
      case (.remote, .addresses(let set)): remote = set
      case (.localPorts, .ports(let set)): localPorts = set
      case (.remotePorts, .ports(let set)): remotePorts = set
      case (.icmpTypes, .icmpTypes(let set)): icmpTypes = set
      default: preconditionFailure("a set of another dimension")
      }
    }
  }
}

extension UnnormalizedBox {
  /// Hashes the outline of every set: enough to distinguish boxes, and cheap for long lists of ranges.
  func hash(into hasher: inout Hasher) {
    protocols.hashOutline(into: &hasher)
    local.ipv4.hashOutline(into: &hasher)
    local.ipv6.hashOutline(into: &hasher)
    remote.ipv4.hashOutline(into: &hasher)
    remote.ipv6.hashOutline(into: &hasher)
    localPorts.hashOutline(into: &hasher)
    remotePorts.hashOutline(into: &hasher)
    icmpTypes.hashOutline(into: &hasher)
  }
}

extension IntervalSet {
  /// Hashes the number of ranges and the bounds of three of them.
  fileprivate func hashOutline(into hasher: inout Hasher) {
    let intervals = intervals
    let count = intervals.count
    hasher.combine(count)
    guard count > 0 else { return }
    hasher.combine(intervals[0].lower)
    hasher.combine(intervals[count / 2].lower)
    hasher.combine(intervals[count - 1].upper)
  }
}
