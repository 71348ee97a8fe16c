import Diagnostics
import FilterEngine
import HNSEmulator
import HostModel
import HNSTestSupport
import JSONText
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import PolicyViews
import Testing

/// Services are planned as the load balancers and remote endpoints that kube-proxy makes, and are owned,
/// compared and removed like everything else of a profile.
@Suite struct ServicePlanTests {
  static let web =
    "containers: [{name: web, network: podnet, addresses: [10.1.0.10]}, {name: api, network: podnet, addresses: [10.1.0.11]}]"

  static func shop(_ backends: String = "web, 10.9.9.7", _ more: String = "") -> String {
    "services: [{name: shop, address: 10.96.7.7, ports: [{port: 80, targetPort: 8080}], backends: [\(backends)]\(more)}]"
  }

  static func node(
    _ services: String, workloads: String = Self.web, windows: String = "ltsc2022", name: String = "a"
  ) throws -> DesiredHost {
    try desired(profile(name, "\(workloads)\n\(services)", windows: windows))
  }

  private func balancers(_ host: some HCNClient) throws -> [HostComputeLoadBalancer] {
    try HostDocuments(host).loadBalancers
  }

  private func request(_ operation: PolicyPlan.Operation) -> JSON { operation.request.settings ?? .null }

  // MARK: Documents

  @Test("The requests are those of kube-proxy, with a name and an owner besides")
  func documents() throws {
    let wanted = try Self.node(
      """
      services:
        - name: shop
          address: 10.96.7.7
          ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
          backends: [web, 10.9.9.7]
          externalAddresses: [203.0.113.9]
          sessionAffinity: clientIP
      """)
    let plan = try plan(wanted, on: emptyHost(for: wanted)).plan
    let remote = try #require(plan.operations.first { $0.subject == "10.9.9.7@podnet" })
    let document = request(remote)
    #expect(document["Flags"] == 1)
    #expect(document["MacAddress"] == "02-11-0A-09-09-07")
    #expect(document["IpConfigurations"] == [["IpAddress": "10.9.9.7"]])
    #expect(document["Policies"] == nil)
    let requests = plan.operations.filter { $0.kind == .loadBalancer }.map(request)
    #expect(requests.map { $0["FrontendVIPs"] } == [["10.96.7.7"], ["203.0.113.9"], nil])
    #expect(
      requests.map { $0["Flags"] } == [1, nil, nil], "only the cluster address has direct server return")
    let ports = requests.compactMap { $0["PortMappings"]?.array }.joined()
    #expect(ports.map { $0["Flags"] } == [nil, 16, 18])
    #expect(ports.map { $0["ExternalPort"] } == [80, 80, 30080])
    #expect(ports.allSatisfy { $0["InternalPort"] == 8080 && $0["Protocol"] == 6 })
    #expect(ports.allSatisfy { $0["DistributionType"] == 2 })
    for request in requests {
      #expect(request["Name"] == "shop")
      #expect(request["Owner"] == "hnsctl/a")
      #expect(request["HostComputeEndpoints"]?.array?.count == 2)
      #expect(request["SchemaVersion"] == ["Major": 2, "Minor": 0])
      #expect(request["HostComputeNetwork"] == nil && request["Health"] == nil && request["State"] == nil)
    }
    #expect(plan.operations.last?.kind == .loadBalancer, "what they refer to comes first")
  }

  @Test("A backend on overlay is encapsulated to its host, or to this one")
  func providerAddresses() throws {
    let wanted = try desired(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: a
      host: {windows: ltsc2022, addresses: [192.0.2.5], adapters: [Ethernet]}
      networks:
        - {name: vx, driver: overlay, adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1, vsid: 4096}]}
      services:
        - name: shop
          address: 10.96.7.7
          ports: [{port: 80}]
          backends: [{address: 10.1.9.7, providerAddress: 192.0.2.9}, 198.51.100.4]
          sourceVip: 10.1.0.250
      """)
    let plan = try plan(wanted, on: emptyHost(for: wanted)).plan
    let endpoints = plan.operations.filter { $0.kind == .endpoint }
    func provider(_ address: JSON) -> JSON {
      [["Type": "ProviderAddress", "Settings": ["ProviderAddress": address]]]
    }
    #expect(
      endpoints.map(\.subject) == ["10.96.7.7@vx", "10.1.0.250@vx", "10.1.9.7@vx", "198.51.100.4@vx"])
    #expect(
      endpoints.map { request($0)["Policies"] } == [
        provider("192.0.2.5"), nil, provider("192.0.2.9"), provider("192.0.2.5"),
      ])
    let balancer = try #require(plan.operations.last.map(request))
    #expect(balancer["SourceVIP"] == "10.1.0.250")
  }

  @Test(
    "Direct server return is used where it is available",
    arguments: [("1803", false), ("ltsc2019", true), ("ltsc2022", true)])
  func defaultOfDSR(windows: String, isDSR: Bool) throws {
    let wanted = try Self.node(Self.shop(), windows: "\"\(windows)\"")
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    #expect(try balancers(host).map { $0.flags } == [isDSR ? 1 : 0])
    let without = try Self.node(Self.shop("web", ", dsr: false"), windows: "\"\(windows)\"")
    #expect(try balancers(plan(without, on: emptyHost(for: without)).host).map { $0.flags } == [0])
  }

  // MARK: Life cycle

  @Test("After an apply the next plan is empty, and destroying leaves nothing")
  func lifecycle() throws {
    let wanted = try Self.node(Self.shop())
    let first = try plan(wanted, on: emptyHost(for: wanted))
    #expect(first.plan.changes.filter { $0.kind == .loadBalancer }.map(\.name) == ["10.96.7.7:80/tcp"])
    #expect(first.plan.changes.filter { $0.kind == .remoteEndpoint }.map(\.target) == ["10.9.9.7@podnet"])
    let second = try plan(wanted, on: first.host)
    #expect(second.plan.isEmpty && second.plan.changes.isEmpty)
    var nothing = wanted
    nothing.removeEverything()
    let last = try plan(nothing, on: first.host)
    #expect(try contents(last.host).isEmpty)
    #expect(last.plan.operations.first?.kind == .loadBalancer, "it goes before its endpoints")
  }

  @Test("A load balancer that changes is modified where HNS can", arguments: ["ltsc2022", "ltsc2025"])
  func update(windows: String) throws {
    let wanted = try Self.node(Self.shop(), windows: windows)
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let changed = try Self.node(Self.shop("web, api, 10.9.9.8"), windows: windows)
    let next = try plan(changed, on: host)
    let calls = next.plan.operations.filter { $0.kind == .loadBalancer }.map(\.request.verb)
    #expect(calls == (windows == "ltsc2025" ? [.modify] : [.delete, .create]))
    let changes = next.plan.changes.filter { $0.kind == .loadBalancer }
    #expect(changes.map(\.action) == (windows == "ltsc2025" ? [.update] : [.delete, .create]))
    #expect(changes.allSatisfy { $0.replacement == (windows == "ltsc2025" ? nil : .notModifiable) })
    let (first, last) = (try #require(changes.first), try #require(changes.last))
    #expect(first.before?.loadBalancer?.backends == ["10.9.9.7@podnet", "web"])
    #expect(last.after?.loadBalancer?.backends == ["10.9.9.8@podnet", "api", "web"])
    let remotes = next.plan.changes.filter { $0.kind == .remoteEndpoint }
    #expect(remotes.map(\.action) == [.delete, .create], "the stale remote endpoint goes")
    #expect(try plan(changed, on: next.host).plan.isEmpty)
  }

  @Test("A backend that is replaced is still a backend", arguments: ["ltsc2022", "ltsc2025"])
  func replacedBackend(windows: String) throws {
    let wanted = try Self.node(Self.shop(), windows: windows)
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let moved = try Self.node(
      Self.shop(), workloads: Self.web.replacing("10.1.0.10", with: "10.1.0.20"), windows: windows)
    let next = try plan(moved, on: host)
    #expect(try balancers(next.host).map(\.endpoints.count) == [2])
    #expect(try plan(moved, on: next.host).plan.isEmpty)
    let replacedNetwork = try desired(
      profile(
        "a", prefix: "10.2.0", "\(Self.web.replacing("10.1.", with: "10.2."))\n\(Self.shop())",
        windows: windows))
    let last = try plan(replacedNetwork, on: next.host)
    #expect(try balancers(last.host).map(\.endpoints.count) == [2])
    #expect(try plan(replacedNetwork, on: last.host).plan.isEmpty)
  }

  @Test("A remote endpoint stays as long as a service needs it")
  func sharedRemoteEndpoint() throws {
    func services(_ api: String) -> String {
      """
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [10.9.9.7]}
        - {name: orders, address: 10.96.7.8, ports: [{port: 80}], backends: [\(api)]}
      """
    }
    let wanted = try Self.node(services("10.9.9.7"))
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let less = try plan(try Self.node(services("web")), on: host)
    #expect(!less.plan.changes.contains { $0.kind == .remoteEndpoint })
    let none = try plan(try Self.node(Self.shop("web")), on: less.host)
    #expect(none.plan.changes.filter { $0.kind == .remoteEndpoint }.map(\.action) == [.delete])
  }

  // MARK: Others

  private func withKubeProxy(_ host: HostNetworkingService, vip: String) throws -> HostNetworkingService {
    var host = host
    let network = try #require(try host.enumerate(.network, query: nil).first)
    let endpoint = try host.create(
      .endpoint, id: .zero, network: network,
      settings: [
        "IpConfigurations": [["IpAddress": "10.9.9.7"]], "MacAddress": "02-11-0a-09-09-07", "Flags": 1,
        "SchemaVersion": ["Major": 2, "Minor": 0],
      ])
    _ = try host.create(
      .loadBalancer, id: .zero, network: nil,
      settings: [
        "HostComputeEndpoints": [.string(endpoint.uppercase)], "FrontendVIPs": [.string(vip)],
        "PortMappings": [["Protocol": 6, "InternalPort": 8080, "ExternalPort": 80]],
        "SchemaVersion": ["Major": 2, "Minor": 0], "Flags": 1,
      ])
    return host
  }

  @Test("Another agent's load balancer at the same address and port is refused at the port")
  func conflict() throws {
    let pods = try Self.node("")
    let host = try withKubeProxy(try plan(pods, on: emptyHost(for: pods)).host, vip: "10.96.7.7")
    let (outcome, problems) = Plan.make(
      try Self.node(Self.shop()), for: host, base: nil, ledger: OwnershipLedger(), file: "test.yaml")
    #expect(outcome == nil)
    #expect(problems.map(\.code.id) == ["load-balancer-conflict"])
    #expect(problems.first?.location?.line == 8)
  }

  @Test("Another agent's objects are used and shown, and never changed")
  func foreignObjects() throws {
    let pods = try Self.node("")
    let before = try withKubeProxy(try plan(pods, on: emptyHost(for: pods)).host, vip: "10.96.0.1")
    let wanted = try Self.node(Self.shop())
    let next = try plan(wanted, on: before)
    #expect(!next.plan.changes.contains { $0.kind == .remoteEndpoint }, "kube-proxy's serves as well")
    #expect(next.plan.unmanaged.map(\.kind) == [.remoteEndpoint, .loadBalancer])
    #expect(next.plan.unmanaged.map(\.name) == ["10.9.9.7", "10.96.0.1:80/tcp"])
    #expect(try plan(wanted, on: next.host).plan.isEmpty)
    let removed = try plan(pods, on: next.host)
    #expect(try contents(removed.host) == contents(before))
  }

  @Test("An address that HNS assigned to an endpoint cannot be a service's")
  func assignedAddress() throws {
    let pods = try desired(profile("a", "containers: [{name: web, network: podnet}]"))
    let host = try plan(pods, on: emptyHost(for: pods)).host
    let record = try #require(try HostDocuments(host).endpoints.first)
    let taken = try #require(record.addresses.first).address
    for (name, says) in [("a", "that HNS assigns to 'web'"), ("b", "of 'web' of 'hnsctl/a'")] {
      let workload = name == "a" ? "containers: [{name: web, network: podnet}]\n" : ""
      let wanted = try desired(
        profile(
          name,
          "\(workload)services: [{name: shop, address: \(taken), ports: [{port: 80}], backends: [10.9.9.7]}]")
      )
      let (outcome, problems) = Plan.make(
        wanted, for: host, base: nil, ledger: OwnershipLedger(), file: "test.yaml")
      #expect(outcome == nil)
      #expect(problems.map(\.code.id) == ["vip-in-use"])
      #expect(problems.first?.message.contains(says) ?? false, "\(problems.map(\.message))")
      // The mark is at the address, not at the port.
      #expect(problems.first?.location?.length == UInt32("\(taken)".count))
    }
  }

  @Test("A service's new backend shows in the verdicts of those who dial it")
  func effects() throws {
    let workloads =
      "containers: [{name: web, network: podnet, defaults: {in: block}}, {name: client, network: podnet}]"
    let wanted = try Self.node(Self.shop("10.9.9.7"), workloads: workloads)
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let next = try plan(try Self.node(Self.shop("web"), workloads: workloads), on: host).plan
    let changes = next.verdictChanges.filter { $0.endpoint == "client" }
    #expect(changes.map(\.direction) == [.out])
    let text = PlanView(style: .plain).lines(next, subject: "a").joined(separator: "\n")
    #expect(text.contains("effect on client, outbound, newly blocked: tcp 80 to 10.96.7.7"), "\(text)")
  }

  @Test("Two profiles share a host")
  func twoProfiles() throws {
    let wanted = try Self.node(Self.shop())
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let other = try desired(
      profile("b", "services: [{name: shop, address: 10.96.7.9, ports: [{port: 80}], backends: [10.1.0.10]}]")
    )
    let next = try plan(other, on: host)
    #expect(try balancers(next.host).map(\.owner) == ["hnsctl/a", "hnsctl/b"])
    let ends = try balancers(next.host)
    #expect(Set(ends[0].endpoints).isSuperset(of: ends[1].endpoints), "the other profile's endpoint serves")
    #expect(try plan(wanted, on: next.host).plan.isEmpty)
    #expect(try plan(other, on: next.host).plan.isEmpty)
  }

  // MARK: Every way

  @Test("An apply that stops anywhere is completed by the next", arguments: ["ltsc2022", "ltsc2025"])
  func interruptions(windows: String) throws {
    let before = try Self.node(Self.shop(), windows: windows)
    let after = try Self.node(
      Self.shop("api, 10.9.9.8", ", externalAddresses: [203.0.113.9]"),
      workloads: Self.web.replacing("10.1.0.10", with: "10.1.0.20"), windows: windows)
    let start = try plan(before, on: emptyHost(for: before)).host
    let whole = try plan(after, on: start)
    for calls in 0..<whole.plan.operations.count {
      var faulty = FaultyHost(host: start, callsLeft: calls)
      #expect(whole.plan.carryOut(on: &faulty).done == calls)
      let rest = try plan(after, on: faulty.host)
      #expect(try Set(contents(rest.host)) == Set(contents(whole.host)), "after \(calls) calls")
      #expect(try plan(after, on: rest.host).plan.isEmpty, "after \(calls) calls")
    }
  }

  @Test("A saved plan has the same changes and calls")
  func savedPlan() throws {
    let wanted = try Self.node(Self.shop("web, 10.9.9.7", ", externalAddresses: [203.0.113.9]"))
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let changed = try Self.node(Self.shop("api, 10.9.9.8"))
    for made in [try plan(wanted, on: emptyHost(for: wanted)).plan, try plan(changed, on: host).plan] {
      let read = try Plan.load(made.savedText, file: "saved.json").get()
      #expect(read.changes == made.changes)
      #expect(read.operations == made.operations)
      #expect(read.savedText == made.savedText)
    }
  }

  @Test("Any services lead to the same host, whatever was there before", arguments: 0..<24)
  func randomServices(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let windows = ["ltsc2022", "ltsc2025", "ltsc2019"][seed % 3]
    func services() -> String {
      let backends = ["web", "api", "10.9.9.7", "10.9.9.8", "{address: 10.9.9.9, mac: 02-11-22-33-44-55}"]
      var lines = ["services:"]
      for (index, name) in ["shop", "orders", "dns", "mail"].enumerated() where Bool.random(using: &random) {
        let ports = (0...Int.random(in: 0..<2, using: &random)).map { offset in
          let nodePort = Bool.random(using: &random) ? ", nodePort: \(30000 + index * 10 + offset)" : ""
          let target = Bool.random(using: &random) ? ", targetPort: 8080" : ""
          return "{port: \(80 + offset), protocol: \(index == 2 ? "udp" : "tcp")\(target)\(nodePort)}"
        }
        let some = backends.shuffled(using: &random).prefix(Int.random(in: 0..<4, using: &random))
        let more = [
          ", dsr: false", windows == "ltsc2019" ? "" : ", sessionAffinity: clientIP",
          ", externalAddresses: [203.0.113.\(index)]",
        ]
        .filter { _ in Bool.random(using: &random) }.joined()
        lines.append(
          "  - {name: \(name), address: 10.96.7.\(index), ports: [\(ports.joined(separator: ", "))], "
            + "backends: [\(some.joined(separator: ", "))]\(more)}")
      }
      return lines.count == 1 ? "" : lines.joined(separator: "\n")
    }
    var wanted = try Self.node(services(), windows: windows)
    var host = try plan(wanted, on: emptyHost(for: wanted)).host
    for _ in 0..<4 {
      wanted = try Self.node(services(), windows: windows)
      host = try plan(wanted, on: host).host
      #expect(try plan(wanted, on: host).plan.isEmpty, "seed \(seed)")
      let fresh = try plan(wanted, on: emptyHost(for: wanted)).host
      #expect(try Set(contents(host)) == Set(contents(fresh)), "seed \(seed)")
    }
  }
}
