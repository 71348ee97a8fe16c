import Foundation
import HNSEmulator
import HNSServer
import HNSService
import HNSStore
import HostModel
import JSONText
import NIOCore
import NetworkTypes
import Testing

/// Answers whose size grows with the host: sent in parts, read from one moment, and in nobody's way.
@Suite struct LongAnswerTests {
  private static let count = 120

  /// A server whose host has many endpoints, and answers in small parts.
  private func server(
    _ change: @escaping (inout ServerConfiguration) -> Void = { _ in }
  ) throws -> RunningServer {
    let server = try RunningServer {
      $0.limits.part = 4 << 10
      change(&$0)
    }
    let network = try #require(GUID(RunningServer.networkID))
    let document = try JSON(parsing: RunningServer.network)
    #expect(
      !server.service.perform(.create(.network, id: network, network: nil, settings: document)).isRefusal)
    for index in 0..<Self.count { try create(index, on: server) }
    return server
  }

  private func create(_ index: Int, on server: RunningServer) throws {
    let settings: JSON = [
      "Name": .string("endpoint-\(index)"), "SchemaVersion": ["Major": 2, "Minor": 0],
    ]
    let network = GUID(RunningServer.networkID)
    #expect(
      !server.service.perform(.create(.endpoint, id: .zero, network: network, settings: settings)).isRefusal)
  }

  private static let lists: [(String, String)] = [
    ("GET", "/endpoints/"), ("GET", "/endpoints/detailed"), ("POST", "/hcn/HcnEnumerateEndpoints"),
    ("POST", "/hns?method=GET&path=/endpoints"), ("GET", "/state"),
  ]

  @Test(arguments: lists)
  func longAnswersAreChunked(_ method: String, _ path: String) throws {
    let server = try server()
    let client = try server.client()
    let response = try client.request(method, path)
    #expect(response.status == 200 && response["Content-Length"] == nil)
    #expect(response["Content-Type"] == "application/json")
    #expect(response["X-HRESULT"] == (path == "/state" ? nil : "0x00000000"))
    // It is what the service answers at once.
    let service = server.service
    let whole: JSON? =
      switch path {
      case "/state": service.state.document
      case "/hcn/HcnEnumerateEndpoints": service.perform(.enumerate(.endpoint, query: nil)).result
      default: service.perform(.hns(method: "GET", path: "/endpoints", request: nil)).result
      }
    #expect(response.body == whole?.bytes())
    // The connection goes on.
    #expect(try client.request("GET", "/health").status == 200)
    // A HEAD request gets the size.
    if method == "GET" {
      #expect(try client.request("HEAD", path)["Content-Length"] == "\(response.body.count)")
    }
    // A client of HTTP/1.0 reads to the end of the connection.
    try client.send("\(method) \(path) HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    let old = try client.rest()
    #expect(old.contains("Connection: close\r\n") && !old.contains("chunked"))
    #expect(old.hasSuffix("\r\n\r\n" + response.text))
  }

  @Test func shortListsStateTheirSize() throws {
    let server = try server()
    let client = try server.client()
    for path in ["/networks", "/namespaces", "/policylists/"] {
      let response = try client.request("GET", path)
      #expect(response["Content-Length"] == "\(response.body.count)", "\(path)")
    }
  }

  @Test func pipelinedLongAnswersKeepTheirOrder() throws {
    let server = try server()
    let client = try server.client()
    let text = HTTPClient.text("GET", "/endpoints/") + HTTPClient.text("GET", "/networks")
    try client.send(String(repeating: text, count: 20))
    for _ in 0..<20 {
      #expect(try client.response()?.json()["Output"]?.array?.count == Self.count)
      #expect(try client.response()?.json()["Output"]?.array?.count == 1)
    }
  }

  @Test func aListIsOfOneMoment() throws {
    let server = try server { $0.limits.sendBuffer = 4_096 }
    let reader = try server.client(receiveBuffer: 4_096)
    try reader.send(HTTPClient.text("GET", "/endpoints/"))
    _ = try reader.read(until: "\r\n\r\n")
    let before = try reader.chunkSize()
    #expect(before > 0)
    // While the list is being read, everything is deleted.
    let client = try server.client()
    #expect(
      try client.request("POST", "/hcn/HcnDeleteNetwork?id=\(RunningServer.networkID)").status == 200)
    #expect(try client.request("GET", "/endpoints/").json()["Output"] == [])
    let rest = try reader.read(until: "0\r\n\r\n")
    #expect(rest.contains("endpoint-\(Self.count - 1)"))
  }

  @Test func readersThatStopCostAPart() throws {
    let server = try server {
      $0.limits.sendBuffer = 4_096
      $0.limits.readingTime = .minutes(10)
    }
    var readers: [HTTPClient] = []
    for _ in 0..<16 {
      readers.append(try server.client(receiveBuffer: 4_096))
      try readers[readers.count - 1].send(HTTPClient.text("GET", "/endpoints/"))
    }
    for reader in readers { _ = try reader.read(until: "\r\n\r\n") }
    try server.expectHealthy()
    // Each gets everything once it reads on.
    for reader in readers { #expect(try reader.read(until: "0\r\n\r\n").contains("endpoint-0")) }
  }

  @Test func readersThatLeaveOrNeverReadAreDropped() throws {
    let server = try server {
      $0.limits.sendBuffer = 4_096
      $0.limits.readingTime = .milliseconds(100)
    }
    let silent = try server.client(receiveBuffer: 4_096)
    try silent.send(HTTPClient.text("GET", "/endpoints/"))
    for _ in 0..<8 {
      let leaving = try server.client(receiveBuffer: 4_096)
      try leaving.send(HTTPClient.text("GET", "/endpoints/"))
      _ = try leaving.read(until: "\r\n\r\n")
    }
    while server.server.connections > 0 { usleep(10_000) }
    try server.expectHealthy()
  }

  @Test func longAnswersShareTheMemoryOfTheServer() throws {
    let server = try server {
      $0.limits.memory = 1 << 17
      $0.limits.sendBuffer = 4_096
      $0.limits.readingTime = .minutes(10)
    }
    let first = try server.client(receiveBuffer: 4_096)
    try first.send(HTTPClient.text("GET", "/endpoints/"))
    _ = try first.read(until: "\r\n\r\n")
    let refused = try server.client().request("GET", "/endpoints/")
    #expect(refused.status == 503 && refused["Retry-After"] == "1")
    _ = try first.read(until: "0\r\n\r\n")
    #expect(try first.request("GET", "/endpoints/").status == 200)
  }

  @Test func aServerThatClosesFinishesALongAnswer() throws {
    let server = try server {
      $0.limits.sendBuffer = 4_096
      $0.limits.readingTime = .minutes(10)
      $0.limits.shutdownTimeout = .minutes(10)
    }
    let client = try server.client(receiveBuffer: 4_096)
    try client.send(HTTPClient.text("GET", "/endpoints/"))
    _ = try client.read(until: "\r\n\r\n")
    let closing = server.server
    Thread { closing.close() }.start()
    #expect(try client.read(until: "0\r\n\r\n").contains("endpoint-\(Self.count - 1)"))
    #expect(try client.rest().isEmpty)
  }
}
