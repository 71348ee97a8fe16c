import FilterEngine
import HNSEmulator
import HNSStore
import HostImport
import HostModel
import NetworkTypes
import Testing

/// Documents of HNS objects as JSON, of old and new builds and in both schemas.
@Suite struct DocumentTests {
  @Test("of a nat network, Windows PowerShell's layout in UTF-16, HNS 13.3")
  func nat() throws {
    let host = try Fixtures.host("documents/nat-networks-13.3.json", "documents/nat-endpoints-13.3.json")
    #expect(host.service.build.build == 20348)
    #expect(host.buildSource == .inferred(HNSVersion(13, 3)))
    // Windows Firewall decides everything there, and its rules are not in the documents.
    let allowed = try host.trace(from: "10.1.2.3", to: "web", port: 80)
    #expect(allowed.verdict == .unknown)
    #expect(allowed.reason?.description.contains("does not contain the rules of Windows Firewall") == true)
    // A Block ACL overrides whatever the rules of the host are.
    #expect(try host.verdict(from: "10.9.1.1", to: "web", port: 23) == .block)
    #expect(try host.verdict(from: "10.8.1.1", to: "web", port: 23) == .unknown)
    #expect(try host.verdict(from: "10.1.2.3", to: "web", port: 80, assuming: .defaults) == .allow)
    #expect(host.service.gaps.endpoints.isEmpty)
  }

  @Test("of an overlay network, alphabetical, HNS 9.2")
  func overlayOf2019() throws {
    let host = try Fixtures.host("documents/overlay-9.2.json")
    #expect(host.service.build.build == 17763)
    #expect(host.service.configuration.addresses == [try #require(IPAddress("10.240.0.5"))])
    // A block of VFP is certain; what VFP allows must pass Windows Firewall too.
    #expect(try host.verdict(from: "10.1.2.3", to: "api", port: 443) == .block)
    #expect(try host.verdict(from: "10.1.2.3", to: "api", port: 80) == .unknown)
    #expect(try host.verdict(from: "10.1.2.3", to: "api", port: 80, assuming: .defaults) == .allow)
    let topology = host.service.topology
    #expect(topology.endpoints.map(\.isRemote) == [false, true])
    #expect(topology.endpoints[0].isolation == .process)
  }

  @Test("of an overlay network with namespaces and a policy list, HNS 15.0")
  func overlayOf23H2() throws {
    let host = try Fixtures.host("documents/overlay-15.0-v1.json")
    #expect(host.service.build.build == 25398)
    #expect(host.service.topology.loadBalancers.count == 1)
    #expect(try host.verdict(from: "10.244.9.9", to: "k8s-pod", port: 8080) == .unknown)
    #expect(try host.verdict(from: "10.244.9.9", to: "k8s-pod", port: 22) == .block)
    #expect(
      try host.verdict(from: "10.244.9.9", to: "k8s-pod", port: 8080, assuming: .defaults) == .allow)
    let compartment = host.service.compartments.first { $0.id == 5 }
    #expect(compartment?.guid == GUID("06172839-4a5b-4c6d-9e7f-809102132435"))
  }

  @Test("of schema 2, with a utility VM that the host's firewall does not filter")
  func l2bridge() throws {
    let host = try Fixtures.host("documents/l2bridge-13.3-v2.json")
    // Invented. VFP alone filters the utility VM on l2bridge, so everything is known.
    #expect(try host.verdict(from: "10.1.2.3", to: "vm-api", port: 443) == .allow)
    #expect(try host.verdict(from: "172.16.0.1", to: "vm-api", port: 443) == .block)
    #expect(try host.verdict(from: "10.1.2.3", to: "pod-api", port: 443) == .unknown)
    #expect(try host.verdict(from: "172.16.0.1", to: "pod-api", port: 443) == .block)
  }

  @Test(
    "survive being written as a state and read again",
    arguments: [
      ["documents/nat-networks-13.3.json", "documents/nat-endpoints-13.3.json"],
      ["documents/overlay-9.2.json"], ["documents/overlay-15.0-v1.json"], ["documents/l2bridge-13.3-v2.json"],
    ])
  func restored(_ paths: [String]) throws {
    let (imported, _) = HostImport.host(try paths.map { try Fixtures.file($0) })
    let host = try #require(imported)
    let restored = try host.restored()
    #expect(restored.service == host.service)
    #expect(restored.service.gaps == host.service.gaps)
    #expect(host.service.invariantViolations().isEmpty)
  }
}
