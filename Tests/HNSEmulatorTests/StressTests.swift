import HNSEmulator
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Testing

/// Random calls, most of them valid; after each one the host must be consistent.
@Suite struct StressTests {
  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64]) func randomCalls(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var service = host(
      ["ltsc2022", "1709", "ltsc2025"].randomElement(using: &random) ?? "ltsc2022", seed: seed,
      assumptions: seed % 2 == 0 ? [.compartmentIds: "lowestFree"] : [:])
    var refused = 0
    for step in 0..<400 {
      let before = service
      do { try call(&service, &random) } catch {
        refused += 1
        #expect(service == before, "seed \(seed), step \(step): a refused call changed the host")
      }
      let violations = service.invariantViolations()
      #expect(violations == [], "seed \(seed), step \(step)")
      if !violations.isEmpty { return }
      if step % 20 == 0 {
        let restored = try HostNetworkingService(snapshot: JSON(parsing: service.snapshot.bytes(.pretty)))
        #expect(restored == service, "seed \(seed), step \(step): the snapshot is incomplete")
      }
      #expect(
        service.switchPorts.count
          == (try service.enumerate(.endpoint, query: ["Filter": #"{"State":2}"#]).count
            + service.enumerate(.endpoint, query: ["Filter": #"{"State":3}"#]).count))
    }
    #expect(refused > 10 && refused < 350, "seed \(seed): \(refused) of 400 calls refused")
  }

  private func call(_ service: inout HostNetworkingService, _ random: inout SeededGenerator) throws {
    func any(_ kind: HCNObjectKind) throws -> GUID {
      try service.enumerate(kind).randomElement(using: &random) ?? GUID(1)
    }
    let number = Int.random(in: 0..<8, using: &random)
    switch Int.random(in: 0..<14, using: &random) {
    case 0:
      let driver = NetworkDriver.allCases.randomElement(using: &random) ?? .nat
      _ = try service.makeNetwork(
        "n\(number)", driver.documentName, prefix: "10.\(number).0.0/29", gateway: "10.\(number).0.1",
        adapter: "E\(number % 4)")
    case 1...4:
      let network = try any(.network)
      var members = [#""Name":"e\#(number)""#]
      if Bool.random(using: &random) {
        members.append(#""IpConfigurations":[{"IpAddress":"10.\#(number).0.\#(number)"}]"#)
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        members.append(
          #""Policies":[{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":\#(8080 + number)}}]"#
        )
      }
      _ = try service.makeEndpoint(network, members.joined(separator: ","))
    case 5: _ = try service.makeNamespace(["Host", "HostDefault", "Guest"][number % 3])
    case 6, 7: try service.join(any(.namespace), any(.endpoint), number == 0 ? "Remove" : "Add")
    case 8: try service.start(any(.namespace), "c\(number % 3)")
    case 9: try service.start(any(.namespace), "c\(number % 3)", "Remove")
    case 10:
      let acl =
        #"{"Type":"ACL","Settings":{"Action":"Block","Direction":"Out","RemoteAddresses":"10.0.0.\#(number)"}}"#
      try service.policies(any(.endpoint), ["Add", "Update", "Remove"][number % 3], "[\(acl)]")
    case 11: try service.delete(.endpoint, any(.endpoint))
    case 12: try service.delete(.namespace, any(.namespace))
    default: if number == 0 { try service.delete(.network, any(.network)) }
    }
  }
}
