import HNSEmulator
import NIOCore
import NIOHTTP1

extension ConnectionHandler {
  /// Sends an answer and moves to the next request once the client has read enough of it.
  func send(_ answer: ServerResponse) {
    guard phase != .closed, let head = current?.head else { return release() }
    var answer = answer
    if !reserve((current?.body.count ?? 0) + answer.body.count) { answer = .outOfMemory }
    start(answer, size: answer.statedSize ?? answer.body.count)
    if head.method != .HEAD { write(answer.body) }
    endAnswer()
  }

  /// Writes the head of an answer.
  ///
  /// - Parameters:
  ///   - answer: The answer; its body is not written.
  ///   - size: The size of the body; nil if it is not known yet.
  func start(_ answer: ServerResponse, size: Int?) {
    guard let context, let version = current?.head.version else { return }
    // Without a size, a client that does not support chunks takes the end of the connection as the end.
    let needsEnd = size == nil && version == .http1_0
    isLast = isLast || isStopping || needsEnd || current?.head.isKeepAlive == false
    current?.status = answer.status.code
    current?.hresult = answer.hresult
    let head = HTTPResponseHead(
      version: size == nil ? version : .http1_1, status: answer.status,
      headers: headers(of: answer, size: size, version: version))
    context.write(wrapOutboundOut(.head(head)), promise: nil)
  }

  /// Writes bytes of a body.
  func write(_ bytes: [UInt8]) {
    guard let context, !bytes.isEmpty else { return }
    let buffer = context.channel.allocator.buffer(bytes: bytes)
    context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
  }

  /// Ends an answer, and moves to the next request once the client has read enough of it.
  func endAnswer() {
    guard let context else { return }
    guard isLast else {
      // Only after this does a channel becoming writable mean that the client has read enough.
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      guard phase != .closed else { return }
      phase = .sending
      if context.channel.isWritable { finish() } else { wait(until: .now() + server.limits.readingTime) }
      return
    }
    phase = .sending
    finishConnection()
  }

  /// Sends an answer before the request is complete, and closes the connection.
  func refuse(_ answer: ServerResponse) {
    guard phase != .closed else { return }
    if current == nil {
      // The head could not be parsed; this is a stand-in with the fields the answer needs.
      current = CurrentRequest(head: HTTPRequestHead(version: .http1_1, method: .RAW(value: "-"), uri: "-"))
    }
    isLast = true
    send(answer)
  }

  /// Closes the connection when everything is written.
  func finishConnection() {
    guard let context else { return }
    wait(until: .now() + server.limits.readingTime)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { [weak self] _ in
      self?.linger()
    }
  }

  /// Waits for the client to close its side.
  ///
  /// Closing at once while the client is still sending would discard the answer before the client reads it.
  func linger() {
    guard phase != .closed, let context else { return }
    release()
    note()
    current = nil
    if isInputClosed { return close() }
    phase = .lingering
    wait(until: .now() + server.limits.lingeringTime)
    context.close(mode: .output, promise: nil)
    readAgain()
  }

  private func headers(of answer: ServerResponse, size: Int?, version: HTTPVersion) -> HTTPHeaders {
    var headers = HTTPHeaders()
    if let hresult = answer.hresult { headers.add(name: "X-HRESULT", value: HCNErrorCode.header(hresult)) }
    if let detail = answer.detail { headers.add(name: "X-Detail", value: detail.headerText) }
    if size != 0 { headers.add(name: "Content-Type", value: "application/json") }
    if let size { headers.add(name: "Content-Length", value: String(size)) }
    if !answer.allowed.isEmpty { headers.add(name: "Allow", value: answer.allowed.joined(separator: ", ")) }
    if answer.status == .unauthorized { headers.add(name: "WWW-Authenticate", value: "Bearer") }
    if answer.status == .serviceUnavailable { headers.add(name: "Retry-After", value: "1") }
    if isLast {
      headers.add(name: "Connection", value: "close")
    } else if version == .http1_0 {
      headers.add(name: "Connection", value: "keep-alive")
    }
    return headers
  }

  // MARK: Memory

  /// Reserves memory for what the connection holds, if it is large.
  ///
  /// - Returns: Whether the budget allows it.
  func reserve(_ count: Int) -> Bool {
    guard count > server.limits.freeBytes, count > reservedBytes else { return true }
    // In steps, so that a body arriving in many pieces is not counted for each of them.
    let wanted = max(count, min(2 * reservedBytes, server.limits.body))
    guard server.budget.take(wanted - reservedBytes) else { return false }
    reservedBytes = wanted
    return true
  }

  /// Returns the memory reserved by the connection.
  func release() {
    if reservedBytes > 0 { server.budget.give(reservedBytes) }
    reservedBytes = 0
  }

  // MARK: Log

  /// Logs the finished request.
  func note() {
    guard let log = server.log, let current else { return }
    log.note(
      RequestLog.Entry(
        method: current.head.method.rawValue, path: current.target?.path ?? current.head.uri,
        function: current.function, status: current.status, hresult: current.hresult,
        nanoseconds: (NIODeadline.now() - current.start).nanoseconds))
  }
}
