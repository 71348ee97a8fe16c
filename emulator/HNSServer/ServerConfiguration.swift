package import NetworkTypes

/// Where a server listens and who may use it.
package struct ServerConfiguration: Sendable {
  /// The address to listen on.
  package var address: IPAddress
  /// The port to listen on; 0 picks any free port.
  package var port: UInt16
  /// The token clients must present; nil if none is required.
  package var token: String?
  /// The version of the program.
  package var version: String
  /// The limits.
  package var limits = ServerLimits()
  /// Where requests are logged; nil for no log.
  package var log: RequestLog?

  /// An address that only this machine can reach.
  package static let loopback = IPAddress(.ipv4, 0x7f00_0001)

  /// The default port.
  package static let standardPort: UInt16 = 8650

  /// Describes a server.
  ///
  /// - Parameters:
  ///   - address: The address to listen on.
  ///   - port: The port to listen on.
  ///   - token: The token clients must present; nil if none is required.
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
  /// Whether the address is a loopback address: 127.0.0.0/8 or ::1.
  package var isLoopback: Bool { family == .ipv4 ? value >> 24 == 127 : value == 1 }

  /// The address as written in a URL.
  var authority: String { family == .ipv4 ? description : "[\(description)]" }
}
