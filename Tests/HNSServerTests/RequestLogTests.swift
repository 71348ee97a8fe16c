import HNSServer
import JSONText
import Testing

/// The columns of the log are the server's, whatever a client sends.
@Suite struct RequestLogTests {
  /// The lines that requests leave in the log.
  private func lines(_ requests: [[UInt8]], isJSON: Bool = false) throws -> [Substring] {
    let file = try LogFile()
    let server = try RunningServer(token: "secret") { $0.log = RequestLog(file.writer, isJSON: isJSON) }
    for request in requests {
      let client = try server.client()
      try client.send(request)
      client.finishSending()
      _ = try client.rest()
    }
    server.close()
    return file.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
  }

  private static func request(_ target: String, _ fields: String = "", method: String = "GET") -> [UInt8] {
    Array("\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(fields)\r\n".utf8)
  }

  @Test(
    arguments: [
      request("/a%20b"), request("/a%0a%0dGET"), request("/%5Cu%7B20%7D"), request("/%00"),
      request("/%1b[2J"),
      request("/%C2%A0%E2%80%A8%E2%80%AE"), request("/%zz"), request("/%ff"), request("http://localhost"),
      request("http://localhost?id=1"), request("/?a%20b=c%20d"), request("/health?x=%0a"), request(""),
      request("/", "User-Agent: a\tb c\r\n"), request("/", "X-Forwarded-For: 1 2\u{7f}\r\n"),
      request("/", "Authorization: Bearer x y\r\n"), request("/", method: "M-SEARCH"),
      request("/", method: "A B"), request("/", method: "GET\t"), request("/", method: "BLAH"),
      request("*", method: "OPTIONS"), request("localhost:80", method: "CONNECT"),
      Array("GET /".utf8) + [0xff, 0xfe, 0xc2] + Array(" HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8),
      Array("GET / HTTP/1.1\r\nHost: a".utf8) + [0xff, 0x0b, 0x20] + Array("b\r\n\r\n".utf8),
      Array("\n\n GET / HTTP/1.1\r\n\r\n".utf8), [0x16, 0x03, 0x01, 0x00, 0x0a, 0x0a, 0x20],
    ] as [[UInt8]])
  func aLineHasSixColumns(_ bytes: [UInt8]) throws {
    let lines = try lines([bytes])
    #expect(lines.count <= 1)
    for line in lines {
      let columns = line.split(separator: " ", omittingEmptySubsequences: false)
      #expect(columns.count == 6 && !columns.contains(""), "\(line)")
      #expect(line.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "\(line)")
      #expect(columns.last?.hasSuffix("ms") == true, "\(line)")
    }
    let documents = try self.lines([bytes], isJSON: true)
    #expect(documents.count == lines.count)
    for document in documents {
      #expect(try JSON(parsing: String(document)).object?.members.map(\.key).count == 6)
    }
  }

  @Test func aTargetWithoutAPathIsTheRoot() throws {
    #expect(try lines([Self.request("http://localhost")]).first?.hasPrefix("GET / - ") == true)
  }
}
