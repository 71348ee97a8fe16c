/// The types of networks, in the order of their numbers (reference: hns, 1.3 and 10.4).
///
/// Containers attach to five of them, the ``NetworkDriver``s; the others stand on ordinary hosts too: ICS is the
/// type of the Default Switch and of WSL's network.
package enum NetworkMode: String, CaseIterable, Hashable, Sendable {
  case nat = "NAT"
  case ics = "ICS"
  case transparent = "Transparent"
  case l2bridge = "L2Bridge"
  case l2tunnel = "L2Tunnel"
  case overlay = "Overlay"
  case `private` = "Private"
  case `internal` = "Internal"
  case mirrored = "Mirrored"
  case infiniband = "Infiniband"
  case constrainedICS = "ConstrainedICS"

  /// The mode of a driver.
  package init(_ driver: NetworkDriver) {
    self =
      switch driver {
      case .nat: .nat
      case .transparent: .transparent
      case .l2bridge: .l2bridge
      case .l2tunnel: .l2tunnel
      case .overlay: .overlay
      }
  }

  /// The driver of containers with this mode; nil if there is none.
  package var driver: NetworkDriver? {
    switch self {
    case .nat: .nat
    case .transparent: .transparent
    case .l2bridge: .l2bridge
    case .l2tunnel: .l2tunnel
    case .overlay: .overlay
    case .ics, .private, .internal, .mirrored, .infiniband, .constrainedICS: nil
    }
  }

  /// The driver by whose rules the service and the dataplane treat networks of this mode.
  ///
  /// ICS translates addresses and assigns them like NAT (reference: hns, 10.4); the switches of the other modes do
  /// neither, and do not filter with VFP, by this project's choice.
  package var behavior: NetworkDriver {
    switch self {
    case .ics, .constrainedICS: .nat
    case .private, .internal, .mirrored, .infiniband: .transparent
    default: driver ?? .transparent
    }
  }

  /// Whether the switch is bound to adapters of the host (reference: hns, 6.9).
  package var usesAdapter: Bool { driver.map { $0 != .nat } ?? false }

  /// The lowest minor number of a 2.x schema that has the mode (reference: hns, 1.3).
  package var schemaMinor: Int {
    switch self {
    case .mirrored, .infiniband: 4
    case .constrainedICS: 10
    default: 0
    }
  }
}
