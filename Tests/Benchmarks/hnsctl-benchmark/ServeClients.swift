import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// A connection that only sends requests and waits for responses.
final class BareClient {
  struct Failure: Error {}

  private let descriptor: Int32
  /// How long it waits between two reads of a long response, in microseconds.
  var pause: UInt32 = 0
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var isOn: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, 4)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw Failure() }
  }

  deinit { close(descriptor) }

  func call(_ path: String, _ body: String) throws { _ = try request("POST", path, body) }

  /// Sends a request and reads the response, which must be a success.
  ///
  /// - Returns: The size of the response, with its head.
  func request(_ method: String, _ path: String, _ body: String = "") throws -> Int {
    let text =
      "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    let bytes = Array(text.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Failure() }
    var count = 0
    while true {
      let read = buffer.withUnsafeMutableBytes {
        recv(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count, 0)
      }
      guard read > 0 else { throw Failure() }
      count += read
      if let end = Self.end(of: buffer[..<count]), end <= count {
        guard buffer[9] == UInt8(ascii: "2") else { throw Failure() }
        return count
      }
      if count == buffer.count { return try readLong() }
    }
  }

  /// Reads the rest of a response that is longer than the buffer, which is full.
  private func readLong() throws -> Int {
    guard buffer[9] == UInt8(ascii: "2") else { throw Failure() }
    var total = buffer.count
    var tail = Array(buffer.suffix(Self.lastChunk.count))
    let end = Self.end(of: buffer[...])
    while end.map({ total < $0 }) ?? (tail != Self.lastChunk) {
      if pause > 0 { usleep(pause) }
      let read = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
      guard read > 0 else { throw Failure() }
      total += read
      tail = (tail + buffer[..<read].suffix(Self.lastChunk.count)).suffix(Self.lastChunk.count)
    }
    return total
  }

  /// The end of a chunked response; its text has no line ends.
  private static let lastChunk = Array("0\r\n\r\n".utf8)

  /// The end of a response, once its head has arrived; if it is chunked, once all has arrived.
  private static func end(of bytes: ArraySlice<UInt8>) -> Int? {
    guard let head = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let field = Array("ontent-Length: ".utf8)
    guard let start = bytes[..<head.upperBound].firstRange(of: field)?.upperBound else {
      guard bytes[..<head.upperBound].contains(Array("chunked".utf8)) else { return head.upperBound }
      return bytes.suffix(lastChunk.count) == lastChunk[...] ? bytes.endIndex : nil
    }
    let digits = bytes[start...].prefix { (0x30...0x39).contains($0) }
    return head.upperBound + digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}

/// The minimum of a server on the same package: read a request and answer with the same bytes, or with the
/// same long text if the path ends with a slash.
struct ConstantServer {
  let port: UInt16

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let short = ByteBuffer(string: "{}")
    private let long: ByteBuffer
    private var isLong = false

    init(_ long: ByteBuffer) { self.long = long }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let part = unwrapInboundIn(data)
      if case .head(let head) = part { isLong = head.uri.hasSuffix("/") }
      guard case .end = part else { return }
      let body = isLong ? long : short
      let head = HTTPResponseHead(
        version: .http1_1, status: .ok,
        headers: ["Content-Length": "\(body.readableBytes)", "Content-Type": "application/json"])
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }

  init(long size: Int = 0) throws {
    let long = ByteBuffer(repeating: UInt8(ascii: " "), count: size)
    let channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: 2))
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(long))
        }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
    port = UInt16(clamping: channel.localAddress?.port ?? 0)
  }
}
