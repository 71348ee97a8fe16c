import HNSEmulator
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Testing

@Suite struct SnapshotTests {
  /// A host with objects of every kind.
  static func full() throws -> HostNetworkingService {
    var service = host("26100.32690", assumptions: [.implicitDeny: "unknown"])
    let network = try service.makeNetwork("pods", "Overlay")
    let nat = try service.create(.network, settings: ["Name": "nat", "Owner": "me", "Flags": 8])
    let first = try service.makeEndpoint(
      network,
      #""Name":"web","Owner":"hnsctl/x","Policies":[{"Type":"ACL","Settings":{"Action":"Allow","Direction":"In","Id":"a","RuleType":"Switch"}}]"#
    )
    let second = try service.makeEndpoint(
      nat, #""Name":"db","Policies":[{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80}}]"#)
    _ = try service.makeEndpoint(network, #""Name":"far","Flags":1"#)
    let pod = try service.makeNamespace()
    try service.join(pod, first)
    for container in ["pause", "app", "app"] { try service.start(pod, container) }
    let guest = try service.makeNamespace("Guest")
    try service.join(guest, second)
    try service.start(guest, "vm")
    _ = try service.create(.namespace, settings: ["CreateWithCompartment": true])
    _ = try service.makeNamespace("HostDefault")
    return service
  }

  @Test func nothingIsLost() throws {
    let service = try Self.full()
    let bytes = service.snapshot.bytes(.pretty)
    let restored = try HostNetworkingService(snapshot: JSON(parsing: bytes))
    #expect(restored == service)
    #expect(restored.snapshot.bytes(.pretty) == bytes)
    #expect(restored.switchPorts == service.switchPorts)
    #expect(restored.firewallCompartments == service.firewallCompartments)
    #expect(restored.invariantViolations() == [])
  }

  @Test func aNewObjectIsANewBlockOfText() throws {
    var service = try Self.full()
    func lines() -> [String] {
      service.snapshot.text(.pretty).split(separator: "\n").map { String($0) }
    }
    let before = lines()
    _ = try service.makeEndpoint(try service.enumerate(.network)[0], #""Name":"new""#)
    let changes = lines().difference(from: before)
    #expect(changes.removals.count == 1, "only the next ordinal differs")
    #expect(changes.insertions.count > 10)
  }

  @Test func assumptionsAreReadByTheirOldNameToo() throws {
    let service = host(assumptions: [.compartmentIds: "lowestFree"])
    let text = service.snapshot.text().replacing("assumptions", with: "switches")
    #expect(text.contains(#""switches":{"compartmentIds":"lowestFree"}"#))
    #expect(try HostNetworkingService(snapshot: JSON(parsing: text)) == service)
  }

  @Test func aLargeSeedSurvives() throws {
    let service = host(seed: .max)
    #expect(try HostNetworkingService(snapshot: JSON(parsing: service.snapshot.bytes())) == service)
  }

  @Test func aNewerFormatIsRefused() throws {
    var object = try #require(try Self.full().snapshot.object)
    object["formatVersion"] = 9
    object["future"] = true
    let error = #expect(throws: SnapshotError.self) { try HostNetworkingService(snapshot: .object(object)) }
    #expect(error?.newerFormat == 9)
    #expect(error?.path == "formatVersion")
  }

  /// A change in one place, and the path that the error must report.
  @Test(
    arguments: [
      (["nextOrdinal"], "1", "networks[0].ordinal"),
      (["nextCompartment"], "2", "namespaces[0].document.NamespaceId"),
      (["nextCompartment"], "4294967295", "nextCompartment"),
      (["nextOrdinal"], "9223372036854775807", "nextOrdinal"),
      (["configuration", "build"], "\"x\"", "configuration.build"),
      (["configuration", "seed"], "-1", "configuration.seed"),
      (["configuration", "addresses"], "[\"1.2.3\"]", "configuration.addresses[0]"),
      (
        ["configuration", "assumptions"], "{\"implicitDeny\":\"maybe\"}",
        "configuration.assumptions.implicitDeny"
      ),
      (["networks"], "{}", "networks"),
      (["networks", "0"], "7", "networks[0]"),
      (["networks", "0", "document", "Flags"], "1.5", "networks[0].document"),
      (["networks", "0", "document", "Name"], "\"nat\"", "networks[1].document"),
      (["networks", "0", "document", "ID"], "\"nonsense\"", "networks[0].document.ID"),
      (["networks", "0", "document", "Surprise"], "1", "networks[0].document.Surprise"),
      (["networks", "0", "extensions"], "{\"x\":true}", "networks[0].extensions.x"),
      (["endpoints", "0", "document", "MacAddress"], "\"zz\"", "endpoints[0].document"),
      (["endpoints", "0", "document", "State"], "1", "endpoints[0].document.State"),
      (
        ["endpoints", "0", "document", "IpConfigurations"], "[{\"IpAddress\":\"9.9.9.9\"}]",
        "endpoints[0].document"
      ),
      (
        ["endpoints", "0", "document", "HostComputeNetwork"], "\"00000000-0000-0000-0000-000000000001\"",
        "endpoints[0].document"
      ),
      (["endpoints", "0", "document", "Policies"], "[{\"Type\":\"ACL\"}]", "endpoints[0].document"),
      (["endpoints", "0", "ordinal"], "1", "endpoints[0].ordinal"),
      (["endpoints"], "[]", "namespaces[0].document.Resources"),
      (["namespaces", "0", "document", "NamespaceId"], "1", "namespaces[0].document.NamespaceId"),
      (["namespaces", "0", "document", "NamespaceId"], "77", "namespaces[0].document.NamespaceId"),
      (["namespaces", "0", "document", "Resources"], "[]", "namespaces[0].document.NamespaceId"),
      (["namespaces", "0", "keepsCompartment"], "null", "namespaces[0].keepsCompartment"),
      (["namespaces", "0", "document", "Type"], "\"Weird\"", "namespaces[0].document"),
    ]) func damageErrorNamesThePath(_ member: [String], _ value: String, _ path: String) throws
  {
    let damaged = try Self.full().snapshot.replacing(member[...], with: json(value))
    let error = #expect(throws: SnapshotError.self) { try HostNetworkingService(snapshot: damaged) }
    #expect(error?.path == path, "\(error.map { "\($0)" } ?? "")")
  }

  /// Every value of a snapshot is replaced by every kind of value: it is refused, or equivalent.
  @Test func damageNeverCrashes() throws {
    let service = try Self.full()
    let snapshot = service.snapshot
    var refused = 0
    var tried = 0
    for path in snapshot.paths(depthLimit: 6) {
      for value in [JSON.null, false, 0, -1, .number("1e99"), "", "x", [], [[]], [:]] {
        let damaged = snapshot.replacing(path[...], with: value)
        guard damaged != snapshot else { continue }
        tried += 1
        do throws(SnapshotError) { _ = try HostNetworkingService(snapshot: damaged) } catch { refused += 1 }
      }
    }
    #expect(tried > 1000)
    #expect(refused > tried * 9 / 10, "\(refused) of \(tried)")
  }
}
