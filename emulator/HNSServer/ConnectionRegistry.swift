import NIOCore
import Synchronization

/// The open connections of a server.
///
/// A connection is idle while no complete request of it is being answered; that includes one that sends a
/// request slowly. When the limit is reached, the connection that has been idle longest is closed, so that
/// idle connections never keep a client out.
final class ConnectionRegistry: Sendable {
  fileprivate struct Connection {
    let channel: any Channel
    /// When it became idle, as an increasing number; nil while it is busy.
    var idleSince: UInt64?
  }

  fileprivate struct Contents {
    var connections: [UInt64: Connection] = [:]
    /// Connections in the order they became idle, oldest first; entries that are no longer current are
    /// skipped.
    var idle = Deque()
    var next: UInt64 = 1
    var isClosing = false
    var whenEmpty: EventLoopPromise<Void>?
  }

  /// A queue that releases what was taken from its front.
  fileprivate struct Deque {
    var entries: [(id: UInt64, since: UInt64)] = []
    var start = 0

    mutating func compact(keeping isCurrent: ((id: UInt64, since: UInt64)) -> Bool) {
      entries = entries[start...].filter(isCurrent)
      start = 0
    }
  }

  private let contents = Mutex(Contents())
  private let limit: Int

  /// Creates an empty registry.
  ///
  /// - Parameter limit: The most connections.
  init(limit: Int) { self.limit = max(1, limit) }

  /// Registers a new connection, replacing an idle one if the limit is reached.
  ///
  /// - Parameter channel: The connection.
  /// - Returns: Its number; nil if there is no room for it.
  func add(_ channel: any Channel) -> UInt64? {
    let (id, evicted) = contents.withLock { contents -> (UInt64?, (any Channel)?) in
      guard !contents.isClosing else { return (nil, nil) }
      var evicted: (any Channel)?
      if contents.connections.count >= limit {
        evicted = contents.takeOldestIdle()
        if evicted == nil { return (nil, nil) }
      }
      let id = contents.next
      contents.next += 1
      contents.connections[id] = Connection(channel: channel)
      contents.markIdle(id)
      return (id, evicted)
    }
    evicted?.close(promise: nil)
    return id
  }

  /// Notes that a connection has received a complete request.
  func markBusy(_ id: UInt64) { contents.withLock { $0.connections[id]?.idleSince = nil } }

  /// Notes that a connection has sent its answer.
  func markIdle(_ id: UInt64) { contents.withLock { $0.markIdle(id) } }

  /// Notes that a connection is closed.
  func remove(_ id: UInt64) {
    let promise = contents.withLock { contents -> EventLoopPromise<Void>? in
      contents.connections[id] = nil
      guard contents.connections.isEmpty else { return nil }
      defer { contents.whenEmpty = nil }
      return contents.whenEmpty
    }
    promise?.succeed()
  }

  /// The number of open connections.
  var count: Int { contents.withLock { $0.connections.count } }

  /// Stops accepting connections.
  ///
  /// - Parameter promise: Completed when the last connection is closed.
  /// - Returns: The connections that are open.
  func close(_ promise: EventLoopPromise<Void>) -> [any Channel] {
    let channels = contents.withLock { contents -> [any Channel] in
      contents.isClosing = true
      if !contents.connections.isEmpty { contents.whenEmpty = promise }
      return contents.connections.values.map(\.channel)
    }
    if channels.isEmpty { promise.succeed() }
    return channels
  }
}

extension ConnectionRegistry.Contents {
  fileprivate mutating func markIdle(_ id: UInt64) {
    guard connections[id] != nil else { return }
    connections[id]?.idleSince = next
    idle.entries.append((id, next))
    next += 1
    // Stale entries are dropped before they outnumber the current ones.
    if idle.entries.count > 2 * connections.count + 64 {
      let connections = connections
      idle.compact { connections[$0.id]?.idleSince == $0.since }
    }
  }

  fileprivate mutating func takeOldestIdle() -> (any Channel)? {
    while idle.start < idle.entries.count {
      let entry = idle.entries[idle.start]
      idle.start += 1
      guard let connection = connections[entry.id], connection.idleSince == entry.since else { continue }
      connections[entry.id] = nil
      return connection.channel
    }
    return nil
  }
}
