import HNSEmulator
import HNSService
import HNSStore
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Synchronization
import Testing

/// A host with services is recovered wherever the process dies: load balancers, the endpoints they forward to,
/// and the rules that they program.
@Suite struct ServiceRecoveryTests {
  private static let network = GUID(1)
  private static let web = GUID(2)
  private static let far = GUID(3)
  private static let shop = GUID(4)

  private static func balancer(
    _ id: GUID, vip: String, to endpoints: [GUID], flags: Int = 1
  ) throws -> JSON {
    try json(
      """
      {"ID":"\(id)","HostComputeEndpoints":[\(endpoints.map { "\"\($0)\"" }.joined(separator: ","))],
       "FrontendVIPs":["\(vip)"],"SourceVIP":"10.1.0.250","Flags":\(flags),
       "PortMappings":[{"Protocol":6,"InternalPort":8080,"ExternalPort":80}],
       "SchemaVersion":{"Major":2,"Minor":0}}
      """)
  }

  /// The calls of kube-proxy on an overlay network, from the first endpoint to the removal of a service.
  private static func calls() throws -> [ServiceCall] {
    [
      .create(
        .network, id: network, network: nil,
        settings: try json(
          """
          {"Name":"vx","Type":"Overlay","SchemaVersion":{"Major":2,"Minor":0},
           "Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}],
           "Ipams":[{"Subnets":[{"IpAddressPrefix":"10.1.0.0/24",
             "Routes":[{"NextHop":"10.1.0.1","DestinationPrefix":"0.0.0.0/0"}],
             "Policies":[{"Type":"VSID","Settings":{"IsolationId":4096}}]}]}]}
          """)),
      .create(
        .endpoint, id: web, network: network,
        settings: try json(#"{"Name":"web","IpConfigurations":[{"IpAddress":"10.1.0.10"}]}"#)),
      .create(
        .endpoint, id: GUID(6), network: network,
        settings: try json(#"{"IpConfigurations":[{"IpAddress":"10.1.0.250"}]}"#)),
      .create(
        .endpoint, id: far, network: network,
        settings: try json(
          """
          {"Flags":1,"MacAddress":"02-11-0A-01-09-07","IpConfigurations":[{"IpAddress":"10.1.9.7"}],
           "Policies":[{"Type":"ProviderAddress","Settings":{"ProviderAddress":"192.0.2.9"}}]}
          """)),
      .create(
        .loadBalancer, id: shop, network: nil, settings: try balancer(shop, vip: "10.96.7.7", to: [web, far])),
      .create(
        .loadBalancer, id: GUID(5), network: nil,
        settings: try balancer(GUID(5), vip: "10.96.7.8", to: [web], flags: 0)),
      // The same address and port again: refused.
      .create(
        .loadBalancer, id: GUID(7), network: nil, settings: try balancer(GUID(7), vip: "10.96.7.7", to: [web])
      ),
      .modify(.loadBalancer, shop, settings: try balancer(shop, vip: "10.96.7.7", to: [far])),
      .delete(.loadBalancer, GUID(5)),
      .delete(.endpoint, far),
      .delete(.loadBalancer, shop),
    ]
  }

  private static func newHost() -> HostState {
    HostState(service: host("ltsc2025", adapters: ["Ethernet"], seed: 3))
  }

  @Test(arguments: [ModelFileSystem.Fault.dies, .diesAfter])
  func atEveryStep(_ fault: ModelFileSystem.Fault) throws {
    let calls = try Self.calls()
    var complete = Self.newHost().service
    for call in calls { _ = complete.perform(call) }
    var recovered = 0
    for index in 0... {
      let files = ModelFileSystem()
      try files.file.save(Self.newHost())
      files.arm(fault, at: index)
      var acknowledged = Self.newHost().service
      var inFlight: HostNetworkingService?
      // The state is saved again and again on the way.
      if let shared = try? files.shared(journalSize: 1) {
        for call in calls where !files.storage.withLock({ $0.isDead }) {
          var after = acknowledged
          let wanted = after.perform(call)
          if shared.perform(call) == wanted { acknowledged = after } else { inFlight = after }
        }
        try? shared.close()
      }
      let count = files.storage.withLock { $0.calls.count }
      files.kill()
      let context = "\(fault) at step \(index) of \(count)"
      let found = try #require(try files.file.load(), "\(context)").service
      #expect(found == acknowledged || found == inFlight, "\(context)")
      let expected = found == acknowledged ? acknowledged : inFlight ?? acknowledged
      for endpoint in (try? found.enumerate(.endpoint)) ?? [] {
        #expect(found.switchPort(of: endpoint) == expected.switchPort(of: endpoint), "\(context)")
      }
      if try !found.enumerate(.loadBalancer).isEmpty { recovered += 1 }
      // A client that starts again ends with the same host.
      var again = found
      for call in calls { _ = again.perform(call) }
      for kind in HCNObjectKind.allCases {
        #expect(try again.enumerate(kind) == complete.enumerate(kind), "\(context)")
      }
      if count <= index { break }
    }
    #expect(recovered > 3)
  }
}
