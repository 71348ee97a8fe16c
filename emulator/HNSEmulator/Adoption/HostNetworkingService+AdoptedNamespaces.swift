package import HostModel
package import NetworkTypes

/// A namespace of a real host.
package struct AdoptedNamespace: Hashable, Sendable {
  /// The id; of one that no document contains a made-up one.
  package var id: GUID
  /// Whether it is in a utility VM or is that of the host itself.
  package var type: NamespaceType
  package var name = ""
  package var owner = ""
  /// The containers that run in it.
  package var containers: [String] = []
  /// Its endpoints.
  package var endpoints: [GUID] = []
  /// The number of its compartment; nil if the source has none.
  package var compartment: UInt32?
  /// The GUID of its compartment.
  package var compartmentGUID: GUID?
  /// Whether its compartment is open, with a number that the source does not have.
  package var isOpen = false
  /// Whether it is not listed, because containers were attached without one.
  package var isImplicit = false

  /// A namespace without resources.
  package init(id: GUID, type: NamespaceType) {
    self.id = id
    self.type = type
  }
}

extension HostNetworkingService {
  /// An id for a namespace that containers were attached without.
  ///
  /// - Parameter name: What tells it apart from others.
  package func adoptedNamespaceID(_ name: String) -> GUID {
    var digest = SeededDigest(configuration.seed, "attachment")
    digest.combine(name)
    while namespaces[digest.guid] != nil { digest.combine(1) }
    return digest.guid
  }

  /// Takes over a namespace; its endpoints must have been taken over before.
  ///
  /// Endpoints that do not exist here, are in another namespace or on another host are left out.
  ///
  /// - Parameter stated: The namespace.
  /// - Returns: What came of it.
  package mutating func adopt(namespace stated: AdoptedNamespace) throws(HCNError) -> Adoption {
    guard namespaces[stated.id] == nil else { throw HCNError(.objectAlreadyExists) }
    var departures: [String] = []
    var refused: [GUID] = []
    var namespace = NamespaceObject(id: stated.id, ordinal: nextOrdinal, type: stated.type)
    namespace.name = stated.name
    namespace.owner = stated.owner
    namespace.isImplicit = stated.isImplicit
    var seen: Set<GUID> = []
    for id in stated.endpoints where seen.insert(id).inserted {
      guard let endpoint = endpoints[id], endpoint.namespace == nil, !endpoint.isRemote else {
        refused.append(id)
        continue
      }
      namespace.resources.append(.endpoint(id))
    }
    guard !namespace.isImplicit || !namespace.endpoints.isEmpty else {
      throw HCNError(.elementNotFound, detail: "none of its endpoints is known")
    }
    namespace.resources += stated.containers.map { .container($0) }
    let isOpen = stated.isOpen || stated.compartment.map { $0 > 0 } ?? false
    namespace.keepsCompartment = stated.type != .hostDefault && namespace.containers.isEmpty && isOpen
    if stated.type != .hostDefault, isOpen || !namespace.containers.isEmpty {
      namespace.compartmentGUID = stated.compartmentGUID
    }
    nextOrdinal += 1
    for id in namespace.endpoints { endpoints[id]?.namespace = stated.id }
    namespaces[stated.id] = namespace
    if stated.type == .host, namespace.needsCompartment, let number = stated.compartment, number > 1,
      compartmentOwners[number] == nil, number != routerCompartment, Int64(number) < Self.compartmentLimit - 1
    {
      namespaces[stated.id]?.compartment = number
      compartmentOwners[number] = stated.id
      nextCompartment = max(nextCompartment, number + 1)
    } else {
      if namespace.needsCompartment, stated.type == .host {
        departures.append("the number of its compartment")
      }
      updateCompartment(of: stated.id)
    }
    return Adoption(id: stated.id, refusedEndpoints: refused, departures: departures)
  }

  /// Opens what follows from the objects, once all are taken over; the distributed router's compartment gets a
  /// number after those of the namespaces.
  ///
  /// - Parameter gaps: What is not known of the host.
  package mutating func finishAdoption(_ gaps: HostGaps) {
    configuration.gaps = gaps
    updateRouterCompartment()
  }
}
