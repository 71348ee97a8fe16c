import HostModel
import NetworkTypes

extension HostNetworkingService {
  /// The same host as if a container ran in every namespace that has endpoints.
  ///
  /// Network plugins add an endpoint to a namespace before its container starts, and until then its compartment
  /// is not open (reference: hns, 6.4). What will filter its packets is known all the same.
  /// ``HostTopology/Endpoint/isStartAssumed`` marks the endpoints of these namespaces.
  ///
  /// - Returns: The host; its other objects are unchanged.
  public func withContainersStarted() -> HostNetworkingService {
    let waiting = namespaces.values.filter { $0.isWaitingForContainer }.sorted { $0.ordinal < $1.ordinal }
    guard !waiting.isEmpty else { return self }
    var copy = self
    copy.recordsNotifications = false
    for namespace in waiting {
      copy.openCompartment(of: namespace.id)
      copy.runtimeState.assumedNamespaces.insert(namespace.id)
    }
    return copy
  }

  /// Opens the compartment of every namespace as soon as it has an endpoint, from now on and for those that have
  /// one, as if a container runtime had started a container.
  public mutating func startContainersAtOnce() {
    guard !configuration.startsContainers else { return }
    configuration.startsContainers = true
    for namespace in namespaces.values.sorted(by: { $0.ordinal < $1.ordinal })
    where namespace.isWaitingForContainer {
      openCompartment(of: namespace.id)
    }
  }

  /// Opens the compartment of a namespace without a container.
  mutating func openCompartment(of id: GUID) {
    namespaces[id]?.keepsCompartment = true
    updateCompartment(of: id)
  }
}

extension NamespaceObject {
  /// Whether its endpoints wait for a container, which opens the compartment.
  var isWaitingForContainer: Bool { compartment == nil && !endpoints.isEmpty }
}
