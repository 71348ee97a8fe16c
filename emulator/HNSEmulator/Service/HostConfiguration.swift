public import HostModel
public import NetworkTypes

/// What a host is before anything is made on it.
public struct HostConfiguration: Hashable, Sendable {
  /// The Windows build, which decides the version of the service and the platform's defaults.
  public let build: WindowsBuild
  /// The named choices where the sources disagree or are silent.
  public let assumptions: Assumptions
  /// The names of the network adapters; empty where they are not known and any name is taken.
  public internal(set) var adapters: [String]
  /// The host's own addresses, the management address first.
  public internal(set) var addresses: [IPAddress]
  /// What ids, addresses and MAC addresses are drawn from; equal hosts draw alike.
  public let seed: UInt64

  /// Makes a configuration.
  ///
  /// - Parameters:
  ///   - build: The Windows build.
  ///   - assumptions: The named choices.
  ///   - adapters: The names of the network adapters; empty takes any.
  ///   - addresses: The host's own addresses, the management address first.
  ///   - seed: What ids, addresses and MAC addresses are drawn from.
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

  /// The minor number of the highest 2.x document schema this host knows.
  var schemaMinor: Int { build.schemaMinor }
}
