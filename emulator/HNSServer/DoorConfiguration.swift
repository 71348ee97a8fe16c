package import NetworkTypes

/// Where a door is and who may use it.
package struct DoorConfiguration: Sendable {
  /// The address to listen on.
  package var address: IPAddress
  /// The port to listen on; 0 takes any that is free.
  package var port: UInt16
  /// What clients must present; nil where they need not.
  package var token: String?
  /// The version of the program.
  package var version: String
  /// The limits.
  package var limits = DoorLimits()
  /// Where requests are noted; nil for nowhere.
  package var log: RequestLog?

  /// The address of a door that nobody else can reach.
  package static let loopback = IPAddress(.ipv4, 0x7f00_0001)

  /// The port of a door, where none is stated.
  package static let standardPort: UInt16 = 8650

  /// Describes a door.
  ///
  /// - Parameters:
  ///   - address: The address to listen on.
  ///   - port: The port to listen on.
  ///   - token: What clients must present.
  ///   - version: The version of the program.
  package init(
    address: IPAddress = Self.loopback, port: UInt16 = Self.standardPort, token: String? = nil,
    version: String
  ) {
    self.address = address
    self.port = port
    self.token = token
    self.version = version
  }
}

extension IPAddress {
  /// Whether the address is one of this machine alone: 127.0.0.0/8 or ::1.
  package var isLoopback: Bool { family == .ipv4 ? value >> 24 == 127 : value == 1 }

  /// The address as it stands in a URL.
  var authority: String { family == .ipv4 ? description : "[\(description)]" }
}
