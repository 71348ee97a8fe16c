import CComputeNetwork
import HNSEmulator
import HNSService
import NetworkTypes
import Testing

@testable import ComputeNetwork

/// The notifications of a callback, and its reaction to them.
private final class Listener: Sendable {
  let notifications = Monitor<[UInt32]>([])
  let act: @Sendable (UInt32) -> Void

  init(_ act: @escaping @Sendable (UInt32) -> Void = { _ in }) { self.act = act }

  var callback: NotificationDispatcher.Callback {
    NotificationDispatcher.Callback(
      function: { kind, context, _, _ in
        guard let context else { return }
        let listener = Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue()
        listener.notifications.withLock { $0.append(kind) }
        listener.act(kind)
      }, context: Unmanaged.passUnretained(self).toOpaque())
  }

  /// Waits for a number of notifications.
  func first(_ count: Int) -> [UInt32] {
    notifications.wait { $0.count >= count ? Array($0.prefix(count)) : nil }
  }
}

@Suite(.timeLimit(.minutes(5))) struct NotificationDispatcherTests {
  @Test func everyCallbackIsNotifiedInOrder() throws {
    let dispatcher = NotificationDispatcher()
    let listeners = (0..<3).map { _ in Listener() }
    let ids = try listeners.map { try dispatcher.add($0.callback) }
    let kinds: [ServiceNotification.Kind] = [.networkPreCreate, .networkCreate, .namespaceCreate]
    for turn in 0..<300 {
      for id in ids { dispatcher.post(ServiceNotification(kinds[turn % 3]), to: id) }
    }
    for listener in listeners {
      #expect(listener.first(300) == (0..<300).map { kinds[$0 % 3].rawValue })
    }
    for id in ids { dispatcher.remove(id) }
  }

  @Test func nothingIsNotifiedAfterUnregistering() throws {
    let dispatcher = NotificationDispatcher()
    let ended = Listener()
    let other = Listener()
    let first = try dispatcher.add(ended.callback)
    let second = try dispatcher.add(other.callback)
    dispatcher.remove(first)
    dispatcher.post(ServiceNotification(.networkCreate), to: first)
    dispatcher.post(ServiceNotification(.networkCreate), to: second)
    #expect(other.first(1) == [2])
    #expect(ended.notifications.withLock { $0 } == [])
    dispatcher.remove(second)
  }

  @Test func unregisteringWaitsForARunningCallback() async throws {
    let dispatcher = NotificationDispatcher()
    let mayLeave = Monitor(false)
    let hasLeft = Monitor(false)
    let listener = Listener { _ in
      mayLeave.wait { $0 ? () : nil }
      hasLeft.withLock { $0 = true }
    }
    let id = try dispatcher.add(listener.callback)
    dispatcher.post(ServiceNotification(.networkCreate), to: id)
    _ = listener.first(1)
    let hadLeftAtTheEnd = Task.detached {
      dispatcher.remove(id)
      return hasLeft.withLock { $0 }
    }
    mayLeave.withLock { $0 = true }
    #expect(await hadLeftAtTheEnd.value)
  }

  @Test func aCallbackCanEndAnyRegistration() throws {
    let dispatcher = NotificationDispatcher()
    let ids = Monitor<[UInt64]>([])
    let ending = Listener { _ in
      for id in ids.withLock({ $0 }) { dispatcher.remove(id) }
    }
    let other = Listener()
    let last = Listener()
    let first = try dispatcher.add(ending.callback)
    let second = try dispatcher.add(other.callback)
    let third = try dispatcher.add(last.callback)
    ids.withLock { $0 = [first, second] }
    for id in [first, first, second, third] { dispatcher.post(ServiceNotification(.networkCreate), to: id) }
    #expect(last.first(1) == [2])
    #expect(ending.notifications.withLock { $0.count } == 1)
    #expect(other.notifications.withLock { $0.isEmpty })
    dispatcher.remove(third)
  }

  @Test func aHangingCallbackIsDisconnectedAtTheLimit() throws {
    let dispatcher = NotificationDispatcher()
    let mayLeave = Monitor(false)
    let listener = Listener { _ in mayLeave.wait { $0 ? () : nil } }
    let id = try dispatcher.add(listener.callback)
    dispatcher.post(ServiceNotification(.networkPreCreate), to: id)
    _ = listener.first(1)
    let limit = NotificationDispatcher.backlogLimit
    for _ in 0..<(limit + 1000) { dispatcher.post(ServiceNotification(.networkCreate), to: id) }
    mayLeave.withLock { $0 = true }
    let notifications = listener.first(limit + 2)
    #expect(notifications.last == ServiceNotification.Kind.serviceDisconnect.rawValue)
    #expect(notifications.dropFirst().dropLast().allSatisfy { $0 == 2 })
    dispatcher.remove(id)
    #expect(listener.notifications.withLock { $0.count } == limit + 2)
  }

  @Test func aDisconnectionIsTheLastNotification() throws {
    let dispatcher = NotificationDispatcher()
    let listener = Listener()
    let other = Listener()
    let id = try dispatcher.add(listener.callback)
    let second = try dispatcher.add(other.callback)
    dispatcher.post(ServiceNotification(.serviceDisconnect), to: id)
    dispatcher.post(ServiceNotification(.networkCreate), to: id)
    dispatcher.post(ServiceNotification(.networkCreate), to: second)
    #expect(other.first(1) == [2])
    #expect(listener.notifications.withLock { $0 } == [ServiceNotification.Kind.serviceDisconnect.rawValue])
    dispatcher.remove(id)
    dispatcher.remove(second)
  }
}
