import Diagnostics
import HNSEmulator
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import PolicyViews
import TestSupport
import Testing

/// Containers with an endpoint on each of several networks, and ACLs that name containers.
@Suite struct AttachmentTests {
  static let networks = ["front", "back", "side"].enumerated().map { index, name in
    "  - {name: \(name), driver: l2bridge, adapter: Adapter\(index), "
      + "subnets: [{prefix: 10.\(index + 1).0.0/24, gateway: 10.\(index + 1).0.1}]}"
  }.joined(separator: "\n")

  static func text(_ workloads: String, host: String = "{windows: ltsc2022, addresses: [10.9.0.1]}") -> String
  {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: a
    host: \(host)
    networks:
    \(networks)
    \(workloads)
    """
  }

  private func desired(_ workloads: String, on host: HostNetworkingService? = nil) throws -> DesiredHost {
    try DesiredHost.compiled(Profile.checked(Self.text(workloads)).resolved(on: host))
  }

  private func applied(_ workloads: String) throws -> HostNetworkingService {
    let wanted = try desired(workloads)
    return try plan(wanted, on: wanted.emptyHost).host
  }

  /// Plans a change of the containers.
  private func change(_ before: String, _ after: String) throws -> (plan: Plan, host: HostNetworkingService) {
    let host = try applied(before)
    let wanted = try desired(after, on: host)
    let (next, changed, _) = try plan(wanted, on: host)
    #expect(try plan(wanted, on: changed).plan.isEmpty)
    #expect(next.proofs.allSatisfy { $0.outcome == .equal })
    return (next, changed)
  }

  static let web = "containers: [{name: web, networks: [{name: front, addresses: [10.1.0.9]}, back]}]"

  @Test func endpointsShareTheNamespaceOfTheirContainer() throws {
    let wanted = try desired(Self.web)
    let (first, host, _) = try plan(wanted, on: wanted.emptyHost)
    let documents = try HostDocuments(host)
    #expect(documents.endpoints.map(\.name) == ["web@front", "web@back"])
    #expect(documents.namespaces.map(\.endpoints.count) == [2])
    #expect(documents.namespaces.map(\.containers) == [["web"]])
    #expect(try plan(wanted, on: host).plan.isEmpty)
    let containers = first.changes.filter { $0.kind == .container || $0.kind == .namespace }
    #expect(containers.map(\.target) == ["web", "web"], "the namespace is listed once")
    let shown = PlanView(style: .plain).lines(first, subject: "a").joined(separator: "\n")
    #expect(shown.contains("+ web in one namespace with several endpoints; containers +web"))
    var gone = wanted
    gone.removeEverything()
    let empty = try HostDocuments(try plan(gone, on: host).host)
    #expect(empty.endpoints.isEmpty && empty.namespaces.isEmpty && empty.networks.isEmpty)
  }

  @Test func aReplacedEndpointRestartsTheContainerAndKeepsTheOther() throws {
    let (next, host) = try change(Self.web, Self.web.replacing("10.1.0.9", with: "10.1.0.10"))
    let endpoints = next.changes.filter { $0.kind == .endpoint }
    #expect(endpoints.map(\.target) == ["web@front", "web@front"])
    #expect(next.changes.filter { $0.kind == .container }.map(\.action) == [.delete, .create])
    #expect(try HostDocuments(host).namespaces.map(\.endpoints.count) == [2])
    let shown = PlanView(style: .plain).lines(next, subject: "a").joined(separator: "\n")
    #expect(shown.contains("± web; replaced because its addresses change: its containers restart"))
  }

  @Test func aNetworkComesAndGoesWithoutARestart() throws {
    let three = Self.web.replacing("back]", with: "back, side]")
    for (before, after, count) in [(Self.web, three, 3), (three, Self.web, 2)] {
      let (next, host) = try change(before, after)
      #expect(next.changes.allSatisfy { $0.kind != .container && $0.kind != .namespace })
      #expect(next.changes.filter { $0.kind == .endpoint }.map(\.target) == ["web@side"])
      #expect(try HostDocuments(host).namespaces.map(\.endpoints.count) == [count])
    }
  }

  @Test func aSecondNetworkRenamesTheEndpoint() throws {
    let one = "containers: [{name: web, network: front, addresses: [10.1.0.9]}]"
    let (next, host) = try change(one, Self.web)
    #expect(
      next.changes.filter { $0.kind == .endpoint }.map(\.target) == ["web", "web@front", "web@back"])
    #expect(try HostDocuments(host).endpoints.map(\.name) == ["web@front", "web@back"])
  }

  @Test func differentRulesOfOneCompartmentAreProven() throws {
    let wanted = try desired(
      """
      containers:
        - name: web
          networks:
            - {name: front, defaults: {in: allow, out: block}}
            - {name: back, defaults: {in: block}, acls: [{name: own, direction: in, action: allow, protocols: [tcp], localPorts: [22]}]}
            - side
      """)
    let outcome = try plan(wanted, on: wanted.emptyHost).plan
    #expect(outcome.proofs.map(\.outcome) == [.equal, .equal, .equal])
    #expect(outcome.dependsOn.map(\.name).contains("hostAclScope"))
  }

  @Test func aFirewallForTheWholeCompartmentNeedsEqualRules() throws {
    let host = "{windows: ltsc2022, assumptions: {hostAclScope: compartment}}"
    func problems(_ workloads: String) throws -> [String] {
      let profile = try Profile.checked(Self.text(workloads, host: host))
      return ProfileCompiler.compile(profile, file: "a").1.map(\.code.id)
    }
    #expect(
      try problems("containers: [{name: web, networks: [front, {name: back, defaults: {in: block}}]}]")
        == ["firewall-shared"])
    let equal = "containers: [{name: web, networks: [front, back], defaults: {in: block}}]"
    #expect(try problems(equal) == [])
    let wanted = try DesiredHost.compiled(Self.text(equal, host: host))
    #expect(try plan(wanted, on: wanted.emptyHost).plan.proofs.allSatisfy { $0.outcome == .equal })
    #expect(
      try problems(
        "containers: [{name: web, isolation: hyperv, networks: [front, {name: back, defaults: {in: block}}]}]"
      )
        == [])
  }

  // MARK: Names in ACLs

  static let named = """
    containers:
      - {name: db, network: back}
      - name: web
        networks: [front, back]
        acls: [{name: to-db, direction: out, action: block, remoteAddresses: [db, api]}]
    pods:
      - {name: api, network: side, addresses: [10.3.0.7], containers: [{name: app}]}
    """

  @Test func assignedAddressesStandInTheRules() throws {
    let wanted = try desired(Self.named)
    let (first, host, _) = try plan(wanted, on: wanted.emptyHost)
    #expect(first.proofs.allSatisfy { $0.outcome == .equal })
    let documents = try HostDocuments(host)
    let db = try #require(documents.endpoints.first { $0.name == "db" }?.addresses.first?.address)
    for endpoint in documents.endpoints where endpoint.name.hasPrefix("web@") {
      let acl = try #require(endpoint.acls.first { $0.acl.action == .block && $0.acl.direction == .out })
      let api = try #require(IPAddress("10.3.0.7"))
      #expect(acl.acl.match.remoteAddresses == AddressSet([db, api].map { AddressRange($0) }))
    }
  }

  @Test func anotherAddressChangesTheRulesThatNameIt() throws {
    let (next, host) = try change(
      Self.named,
      Self.named.replacing("network: back}", with: "network: back, addresses: [10.2.0.200]}"))
    let rules = next.changes.filter { $0.kind == .acl && $0.name.hasPrefix("to-db") }
    #expect(Set(rules.map(\.target)) == ["web@front", "web@back"])
    let address = try #require(IPAddress("10.2.0.200"))
    for endpoint in try HostDocuments(host).endpoints where endpoint.name.hasPrefix("web@") {
      #expect(endpoint.acls.contains { $0.acl.match.remoteAddresses?.contains(address) ?? false })
    }
  }

  @Test func aNameWithoutAnAddressIsNotCompiled() throws {
    let profile = try Profile.checked(Self.text(Self.named))
    let (host, problems) = ProfileCompiler.compile(profile, file: "a")
    #expect(host == nil)
    #expect(Set(problems.map(\.code.id)) == ["address-unknown"])
  }
}
