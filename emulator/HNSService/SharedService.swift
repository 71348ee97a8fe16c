public import HNSEmulator
import NetworkTypes
import Synchronization

/// A service that many callers share: one call at a time, in some order, with the notifications in the order
/// of the calls.
///
/// It is what stands behind the C interface and the HTTP door.
public final class SharedService: Sendable {
  /// Gets every notification, one at a time and in order, while the service is held; it must return soon and
  /// must not call the service.
  public typealias Observer = @Sendable (ServiceNotification) -> Void

  private struct Contents {
    var service: HostNetworkingService
    var observers: [(id: UInt64, observer: Observer)] = []
    var nextObserver: UInt64 = 1
  }

  private let contents: Mutex<Contents>

  /// Shares a service.
  ///
  /// - Parameter service: The service.
  public init(_ service: HostNetworkingService) {
    var service = service
    service.recordsNotifications = true
    contents = Mutex(Contents(service: service))
  }

  /// Carries out a call.
  ///
  /// - Parameter call: The call.
  /// - Returns: What it gives.
  public func perform(_ call: ServiceCall) -> ServiceReply {
    contents.withLock { contents in
      let reply = contents.service.perform(call)
      for notification in contents.service.takeNotifications() {
        for (_, observer) in contents.observers { observer(notification) }
      }
      return reply
    }
  }

  /// Asks to be told of notifications from now on.
  ///
  /// - Parameter observer: What to call.
  /// - Returns: The number to give to ``unregister(_:)``.
  public func register(_ observer: @escaping Observer) -> UInt64 {
    contents.withLock { contents in
      defer { contents.nextObserver += 1 }
      contents.observers.append((contents.nextObserver, observer))
      return contents.nextObserver
    }
  }

  /// Takes an observer back; afterwards it is not called any more.
  ///
  /// - Parameter id: What ``register(_:)`` gave.
  /// - Returns: Whether there was such an observer.
  @discardableResult
  public func unregister(_ id: UInt64) -> Bool {
    contents.withLock { contents in
      guard let index = contents.observers.firstIndex(where: { $0.id == id }) else { return false }
      contents.observers.remove(at: index)
      return true
    }
  }

  /// The service as it is now.
  public var service: HostNetworkingService { contents.withLock { $0.service } }
}
