public import HostModel
public import NetworkTypes

/// The configuration of a host without any objects.
public struct HostConfiguration: Hashable, Sendable {
  /// The Windows build, which determines the version of the service and the platform's defaults.
  public let build: WindowsBuild
  /// The assumptions where the sources disagree or are silent.
  public let assumptions: Assumptions
  /// The names of the network adapters; if empty, they are unknown and any name is accepted.
  public internal(set) var adapters: [String]
  /// The host's own addresses, the management address first.
  public internal(set) var addresses: [IPAddress]
  /// The seed of ids, addresses and MAC addresses; equal hosts generate equal ones.
  public let seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - build: The Windows build.
  ///   - assumptions: The assumptions.
  ///   - adapters: The names of the network adapters; if empty, any name is accepted.
  ///   - addresses: The host's own addresses, the management address first.
  ///   - seed: The seed of ids, addresses and MAC addresses.
  public init(
    build: WindowsBuild = .standard, assumptions: Assumptions = Assumptions(), adapters: [String] = [],
    addresses: [IPAddress] = [], seed: UInt64 = 0
  ) {
    self.build = build
    self.assumptions = assumptions
    self.adapters = adapters
    self.addresses = addresses
    self.seed = seed
  }

  /// The version of the service on this host.
  var version: HNSVersion { build.hnsVersion }

  /// The minor number of the highest 2.x document schema this host supports.
  var schemaMinor: Int { build.schemaMinor }
}
