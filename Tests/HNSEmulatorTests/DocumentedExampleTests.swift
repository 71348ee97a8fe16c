import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// Runs the example in Swift of the emulator's page; `DocumentationTests` checks that it is the one shown there.
@Suite struct DocumentedExampleTests {
  @Test func theExampleWorks() throws {
    var host = HostNetworkingService(HostConfiguration(build: .standard))
    let network = try host.create(.network, settings: ["Name": "nat", "Type": "NAT"])
    let endpoint = try host.create(.endpoint, network: network, settings: ["Name": "web"])
    let namespace = try host.create(.namespace, settings: [:])
    func add(_ type: JSON, _ settings: JSON) throws {
      try host.modify(
        .namespace, namespace,
        settings: ["RequestType": "Add", "ResourceType": type, "Settings": settings])
    }
    try add("Endpoint", ["EndpointId": .string(endpoint.lowercase)])
    #expect(host.compartments.count == 1)  // a compartment is opened by the first container
    try add("Container", ["ContainerId": "web"])
    #expect(host.compartments.count == 2)
    #expect(host.firewall(of: endpoint)?.rules.first?.isPlatformDefault == true)
  }
}
