package import HNSEmulator
package import PolicyCompiler

extension DesiredHost {
  /// An emulated host as the profile describes it, before anything is made on it.
  package var emptyHost: HostNetworkingService {
    HostNetworkingService(
      HostConfiguration(build: windows, assumptions: assumptions, adapters: adapters, addresses: addresses))
  }
}
