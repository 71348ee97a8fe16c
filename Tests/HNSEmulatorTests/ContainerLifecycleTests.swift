import HNSEmulator
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Testing

/// From an empty host to a running container and back, through a state file.
@Suite struct ContainerLifecycleTests {
  @Test func theCompartmentFollowsTheContainer() throws {
    var service = host()
    let network = try service.makeNetwork()
    let endpoint = try service.makeEndpoint(network)
    let namespace = try service.makeNamespace()
    try service.join(namespace, endpoint)
    #expect(service.compartments == [.hostDefault])
    #expect(try service.document(.namespace, namespace)["NamespaceId"] == nil)

    try service.start(namespace, "web")
    #expect(service.compartments.map(\.id) == [1, 2])
    #expect(service.compartments[1].containers == ["web"])
    #expect(service.compartments[1].namespace == namespace)
    let document = try service.document(.namespace, namespace)
    #expect(document["NamespaceId"] == 2)
    #expect(document["NamespaceGuid"] == .string(service.compartments[1].guid.uppercase))
    #expect(try service.document(.endpoint, endpoint)["State"] == 3)

    try service.start(namespace, "web", "Remove")
    #expect(service.compartments == [.hostDefault])
    #expect(try service.document(.endpoint, endpoint)["State"] == 1)
  }

  @Test func aSnapshotRestoresTheHost() throws {
    var service = host()
    let network = try service.makeNetwork()
    let endpoint = try service.makeEndpoint(network)
    let namespace = try service.makeNamespace("Guest")
    try service.join(namespace, endpoint)
    try service.start(namespace, "web")
    let restored = try HostNetworkingService(snapshot: JSON(parsing: service.snapshot.bytes(.pretty)))
    #expect(restored == service)
  }
}
