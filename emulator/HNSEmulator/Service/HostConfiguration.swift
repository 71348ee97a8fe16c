public import HostModel
public import NetworkTypes

/// The configuration of a host without any objects.
public struct HostConfiguration: Hashable, Sendable {
  /// The Windows build, which determines the version of the service and the platform's defaults.
  public internal(set) var build: WindowsBuild
  /// The assumptions where the sources disagree or are silent.
  public internal(set) var assumptions: Assumptions
  /// The names of the network adapters; if empty, they are unknown and any name is accepted.
  public internal(set) var adapters: [String]
  /// The host's own addresses, the management address first.
  public internal(set) var addresses: [IPAddress]
  /// The host's DNS settings, which endpoints of networks without DNS settings take.
  public internal(set) var dns: HostDNS
  /// The ports on which processes of the host listen.
  public internal(set) var listens: [HostPorts]
  /// The port ranges that Windows excludes.
  public internal(set) var excludedPorts: [HostPorts]
  /// What is not known of the host.
  public internal(set) var gaps: HostGaps
  /// The host's own firewall as captured; nil for the platform's defaults.
  public internal(set) var firewall: CapturedFirewall?
  /// The seed of ids, addresses and MAC addresses; equal hosts generate equal ones.
  public let seed: UInt64
  /// Whether the compartment of a namespace opens with its first endpoint instead of its first container.
  public internal(set) var startsContainers: Bool

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - build: The Windows build.
  ///   - assumptions: The assumptions.
  ///   - adapters: The names of the network adapters; if empty, any name is accepted.
  ///   - addresses: The host's own addresses, the management address first.
  ///   - dns: The host's DNS settings.
  ///   - listens: The ports on which processes of the host listen.
  ///   - excludedPorts: The port ranges that Windows excludes.
  ///   - gaps: What is not known of the host.
  ///   - firewall: The host's own firewall as captured; nil for the platform's defaults.
  ///   - seed: The seed of ids, addresses and MAC addresses.
  ///   - startsContainers: Whether the compartment of a namespace opens with its first endpoint instead of its
  ///     first container.
  public init(
    build: WindowsBuild = .standard, assumptions: Assumptions = Assumptions(), adapters: [String] = [],
    addresses: [IPAddress] = [], dns: HostDNS = HostDNS(), listens: [HostPorts] = [],
    excludedPorts: [HostPorts] = [], firewall: CapturedFirewall? = nil, gaps: HostGaps = HostGaps(),
    seed: UInt64 = 0, startsContainers: Bool = false
  ) {
    self.build = build
    self.assumptions = assumptions
    self.adapters = adapters
    self.addresses = addresses
    self.dns = dns
    self.listens = listens
    self.excludedPorts = excludedPorts
    self.gaps = gaps
    self.firewall = firewall
    self.seed = seed
    self.startsContainers = startsContainers
  }

  /// The address of a node for which none is given.
  public static let nodeAddress = IPAddress(.ipv4, 0x0af0_0005)

  /// The DNS server of a node for which none is given.
  public static let nodeDNSServer = IPAddress(.ipv4, 0x0af0_0002)

  /// The same host as a node that clients can use: with an address and a DNS server if none is known.
  public var asNode: HostConfiguration {
    var copy = self
    if addresses.isEmpty { copy.addresses = [Self.nodeAddress] }
    if dns.isEmpty { copy.dns = HostDNS(servers: [Self.nodeDNSServer]) }
    return copy
  }

  /// The version of the service on this host.
  var version: HNSVersion { build.hnsVersion }

  /// Whether a process of the host listens on a port, or Windows excludes it.
  func holds(_ port: UInt16, _ `protocol`: IPProtocol) -> Bool {
    listens.contains { $0.contains(port, `protocol`) }
      || excludedPorts.contains { $0.contains(port, `protocol`) }
  }

  /// The minor number of the highest 2.x document schema this host supports.
  var schemaMinor: Int { build.schemaMinor }
}
