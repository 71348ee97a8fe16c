import Glibc
package import HNSService
import NIOCore
import NIOHTTP1
import NIOPosix
import NetworkTypes
import Synchronization

/// The HTTP server of a shared service.
///
/// It is built on SwiftNIO's HTTP/1. FlyingFox, the other well-maintained server without a framework, is
/// smaller and builds faster; but it spends a task on every connection and an asynchronous sequence on every
/// request, which costs calls per second, and it gives no control over what matters here: when bytes are
/// read, how long a client may take for each part of a request, which connection is closed to make room for
/// another, and the order of shutdown. NIOFoundationCompat is not used, and so Foundation is not linked.
///
/// Two threads serve all connections. Calls are short and run on them, one at a time; bodies are parsed
/// before that, so that nobody waits for another's JSON. Long work has threads of its own: large bodies, and
/// lists of objects, which are read from a snapshot of the service, part by part and in turns.
package final class HTTPServer: Sendable {
  /// The address clients use, such as `http://127.0.0.1:8650`.
  package let address: String
  /// The port the server listens on.
  package let port: UInt16

  private let context: ServerContext
  private let listener: any Channel
  private let group: MultiThreadedEventLoopGroup
  private let pools: [NIOThreadPool]
  private let isClosed = Atomic<Bool>(false)

  /// Starts a server.
  ///
  /// - Parameters:
  ///   - configuration: Where it listens and who may use it.
  ///   - service: The service it exposes.
  ///   - faultInjection: The latencies and faults to inject.
  /// - Throws: ``ServerError`` if it cannot listen there.
  package init(
    _ configuration: ServerConfiguration, service: SharedService, faultInjection: FaultInjection
  ) throws(ServerError) {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    pools = [NIOThreadPool(numberOfThreads: 2), NIOThreadPool(numberOfThreads: 1)]
    for pool in pools { pool.start() }
    let context = ServerContext(
      configuration, service: service, faultInjection: faultInjection, pool: pools[0], firstParts: pools[1])
    self.context = context
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1_024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.socketOption(.so_sndbuf), value: .init(configuration.limits.sendBuffer))
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try Self.prepare(channel, context) }
      }
    do {
      listener = try bootstrap.bind(
        host: configuration.address.description, port: Int(configuration.port)
      ).wait()
    } catch {
      try? group.syncShutdownGracefully()
      for pool in pools { try? pool.syncShutdownGracefully() }
      throw ServerError(error, configuration)
    }
    port = UInt16(clamping: listener.localAddress?.port ?? 0)
    address = "http://\(configuration.address.authority):\(port)"
  }

  private static func prepare(_ channel: any Channel, _ context: ServerContext) throws {
    let connection = ConnectionHandler(context)
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = context.limits.headLine
    limits.maxHeaderListSize = context.limits.head
    limits.maxHeaderFieldCount = context.limits.headFields
    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
    try channel.pipeline.syncOperations.addHandlers([
      ByteArrivalHandler(connection), ByteToMessageHandler(decoder), HTTPResponseEncoder(), connection,
    ])
  }

  /// The number of open connections.
  package var connections: Int { context.registry.count }

  /// Closes the server: accepts no new connections, gives calls in progress time to finish, ends event
  /// streams with the event of a stopping service, and waits until all is done.
  ///
  /// Closing a closed server has no effect.
  package func close() {
    guard !isClosed.exchange(true, ordering: .relaxed) else { return }
    try? listener.close().wait()
    let promise = group.next().makePromise(of: Void.self)
    let channels = context.registry.close(promise)
    for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ServerClosingEvent()) }
    let deadline = group.next().scheduleTask(in: context.limits.shutdownTimeout) {
      for channel in channels { channel.close(promise: nil) }
    }
    try? promise.futureResult.wait()
    deadline.cancel()
    for pool in pools { try? pool.syncShutdownGracefully() }
    try? group.syncShutdownGracefully()
    context.log?.close()
  }
}

/// Why a server cannot listen at an address.
package struct ServerError: Error, Hashable, Sendable {
  /// The kinds of failure.
  package enum Reason: Hashable, Sendable {
    /// Another program listens there.
    case portInUse
    /// The user may not listen there.
    case notPermitted
    /// The address does not belong to this host.
    case foreignAddress
    /// Any other failure.
    case other
  }

  /// The kind of failure.
  package let reason: Reason
  /// The system's error text.
  package let text: String
  /// The address and the port.
  package let address: String

  fileprivate init(_ error: any Error, _ configuration: ServerConfiguration) {
    address = "\(configuration.address.authority):\(configuration.port)"
    guard let number = (error as? IOError)?.errnoCode else {
      reason = .other
      text = "\(error)"
      return
    }
    text = String(cString: strerror(number))
    reason =
      switch number {
      case EADDRINUSE: .portInUse
      case EACCES, EPERM: .notPermitted
      case EADDRNOTAVAIL: .foreignAddress
      default: .other
      }
  }
}
