import HostModel
import NetworkTypes

extension HostNetworkingService {
  /// The service stops and starts again.
  ///
  /// Callbacks are told that the service went. Networks that are flagged non-persistent go with their
  /// endpoints, those flagged persistent stay, and the assumption `unflaggedNetworks` decides about the rest; by
  /// default networks of type NAT are non-persistent from Windows Server 2019 on. Namespaces, load balancers
  /// and routes stay, and lose what went; containers run on (reference: hns, 1.4 and 6.3, which
  /// speak of the restart of the host and not of the service alone: what this does is chosen).
  mutating func restart() throws(HCNError) {
    notify(ServiceNotification(.serviceDisconnect))
    let isRecording = recordsNotifications
    let pending = conduct.notifications
    // Nobody is registered while the service is away.
    recordsNotifications = false
    for network in networks.values.sorted(by: { $0.ordinal < $1.ordinal }) where !survivesRestart(network) {
      try deleteNetwork(network.id)
    }
    for network in unsettledNetworks { try settle(network: network) }
    recordsNotifications = isRecording
    conduct.notifications = pending
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
