import Testing

/// The remedies that are printed for invalid services are tried: the profile is accepted with them.
@Suite struct ServiceRemedyTests {
  private static let bridge =
    "  - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}"
  private static let overlay =
    "  - {name: other, driver: overlay, adapter: Second, subnets: [{prefix: 10.245.7.0/24, gateway: 10.245.7.1, vsid: 4096}]}"
  private static let nat =
    "  - {name: inside, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}"

  private static func profile(_ networks: [String], name: String = "shop", backend: String) -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: remedy
    host: {windows: ltsc2022, adapters: [Ethernet, Second], addresses: [192.0.2.5]}
    networks:
    \(networks.joined(separator: "\n"))
    services:
      - {name: \(name), address: 10.96.7.7, ports: [{port: 80}], backends: [\(backend)]}

    """
  }

  /// The refused profile, what is printed, and the profile that follows the advice.
  static let cases: [(refused: String, help: String, mended: String)] = [
    (
      profile([bridge], backend: "host"), "help: write '192.0.2.5'", profile([bridge], backend: "192.0.2.5")
    ),
    (
      profile([nat], backend: "host"),
      "help: define an l2bridge or overlay network, and write '192.0.2.5'",
      profile([nat, bridge], backend: "192.0.2.5")
    ),
    (
      profile([nat], backend: "192.0.2.5"), "help: define an l2bridge or overlay network",
      profile([nat, bridge], backend: "192.0.2.5")
    ),
    (
      profile([nat], backend: "{address: 192.0.2.5, network: inside}"),
      "help: use an l2bridge or overlay network\n",
      profile([bridge], backend: "{address: 192.0.2.5, network: podnet}")
    ),
    (
      profile([bridge, overlay], backend: "192.0.2.5"),
      "help: write {address: 192.0.2.5, network: podnet}, for example",
      profile([bridge, overlay], backend: "{address: 192.0.2.5, network: podnet}")
    ),
    (
      profile([bridge, overlay], backend: "{address: 192.0.2.5}"), "help: add the key 'network'",
      profile([bridge, overlay], backend: "{address: 192.0.2.5, network: other}")
    ),
    (
      profile([bridge], name: "host", backend: "192.0.2.5"), "help: use another name",
      profile([bridge], name: "shop", backend: "192.0.2.5")
    ),
  ]

  @Test(arguments: cases)
  func theAdviceHelps(_ refused: String, _ help: String, _ mended: String) throws {
    let workspace = try Workspace()
    try workspace.write(refused, to: "profile.yaml")
    let run = try workspace.hnsctl("plan", "profile.yaml").exits(1)
    #expect(run.errors.contains(help), "\(run.errors)")
    try workspace.write(mended, to: "profile.yaml")
    try workspace.hnsctl("plan", "profile.yaml").exits(0)
  }
}
