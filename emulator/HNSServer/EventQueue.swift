import HNSEmulator
import JSONText
import Synchronization

/// The notifications an event stream has still to send: a queue with an end.
///
/// It is filled while the service is held and emptied by the stream's own thread.
final class EventQueue: Sendable {
  private struct Contents {
    var waiting: [ServiceNotification] = []
    var isOverfull = false
    /// Whether the stream was told that something is waiting.
    var isTold = false
  }

  private let contents = Mutex(Contents())
  private let limit: Int
  private let tell: @Sendable () -> Void

  /// Makes an empty queue.
  ///
  /// - Parameters:
  ///   - limit: How many notifications may wait.
  ///   - tell: Called when the first of several starts to wait, and when there are too many; it must return soon.
  init(limit: Int, tell: @escaping @Sendable () -> Void) {
    self.limit = limit
    self.tell = tell
  }

  /// Adds a notification; one too many empties the queue for good.
  func add(_ notification: ServiceNotification) {
    let mustTell = contents.withLock { contents in
      guard !contents.isOverfull else { return false }
      guard contents.waiting.count < limit else {
        contents.waiting = []
        contents.isOverfull = true
        return true
      }
      contents.waiting.append(notification)
      defer { contents.isTold = true }
      return !contents.isTold
    }
    if mustTell { tell() }
  }

  /// Whether there was more than the queue holds.
  var isOverfull: Bool { contents.withLock { $0.isOverfull } }

  /// Takes everything that waits; nil where there was more than the queue holds.
  func take() -> [ServiceNotification]? {
    contents.withLock { contents in
      contents.isTold = false
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
