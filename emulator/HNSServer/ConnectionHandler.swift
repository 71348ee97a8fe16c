import HNSEmulator
import JSONText
import NIOCore
import NIOHTTP1

/// A client connection.
///
/// Requests are answered one at a time and in order. While one is answered nothing more is read, so that a
/// client that sends faster than it is answered, or does not read the answers, fills its own buffers and not
/// those of this process.
final class ConnectionHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = Never
  typealias OutboundIn = Never
  typealias OutboundOut = HTTPServerResponsePart

  enum Phase {
    /// No byte of a request has arrived.
    case idle
    case receivingHead
    case receivingBody
    /// The request is complete, and the call is queued or in progress.
    case working
    /// A long answer is written part by part.
    case sendingParts
    /// The answer is written, and the client has not read enough of it.
    case sending
    case streaming
    /// No more answers are sent; the client is given time to read the last one.
    case lingering
    case closed
  }

  /// The request being received or answered.
  struct CurrentRequest {
    var head: HTTPRequestHead
    var target: RequestTarget?
    var route: Route?
    var arguments = Arguments()
    /// The answer that is already determined, whatever the body contains.
    var refusal: ServerResponse?
    var body: [UInt8] = []
    var function: String?
    /// When the request was complete.
    var start = NIODeadline.now()
    var status: UInt = 0
    var hresult: UInt32?
  }

  let server: ServerContext
  var context: ChannelHandlerContext?
  var phase = Phase.idle
  var current: CurrentRequest?
  /// Whether the connection closes after the answer being sent.
  var isLast = false
  var isStopping = false
  var stream: EventStream?
  /// What is still to be sent of a long answer; nil while its next part is being made.
  var rest: JSONParts?
  /// The memory reserved from the budget by this connection.
  var reservedBytes = 0

  private var number: UInt64?
  private var queue = CircularBuffer<HTTPServerRequestPart>()
  private var parserError: HTTPParserError?
  private var isDraining = false
  private var isReadPending = false
  private(set) var isInputClosed = false
  private var deadline = NIODeadline.distantFuture
  private var timer: (at: NIODeadline, task: Scheduled<Void>)?

  init(_ server: ServerContext) { self.server = server }

  // MARK: Lifecycle

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    number = server.registry.add(context.channel)
    guard number != nil else { return context.close(promise: nil) }
    wait(until: .now() + server.limits.idleTime)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if stream != nil { endStream() }
    if current != nil { note() }
    phase = .closed
    current = nil
    rest = nil
    queue.removeAll()
    release()
    timer?.task.cancel()
    timer = nil
    if let number { server.registry.remove(number) }
    context.fireChannelInactive()
  }

  func close() {
    guard phase != .closed else { return }
    // A client that sees the end of a stream may start another.
    if stream != nil { endStream() }
    context?.close(promise: nil)
  }

  // MARK: Reading

  /// Notes that bytes have arrived, before they are parsed.
  func bytesArrived() {
    guard phase == .idle else { return }
    phase = .receivingHead
    deadline = .now() + server.limits.headTime
  }

  func read(context: ChannelHandlerContext) {
    switch phase {
    case .working, .sendingParts, .sending: isReadPending = true
    case .idle, .receivingHead, .receivingBody, .streaming, .lingering, .closed: context.read()
    }
  }

  func readAgain() {
    guard isReadPending else { return }
    isReadPending = false
    context?.read()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch phase {
    case .streaming, .lingering, .closed: return
    default: queue.append(unwrapInboundIn(data))
    }
    drain()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    switch phase {
    case .receivingHead, .receivingBody: wait(until: deadline)
    default: break
    }
  }

  /// Processes the received parts, once the answers before them are sent.
  func drain() {
    guard !isDraining else { return }
    isDraining = true
    defer { isDraining = false }
    while let part = queue.first, phase == .idle || phase == .receivingHead || phase == .receivingBody {
      queue.removeFirst()
      switch part {
      case .head(let head): begin(head)
      case .body(let bytes): receive(bytes)
      case .end: complete()
      }
    }
    if queue.isEmpty, let parserError, phase == .idle || phase == .receivingHead || phase == .receivingBody {
      self.parserError = nil
      refuse(parserError.answer)
    }
  }

  func complete() {
    guard current != nil else { return }
    if let number { server.registry.markBusy(number) }
    phase = .working
    deadline = .distantFuture
    current?.start = .now()
    if let refusal = current?.refusal { return send(refusal) }
    carryOut()
  }

  /// Moves to the next request when an answer has been sent.
  func finish() {
    guard !isStopping else { return linger() }
    release()
    note()
    current = nil
    phase = .idle
    if let number { server.registry.markIdle(number) }
    wait(until: .now() + server.limits.idleTime)
    drain()
    if phase == .idle, queue.isEmpty, isInputClosed { return close() }
    switch phase {
    case .working, .sendingParts, .sending: break
    default: readAgain()
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if phase == .lingering { return }
    guard let error = error as? HTTPParserError else { return close() }
    if phase == .streaming { return }
    parserError = error
    drain()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      isInputClosed = true
      switch phase {
      case .lingering, .streaming, .receivingHead, .receivingBody: close()
      case .idle where queue.isEmpty: close()
      default: break
      }
    case is ServerClosingEvent: stop()
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  /// Lets the call in progress finish, and accepts no other.
  private func stop() {
    isStopping = true
    switch phase {
    case .idle, .receivingHead: close()
    case .streaming: finishStream(.init(.serviceDisconnect))
    default: break
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    guard context.channel.isWritable else { return }
    if phase == .sending, !isLast { finish() }
    if phase == .sendingParts { sendPart() }
    if phase == .streaming { sendEvents() }
  }

  // MARK: Timeouts

  /// Sets the deadline for the client's next action.
  func wait(until deadline: NIODeadline) {
    self.deadline = deadline
    guard deadline != .distantFuture, let context, phase != .closed else { return }
    if let timer {
      if timer.at <= deadline { return }
      timer.task.cancel()
    }
    let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
      guard let self else { return }
      self.timer = nil
      if self.deadline <= .now() { self.expire() } else { self.wait(until: self.deadline) }
    }
    timer = (deadline, task)
  }

  private func expire() {
    switch phase {
    case .receivingHead, .receivingBody:
      refuse(.problem(.requestTimeout, "timed out waiting for the rest of the request"))
    case .idle, .working, .sendingParts, .sending, .streaming, .lingering: close()
    case .closed: break
    }
  }
}

/// Tells a connection that the server is closing.
struct ServerClosingEvent: Sendable {}

/// Tells a connection that bytes have arrived, before they are parsed.
final class ByteArrivalHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let connection: ConnectionHandler

  init(_ connection: ConnectionHandler) { self.connection = connection }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    connection.bytesArrived()
    context.fireChannelRead(data)
  }
}

extension HTTPParserError {
  /// The answer to a client that does not send valid HTTP.
  fileprivate var answer: ServerResponse {
    switch self {
    case .headerOverflow:
      .problem(.requestHeaderFieldsTooLarge, "the head of the request is too large")
    case .invalidEOFState: .problem(.badRequest, "the request is incomplete")
    default: .problem(.badRequest, "this is not HTTP/1.1: \(self)")
    }
  }
}
