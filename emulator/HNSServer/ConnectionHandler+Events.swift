import HNSEmulator
import HNSService
import NIOCore
import NIOHTTP1
import Synchronization

/// The state of an event stream, besides its connection.
struct EventStream {
  let queue: EventQueue
  let registration: UInt64
  var count: UInt64 = 0
  /// Whether the client has stopped reading.
  var isStuck = false
  var heartbeat: Scheduled<Void>?
}

extension ConnectionHandler {
  /// Turns the connection into an event stream.
  func startStream() {
    guard let context, let head = current?.head else { return }
    let streams = server.streams.wrappingAdd(1, ordering: .relaxed).newValue
    guard streams <= server.limits.streams else {
      server.streams.wrappingSubtract(1, ordering: .relaxed)
      return send(.problem(.serviceUnavailable, "all \(server.limits.streams) event streams are in use"))
    }
    let eventLoop = context.eventLoop
    let connection = NIOLoopBound(self, eventLoop: eventLoop)
    let queue = EventQueue(limit: server.limits.events) {
      eventLoop.execute { connection.value.sendEvents() }
    }
    // A client that has received the first bytes misses no later event.
    stream = EventStream(queue: queue, registration: server.service.register { queue.add($0) })
    phase = .streaming
    isLast = true
    current?.status = 200
    let headers: HTTPHeaders = [
      "Content-Type": "text/event-stream", "Cache-Control": "no-store", "Connection": "close",
    ]
    let response = HTTPResponseHead(version: head.version, status: .ok, headers: headers)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    write(": subscribed\n\n")
    context.flush()
    scheduleHeartbeat()
    readAgain()
  }

  /// Sends queued events as fast as the client reads them.
  func sendEvents() {
    guard phase == .streaming, let context, let queue = stream?.queue else { return }
    guard !queue.isOverfull else { return close() }
    guard context.channel.isWritable else {
      if stream?.isStuck == false {
        stream?.isStuck = true
        wait(until: .now() + server.limits.readingTime)
      }
      return
    }
    stream?.isStuck = false
    wait(until: .distantFuture)
    guard let notifications = queue.take() else { return close() }
    for notification in notifications {
      guard notification.kind != .serviceDisconnect else { return finishStream(notification) }
      write(notification)
    }
    context.flush()
  }

  /// Sends the last event and closes the connection.
  func finishStream(_ notification: ServiceNotification) {
    guard phase == .streaming else { return }
    write(notification)
    endStream()
    phase = .sending
    finishConnection()
  }

  /// Cancels the registration.
  func endStream() {
    guard let stream else { return }
    server.service.unregister(stream.registration)
    server.streams.wrappingSubtract(1, ordering: .relaxed)
    stream.heartbeat?.cancel()
    self.stream = nil
  }

  private func write(_ notification: ServiceNotification) {
    stream?.count += 1
    write(notification.event(stream?.count ?? 0))
  }

  private func write(_ text: String) {
    guard let context else { return }
    let bytes = context.channel.allocator.buffer(string: text)
    context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
  }

  private func scheduleHeartbeat() {
    guard let context else { return }
    stream?.heartbeat = context.eventLoop.assumeIsolated().scheduleTask(in: server.limits.heartbeat) {
      [weak self] in
      guard let self, self.phase == .streaming else { return }
      // Without calls, nothing else assigns the management IPs that are due.
      self.server.service.assignDueManagementIPs()
      self.sendEvents()
      if self.phase == .streaming, self.stream?.isStuck == false {
        self.write(": alive\n\n")
        self.context?.flush()
      }
      self.scheduleHeartbeat()
    }
  }
}
