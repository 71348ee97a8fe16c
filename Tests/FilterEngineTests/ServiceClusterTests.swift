import FilterEngine
import HNSEmulator
import HostModel
import NetworkTypes
import TestSupport
import Testing

/// The packets of a cluster of three nodes that dial one service: each node has a pod, and every node's load
/// balancers forward to the pods of all three.
///
/// What Kubernetes documents: a pod's packet arrives with the pod's own address under direct server return, and
/// with a node's address otherwise; so do all packets to a node port or an external address; a pod that reaches
/// itself is seen with the node's address, too (reference: windows-firewall-and-vfp, 10.2 and 10.5).
@Suite struct ServiceClusterTests {
  /// One node of the cluster, as its own profile describes it.
  struct Node {
    let number: Int
    let driver: NetworkDriver
    var evaluator: PacketEvaluator
    let directory: PeerDirectory

    static func address(_ number: Int) -> String { "192.0.2.\(number)" }
    static func pod(_ number: Int) -> String { "10.244.\(number).10" }
    static let vip = "10.96.7.7"
    static let externalAddress = "203.0.113.7"
    /// The source VIP of a node on overlay.
    static func source(_ number: Int) -> String { "10.244.\(number).250" }

    init(_ number: Int, _ driver: NetworkDriver, isDSR: Bool, acls: String = "") throws {
      self.number = number
      self.driver = driver
      let isOverlay = driver == .overlay
      let backends = (1...3).map { other in
        other == number
          ? "web"
          : "{address: \(Self.pod(other))\(isOverlay ? ", providerAddress: \(Self.address(other))" : "")}"
      }
      let applied = try AppliedProfile(
        """
        apiVersion: hnsctl/v1
        kind: HostProfile
        name: node\(number)
        host: {windows: ltsc2022, addresses: [\(Self.address(number))], adapters: [Ethernet]}
        networks:
          - {name: pods, driver: \(driver.rawValue), adapter: Ethernet, subnets: [{prefix: 10.244.\(number).0/24, gateway: 10.244.\(number).1\(isOverlay ? ", vsid: 4096" : "")}]}
        containers:
          - {name: web, network: pods, addresses: [\(Self.pod(number))]\(acls)}
          - {name: client, network: pods, addresses: [10.244.\(number).20]}
        services:
          - name: shop
            address: \(Self.vip)
            ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
            backends: [\(backends.joined(separator: ", "))]
            externalAddresses: [\(Self.externalAddress)]
            dsr: \(isDSR)\(isOverlay ? "\n    sourceVip: \(Self.source(number))" : "")
        """)
      evaluator = applied.evaluator
      directory = applied.directory
    }

    /// The address that others see of this node instead of a client's.
    var ownAddress: String { driver == .overlay ? Self.source(number) : Self.address(number) }

    private func peer(_ text: String) throws -> Peer {
      guard case .peer(let peer) = directory.find(text) else {
        throw PacketProblem.noEndpoint(IPAddress(.ipv4, 0))
      }
      return peer
    }

    mutating func trace(_ from: String, _ to: String, _ port: UInt16 = 80) throws -> PacketTrace {
      try evaluator.trace(
        PacketQuery(from: try peer(from), to: try peer(to), protocol: .tcp, port: port))
    }

    /// The backend at an address in a trace.
    func backend(_ address: String, _ trace: PacketTrace) throws -> BackendTrace {
      try #require(trace.backends.first { "\($0.address)" == address })
    }

    /// The source that the filters of the local backend see.
    func source(_ trace: PacketTrace) throws -> String {
      let backend = try backend(Self.pod(number), trace)
      let step = try #require(
        backend.steps.compactMap(\.filter).last {
          $0.packet.direction == .in && $0.endpoint == backend.endpoint
        })
      #expect(step.packet.localPort == 8080)
      #expect("\(step.packet.local)" == Self.pod(number))
      return "\(step.packet.remote)"
    }
  }

  private static let drivers: [NetworkDriver] = [.l2bridge, .overlay]

  @Test("Each node forwards to the pods of all three", arguments: drivers, [true, false])
  func backends(driver: NetworkDriver, isDSR: Bool) throws {
    for number in 1...3 {
      var node = try Node(number, driver, isDSR: isDSR)
      for (from, to, port) in [
        ("client", Node.vip, 80), ("host", Node.vip, 80), ("198.51.100.9", Node.externalAddress, 80),
        ("198.51.100.9", "host", 30080),
      ] as [(String, String, UInt16)] {
        let trace = try node.trace(from, to, port)
        #expect(Set(trace.backends.map { "\($0.address)" }) == Set((1...3).map(Node.pod)), "\(from) \(to)")
        #expect(trace.backends.allSatisfy { $0.port == 8080 })
        #expect(trace.verdict == .allow, "\(from) \(to)")
      }
    }
  }

  @Test(
    "A pod's packet has the pod's address under direct server return, else the node's", arguments: drivers)
  func clusterAddress(driver: NetworkDriver) throws {
    for number in 1...3 {
      var with = try Node(number, driver, isDSR: true)
      #expect(try with.source(with.trace("client", Node.vip)) == "10.244.\(number).20")
      var without = try Node(number, driver, isDSR: false)
      #expect(try without.source(without.trace("client", Node.vip)) == without.ownAddress)
    }
  }

  @Test(
    "A packet to a node port or an external address has the node's address", arguments: drivers,
    [true, false])
  func outsideAddresses(driver: NetworkDriver, isDSR: Bool) throws {
    var node = try Node(2, driver, isDSR: isDSR)
    #expect(try node.source(node.trace("198.51.100.9", "host", 30080)) == node.ownAddress)
    #expect(try node.source(node.trace("198.51.100.9", Node.externalAddress)) == node.ownAddress)
    #expect(try node.source(node.trace("client", Node.externalAddress)) == node.ownAddress)
  }

  @Test("A pod that reaches itself is seen with the node's address", arguments: drivers, [true, false])
  func hairpin(driver: NetworkDriver, isDSR: Bool) throws {
    var node = try Node(3, driver, isDSR: isDSR)
    #expect(try node.source(node.trace("web", Node.vip)) == node.ownAddress)
  }

  @Test("What another node forwarded arrives with the client's address, or that node's", arguments: drivers)
  func otherNodes(driver: NetworkDriver) throws {
    // The pod of node 1 admits the client of node 2, and nobody else.
    let acls =
      ", defaults: {in: block}, acls: [{name: client, direction: in, action: allow, protocols: [tcp], remoteAddresses: [10.244.2.20]}]"
    for isDSR in [true, false] {
      var sender = try Node(2, driver, isDSR: isDSR)
      let sent = try sender.trace("client", Node.vip)
      let way = try sender.backend(Node.pod(1), sent)
      #expect(way.verdict == .allow, "the sender's filters")
      // The source with which the packet leaves node 2: its own address, unless the client's is kept.
      let source = isDSR ? "10.244.2.20" : sender.ownAddress
      var receiver = try Node(1, driver, isDSR: isDSR, acls: acls)
      let arrived = try receiver.trace(source, Node.pod(1), 8080)
      #expect(arrived.verdict == (isDSR ? .allow : .block))
    }
  }

  @Test("One backend that blocks makes the service mixed")
  func mixed() throws {
    var node = try Node(1, .l2bridge, isDSR: true, acls: ", defaults: {in: block}")
    let trace = try node.trace("client", Node.vip)
    #expect(trace.verdict == .mixed)
    #expect(try node.backend(Node.pod(1), trace).verdict == .block)
    #expect(try node.backend(Node.pod(2), trace).verdict == .allow)
  }

  /// On overlay kube-proxy makes a remote endpoint at the cluster address, behind this host, and a local one
  /// for its source VIP, which it attaches to nothing.
  @Test("The endpoints that kube-proxy makes for itself take no packets of the service")
  func endpointsOfKubeProxy() throws {
    var host = try ServiceHost(driver: .overlay)
    try host.add(.init(addresses: ["10.96.0.10"], isDSR: false, source: "10.244.7.250"), to: ["web"])
    let before = try host.trace("client", "10.96.0.10")
    try host.addRemote("10.96.0.10", name: "vip", provider: "192.0.2.5")
    let after = try host.trace("client", "10.96.0.10")
    #expect(after.backends.map { "\($0.address)" } == ["10.244.7.10"])
    #expect(host.lines(after.steps) == host.lines(before.steps))
    #expect(host.lines(after.steps).contains { $0.contains("10.244.7.250 > 10.244.7.10:8080") })
  }
}
