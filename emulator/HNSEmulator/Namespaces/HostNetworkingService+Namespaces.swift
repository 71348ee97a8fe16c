import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// Creates a namespace; an empty document creates one of type Host (reference: hns, 1.6).
  ///
  /// A given `NamespaceId` is ignored. Resources are added by modify requests; a document with resources is
  /// refused.
  mutating func createNamespace(id requestedID: GUID, _ settings: JSON) throws(HCNError) -> GUID {
    let reader = try DocumentReader(settings, .invalidArgument)
    let name = try reader.text("Name") ?? ""
    let id = try newID(
      .namespace, requested: requestedID, document: reader.objectID(), name: name,
      errorIfTaken: .objectAlreadyExists)
    guard try reader.list("Resources").isEmpty else {
      throw HCNError(.requestUnsupported, detail: "add resources by modify requests")
    }
    let wanted = try HostComputeNamespace(reader, id: id)
    return try makeNamespace(wanted, keepsCompartment: reader.flag("CreateWithCompartment") ?? false)
  }

  /// Creates a namespace from its typed document.
  mutating func makeNamespace(
    _ wanted: HostComputeNamespace, keepsCompartment: Bool = false
  ) throws(HCNError) -> GUID {
    guard wanted.resources.isEmpty else {
      throw HCNError(.requestUnsupported, detail: "add resources by modify requests")
    }
    var namespace = NamespaceObject(wanted, ordinal: nextOrdinal)
    namespace.keepsCompartment = keepsCompartment && wanted.type != .hostDefault
    nextOrdinal += 1
    namespaces[wanted.id] = namespace
    updateCompartment(of: wanted.id)
    notify(ServiceNotification(.namespaceCreate, object: wanted.id))
    return wanted.id
  }

  /// Adds or removes an endpoint or a container.
  ///
  /// The first container opens the compartment and attaches the endpoints; removing the last one closes it. A
  /// container may be added more than once and then must be removed as often. Endpoints on other hosts cannot
  /// be added (reference: hns, 6.4).
  mutating func modifyNamespace(_ id: GUID, _ settings: JSON) throws(HCNError) {
    guard namespaces[id] != nil, namespaces[id]?.isImplicit == false else { throw missing(.namespace, id) }
    let request = try DocumentReader(settings, .invalidArgument)
    let type = try request.enumeration("RequestType", RequestType.self, unknown: .requestUnsupported) ?? .add
    let kind =
      try request.enumeration("ResourceType", NamespaceResource.self, unknown: .requestUnsupported)
      ?? .container
    let details = try request.child("Settings")
    let resource: NamespaceObject.Resource
    switch kind {
    case .container:
      guard let container = try details?.text("ContainerId"), !container.isEmpty else {
        throw HCNError(.invalidArgument, detail: "the request lacks 'ContainerId'")
      }
      resource = .container(container)
    case .endpoint:
      guard let endpoint = try details?.guid("EndpointId") else {
        throw HCNError(.invalidArgument, detail: "the request lacks 'EndpointId'")
      }
      resource = .endpoint(endpoint)
    }
    try changeResources(ofNamespace: id, type, resource)
  }

  /// Performs a request to add or remove a resource.
  mutating func changeResources(
    ofNamespace id: GUID, _ type: RequestType, _ resource: NamespaceObject.Resource
  ) throws(HCNError) {
    let before = attachedEndpoints(of: id)
    switch type {
    case .add:
      try add(resource, to: id)
      if configuration.startsContainers, namespaces[id]?.isWaitingForContainer == true {
        namespaces[id]?.keepsCompartment = true
      }
    case .remove: try remove(resource, from: id)
    case .update, .refresh, .reset:
      throw HCNError(
        .requestUnsupported, detail: "namespaces do not support requests of type \(type.rawValue)")
    }
    updateCompartment(of: id)
    notifyOfAttachments(since: before, to: attachedEndpoints(of: id))
  }

  mutating func add(
    _ resource: NamespaceObject.Resource, to id: GUID
  ) throws(HCNError) {
    if case .endpoint(let endpoint) = resource {
      let object = try existing(endpoint: endpoint)
      if let namespace = object.namespace {
        throw HCNError(
          .endpointNamespaceAlreadyExists, detail: "the endpoint is in namespace \(namespace)")
      }
      guard !object.isRemote else {
        throw HCNError(.invalidRemoteEndpointOperation, detail: "the endpoint is on another host")
      }
      endpoints[endpoint]?.namespace = id
      endpoints[endpoint]?.isDetached = false
    }
    namespaces[id]?.resources.append(resource)
  }

  private mutating func remove(
    _ resource: NamespaceObject.Resource, from id: GUID
  ) throws(HCNError) {
    guard let index = namespaces[id]?.resources.firstIndex(of: resource) else {
      throw HCNError(.elementNotFound, detail: "the namespace does not list it")
    }
    namespaces[id]?.resources.remove(at: index)
    if case .endpoint(let endpoint) = resource { endpoints[endpoint]?.namespace = nil }
  }

  mutating func deleteNamespace(_ id: GUID) throws(HCNError) {
    let namespace = try existing(namespace: id)
    guard namespace.containers.isEmpty else {
      throw HCNError(.requestUnsupported, detail: "the namespace has a container")
    }
    removeNamespace(namespace)
    notify(ServiceNotification(.namespaceDelete, object: id))
  }

  /// Removes a namespace; its endpoints remain.
  mutating func removeNamespace(_ namespace: NamespaceObject) {
    let id = namespace.id
    notifyOfAttachments(since: attachedEndpoints(of: id), to: [])
    for endpoint in namespace.endpoints { endpoints[endpoint]?.namespace = nil }
    namespaces[id]?.resources = []
    namespaces[id]?.keepsCompartment = false
    updateCompartment(of: id)
    namespaces[id] = nil
  }
}
