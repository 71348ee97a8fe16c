package import HNSEmulator
package import PolicyCompiler

extension DesiredHost {
  /// An emulated host as the profile describes it, without any objects.
  package var emptyHost: HostNetworkingService { HostNetworkingService(configuration) }

  /// The host as the profile describes it.
  package var configuration: HostConfiguration {
    HostConfiguration(
      build: windows, assumptions: assumptions, adapters: adapters, addresses: addresses, dns: dns,
      listens: listens, excludedPorts: excludedPorts)
  }
}
