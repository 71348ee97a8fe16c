import Testing

/// Load balancers for which the host has no blocks of ports, counted with those that are on it already
/// (reference: hns, 6.5 and 6.10).
@Suite struct PortBlockPlanTests {
  /// A profile with services that need a block for each port; the host has three blocks of TCP ports.
  private func profile(
    _ name: String, subnet: Int, ports: [Int], assumption: String = "refused"
  ) -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: \(name)
    host:
      windows: ltsc2022
      adapters: [Ethernet]
      excludedPorts: [49152-65343/tcp]
      assumptions: {exhaustedPortBlocks: \(assumption)}
    networks:
      - {name: net\(subnet), driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.\(subnet).0/24, gateway: 10.244.\(subnet).1}]}
    containers: [{name: web\(subnet), network: net\(subnet), addresses: [10.244.\(subnet).10]}]
    services:
      - name: shop\(subnet)
        address: 10.96.7.\(subnet)
        ports: [\(ports.map { "{port: \($0)}" }.joined(separator: ", "))]
        backends: [web\(subnet)]
        dsr: false

    """
  }

  @Test func othersCount() throws {
    let workspace = try Workspace()
    try workspace.write(profile("first", subnet: 1, ports: [80, 81]), to: "first.yaml")
    try workspace.hnsctl("apply", "first.yaml", "--state", "host.json").exits(0)
    try workspace.write(profile("second", subnet: 2, ports: [80, 81]), to: "second.yaml")
    // On an empty host there is room for it.
    try workspace.hnsctl("plan", "second.yaml").exits(0)
    let refused = try workspace.hnsctl("plan", "second.yaml", "--state", "host.json").exits(1)
    #expect(refused.errors.contains("second.yaml:15:32: error: "), "\(refused.errors)")
    #expect(refused.errors.contains("need 4 blocks of 64 TCP ports"), "\(refused.errors)")
    #expect(refused.errors.contains("other owners on the host need 2 of them"), "\(refused.errors)")
    #expect(refused.errors.contains("[port-blocks-exhausted]"), "\(refused.errors)")
    try workspace.write(profile("second", subnet: 2, ports: [80]), to: "second.yaml")
    try workspace.hnsctl("apply", "second.yaml", "--state", "host.json").exits(0)
    // Its own load balancers do not count twice, and what is removed does not count.
    try workspace.hnsctl("apply", "second.yaml", "--state", "host.json").exits(0)
    try workspace.hnsctl("apply", "first.yaml", "--state", "host.json", "--destroy").exits(0)
    try workspace.write(profile("second", subnet: 2, ports: [80, 81, 82]), to: "second.yaml")
    try workspace.hnsctl("apply", "second.yaml", "--state", "host.json").exits(0)
  }

  @Test func anAssumptionTurnsItIntoAWarning() throws {
    let workspace = try Workspace()
    for (name, subnet) in [("first", 1), ("second", 2)] {
      try workspace.write(
        profile(name, subnet: subnet, ports: [80, 81], assumption: "accepted"), to: "\(name).yaml")
      try workspace.hnsctl("apply", "\(name).yaml", "--state", "host.json").exits(0)
    }
    let plan = try workspace.hnsctl("plan", "second.yaml", "--state", "host.json").exits(0)
    #expect(plan.errors.contains("second.yaml:15:32: warning: "), "\(plan.errors)")
    try workspace.write(
      profile("third", subnet: 3, ports: [1, 2, 3, 4], assumption: "accepted"), to: "third.yaml")
    let third = try workspace.hnsctl("plan", "third.yaml", "--state", "host.json").exits(0)
    #expect(third.errors.components("[port-blocks-exhausted]") == 1, "\(third.errors)")
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
