import HNSEmulator
import JSONText
import Synchronization

/// The notifications an event stream still has to send: a bounded queue.
///
/// It is filled while the service is locked and emptied by the stream's own thread.
final class EventQueue: Sendable {
  private struct Contents {
    var waiting: [ServiceNotification] = []
    var isOverfull = false
    /// Whether the stream has been notified that something is waiting.
    var isNotified = false
  }

  private let contents = Mutex(Contents())
  private let limit: Int
  private let notify: @Sendable () -> Void

  /// Creates an empty queue.
  ///
  /// - Parameters:
  ///   - limit: How many notifications may wait.
  ///   - notify: Called when the first of several starts to wait, and on overflow; it must return quickly.
  init(limit: Int, notify: @escaping @Sendable () -> Void) {
    self.limit = limit
    self.notify = notify
  }

  /// Adds a notification; an overflow empties the queue for good.
  func add(_ notification: ServiceNotification) {
    let mustNotify = contents.withLock { contents in
      guard !contents.isOverfull else { return false }
      guard contents.waiting.count < limit else {
        contents.waiting = []
        contents.isOverfull = true
        return true
      }
      contents.waiting.append(notification)
      defer { contents.isNotified = true }
      return !contents.isNotified
    }
    if mustNotify { notify() }
  }

  /// Whether the queue overflowed.
  var isOverfull: Bool { contents.withLock { $0.isOverfull } }

  /// Takes everything that waits; nil if the queue overflowed.
  func take() -> [ServiceNotification]? {
    contents.withLock { contents in
      contents.isNotified = false
      guard !contents.isOverfull else { return nil }
      defer { contents.waiting = [] }
      return contents.waiting
    }
  }
}

extension ServiceNotification {
  /// The notification as a server-sent event.
  ///
  /// - Parameter number: Its number in the stream.
  func event(_ number: UInt64) -> String {
    let document: JSON = [
      "type": .integer(Int64(kind.rawValue)), "status": .integer(Int64(status)), "data": data ?? .null,
    ]
    return "id: \(number)\nevent: \(kind.name)\ndata: \(document.text())\n\n"
  }
}
