import Diagnostics
import HNSEmulator
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import Testing

/// On overlay networks kube-proxy also creates an endpoint for the source VIP and a remote one for the cluster
/// address of a service (reference: hns, 10.1).
@Suite struct OverlayServiceTests {
  static func node(
    _ source: String = "10.1.0.250", name: String = "a", driver: String = "overlay",
    pods: String = "containers: [{name: web, network: vx, addresses: [10.1.0.10]}]",
    services: Bool = true
  ) throws -> DesiredHost {
    let vsid = driver == "overlay" ? ", vsid: 4096" : ""
    let text = """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: \(name)
      host: {windows: ltsc2022, addresses: [192.0.2.5], adapters: [Ethernet]}
      networks:
        - {name: vx, driver: \(driver), adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1\(vsid)}]}
      \(pods)

      """
    let list = """
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [\(pods.isEmpty ? "10.1.9.4" : "web")], sourceVip: \(source)}
        - {name: dns, address: 10.96.0.10, ports: [{port: 53, protocol: udp}], backends: [10.1.9.3], sourceVip: \(source)}
      """
    return try desired(services ? text + list : text)
  }

  private func request(_ operation: PolicyPlan.Operation) -> JSON { operation.request.settings ?? .null }

  @Test func documentsAreThoseOfKubeProxy() throws {
    let wanted = try Self.node()
    let plan = try plan(wanted, on: emptyHost(for: wanted)).plan
    func document(_ subject: String) throws -> JSON {
      request(try #require(plan.operations.first { $0.subject == subject }))
    }
    let vip = try document("10.96.7.7@vx")
    #expect(vip["Flags"] == 1 && vip["IpConfigurations"] == [["IpAddress": "10.96.7.7"]])
    let policies: JSON = [["Type": "ProviderAddress", "Settings": ["ProviderAddress": "192.0.2.5"]]]
    #expect(vip["Policies"] == policies)
    let source = try document("10.1.0.250@vx")
    #expect(source["Flags"] == nil && source["Policies"] == nil)
    #expect(source["IpConfigurations"] == [["IpAddress": "10.1.0.250"]])
    // One endpoint for the source VIP of both services, and one for each cluster address and other backend.
    #expect(plan.operations.filter { $0.kind == .endpoint }.count == 1 + 1 + 2 + 1)
    #expect(plan.changes.filter { $0.kind == .sourceVIP }.map(\.name) == ["10.1.0.250@vx"])
    #expect(
      plan.changes.filter { $0.kind == .remoteEndpoint }.map(\.name).sorted()
        == ["10.1.9.3@vx", "10.96.0.10@vx", "10.96.7.7@vx"])
    // What is in no namespace has no effect on packets of its own.
    #expect(plan.effects.map(\.endpoint) == ["web"])
  }

  @Test func theyAreOwnedAndRemoved() throws {
    let wanted = try Self.node()
    let first = try plan(wanted, on: emptyHost(for: wanted))
    #expect(try plan(wanted, on: first.host).plan.isEmpty)
    #expect(try HostDocuments(first.host).endpoints.allSatisfy { $0.owner == "hnsctl/a" })
    // Another source VIP, then none of it.
    let moved = try plan(try Self.node("10.1.0.251"), on: first.host)
    #expect(moved.plan.changes.filter { $0.kind == .sourceVIP }.map(\.action) == [.delete, .create])
    #expect(try plan(try Self.node("10.1.0.251"), on: moved.host).plan.isEmpty)
    let none = try plan(try Self.node(services: false), on: moved.host)
    #expect(try HostDocuments(none.host).endpoints.map(\.name) == ["web"])
    var gone = wanted
    gone.removeEverything()
    #expect(try HostDocuments(plan(gone, on: first.host).host).endpoints.isEmpty)
  }

  @Test func kubeProxysEndpointsServeAsWell() throws {
    let pods = try Self.node(services: false)
    var host = try plan(pods, on: emptyHost(for: pods)).host
    let network = try #require(try HostDocuments(host).networks.first?.id)
    for (address, flags) in [("10.1.0.250", 0), ("10.96.7.7", 1)] {
      _ = try host.create(
        .endpoint, id: .zero, network: network,
        settings: [
          "IpConfigurations": [["IpAddress": .string(address)]], "Flags": .integer(Int64(flags)),
          "SchemaVersion": ["Major": 2, "Minor": 0],
        ])
    }
    let next = try plan(try Self.node(), on: host)
    #expect(!next.plan.changes.contains { $0.kind == .sourceVIP })
    #expect(next.plan.unmanaged.map(\.kind) == [.sourceVIP, .remoteEndpoint])
    #expect(next.plan.unmanaged.map(\.name) == ["10.1.0.250", "10.96.7.7"])
    #expect(try plan(try Self.node(), on: next.host).plan.isEmpty)
    let left = try HostDocuments(plan(pods, on: next.host).host).endpoints.map(\.name)
    #expect(left == ["web", "Ethernet", "Ethernet"])
  }

  @Test func thereAreNoneOnL2Bridge() throws {
    let wanted = try Self.node(driver: "l2bridge")
    let plan = try plan(wanted, on: emptyHost(for: wanted)).plan
    let endpoints = plan.operations.filter { $0.kind == .endpoint }.compactMap(\.subject)
    #expect(endpoints.sorted() == ["10.1.9.3@vx", "web"])
  }

  @Test("An address that HNS assigned to an endpoint cannot be the source VIP")
  func assignedAddress() throws {
    let pods = "containers: [{name: web, network: vx}]"
    let before = try Self.node(pods: pods, services: false)
    let host = try plan(before, on: emptyHost(for: before)).host
    let taken = try #require(try HostDocuments(host).endpoints.first?.addresses.first).address
    for (name, says) in [("a", "that HNS assigns to 'web'"), ("b", "of 'web' of 'hnsctl/a'")] {
      let wanted = try Self.node(
        "\(taken)", name: name, pods: name == "a" ? pods : "", services: true)
      let (outcome, problems) = Plan.make(
        wanted, for: host, base: nil, ledger: OwnershipLedger(), file: "test.yaml")
      #expect(outcome == nil)
      // Both services state it.
      #expect(problems.map(\.code.id) == ["vip-in-use", "vip-in-use"], "\(problems)")
      #expect(problems.first?.message.contains(says) == true, "\(problems)")
    }
  }
}
