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
    var result: JSONObject = [
      "formatVersion": .integer(Self.snapshotFormat),
      "configuration": configuration.snapshot,
      "nextOrdinal": .integer(nextOrdinal),
      "nextCompartment": .integer(Int64(nextCompartment)),
      "networks": .array(networks.values.sorted { $0.ordinal < $1.ordinal }.map { entry(of: $0) }),
      "endpoints": .array(endpoints.values.sorted { $0.ordinal < $1.ordinal }.map { entry(of: $0) }),
      "namespaces": .array(namespaces.values.sorted { $0.ordinal < $1.ordinal }.map { entry(of: $0) }),
    ]
    func add(_ key: String, _ entries: [JSON]) { if !entries.isEmpty { result.append(key, .array(entries)) } }
    add("loadBalancers", loadBalancers.values.sorted { $0.ordinal < $1.ordinal }.map { entry(of: $0) })
    add("routes", routes.values.sorted { $0.ordinal < $1.ordinal }.map { entry(of: $0) })
    add(
      "guestNetworkServices",
      guestNetworkServices.values.sorted { $0.ordinal < $1.ordinal }.map { entry(of: $0) })
    add("acceleratedMACs", acceleratedMACs.map { .string($0.description) })
    return .object(result)
  }

  func entry(of network: NetworkObject) -> JSON {
    let extensions = network.extensions.sorted { $0.key < $1.key }
      .map { JSONObject.Member($0.key.uppercase, .bool($0.value)) }
    var result: JSONObject = [
      "ordinal": .integer(network.ordinal), "extensions": .object(JSONObject(extensions)),
      "document": document(of: network),
    ]
    if !network.v1Members.members.isEmpty { result.append("v1", .object(network.v1Members)) }
    if !network.hasManagementIP { result.append("isSettled", false) }
    return .object(result)
  }

  func entry(of endpoint: EndpointObject) -> JSON {
    var result: JSONObject = ["ordinal": .integer(endpoint.ordinal), "document": document(of: endpoint)]
    if !endpoint.v1Members.members.isEmpty { result.append("v1", .object(endpoint.v1Members)) }
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

  func entry(of balancer: LoadBalancerObject) -> JSON {
    ["ordinal": .integer(balancer.ordinal), "document": document(of: balancer)]
  }

  func entry(of route: RouteObject) -> JSON {
    ["ordinal": .integer(route.ordinal), "document": document(of: route)]
  }

  func entry(of service: GuestNetworkServiceObject) -> JSON {
    ["ordinal": .integer(service.ordinal), "document": document(of: service)]
  }
}
