public import NetworkTypes

extension HostNetworkingService {
  /// Adds adapters and addresses to the known ones of the host.
  ///
  /// Several programs each know a part of a host; adding an adapter is not a call of HNS.
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
