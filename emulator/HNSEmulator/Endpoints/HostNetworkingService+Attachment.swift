import HostModel
import JSONText
import NetworkTypes

/// What an endpoint can be attached to without a namespace (reference: hns, 4.1).
enum SystemType: String, DocumentEnumeration {
  case container = "Container"
  case virtualMachine = "VirtualMachine"
  case host = "Host"
}

extension HostNetworkingService {
  // MARK: Attach and detach

  /// Attaches an endpoint by a separate call, as clients without namespaces do.
  ///
  /// The service creates a namespace for it that is not visible to clients: of type Host with the container
  /// for a container, of type Guest for a virtual machine, and the one of the default compartment for the
  /// host. Compartments are thus opened and filters programmed in one way only. Containers attached with the
  /// same id share a namespace. A compartment number in the request is ignored (reference: hns, 4.1 and 6.4).
  ///
  /// - Parameters:
  ///   - id: The endpoint.
  ///   - system: What it is attached to.
  ///   - name: The id of the container or virtual machine.
  mutating func attach(_ id: GUID, to system: SystemType, named name: String) throws(HCNError) {
    let endpoint = try existing(endpoint: id)
    if state(of: endpoint) == .attached || state(of: endpoint) == .attachedSharing {
      throw HCNError(.endpointAlreadyAttached)
    }
    if let namespace = endpoint.namespace {
      throw HCNError(
        .endpointNamespaceAlreadyExists, detail: "the endpoint is in namespace \(namespace)")
    }
    guard !endpoint.isRemote else {
      throw HCNError(.invalidRemoteEndpointOperation, detail: "the endpoint is on another host")
    }
    guard system == .host || !name.isEmpty else {
      throw HCNError(.invalidArgument, detail: "the request does not specify what to attach to")
    }
    var digest = SeededDigest(configuration.seed, "attachment")
    digest.combine(system.rawValue)
    digest.combine(system == .host ? "" : name)
    while let present = namespaces[digest.guid], !present.isImplicit { digest.combine(1) }
    let target = digest.guid
    if namespaces[target] == nil {
      let type: NamespaceType =
        switch system {
        case .container: .host
        case .virtualMachine: .guest
        case .host: .hostDefault
        }
      var namespace = NamespaceObject(id: target, ordinal: nextOrdinal, type: type)
      namespace.isImplicit = true
      if system != .host { namespace.resources = [.container(name)] }
      nextOrdinal += 1
      namespaces[target] = namespace
    }
    try add(.endpoint(id), to: target)
    updateCompartment(of: target)
    notifyOfAttachments(since: [], to: attachedEndpoints(of: target).filter { $0 == id })
  }

  /// Detaches an endpoint.
  ///
  /// If a namespace attached it, it leaves the namespace. Its state is then detached (reference: hns, 4.2).
  mutating func detach(_ id: GUID) throws(HCNError) {
    let endpoint = try existing(endpoint: id)
    guard let namespace = endpoint.namespace else { throw HCNError(.endpointNotAttached) }
    take(endpoint: id, outOf: namespace)
    endpoints[id]?.isDetached = true
  }

  /// Removes an endpoint from the namespace that lists it; an implicit namespace is deleted with its last
  /// endpoint.
  mutating func take(endpoint: GUID, outOf id: GUID) {
    let before = attachedEndpoints(of: id)
    namespaces[id]?.resources.removeAll { $0 == .endpoint(endpoint) }
    endpoints[endpoint]?.namespace = nil
    notifyOfAttachments(since: before, to: attachedEndpoints(of: id))
    guard let namespace = namespaces[id], namespace.isImplicit, namespace.endpoints.isEmpty else { return }
    removeNamespace(namespace)
  }

  /// The attached endpoints of a namespace; empty if nobody listens for notifications.
  func attachedEndpoints(of id: GUID) -> [GUID] {
    guard recordsNotifications, let namespace = namespaces[id], namespace.compartment != nil else {
      return []
    }
    return namespace.endpoints
  }

  /// Sends notifications for the endpoints that were attached or detached.
  mutating func notifyOfAttachments(since before: [GUID], to after: [GUID]) {
    for endpoint in before where !after.contains(endpoint) {
      notify(ServiceNotification(.networkEndpointDetached, object: endpoint))
    }
    for endpoint in after where !before.contains(endpoint) {
      notify(ServiceNotification(.networkEndpointAttached, object: endpoint))
    }
  }

  // MARK: Ports

  /// Performs a request on an endpoint's port.
  ///
  /// Add attaches it to a virtual machine, Remove detaches it from whatever it is attached to. Refresh
  /// returns when guests have the state of the host, which here they always have (reference: hns, 2).
  mutating func modifyPort(_ id: GUID, _ request: DocumentReader, _ type: RequestType) throws(HCNError) {
    switch type {
    case .add, .update:
      let details = try request.child("Settings")
      guard let machine = try details?.guid("VirtualMachineId") else {
        throw HCNError(.invalidArgument, detail: "the request lacks 'VirtualMachineId'")
      }
      try attach(id, to: .virtualMachine, named: machine.uppercase)
    case .remove: try detach(id)
    case .refresh: _ = try existing(endpoint: id)
    case .reset:
      throw HCNError(.requestUnsupported, detail: "ports do not support requests of type \(type.rawValue)")
    }
  }
}
