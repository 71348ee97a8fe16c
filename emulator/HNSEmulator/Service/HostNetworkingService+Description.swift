public import NetworkTypes

extension HostNetworkingService {
  /// Adds adapters and addresses to what is known of the host; what is known already stays.
  ///
  /// Hosts are described bit by bit, by every program that knows some part of one; plugging in an
  /// adapter is nothing HNS is asked for.
  ///
  /// - Parameters:
  ///   - adapters: The names of network adapters.
  ///   - addresses: The host's own addresses.
  public mutating func describeHost(adapters: [String] = [], addresses: [IPAddress] = []) {
    configuration.adapters += adapters.filter { !configuration.adapters.contains($0) }
    configuration.addresses += addresses.filter { !configuration.addresses.contains($0) }
    hostAddresses = Set(configuration.addresses)
  }
}
