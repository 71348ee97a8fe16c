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

  /// Attaches an endpoint by a call of its own, as clients do that know no namespaces.
  ///
  /// The service makes a namespace for it that no client sees: of type Host with the container for a
  /// container, of type Guest for a virtual machine, and the one of the default compartment for the host. So
  /// there is one way for a compartment to open and for filters to be programmed. Containers that are
  /// attached by the same id share a namespace. A stated number of the compartment is not looked at
  /// (reference: hns, 4.1 and 6.4).
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
        .endpointNamespaceAlreadyExists, detail: "the endpoint is in the namespace \(namespace)")
    }
    guard !endpoint.isRemote else {
      throw HCNError(.invalidRemoteEndpointOperation, detail: "the endpoint lives on another host")
    }
    guard system == .host || !name.isEmpty else {
      throw HCNError(.invalidArgument, detail: "the request names nothing to attach to")
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
    settleCompartment(of: target)
    notifyOfAttachments(since: [], to: attachedEndpoints(of: target).filter { $0 == id })
  }

  /// Detaches an endpoint.
  ///
  /// One that was attached by a namespace leaves it. Its state is then that of a detached endpoint
  /// (reference: hns, 4.2).
  mutating func detach(_ id: GUID) throws(HCNError) {
    let endpoint = try existing(endpoint: id)
    guard let namespace = endpoint.namespace else { throw HCNError(.endpointNotAttached) }
    take(endpoint: id, outOf: namespace)
    endpoints[id]?.isDetached = true
  }

  /// Takes an endpoint out of the namespace that lists it; one that no client made goes with its last.
  mutating func take(endpoint: GUID, outOf id: GUID) {
    let before = attachedEndpoints(of: id)
    namespaces[id]?.resources.removeAll { $0 == .endpoint(endpoint) }
    endpoints[endpoint]?.namespace = nil
    notifyOfAttachments(since: before, to: attachedEndpoints(of: id))
    guard let namespace = namespaces[id], namespace.isImplicit, namespace.endpoints.isEmpty else { return }
    removeNamespace(namespace)
  }

  /// The endpoints of a namespace that are attached; nothing where nobody is told of them.
  func attachedEndpoints(of id: GUID) -> [GUID] {
    guard recordsNotifications, let namespace = namespaces[id], namespace.compartment != nil else {
      return []
    }
    return namespace.endpoints
  }

  /// Tells which endpoints were attached and which were detached.
  mutating func notifyOfAttachments(since before: [GUID], to after: [GUID]) {
    for endpoint in before where !after.contains(endpoint) {
      notify(ServiceNotification(.networkEndpointDetached, object: endpoint))
    }
    for endpoint in after where !before.contains(endpoint) {
      notify(ServiceNotification(.networkEndpointAttached, object: endpoint))
    }
  }

  // MARK: Ports

  /// Carries out a request about an endpoint's port.
  ///
  /// Add attaches it to a virtual machine, Remove detaches it from whatever it is attached to. Refresh returns
  /// when guests know what the host knows, which here they always do (reference: hns, 2).
  mutating func modifyPort(_ id: GUID, _ request: DocumentReader, _ type: RequestType) throws(HCNError) {
    switch type {
    case .add, .update:
      let details = try request.child("Settings")
      guard let machine = try details?.guid("VirtualMachineId") else {
        throw HCNError(.invalidArgument, detail: "the request lacks the member 'VirtualMachineId'")
      }
      try attach(id, to: .virtualMachine, named: machine.uppercase)
    case .remove: try detach(id)
    case .refresh: _ = try existing(endpoint: id)
    case .reset:
      throw HCNError(.requestUnsupported, detail: "ports take no request of type \(type.rawValue)")
    }
  }
}
