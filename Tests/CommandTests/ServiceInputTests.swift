import JSONText
import Testing

/// Invalid services, through the built binary: the code at the mark, and a remedy.
@Suite struct ServiceInputTests {
  /// A profile with one error in its services, marked by ⟦ and ⟧.
  struct Case: Sendable, CustomTestStringConvertible {
    var title: String
    var code: String
    var text: String
    /// Text that the message or the help must contain.
    var says: String

    var testDescription: String { title }

    init(
      _ title: String, _ code: String, host: String = Self.host, networks: String = Self.podnet,
      workloads: String = Self.web, says: String, _ services: String
    ) {
      (self.title, self.code, self.says) = (title, code, says)
      text = """
        apiVersion: hnsctl/v1
        kind: HostProfile
        name: bad
        host: \(host)
        networks:
        \(networks)
        \(workloads)
        services:
        \(services)

        """
    }

    static let host =
      "{windows: ltsc2022, addresses: [192.0.2.5], adapters: [Ethernet, Second], listens: [9100/tcp], excludedPorts: [50000-50059/tcp]}"
    static let podnet =
      "  - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}"
    static let other =
      "  - {name: other, driver: overlay, adapter: Second, subnets: [{prefix: 10.245.7.0/24, gateway: 10.245.7.1, vsid: 4096}]}"
    static let web = "containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]"
    static let both =
      "containers: [{name: web, network: podnet}, {name: api, network: other}, {name: twin, networks: [podnet, other]}]"
  }

  static func shop(
    _ address: String = "10.96.7.7", ports: String = "{port: 80}", backends: String = "web",
    _ more: String = ""
  ) -> String {
    "  - {name: shop, address: \(address), ports: [\(ports)], backends: [\(backends)]\(more)}"
  }

  static let cases: [Case] = [
    Case(
      "a VIP that is an endpoint's address", "vip-in-use", says: "'web'", shop("⟦10.244.7.10⟧")),
    Case(
      "a VIP that is a gateway's address", "vip-in-use", says: "gateway", shop("⟦10.244.7.1⟧")),
    Case(
      "a VIP that HNS may assign", "vip-assignable",
      workloads: "containers: [{name: web, network: podnet}]", says: "outside the subnets",
      shop("⟦10.244.7.9⟧")),
    Case("a VIP that is the host's address", "vip-in-use", says: "nodePort", shop("⟦192.0.2.5⟧")),
    Case(
      "an external address that is an endpoint's", "vip-in-use", says: "'web'",
      shop("10.96.7.7", ", externalAddresses: [⟦10.244.7.10⟧]")),
    Case(
      "a source VIP that is an endpoint's address", "vip-in-use", says: "in a subnet of the pods",
      shop("10.96.7.7", ", sourceVip: ⟦10.244.7.10⟧")),
    Case("a loopback VIP", "invalid-address", says: "loopback", shop("⟦127.0.0.1⟧")),
    Case(
      "two load balancers on one VIP and port", "duplicate-frontend", says: "another port",
      shop() + "\n  - {name: copy, address: 10.96.7.7, ports: [{port: ⟦80⟧}], backends: [web]}"),
    Case(
      "a node port and an external address of the host", "duplicate-frontend", says: "another node port",
      shop(ports: "{port: 30080}", ", externalAddresses: [192.0.2.5]")
        + "\n  - {name: copy, address: 10.96.7.8, ports: [{port: 80, nodePort: ⟦30080⟧}], backends: [web]}"),
    Case(
      "an external address of the host on a node port", "duplicate-frontend", says: "is a node port",
      shop(ports: "{port: 80, nodePort: 30080}")
        + "\n  - {name: copy, address: 10.96.7.8, ports: [{port: ⟦30080⟧}], backends: [web], "
        + "externalAddresses: [192.0.2.5]}"),
    Case(
      "an external address twice", "duplicate-entry", says: "list it once",
      shop("10.96.7.7", ", externalAddresses: [203.0.113.1, ⟦203.0.113.1⟧]")),
    Case(
      "the service's own address as an external one", "duplicate-entry", says: "own address",
      shop("10.96.7.7", ", externalAddresses: [⟦10.96.7.7⟧]")),
    Case(
      "a protocol by number", "unknown-protocol", says: "write tcp",
      shop(ports: "{port: 80, protocol: ⟦6⟧}")),
    Case(
      "a port that is no mapping", "wrong-type", says: "write {port: 80}", shop(ports: "⟦80⟧")),
    Case(
      "a backend with the network it is on", "unknown-backend", says: "did you mean 'web'?",
      shop(backends: "⟦web@podnet⟧")),
    Case(
      "a test of an unknown service among many", "unknown-peer",
      says: "the profile has svc:s0, svc:s1, svc:s2, svc:s3, svc:s4, svc:s5 and 3 more",
      (0..<9).map { "  - {name: s\($0), address: 10.96.8.\($0), ports: [{port: 80}], backends: [web]}" }
        .joined(separator: "\n")
        + "\ntests: [{name: t, packet: {from: web, to: ⟦'svc:zzzzzz'⟧, protocol: tcp, port: 80}, expect: allow}]"
    ),
    Case(
      "a source VIP of the other family", "mixed-families", says: "a source VIP of the service's family",
      shop("10.96.7.7", ", sourceVip: ⟦'fd00::1'⟧")),
    Case(
      "a source VIP outside the subnets of an overlay network", "address-outside-subnet",
      networks: Case.other, workloads: "containers: [{name: web, network: other, addresses: [10.245.7.10]}]",
      says: "subnets that no endpoint has", shop("10.96.7.7", ", sourceVip: ⟦10.244.7.9⟧")),
    Case(
      "direct server return without a revision", "dsr-revision",
      host: "{windows: ltsc2019, adapters: [Ethernet]}", says: "17763.1432",
      "  - {name: ⟦shop⟧, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}"),
    Case(
      "direct server return before its revision", "dsr-revision",
      host: "{windows: '17763.1431', adapters: [Ethernet]}", says: "'dsr: false'",
      shop("10.96.7.7", ", dsr: ⟦true⟧")),
    Case(
      "more load balancers than blocks of ports", "port-blocks-exhausted",
      host: "{adapters: [Ethernet], excludedPorts: [49152-65407/tcp]}",
      says: "need 3 blocks of 64 TCP ports, but from 49152 to 65535 only 2 are available",
      shop(ports: "{port: 80}, {port: 81}, {port: ⟦82⟧}", ", dsr: false")),
    Case(
      "one port twice", "duplicate-frontend", says: "another port", shop(ports: "{port: 80}, {port: ⟦80⟧}")),
    Case(
      "an external address and a VIP on one port", "duplicate-frontend", says: "another port",
      shop() + "\n  - {name: copy, address: 10.96.7.8, ports: [{port: ⟦80⟧}], backends: [web], "
        + "externalAddresses: [10.96.7.7]}"),
    Case(
      "backends of two networks", "backend-network", networks: Case.podnet + "\n" + Case.other,
      workloads: Case.both, says: "service for each network", shop(backends: "web, ⟦api⟧")),
    Case(
      "a remote backend of another network", "backend-network", networks: Case.podnet + "\n" + Case.other,
      workloads: Case.both, says: "'other'",
      shop(backends: "web, ⟦{address: 10.245.9.7, network: other}⟧")),
    Case(
      "a backend with endpoints on several networks", "backend-network",
      networks: Case.podnet + "\n" + Case.other, workloads: Case.both, says: "twin@podnet, twin@other",
      shop(backends: "⟦twin⟧")),
    Case(
      "an address on an unclear network", "backend-network", networks: Case.podnet + "\n" + Case.other,
      workloads: Case.both, says: "network: podnet", shop(backends: "⟦10.244.9.7⟧")),
    Case("a backend that does not exist", "unknown-backend", says: "'web'", shop(backends: "⟦wep⟧")),
    Case("the host as a backend", "unknown-backend", says: "has no endpoint", shop(backends: "⟦host⟧")),
    Case(
      "a host-process pod as a backend", "unknown-backend",
      workloads: Case.web + "\npods: [{name: agent, hostProcess: true, containers: [{name: agent}]}]",
      says: "runs in the host's compartment", shop(backends: "⟦agent⟧")),
    Case("a backend twice", "duplicate-entry", says: "once", shop(backends: "web, ⟦10.244.7.10⟧")),
    Case("a node port of zero", "out-of-range", says: "1 to 65535", shop(ports: "{port: 80, nodePort: ⟦0⟧}")),
    Case(
      "a node port above the range", "out-of-range", says: "1 to 65535",
      shop(ports: "{port: 80, nodePort: ⟦65536⟧}")),
    Case(
      "a published node port", "duplicate-port",
      workloads: "containers: [{name: web, network: podnet, publish: ['30080:80/tcp']}]",
      says: "another port", shop(ports: "{port: 80, nodePort: ⟦30080⟧}")),
    Case(
      "a node port that the host listens on", "port-in-use", says: "another port",
      shop(ports: "{port: 80, nodePort: ⟦9100⟧}")),
    Case(
      "a node port that Windows excludes", "port-in-use", says: "another port",
      shop(ports: "{port: 80, nodePort: ⟦50001⟧}")),
    Case(
      "a node port that a host-process container listens on", "duplicate-port",
      workloads: Case.web
        + "\npods: [{name: agent, hostProcess: true, containers: [{name: agent, listens: [30080]}]}]",
      says: "another port", shop(ports: "{port: 80, nodePort: ⟦30080⟧}")),
    Case(
      "one node port twice", "duplicate-port", says: "another node port",
      shop(ports: "{port: 80, nodePort: 30080}, {port: 81, nodePort: ⟦30080⟧}")),
    Case(
      "a port of the host's own external address that the host listens on", "port-in-use",
      says: "another port", shop(ports: "{port: ⟦9100⟧}", ", externalAddresses: [192.0.2.5]")),
    Case(
      "a service among the backends", "service-loop", says: "backends of that service",
      shop(backends: "⟦api⟧") + "\n  - {name: api, address: 10.96.7.8, ports: [{port: 80}], backends: [web]}"),
    Case(
      "a service that is its own backend", "service-loop", says: "backends of that service",
      shop(backends: "⟦shop⟧")),
    Case(
      "a VIP among the backends", "service-loop", says: "'api'",
      shop(backends: "⟦10.96.7.8⟧")
        + "\n  - {name: api, address: 10.96.7.8, ports: [{port: 80}], backends: [web]}"),
    Case(
      "a service of the other family than its external address", "mixed-families", says: "for each family",
      shop("10.96.7.7", ", externalAddresses: [⟦'2001:db8::1'⟧]")),
    Case(
      "a service of the other family than its backend", "mixed-families", says: "for each family",
      shop("'fd00:96::7'", backends: "⟦web⟧")),
    Case(
      "a remote backend of the other family", "mixed-families", says: "for each family",
      shop(backends: "web, ⟦'fd00::7'⟧")),
    Case(
      "IPv6 on overlay", "ipv6-not-available",
      networks: Case.other, workloads: "containers: [{name: web, network: other}]", says: "overlay",
      shop("⟦'fd00:96::7'⟧", backends: "{address: 'fd00::7', network: other}")),
    Case(
      "a service on nat", "service-unsupported",
      networks: "  - {name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}",
      workloads: "containers: [{name: web, network: nat}]", says: "publish a port",
      "  - {name: ⟦shop⟧, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}"),
    Case(
      "DSR before HNS 9.3", "dsr-not-available", host: "{windows: '1803', adapters: [Ethernet]}",
      says: "9.3 and later 9.x, or 10.2 and later (Windows ltsc2019 and later), but Windows 1803",
      shop("10.96.7.7", ", dsr: ⟦true⟧")),
    Case(
      "DSR on l2tunnel", "dsr-not-available",
      networks: Case.podnet.replacing("l2bridge", with: "l2tunnel"), says: "'dsr: false'",
      shop("10.96.7.7", ", dsr: ⟦true⟧")),
    Case(
      "session affinity before it exists", "feature-not-available",
      host: "{windows: '1803', adapters: [Ethernet]}", says: "session affinity",
      shop("10.96.7.7", ", sessionAffinity: ⟦clientIP⟧")),
    Case(
      "a provider address on l2bridge", "key-not-supported", says: "overlay",
      shop(backends: "{address: 10.244.9.7, ⟦providerAddress⟧: 192.0.2.9}")),
    Case(
      "a remote backend with two MAC addresses", "conflicting-backend", says: "both places",
      shop(backends: "{address: 10.244.9.7, mac: 02-11-22-33-44-55}")
        + "\n  - {name: api, address: 10.96.7.8, ports: [{port: 80}], backends: "
        + "[{address: ⟦10.244.9.7⟧, mac: 02-11-22-33-44-66}]}"),
    Case(
      "a service named as a container", "duplicate-name", says: "share their names",
      "  - {name: ⟦web⟧, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}"),
    Case(
      "two services of one name", "duplicate-name", says: "'shop'",
      shop() + "\n  - {name: ⟦shop⟧, address: 10.96.7.8, ports: [{port: 80}], backends: [web]}"),
    Case(
      "no ports", "empty-list", says: "at least one port",
      "  - {name: shop, address: 10.96.7.7, ports: ⟦[]⟧, backends: [web]}"),
    Case(
      "a protocol without ports", "protocol-without-ports", says: "tcp or udp",
      shop(ports: "{port: 80, protocol: ⟦icmp⟧}")),
    Case(
      "no backends", "no-backends", says: "at least one container",
      "  - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: ⟦[]⟧}"),
  ]

  @Test("Each is reported once, at its place", arguments: cases)
  func reported(_ input: Case) throws {
    let workspace = try Workspace()
    let lines = input.text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains("⟦") })
    let column = lines[line].prefix { $0 != "⟦" }.count
    try workspace.write(
      input.text.replacing("⟦", with: "").replacing("⟧", with: ""), to: "profile.yaml")
    let isWarning = ["no-backends", "dsr-revision", "vip-assignable"].contains(
      input.code)
    let run = try workspace.hnsctl("validate", "profile.yaml", "--json").exits(isWarning ? 0 : 1)
    let found = try run.json()["diagnostics"]?.array ?? []
    #expect(found.compactMap { $0["code"]?.string } == [input.code], "\(run.output)")
    let first = try #require(found.first)
    #expect(first["severity"] == .string(isWarning ? "warning" : "error"))
    #expect(first["line"]?.integer == Int64(line + 1), "\(run.output)")
    #expect(first["column"]?.integer == Int64(column + 1), "\(run.output)")
    #expect(run.output.contains(input.says), "\(run.output)")
    let plan = try workspace.hnsctl("plan", "profile.yaml").exits(isWarning ? 0 : 1)
    #expect(plan.errors.contains("profile.yaml:\(line + 1):\(column + 1): "), "\(plan.errors)")
    #expect(plan.errors.contains("[\(input.code)]"), "\(plan.errors)")
  }
}
