import HostModel
import JSONText
import NetworkTypes

/// The states of an endpoint that are emulated (reference: hns, 4.2 and 6.4).
///
/// The state follows from what the endpoint is attached to. An endpoint detached by a detach call is in the
/// state detached; one that only left a namespace is in the state created again.
public enum EndpointState: Int64, Sendable {
  /// Newly created, or removed from a namespace.
  case created = 1
  /// Attached to a virtual machine or to the host.
  case attached = 2
  /// Attached to a container that shares the host's kernel.
  case attachedSharing = 3
  /// Detached by a call.
  case detached = 4

  /// Whether filters are programmed for the endpoint.
  var isAttached: Bool { self == .attached || self == .attachedSharing }
}

extension HostNetworkingService {
  /// The document of a network: its id in lower case, NAT without a type, because that is number 0
  /// (reference: hns, 0 rule 4 and 10.3).
  func document(of network: NetworkObject) -> JSON { typedDocument(of: network).document }

  /// The typed document of a network.
  func typedDocument(
    of network: NetworkObject, by author: DocumentAuthor = .service
  ) -> HostComputeNetwork {
    var result = HostComputeNetwork(id: network.id, mode: network.mode, author: author)
    result.name = network.name
    result.owner = network.owner
    result.version = configuration.version.packed
    result.additionalParams = network.additionalParams
    result.policies = network.policies
    result.macPool = network.macPool
    result.dns = network.dns
    result.ipams = network.ipams
    result.flags = network.flags
    result.healthExtra = network.healthExtra
    result.schemaVersion = network.schemaVersion
    return result
  }

  /// The document of an endpoint: its id and its network's in lower case, a namespace only while it is in one
  /// (reference: hns, 1.5, 6.1 and 10.3).
  func document(of endpoint: EndpointObject) -> JSON { typedDocument(of: endpoint).document }

  /// The typed document of an endpoint.
  func typedDocument(
    of endpoint: EndpointObject, by author: DocumentAuthor = .service
  ) -> HostComputeEndpoint {
    var result = HostComputeEndpoint(id: endpoint.id, network: endpoint.network, author: author)
    result.name = endpoint.name
    result.owner = endpoint.owner
    result.version = configuration.version.packed
    result.additionalParams = endpoint.additionalParams
    result.namespace = visibleNamespace(of: endpoint)
    result.writesZeroNamespace = writesZeroNamespace(endpoint)
    result.policies = endpoint.policies
    result.addresses = endpoint.ipConfigurations
    if configuration.schemaMinor < Self.ipSubnetSchema {
      for index in result.addresses.indices { result.addresses[index].ipSubnet = nil }
    }
    result.dns = endpoint.dns
    result.routes = endpoint.routes
    result.mac = endpoint.mac
    result.flags = endpoint.flags
    result.schemaVersion = endpoint.schemaVersion
    result.state = state(of: endpoint).rawValue
    return result
  }

  /// The namespace of an endpoint, if it is visible to clients.
  func visibleNamespace(of endpoint: EndpointObject) -> GUID? {
    endpoint.namespace.flatMap { namespaces[$0]?.isImplicit == true ? nil : $0 }
  }

  /// Whether the document of an endpoint in no namespace has all zeros in its place (reference: hns, 1.5 and 6.4).
  private func writesZeroNamespace(_ endpoint: EndpointObject) -> Bool {
    switch configuration.assumptions.unattachedNamespace {
    case .bySchema: endpoint.isFromV1 || endpoint.namespace != nil
    case .zeros: true
    case .omitted: false
    }
  }

  /// The document of a namespace: `NamespaceId` and `NamespaceGuid` only once a compartment is open,
  /// endpoint ids among the resources in upper case (reference: hns, 1.10 and 6.1).
  func document(of namespace: NamespaceObject) -> JSON { typedDocument(of: namespace).document }

  /// The typed document of a namespace.
  func typedDocument(of namespace: NamespaceObject) -> HostComputeNamespace {
    var result = HostComputeNamespace(id: namespace.id, type: namespace.type)
    result.name = namespace.name
    result.owner = namespace.owner
    result.version = configuration.version.packed
    result.compartment = compartment(of: namespace).map { .init(number: $0.id, guid: $0.guid) }
    result.resources = namespace.resources
    result.schemaVersion = namespace.schemaVersion
    return result
  }

  /// The typed documents of load balancers, routes and guest network services.
  func typedDocument(
    of balancer: LoadBalancerObject, by author: DocumentAuthor = .service
  ) -> HostComputeLoadBalancer {
    var result = balancer.document
    result.author = author
    result.version = configuration.version.packed
    return result
  }

  func typedDocument(of route: RouteObject, by author: DocumentAuthor = .service) -> HostComputeRoute {
    var result = route.document
    result.author = author
    result.version = configuration.version.packed
    return result
  }

  func typedDocument(of service: GuestNetworkServiceObject) -> HostComputeGuestNetworkService {
    var result = service.document
    result.version = configuration.version.packed
    return result
  }

  /// The document of a load balancer, with endpoint ids in the case that an assumption decides.
  func document(of balancer: LoadBalancerObject) -> JSON {
    typedDocument(of: balancer).document(endpointIDs: configuration.assumptions.loadBalancerEndpoints)
  }

  func document(of route: RouteObject) -> JSON { typedDocument(of: route).document }

  func document(of service: GuestNetworkServiceObject) -> JSON { typedDocument(of: service).document }

  /// Attached once the compartment of the endpoint's namespace is open; attachedSharing if that compartment
  /// is in the host's kernel (reference: hns, 6.4).
  func state(of endpoint: EndpointObject) -> EndpointState {
    guard let namespace = endpoint.namespace.flatMap({ namespaces[$0] }), namespace.compartment != nil else {
      return endpoint.isDetached ? .detached : .created
    }
    return namespace.type == .host ? .attachedSharing : .attached
  }
}
