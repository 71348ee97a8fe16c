import Diagnostics
import HostModel
import JSONText
import NetworkProfile
import NetworkTypes
import Testing

let exampleText = """
  apiVersion: hnsctl/v1
  kind: HostProfile
  name: web-node                      # owns what it makes
  host:
    windows: ltsc2022
    addresses: [10.240.0.5]
    adapters: [Ethernet]
    assumptions: {implicitDeny: anyAcl}
  addressSets:
    corp: [10.0.0.0/8, 192.168.0.0/16]
  aclSets:
    web:
      - {name: allow-http, direction: in, action: allow, protocols: [tcp], localPorts: [80, 443], remoteAddresses: [corp]}
  networks:
    - name: podnet
      driver: l2bridge
      adapter: Ethernet
      subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]
      endpointGateway: 10.244.7.2
      ipam: static
      macPool: {start: 00-15-5D-52-C0-00, end: 00-15-5D-52-CF-FF}
      dns: {servers: [10.96.0.10], search: [svc.cluster.local]}
  containers:
    - name: web
      network: podnet
      isolation: process
      addresses: [10.244.7.10]
      mac: 00-15-5D-52-C0-0A
      publish: ["8080:80/tcp", 8443:443, 53:53/UDP]
      defaults: {in: block, out: allow}
      aclSets: [web]
      acls:
        - {name: deny-metadata, direction: out, action: block, protocols: [tcp], remoteAddresses: [169.254.169.254], remotePorts: [80], priority: 100}
      outboundNat: {exceptions: [10.244.0.0/16, 10.96.0.0/12]}
      routes: [{destination: 10.96.0.0/12, encap: true}]
      policies: [{type: QOS, settings: {MaximumOutgoingBandwidthInBytes: 1250000}}]
  pods:
    - name: api
      network: podnet
      containers:
        - {name: app, listens: [8080/tcp]}
        - {name: sidecar, listens: [9090]}
    - name: agent
      hostProcess: true
      containers: [{name: agent}]
  tests:
    - {name: corp reaches web, packet: {from: 10.1.2.3, to: web, protocol: tcp, port: 80}, expect: allow}
  """

@Suite("The whole language in one profile")
struct ProfileExampleTests {
  @Test("Every value is read into its property")
  func values() throws {
    let (loaded, diagnostics) = load(exampleText)
    #expect(diagnostics.map(describe) == [])
    let profile = try #require(loaded)
    #expect(profile.name == Located("web-node", at: SourceRange(line: 3, column: 7, length: 8)))
    #expect(profile.owner == "hnsctl/web-node")
    #expect(profile.host.windows == WindowsBuild(build: 20348))
    #expect(profile.host.windowsLocation == SourceRange(line: 5, column: 12, length: 8))
    #expect(profile.host.addresses.map { "\($0.value)" } == ["10.240.0.5"])
    #expect(profile.host.adapters.map(\.value) == ["Ethernet"])
    #expect(profile.host.assumptions.changed.isEmpty)
    #expect(profile.addressSets.map(\.name.value) == ["corp"])
    #expect(profile.addressSets.map { "\($0.addresses.prefixes)" } == ["[10.0.0.0/8, 192.168.0.0/16]"])
    let network = try #require(profile.networks.first)
    #expect(network.driver.value == .l2bridge)
    #expect(network.adapters.map(\.value) == ["Ethernet"])
    #expect(network.subnets.map { "\($0.prefix.value)" } == ["10.244.7.0/24"])
    #expect(network.subnets.first?.gateway?.value == IPAddress("10.244.7.1"))
    #expect(network.endpointGateway?.value == IPAddress("10.244.7.2"))
    #expect(network.ipam?.value == .static)
    #expect(
      network.macPool.map { "\($0.value.lowerBound)..\($0.value.upperBound)" }
        == "00-15-5D-52-C0-00..00-15-5D-52-CF-FF")
    #expect(network.dnsServers.map(\.value) == [IPAddress("10.96.0.10")])
    #expect(network.dnsSearch.map(\.value) == ["svc.cluster.local"])
    #expect(profile.endpoints.map(\.name.value) == ["web", "api"])
    #expect(profile.endpoints.map(\.network) == [0, 0])
    #expect(
      profile.endpoints.map(\.containerIds) == [["web"], ["api/infrastructure", "api/app", "api/sidecar"]])
    #expect(profile.hostProcessPods.map(\.name.value) == ["agent"])
    #expect(profile.hostProcessPods.first?.containers.map(\.name.value) == ["agent"])
    #expect(profile.tests.map(\.name.value) == ["corp reaches web"])
  }

  @Test("An endpoint has all its members")
  func endpoint() throws {
    let profile = try #require(load(exampleText).0)
    let web = try #require(profile.endpoints.first)
    #expect(web.isolation == .process)
    #expect(web.addresses.map(\.value) == [IPAddress("10.244.7.10")])
    #expect(web.mac?.value == MACAddress("00:15:5d:52:c0:0a"))
    #expect(
      web.publish.map(\.value) == [
        PublishDeclaration(external: 8080, internal: 80, protocol: .tcp),
        PublishDeclaration(external: 8443, internal: 443, protocol: .tcp),
        PublishDeclaration(external: 53, internal: 53, protocol: .udp),
      ])
    #expect(web.defaults?.inbound?.value == .block)
    #expect(web.defaults?.outbound?.value == .allow)
    #expect(web.defaults?.location == SourceRange(line: 30, column: 5, length: 8))
    #expect(web.aclSets == [Located(0, at: SourceRange(line: 31, column: 15, length: 3))])
    #expect(web.outboundNat?.exceptions.map(\.description) == ["10.244.0.0/16", "10.96.0.0/12"])
    #expect(
      web.routes == [RouteDeclaration(destination: try #require(IPPrefix("10.96.0.0/12")), encap: true)])
    #expect(web.policies.map(\.type.value) == [.qos])
    #expect(web.policies.map { $0.settings.text() } == [#"{"MaximumOutgoingBandwidthInBytes":1250000}"#])
    guard case .pod(let containers) = profile.endpoints[1].workload else {
      Issue.record("the pod is not a pod")
      return
    }
    #expect(
      containers.flatMap(\.listens).map(\.value) == [
        Listen(port: 8080, protocol: .tcp), Listen(port: 9090, protocol: .tcp),
      ])
  }

  @Test("The joined rules of an endpoint are in order of priority")
  func rules() throws {
    let profile = try #require(load(exampleText).0)
    let rules = try #require(profile.orderedRules(of: profile.endpoints[0]))
    #expect(rules.map { "\($0.priority) \($0.acl.name.value)" } == ["100 deny-metadata", "1000 allow-http"])
    let http = rules[1].acl
    #expect(http.direction == .in)
    #expect(http.action == .allow)
    #expect(http.match.protocols == ProtocolSet([.tcp]))
    #expect(http.match.localPorts?.ranges == [PortRange(80), PortRange(443)])
    #expect(http.match.remotePorts == nil)
    #expect(http.match.localAddresses == nil)
    #expect(http.match.remoteAddresses?.prefixes.map(\.description) == ["10.0.0.0/8", "192.168.0.0/16"])
    #expect(http.name.location == SourceRange(line: 13, column: 14, length: 10))
  }
}
