import HNSEmulator
import NetworkTypes
import HNSService

/// The notifications of a service, and what does not make sense about them.
final class NotificationLog: Sendable {
  private let entries = Lock<[ServiceNotification]>([])

  func append(_ notification: ServiceNotification) { entries.withLock { $0.append(notification) } }

  var notifications: [ServiceNotification] { entries.withLock { $0 } }
}

/// What was told of each object last.
struct NotificationOrder {
  private var exists: [GUID: Bool] = [:]
  private var isAttached: [GUID: Bool] = [:]
  private var announced: Set<GUID> = []
  private(set) var problems: [String] = []

  /// Reads notifications in their order.
  ///
  /// While a service restarts nobody is told anything, so that nothing is known of any object afterwards.
  init(_ notifications: [ServiceNotification]) {
    for (index, notification) in notifications.enumerated() {
      let object = notification.object
      func require(_ condition: Bool) -> [String] {
        condition ? [] : ["notification \(index), \(notification.kind.name) of \(object), comes out of turn"]
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

  /// What the notifications say last against what the service says.
  func disagreements(with service: HostNetworkingService) -> [String] {
    var result: [String] = []
    for (object, isThere) in exists {
      let isFound = [HCNObjectKind.network, .namespace, .guestNetworkService].contains {
        (try? service.document($0, object)) != nil
      }
      if isFound != isThere { result.append("\(object) was \(isThere ? "made" : "deleted") at last") }
    }
    for (endpoint, wasAttached) in isAttached {
      let isNow = service.switchPort(of: endpoint) != nil || service.firewall(of: endpoint) != nil
      if isNow != wasAttached {
        result.append("the endpoint \(endpoint) was \(wasAttached ? "attached" : "detached") at last")
      }
    }
    return result
  }
}
