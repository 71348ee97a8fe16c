import HNSEmulator
import NetworkTypes
import HNSService

/// The notifications of a service, and the inconsistencies in them.
final class NotificationLog: Sendable {
  private let entries = Lock<[ServiceNotification]>([])

  func append(_ notification: ServiceNotification) { entries.withLock { $0.append(notification) } }

  var notifications: [ServiceNotification] { entries.withLock { $0 } }
}

/// The last notification of each object.
struct NotificationOrder {
  private var exists: [GUID: Bool] = [:]
  private var isAttached: [GUID: Bool] = [:]
  private var announced: Set<GUID> = []
  private(set) var problems: [String] = []

  /// Reads notifications in their order.
  ///
  /// Nobody is notified while a service restarts, so afterwards nothing is known of any object.
  init(_ notifications: [ServiceNotification]) {
    for (index, notification) in notifications.enumerated() {
      let object = notification.object
      func require(_ condition: Bool) -> [String] {
        condition ? [] : ["notification \(index), \(notification.kind.name) of \(object), is out of order"]
      }
      switch notification.kind {
      case .networkPreCreate: announced.insert(object)
      case .networkCreate:
        problems += require(announced.remove(object) != nil && exists[object] != true)
        exists[object] = true
      case .networkPreDelete: problems += require(exists[object] != false)
      case .namespaceCreate, .guestNetworkServiceCreate:
        problems += require(exists[object] != true)
        exists[object] = true
      case .networkDelete, .namespaceDelete, .guestNetworkServiceDelete:
        problems += require(exists[object] != false)
        exists[object] = false
      case .networkEndpointAttached:
        problems += require(isAttached[object] != true)
        isAttached[object] = true
      case .networkEndpointDetached:
        problems += require(isAttached[object] != false)
        isAttached[object] = false
      case .serviceDisconnect:
        exists = [:]
        isAttached = [:]
      case .guestNetworkServiceStateChanged, .guestNetworkServiceInterfaceStateChanged:
        problems += require(exists[object] != false)
      }
    }
  }

  /// The differences between the last notifications and the state of the service.
  func disagreements(with service: HostNetworkingService) -> [String] {
    var result: [String] = []
    for (object, isThere) in exists {
      let isFound = [HCNObjectKind.network, .namespace, .guestNetworkService].contains {
        (try? service.document($0, object)) != nil
      }
      if isFound != isThere { result.append("\(object) was last \(isThere ? "created" : "deleted")") }
    }
    for (endpoint, wasAttached) in isAttached {
      let isNow = service.switchPort(of: endpoint) != nil || service.firewall(of: endpoint) != nil
      if isNow != wasAttached {
        result.append("the endpoint \(endpoint) was last \(wasAttached ? "attached" : "detached")")
      }
    }
    return result
  }
}
