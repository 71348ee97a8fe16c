import ArgumentParser
import Diagnostics
import HNSEmulator
import HostModel
import NetworkProfile
import NetworkTypes

/// The options that describe the emulated host of `serve`.
struct EmulatedHostOptions: ParsableArguments {
  @Option(
    help: """
      The Windows build: a name (1607 to ltsc2025) or BUILD[.REVISION]. The default is that of the state, \
      or else \(WindowsBuild.standard).
      """, completion: .windowsNames)
  var windows: String?

  @Option(name: .customLong("persona"), help: .hidden)
  var formerWindows: String?

  @Option(
    name: .customLong("adapter"),
    help: ArgumentHelp(
      "A network adapter of the host; by default any name is accepted, and networks without one get Ethernet.",
      valueName: "name"))
  var adapters: [String] = []

  @Option(
    name: .customLong("host-address"),
    help: ArgumentHelp(
      "An IP address of the host; give the management address first. A new host has \(HostConfiguration.nodeAddress) by default.",
      valueName: "ip"),
    transform: Self.address)
  var addresses: [IPAddress] = []

  @Option(
    name: .customLong("host-dns"),
    help: ArgumentHelp(
      "A DNS server of the host; endpoints of networks without DNS settings take it.", valueName: "ip"),
    transform: Self.address)
  var dnsServers: [IPAddress] = []

  @Option(
    name: .customLong("host-dns-suffix"),
    help: ArgumentHelp("A DNS suffix of the host, for the same endpoints.", valueName: "domain"))
  var dnsSuffixes: [String] = []

  @Option(
    name: .customLong("host-listens"),
    help: ArgumentHelp("A port on which a process of the host listens.", valueName: "tcp/port"),
    transform: Self.ports)
  var listens: [HostPorts] = []

  @Option(
    name: .customLong("host-excluded-ports"),
    help: ArgumentHelp("A port range that Windows excludes.", valueName: "tcp/from-to"),
    transform: Self.ports)
  var excludedPorts: [HostPorts] = []

  @Option(
    parsing: .unconditional, help: "Seed for the ids and addresses of a new host, and for delays.",
    transform: OptionValue.number(0...UInt64.max))
  var seed: UInt64 = 0

  func validate() throws {
    for adapter in adapters where adapter.isEmpty { throw ValidationError("--adapter needs a name") }
    for suffix in dnsSuffixes where suffix.isEmpty {
      throw ValidationError("--host-dns-suffix needs a domain")
    }
    guard windows == nil || formerWindows == nil else {
      throw ValidationError("--persona is the old name of --windows: give only one")
    }
  }

  /// Parses an address.
  static func address(_ text: String) throws -> IPAddress {
    guard let address = IPAddress(text) else { throw ValidationError("'\(text)' is not an IP address") }
    return address
  }

  /// Parses ports of the host.
  static func ports(_ text: String) throws -> HostPorts {
    guard let ports = HostPorts(text) else {
      throw ValidationError("'\(text)' is not a port or range: write tcp/445 or udp/50000-50059")
    }
    return ports
  }

  /// The requested Windows build; ends the command if it is unknown.
  func build(_ console: Console) throws -> WindowsBuild? {
    try (windows ?? formerWindows).map { try console.build($0) }
  }

  /// The configuration of a new host; ends the command if an option is invalid.
  func configuration(_ console: Console, startsContainers: Bool) throws -> HostConfiguration {
    if formerWindows != nil { console.reportRenamed("--persona", to: "--windows") }
    return HostConfiguration(
      build: try build(console) ?? .standard,
      assumptions: console.assumed.reduce(into: Assumptions()) { $0[$1.key] = $1.value }, adapters: adapters,
      addresses: addresses, dns: HostDNS(servers: dnsServers, suffixes: dnsSuffixes), listens: listens,
      excludedPorts: excludedPorts, seed: seed, startsContainers: startsContainers)
  }
}
