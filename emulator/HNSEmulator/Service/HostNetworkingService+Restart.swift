import HostModel
import NetworkTypes

extension HostNetworkingService {
  /// Restarts the service.
  ///
  /// Callbacks receive a service disconnect. Networks flagged non-persistent are deleted with their
  /// endpoints, those flagged persistent remain, and the assumption `unflaggedNetworks` decides about the
  /// rest; by default networks of type NAT are non-persistent since Windows Server 2019. Namespaces, load
  /// balancers and routes remain, without references to what was deleted; containers keep running (reference:
  /// hns, 1.4 and 6.3, which describe a restart of the host rather than of the service alone: the behavior
  /// here is chosen).
  mutating func restart() throws(HCNError) {
    notify(ServiceNotification(.serviceDisconnect))
    let isRecording = recordsNotifications
    let pending = runtimeState.notifications
    // No callback is registered while the service is down.
    recordsNotifications = false
    for network in networks.values.sorted(by: { $0.ordinal < $1.ordinal }) where !survivesRestart(network) {
      try deleteNetwork(network.id)
    }
    for network in networksAwaitingManagementIP { try assignManagementIP(network: network) }
    if configuration.assumptions.restartedLoadBalancers == .restoring {
      restoringLoadBalancers = Set(loadBalancers.keys)
    }
    recordsNotifications = isRecording
    runtimeState.notifications = pending
  }

  private func survivesRestart(_ network: NetworkObject) -> Bool {
    if network.flags & NetworkObject.nonPersistentFlag != 0 { return false }
    if network.flags & NetworkObject.persistentFlag != 0 { return true }
    return switch configuration.assumptions.unflaggedNetworks {
    case .kept: true
    case .removed: false
    case .natGoes: network.driver != .nat || configuration.build.build < 17763
    }
  }
}
