import HNSEmulator
import NIOCore
import NIOHTTP1

/// One connection of a client.
///
/// Requests are answered one at a time and in order. While one is answered nothing more is read, so that a
/// client that sends faster than it is answered, or does not read the answers, fills its own buffers and not
/// this program's.
final class ConnectionHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = Never
  typealias OutboundIn = Never
  typealias OutboundOut = HTTPServerResponsePart

  enum Phase {
    /// Nothing of a request has come.
    case idle
    case receivingHead
    case receivingBody
    /// The request is complete, and the call is waiting or under way.
    case working
    /// The answer is written, and the client has not taken enough of it.
    case sending
    case streaming
    /// Nothing more is answered; the client is given time to take what was.
    case lingering
    case closed
  }

  /// The request that is received or answered.
  struct Current {
    var head: HTTPRequestHead
    var target: RequestTarget?
    var route: Route?
    var arguments = Arguments()
    /// What it will be answered with, whatever the body is.
    var refusal: Answer?
    var body: [UInt8] = []
    var function: String?
    /// When it was complete.
    var start = NIODeadline.now()
    var status: UInt = 0
    var hresult: UInt32?
  }

  let door: DoorContext
  var context: ChannelHandlerContext?
  var phase = Phase.idle
  var current: Current?
  /// Whether the connection ends with the answer that is being sent.
  var isLast = false
  var isStopping = false
  var stream: EventStream?
  /// What this connection holds of the budget.
  var held = 0

  private var number: UInt64?
  private var queue = CircularBuffer<HTTPServerRequestPart>()
  private var parserError: HTTPParserError?
  private var isDraining = false
  private var isReadPending = false
  private(set) var isInputClosed = false
  private var deadline = NIODeadline.distantFuture
  private var timer: (at: NIODeadline, task: Scheduled<Void>)?

  init(_ door: DoorContext) { self.door = door }

  // MARK: Life

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    number = door.registry.add(context.channel)
    guard number != nil else { return context.close(promise: nil) }
    wait(until: .now() + door.limits.idleTime)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if stream != nil { endStream() }
    if current != nil { note() }
    phase = .closed
    current = nil
    queue.removeAll()
    release()
    timer?.task.cancel()
    timer = nil
    if let number { door.registry.remove(number) }
    context.fireChannelInactive()
  }

  func close() {
    guard phase != .closed else { return }
    // Whoever sees the end of a stream may start another.
    if stream != nil { endStream() }
    context?.close(promise: nil)
  }

  // MARK: Reading

  /// Notes that bytes have come, before it is known of what.
  func bytesArrived() {
    guard phase == .idle else { return }
    phase = .receivingHead
    deadline = .now() + door.limits.headTime
  }

  func read(context: ChannelHandlerContext) {
    switch phase {
    case .working, .sending: isReadPending = true
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

  /// Takes up what has come, as far as the answers before it are out.
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
    if let number { door.registry.markBusy(number) }
    phase = .working
    deadline = .distantFuture
    current?.start = .now()
    if let refusal = current?.refusal { return send(refusal) }
    carryOut()
  }

  /// Goes on to the next request when an answer is out.
  func finish() {
    release()
    note()
    current = nil
    phase = .idle
    if let number { door.registry.markIdle(number) }
    wait(until: .now() + door.limits.idleTime)
    drain()
    if phase == .idle, queue.isEmpty, isInputClosed { return close() }
    if phase != .working, phase != .sending { readAgain() }
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
    case is DoorIsClosing: stop()
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  /// Lets the call in flight finish, and takes no other.
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
    if phase == .streaming { sendEvents() }
  }

  // MARK: Time

  /// Gives the client until then for what it is to do next.
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
      refuse(.problem(.requestTimeout, "the request did not come to its end in time"))
    case .idle, .working, .sending, .streaming, .lingering: close()
    case .closed: break
    }
  }
}

/// Tells a connection that the door closes.
struct DoorIsClosing: Sendable {}

/// Tells a connection that bytes have come, before they are taken apart.
final class ArrivalWatch: ChannelInboundHandler {
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
  /// What a client is told that does not speak HTTP.
  fileprivate var answer: Answer {
    switch self {
    case .headerOverflow:
      .problem(.requestHeaderFieldsTooLarge, "the head of the request is too large")
    case .invalidEOFState: .problem(.badRequest, "the request ends before its end")
    default: .problem(.badRequest, "this is not HTTP/1.1: \(self)")
    }
  }
}
