import Glibc
import JSONText
import Testing

/// A response of the server.
struct Response {
  let status: Int
  /// The header fields, with names in lower case.
  let headers: [String: String]
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }

  func json() throws -> JSON { try JSON(parsing: body) }

  subscript(header: String) -> String? { headers[header.lowercased()] }
}

/// One connection, used at the byte level.
final class HTTPClient {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let descriptor: Int32
  /// Kept alive while the connection is used.
  var owner: AnyObject?
  private var received: [UInt8] = []
  /// Whether the server has closed its side.
  private(set) var isAtEnd = false

  init(port: UInt16, receiveBuffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    // Nothing here waits for a time; this only ends a test that would hang.
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    if var receiveBuffer {
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
    }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw Failure(description: String(cString: strerror(errno))) }
  }

  deinit { close(descriptor) }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        Glibc.send(
          descriptor, buffer.baseAddress.map { $0 + start }, buffer.count - start,
          Int32(MSG_NOSIGNAL))
      }
      guard written > 0 else { throw Failure(description: "send: " + String(cString: strerror(errno))) }
      start += written
    }
  }

  /// Closes the sending side.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Reads once; false at the end.
  private func receive() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count >= 0 || errno == ECONNRESET else {
      throw Failure(description: "recv: " + String(cString: strerror(errno)))
    }
    if count <= 0 {
      isAtEnd = true
      return false
    }
    received += buffer[0..<count]
    return true
  }

  /// Reads until a text arrives, and consumes everything up to its end.
  func read(until text: String) throws -> String {
    let wanted = Array(text.utf8)
    var searched = 0
    while true {
      if let range = received[searched...].firstRange(of: wanted) {
        defer { received.removeSubrange(..<range.upperBound) }
        return String(decoding: received[..<range.upperBound], as: UTF8.self)
      }
      searched = max(0, received.count - wanted.count + 1)
      guard try receive() else {
        throw Failure(
          description: "the connection ended before '\(text)': \(String(decoding: received, as: UTF8.self))")
      }
    }
  }

  /// Reads an answer; nil if the connection ends first.
  func response(toHead: Bool = false) throws -> Response? {
    while received.isEmpty { guard try receive() else { return nil } }
    let lines = try read(until: "\r\n\r\n").split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count >= 2, let status = Int(words[1]) else { throw Failure(description: "\(lines[0])") }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
    }
    if status == 100 { return Response(status: status, headers: headers, body: []) }
    var body: [UInt8] = []
    if toHead {
    } else if headers["transfer-encoding"] == "chunked" {
      while case let size = try chunkSize(), size > 0 {
        body += try bytes(size)
        _ = try read(until: "\r\n")
      }
      _ = try read(until: "\r\n")
    } else {
      body = try bytes(Int(headers["content-length"] ?? "") ?? 0)
    }
    return Response(status: status, headers: headers, body: body)
  }

  /// Reads the line before a chunk.
  func chunkSize() throws -> Int {
    let line = try read(until: "\r\n")
    guard let size = Int(line.dropLast(), radix: 16) else { throw Failure(description: "no chunk: \(line)") }
    return size
  }

  private func bytes(_ count: Int) throws -> [UInt8] {
    while received.count < count {
      guard try receive() else { throw Failure(description: "the body is cut short") }
    }
    defer { received.removeFirst(count) }
    return Array(received[..<count])
  }

  /// Reads to the end of the connection.
  func rest() throws -> String {
    while try receive() {}
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  /// Sends a request and reads the answer.
  @discardableResult
  func request(
    _ method: String, _ path: String, body: String = "", headers: [String] = []
  ) throws -> Response {
    try send(Self.text(method, path, body: body, headers: headers))
    guard let response = try response(toHead: method == "HEAD") else {
      throw Failure(description: "no answer to \(method) \(path)")
    }
    return response
  }

  /// The text of a request.
  static func text(_ method: String, _ path: String, body: String = "", headers: [String] = []) -> String {
    var lines = ["\(method) \(path) HTTP/1.1"]
    if !headers.contains(where: { $0.lowercased().hasPrefix("host:") }) { lines.append("Host: 127.0.0.1") }
    lines += headers
    if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
  }
}
