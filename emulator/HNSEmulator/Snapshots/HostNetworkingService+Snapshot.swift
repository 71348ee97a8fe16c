import HostModel
public import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// The format of snapshots this program writes; it also reads older ones.
  ///
  /// Format 2 adds members for load balancers, routes, guest network services, accelerated networking,
  /// attachments without a namespace, networks without a management IP and members that only schema 1 has;
  /// each is present only if needed.
  public static let snapshotFormat: Int64 = 2

  /// Far more than a host ever creates, and far below an overflow.
  static let ordinalLimit: Int64 = 1 << 53
  static let compartmentLimit: Int64 = 1 << 31

  /// The complete state of the service, in a deterministic order.
  ///
  /// Objects are listed in the order of their creation, each with its HCN document and what the document does
  /// not contain. Equal services have equal snapshots.
  public var snapshot: JSON {
    var result = snapshotHeader
    for list in snapshotLists { result.append(list.name, .array((0..<list.count).map(list.entry))) }
    return .object(result)
  }

  /// The text of the snapshot, object by object.
  package var snapshotPieces: [JSONParts.Piece] {
    let header = JSON.object(snapshotHeader).bytes()
    var pieces = [JSONParts.Piece.text(header.dropLast())]
    for list in snapshotLists {
      pieces.append(.text(Array(",\"\(list.name)\":[".utf8)))
      pieces.append(.elements(count: list.count, make: list.entry))
      pieces.append(.text([UInt8(ascii: "]")]))
    }
    return pieces + [.text([UInt8(ascii: "}")])]
  }

  /// The number of objects in the snapshot.
  package var objectCount: Int { snapshotLists.reduce(0) { $0 + $1.count } }

  /// The members of the snapshot before its lists.
  private var snapshotHeader: JSONObject {
    var header: JSONObject = [
      "formatVersion": .integer(Self.snapshotFormat),
      "configuration": configuration.snapshot,
      "nextOrdinal": .integer(nextOrdinal),
      "nextCompartment": .integer(Int64(nextCompartment)),
    ]
    if let routerCompartment {
      header.append("routerCompartment", .integer(Int64(routerCompartment)))
    }
    return header
  }

  /// The lists of the snapshot; those that older formats lack are left out while they are empty.
  private var snapshotLists: [(name: String, count: Int, entry: @Sendable (Int) -> JSON)] {
    func list<Object: Sendable>(
      _ name: String, _ objects: [Object], _ entry: @escaping @Sendable (Object) -> JSON
    ) -> (name: String, count: Int, entry: @Sendable (Int) -> JSON) {
      (name, objects.count, { entry(objects[$0]) })
    }
    let always = [
      list("networks", networks.values.sorted { $0.ordinal < $1.ordinal }) { entry(of: $0) },
      list("endpoints", endpoints.values.sorted { $0.ordinal < $1.ordinal }) { entry(of: $0) },
      list("namespaces", namespaces.values.sorted { $0.ordinal < $1.ordinal }) { entry(of: $0) },
    ]
    let others = [
      list("loadBalancers", loadBalancers.values.sorted { $0.ordinal < $1.ordinal }) { entry(of: $0) },
      list("routes", routes.values.sorted { $0.ordinal < $1.ordinal }) { entry(of: $0) },
      list("guestNetworkServices", guestNetworkServices.values.sorted { $0.ordinal < $1.ordinal }) {
        entry(of: $0)
      },
      list("acceleratedMACs", acceleratedMACs) { .string($0.description) },
    ]
    return always + others.filter { $0.count > 0 }
  }

  func entry(of network: NetworkObject) -> JSON {
    let extensions = network.extensions.sorted { $0.key < $1.key }
      .map { JSONObject.Member($0.key.uppercase, .bool($0.value)) }
    var result: JSONObject = [
      "ordinal": .integer(network.ordinal), "extensions": .object(JSONObject(extensions)),
      "document": typedDocument(of: network, by: .stateFile).document,
    ]
    if !network.v1Members.members.isEmpty { result.append("v1", .object(network.v1Members)) }
    if !network.hasManagementIP { result.append("isSettled", false) }
    return .object(result)
  }

  func entry(of endpoint: EndpointObject) -> JSON {
    var result: JSONObject = [
      "ordinal": .integer(endpoint.ordinal), "document": typedDocument(of: endpoint, by: .stateFile).document,
    ]
    if !endpoint.v1Members.members.isEmpty { result.append("v1", .object(endpoint.v1Members)) }
    if endpoint.isFromV1 { result.append("isFromV1", true) }
    if endpoint.isDetached { result.append("isDetached", true) }
    return .object(result)
  }

  func entry(of namespace: NamespaceObject) -> JSON {
    var result: JSONObject = [
      "ordinal": .integer(namespace.ordinal), "keepsCompartment": .bool(namespace.keepsCompartment),
      "document": document(of: namespace),
    ]
    if namespace.isImplicit { result.append("isImplicit", true) }
    return .object(result)
  }

  /// Endpoint ids are in lower case in every snapshot, whatever clients are given.
  func entry(of balancer: LoadBalancerObject) -> JSON {
    var result: JSONObject = [
      "ordinal": .integer(balancer.ordinal), "document": typedDocument(of: balancer, by: .stateFile).document,
    ]
    if restoringLoadBalancers.contains(balancer.id) { result.append("isRestoring", true) }
    return .object(result)
  }

  func entry(of route: RouteObject) -> JSON {
    ["ordinal": .integer(route.ordinal), "document": typedDocument(of: route, by: .stateFile).document]
  }

  func entry(of service: GuestNetworkServiceObject) -> JSON {
    ["ordinal": .integer(service.ordinal), "document": document(of: service)]
  }
}
