import NetworkTypes

/// One of the five sets whose product is a box.
enum PacketDimension: Int, CaseIterable {
  case protocols
  case local
  case remote
  case localPorts
  case remotePorts
}

/// A set along one dimension.
enum DimensionSet: Hashable {
  case protocols(ProtocolSet)
  case addresses(AddressSet)
  case ports(PortSet)

  /// The members of either set; both belong to the same dimension.
  func union(_ other: DimensionSet) -> DimensionSet {
    switch (self, other) {
    case (.protocols(let left), .protocols(let right)): .protocols(left.union(right))
    case (.addresses(let left), .addresses(let right)): .addresses(left.union(right))
    case (.ports(let left), .ports(let right)): .ports(left.union(right))
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
    }
  }
}

/// The five sets of a box in the making, without the canonical form of one.
struct LooseBox: Hashable {
  var protocols: ProtocolSet
  var local: AddressSet
  var remote: AddressSet
  var localPorts: PortSet
  var remotePorts: PortSet

  init(_ box: PacketBox) {
    protocols = box.protocols
    local = box.local
    remote = box.remote
    localPorts = box.localPorts
    remotePorts = box.remotePorts
  }

  /// The box with these sets.
  var box: PacketBox {
    PacketBox(
      protocols: protocols, local: local, remote: remote, localPorts: localPorts, remotePorts: remotePorts)
  }

  subscript(dimension: PacketDimension) -> DimensionSet {
    get {
      switch dimension {
      case .protocols: .protocols(protocols)
      case .local: .addresses(local)
      case .remote: .addresses(remote)
      case .localPorts: .ports(localPorts)
      case .remotePorts: .ports(remotePorts)
      }
    }
    set {
      switch (dimension, newValue) {
      case (.protocols, .protocols(let set)): protocols = set
      case (.local, .addresses(let set)): local = set
      case (.remote, .addresses(let set)): remote = set
      case (.localPorts, .ports(let set)): localPorts = set
      case (.remotePorts, .ports(let set)): remotePorts = set
      default: preconditionFailure("a set of another dimension")
      }
    }
  }
}
