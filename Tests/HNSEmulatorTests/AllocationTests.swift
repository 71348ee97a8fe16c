import HNSEmulator
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Testing

@Suite struct AllocationTests {
  private func address(_ service: HostNetworkingService, _ endpoint: GUID) throws -> String? {
    try service.document(.endpoint, endpoint)["IpConfigurations"]?.array?.first?["IpAddress"]?.string
  }

  @Test func aFullSubnetIsRefusedAfterAssigningEveryAddress() throws {
    var service = host(addresses: ["10.0.0.9"])
    let network = try service.makeNetwork("n", prefix: "10.0.0.0/28", gateway: "10.0.0.1")
    var given: Set<String> = []
    // Sixteen, minus network, broadcast, gateway and the host's own.
    for index in 0..<12 {
      let endpoint = try service.makeEndpoint(network, #""Name":"e\#(index)""#)
      given.insert(try #require(try address(service, endpoint)))
    }
    #expect(given == Set((2...14).filter { $0 != 9 }.map { "10.0.0.\($0)" }))
    #expect(service.refusal { _ = try $0.makeEndpoint(network, #""Name":"more""#) }?.code == .subnetNotFound)
    let freed = try #require(try service.enumerate(.endpoint).first)
    let address = try address(service, freed)
    try service.delete(.endpoint, freed)
    let next = try service.makeEndpoint(network, #""Name":"more""#)
    #expect(try self.address(service, next) == address)
    #expect(service.invariantViolations() == [])
  }

  @Test func aFullMACPoolIsRefused() throws {
    var service = host()
    let network = try service.create(
      .network,
      settings: json(
        """
        {"Name":"n","Type":"NAT","MacPool":{"Ranges":[
          {"StartMacAddress":"00-15-5D-52-C0-00","EndMacAddress":"00-15-5D-52-C0-01"},
          {"StartMacAddress":"00-15-5D-52-C0-10","EndMacAddress":"00-15-5D-52-C0-10"}]}}
        """))
    let endpoints = try (0..<3).map { try service.makeEndpoint(network, #""Name":"e\#($0)""#) }
    let macs = try endpoints.map { try service.document(.endpoint, $0)["MacAddress"]?.string }
    #expect(Set(macs) == ["00-15-5D-52-C0-00", "00-15-5D-52-C0-01", "00-15-5D-52-C0-10"])
    #expect(service.refusal { _ = try $0.makeEndpoint(network) }?.code == .invalidEndpoint)
    _ = try service.makeEndpoint(network, #""MacAddress":"02:42:ac:00:00:02""#)
    #expect(
      service.refusal { _ = try $0.makeEndpoint(network, #""MacAddress":"02-42-AC-00-00-02""#) }?.code
        == .invalidEndpoint)
  }

  @Test func anAddressDoesNotDependOnTheOthers() throws {
    var alone = host()
    let network = try alone.makeNetwork(prefix: "10.244.0.0/16", gateway: "10.244.0.1")
    var crowded = alone
    for index in 0..<100 { _ = try crowded.makeEndpoint(network, #""Name":"other\#(index)""#) }
    let first = try alone.makeEndpoint(network, #""Name":"web""#)
    let second = try crowded.makeEndpoint(network, #""Name":"web""#)
    #expect(first == second)
    #expect(try address(alone, first) == address(crowded, second))
    let other = host(seed: 8)
    #expect(other != host(seed: 7))
  }

  @Test func equalCallsGiveEqualHosts() throws {
    func build() throws -> [UInt8] {
      var service = host()
      let network = try service.makeNetwork("n", "NAT")
      for index in 0..<50 {
        let endpoint = try service.makeEndpoint(network, #""Name":"e\#(index % 7)""#)
        let namespace = try service.makeNamespace(index % 2 == 0 ? "Host" : "Guest")
        try service.join(namespace, endpoint)
        try service.start(namespace, "c\(index)")
      }
      return service.snapshot.bytes(.pretty)
    }
    #expect(try build() == build())
  }

  @Test func aCopyIsADryRun() throws {
    var service = host()
    let network = try service.makeNetwork()
    var copy = service
    _ = try copy.makeEndpoint(network)
    #expect(try service.enumerate(.endpoint) == [])
    #expect(copy != service)
  }

  @Test func thousandsOfEndpointsRemainConsistent() throws {
    var service = host()
    let network = try service.makeNetwork(prefix: "10.0.0.0/16", gateway: "10.0.0.1")
    var last = GUID.zero
    for index in 0..<4000 { last = try service.makeEndpoint(network, #""Name":"e\#(index)""#) }
    try service.delete(.endpoint, last)
    #expect(service.refusal { _ = try $0.makeEndpoint(network, #""MacAddress":"01-00-00-00-00-00""#) } != nil)
    #expect(service.invariantViolations() == [])
  }
}
