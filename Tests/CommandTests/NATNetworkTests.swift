import JSONText
import Testing

/// Several nat networks on one host, which Windows has from Server 2022 on.
@Suite struct NATNetworkTests {
  private static func profile(_ windows: String) -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: web
    host: {windows: \(windows), addresses: [192.0.2.5]}
    networks:
      - {name: front, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}
      - {name: back, driver: nat, subnets: [{prefix: 172.31.0.0/24, gateway: 172.31.0.1}]}
    containers:
      - {name: web, network: front, addresses: [172.30.0.9], publish: ["8080:80/tcp"]}
      - {name: db, network: back, addresses: [172.31.0.9], publish: ["1433:1433/tcp"], defaults: {in: block}}

    """
  }

  @Test(arguments: ["ltsc2022", "23H2", "26100.32690"])
  func eachNetworkPublishesItsPorts(_ windows: String) throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile(windows), to: "p.yaml")
    try workspace.hnsctl("apply", "p.yaml", "--state", "host.json").exits(0)
    try workspace.hnsctl("plan", "p.yaml", "--state", "host.json", "--detailed-exitcode").exits(0)
    let shown = try workspace.hnsctl("show", "networks", "--state", "host.json", "--json").exits(0).json()
    #expect(shown["networks"]?.array?.count == 2)
    for (port, verdict, rule) in [("8080", "allow", "published"), ("1433", "block", "default-in")] {
      let trace = try workspace.hnsctl(
        "trace", "host.json", "--from", "198.51.100.7", "--to", "host", "--protocol", "tcp", "--port", port,
        "--json"
      ).json()
      #expect(trace["verdict"]?.string == verdict)
      #expect(trace["rule"]?.string == rule)
    }
  }

  @Test(arguments: ["20H2", "ltsc2019", "1709"])
  func onlyOneIsAcceptedBefore(_ windows: String) throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile(windows), to: "p.yaml")
    for command in [["validate", "p.yaml"], ["apply", "p.yaml", "--state", "host.json"]] {
      let found = try workspace.start(command + ["--json"]).finish().exits(1).json()["diagnostics"]?.array
      #expect(found?.map { $0["code"]?.string } == ["several-nat-networks"])
      #expect(found?.first?["line"]?.integer == 7)
    }
  }
}
