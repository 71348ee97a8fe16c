import HNSServer
import NIOCore
import JSONText
import Testing

/// Event streams.
@Suite struct EventTests {
  private func subscribe(_ server: RunningServer, receiveBuffer: Int32? = nil) throws -> HTTPClient {
    let stream = try server.client(receiveBuffer: receiveBuffer)
    try stream.send(HTTPClient.text("GET", "/events"))
    let head = try stream.read(until: "\r\n\r\n")
    #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.contains("text/event-stream"))
    #expect(try stream.read(until: "\n\n").hasSuffix(": subscribed\n\n"))
    return stream
  }

  /// The next event, without its chunk framing.
  private func event(_ stream: HTTPClient) throws -> [String] {
    try stream.read(until: "\n\n").split(whereSeparator: \.isNewline).map(String.init)
      .filter { $0.contains(": ") && !$0.hasPrefix(":") }
  }

  @Test func everyObserverIsNotifiedInOrder() throws {
    let server = try RunningServer()
    let client = try server.client()
    try client.request("POST", "/hcn/HcnCreateNamespace?id=\(RunningServer.missingID)", body: "{}")
    let streams = [try subscribe(server), try subscribe(server)]
    let network = "id=\(RunningServer.networkID)"
    try client.request("POST", "/hcn/HcnCreateNetwork?\(network)", body: RunningServer.network)
    try client.request("POST", "/hcn/HcnDeleteNetwork?\(network)")
    for stream in streams {
      for (index, (name, type)) in [
        ("NetworkPreCreate", 1), ("NetworkCreate", 2), ("NetworkPreDelete", 3), ("NetworkDelete", 4),
      ].enumerated() {
        #expect(
          try event(stream) == [
            "id: \(index + 1)", "event: \(name)",
            #"data: {"type":\#(type),"status":0,"data":{"ID":"\#(RunningServer.networkID)","Flags":0}}"#,
          ])
      }
    }
  }

  @Test func aRestartEndsTheStreams() throws {
    let server = try RunningServer()
    let stream = try subscribe(server)
    let restart = try server.client().request("POST", "/service/restart")
    #expect(restart.status == 200 && restart["X-HRESULT"] == "0x00000000" && restart.body.isEmpty)
    #expect(
      try event(stream) == [
        "id: 1", "event: ServiceDisconnect", #"data: {"type":16777216,"status":0,"data":null}"#,
      ])
    #expect(try stream.rest().hasSuffix("0\r\n\r\n"))
    // A new client receives what happens from then on.
    let again = try subscribe(server)
    try server.client().request("POST", "/hcn/HcnCreateNamespace?id=\(RunningServer.missingID)", body: "{}")
    #expect(try event(again).contains("event: NamespaceCreate"))
  }

  @Test func closingTheServerEndsTheStreams() throws {
    let server = try RunningServer()
    let stream = try subscribe(server)
    server.close()
    #expect(try event(stream).contains("event: ServiceDisconnect"))
    #expect(try stream.rest().hasSuffix("0\r\n\r\n"))
  }

  @Test func aStreamSendsHeartbeats() throws {
    let server = try RunningServer { $0.limits.heartbeat = .milliseconds(20) }
    let stream = try subscribe(server)
    for _ in 0..<3 { #expect(try stream.read(until: "\n\n").hasSuffix(": alive\n\n")) }
  }

  @Test func streamsAreLimited() throws {
    let server = try RunningServer { $0.limits.streams = 2 }
    var streams = [try subscribe(server), try subscribe(server)]
    let third = try server.client().request("GET", "/events")
    #expect(third.status == 503 && third["Retry-After"] != nil)
    streams[0].finishSending()
    #expect(try !streams[0].rest().contains("event"))
    streams[0] = try subscribe(server)
    try server.expectHealthy()
  }

  @Test func aStreamThatIsNotReadIsDropped() throws {
    let server = try RunningServer {
      $0.limits.events = 64
      $0.limits.sendBuffer = 4_096
    }
    let deaf = try subscribe(server, receiveBuffer: 4_096)
    let client = try server.client()
    #expect(try client.request("GET", "/health").status == 200)
    let id = "id=\(RunningServer.missingID)"
    // More than fits into the buffers in between, at some 100 bytes per event.
    for _ in 0..<200 where server.server.connections == 2 {
      let pair =
        HTTPClient.text("POST", "/hcn/HcnCreateNamespace?\(id)", body: "{}")
        + HTTPClient.text("POST", "/hcn/HcnDeleteNamespace?\(id)")
      try client.send(String(repeating: pair, count: 50))
      for _ in 0..<100 { #expect(try client.response()?.status == 200) }
    }
    #expect(server.server.connections == 1)
    #expect(try !deaf.rest().hasSuffix("0\r\n\r\n"))
    try server.expectHealthy()
  }

  @Test func anOldClientGetsAStreamWithoutChunks() throws {
    let server = try RunningServer()
    let stream = try server.client()
    try stream.send("GET /events HTTP/1.0\r\n\r\n")
    #expect(try !stream.read(until: "\r\n\r\n").lowercased().contains("chunked"))
    #expect(try stream.read(until: "\n\n") == ": subscribed\n\n")
    server.close()
    #expect(try stream.rest().hasPrefix("id: 1\nevent: ServiceDisconnect\n"))
  }
}
