public import HostModel
public import NetworkTypes

extension HostNetworkingService {
  /// Adds facts to the known ones of the host.
  ///
  /// Several programs each know a part of a host; adding an adapter is not a call of HNS. What exists already
  /// stays as it is: a port that is published remains so if a process listens on it.
  ///
  /// - Parameters:
  ///   - adapters: The names of network adapters.
  ///   - addresses: The host's own addresses.
  ///   - dns: Its DNS settings.
  ///   - listens: The ports on which its processes listen.
  ///   - excludedPorts: The port ranges that Windows excludes.
  public mutating func describeHost(
    adapters: [String] = [], addresses: [IPAddress] = [], dns: HostDNS = HostDNS(),
    listens: [HostPorts] = [], excludedPorts: [HostPorts] = []
  ) {
    func add<Fact: Equatable>(_ facts: [Fact], _ known: inout [Fact]) {
      known += facts.filter { !known.contains($0) }
    }
    add(adapters, &configuration.adapters)
    add(addresses, &configuration.addresses)
    add(dns.servers, &configuration.dns.servers)
    add(dns.suffixes, &configuration.dns.suffixes)
    add(listens, &configuration.listens)
    add(excludedPorts, &configuration.excludedPorts)
    hostAddresses = Set(configuration.addresses)
  }

  /// Adds the facts of a configuration to the known ones of the host.
  ///
  /// A captured firewall takes the place of the known one.
  ///
  /// - Parameter configuration: The configuration; its build, assumptions and seed are not used.
  public mutating func describeHost(as configuration: HostConfiguration) {
    describeHost(
      adapters: configuration.adapters, addresses: configuration.addresses, dns: configuration.dns,
      listens: configuration.listens, excludedPorts: configuration.excludedPorts)
    if let firewall = configuration.firewall { self.configuration.firewall = firewall }
  }
}
