public import NetworkTypes

/// The DNS settings of a host, which endpoints of networks without DNS settings take (reference: hns, 10.3).
public struct HostDNS: Hashable, Sendable {
  /// The DNS servers, in order.
  public var servers: [IPAddress]
  /// The DNS suffixes, in order.
  public var suffixes: [String]

  /// Makes the settings; by default there are none.
  ///
  /// - Parameters:
  ///   - servers: The DNS servers, in order.
  ///   - suffixes: The DNS suffixes, in order.
  public init(servers: [IPAddress] = [], suffixes: [String] = []) {
    self.servers = servers
    self.suffixes = suffixes
  }

  /// Whether the host has neither servers nor suffixes.
  public var isEmpty: Bool { servers.isEmpty && suffixes.isEmpty }

  /// The settings of an endpoint that takes them.
  package var settings: DNSSettings {
    DNSSettings(search: suffixes, servers: servers.map(\.description))
  }
}

/// Ports of a host that are not free: a process listens on them, or a range that Windows excludes (reference:
/// hns, 10.4; windows-firewall-and-vfp, 10.5).
public struct HostPorts: Hashable, Sendable {
  /// TCP or UDP.
  public let `protocol`: IPProtocol
  /// The ports.
  public let ports: PortRange

  /// Makes the ports of a protocol.
  ///
  /// - Parameters:
  ///   - protocol: TCP or UDP.
  ///   - ports: The ports.
  public init(_ `protocol`: IPProtocol, _ ports: PortRange) {
    self.protocol = `protocol`
    self.ports = ports
  }

  /// Reads `tcp/445` or `udp/50000-50059`; nil for any other text.
  ///
  /// - Parameter text: The text.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let named = IPProtocol(name: parts[0]), named.hasPorts else { return nil }
    let bytes = Array(parts[1].utf8)
    guard case .range(let ports) = PortText(parsing: bytes.span), ports.lower > 0 else { return nil }
    self.init(named, ports)
  }

  /// Whether a port is one of them.
  ///
  /// - Parameters:
  ///   - port: The port.
  ///   - protocol: Its protocol.
  public func contains(_ port: UInt16, _ `protocol`: IPProtocol) -> Bool {
    self.protocol == `protocol` && ports.contains(port)
  }
}

extension HostPorts: CustomStringConvertible {
  /// `tcp/445` or `udp/50000-50059`.
  public var description: String { "\(`protocol`)/\(ports)" }
}
