import CComputeNetwork
import Glibc
import HNSEmulator
import HNSService
import JSONText

/// Runs the callbacks, one at a time and in the order of the notifications, on a thread of its own.
///
/// The service notifies its observers while it is locked. A callback may call the service, so notifications
/// are queued and the callback runs later. With one thread for all registrations, a callback can end any
/// registration at once: no other callback is running. The thread starts with the first registration and
/// lives as long as the process.
final class NotificationDispatcher: Sendable {
  /// The ids of a registration, here and with the service.
  struct Registration: Sendable {
    let id: UInt64
    let observer: UInt64
  }

  /// A caller's function and context.
  struct Callback: @unchecked Sendable {
    let function: @convention(c) (UInt32, UnsafeMutableRawPointer?, Int32, PCWSTR?) -> Void
    let context: UnsafeMutableRawPointer?
  }

  private struct Receiver {
    let callback: Callback
    /// The number of queued notifications.
    var waiting = 0
    /// Whether the last notification was queued or delivered.
    var isDisconnected = false
  }

  private struct Item {
    let id: UInt64
    let notification: ServiceNotification
  }

  private struct Contents {
    var receivers: [UInt64: Receiver] = [:]
    var queue: [Item] = []
    var nextID: UInt64 = 1
    /// The registration whose callback is running.
    var running: UInt64?
    var thread: pthread_t?
  }

  /// How many notifications may be queued for a callback.
  ///
  /// A callback that falls further behind is disconnected, so that a hanging callback costs bounded memory
  /// (this project's choice).
  static let backlogLimit = 65_536

  private let contents = Monitor(Contents())

  /// Adds a callback for what is passed to ``post(_:to:)``.
  ///
  /// - Parameter callback: The function to call.
  /// - Returns: The number of the registration.
  /// - Throws: ``CallFailure/outOfMemory`` if no thread can be started.
  func add(_ callback: Callback) throws(CallFailure) -> UInt64 {
    let id: UInt64? = contents.withLock { contents in
      if contents.thread == nil { contents.thread = startThread() }
      guard contents.thread != nil else { return nil }
      defer { contents.nextID += 1 }
      contents.receivers[contents.nextID] = Receiver(callback: callback)
      return contents.nextID
    }
    guard let id else { throw .outOfMemory }
    return id
  }

  /// Queues a notification; no effect if the registration has ended or has received its last notification.
  ///
  /// - Parameters:
  ///   - notification: The notification.
  ///   - id: The number of the registration.
  func post(_ notification: ServiceNotification, to id: UInt64) {
    contents.withLock { contents in
      guard var receiver = contents.receivers[id], !receiver.isDisconnected else { return }
      let last = ServiceNotification(.serviceDisconnect)
      let posted = receiver.waiting < Self.backlogLimit ? notification : last
      receiver.isDisconnected = posted.kind == .serviceDisconnect
      receiver.waiting += 1
      contents.receivers[id] = receiver
      contents.queue.append(Item(id: id, notification: posted))
    }
  }

  /// Removes a registration and waits until its callback has returned, unless called from a callback.
  ///
  /// - Parameter id: The number of the registration.
  func remove(_ id: UInt64) {
    contents.withLock { contents in
      contents.receivers[id] = nil
      contents.queue.removeAll { $0.id == id }
    }
    contents.wait { contents in
      let isCallback = contents.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
      return contents.running != id || isCallback ? () : nil
    }
  }

  private func run() {
    while true {
      let items: [Item] = contents.wait { contents in
        guard !contents.queue.isEmpty else { return nil }
        defer { contents.queue = [] }
        return contents.queue
      }
      for item in items { deliver(item) }
    }
  }

  private func deliver(_ item: Item) {
    let callback = contents.withLock { contents -> Callback? in
      guard let callback = contents.receivers[item.id]?.callback else { return nil }
      contents.receivers[item.id]?.waiting -= 1
      contents.running = item.id
      return callback
    }
    guard let callback else { return }
    let notification = item.notification
    let status = Int32(bitPattern: notification.status)
    if let data = notification.data {
      data.wideText.withUnsafeBufferPointer { text in
        callback.function(notification.kind.rawValue, callback.context, status, text.baseAddress)
      }
    } else {
      callback.function(notification.kind.rawValue, callback.context, status, nil)
    }
    contents.withLock { $0.running = nil }
  }

  /// Starts the thread with all signals blocked, so that the program's signals go to its own threads.
  private func startThread() -> pthread_t? {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let dispatcher = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread, nil,
      { dispatcher in
        guard let dispatcher else { return nil }
        Unmanaged<NotificationDispatcher>.fromOpaque(dispatcher).takeRetainedValue().run()
        return nil
      }, dispatcher.toOpaque())
    guard status == 0 else {
      dispatcher.release()
      return nil
    }
    pthread_detach(thread)
    return thread
  }
}
