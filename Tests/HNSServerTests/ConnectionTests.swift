import Glibc
import HNSServer
import NIOCore
import JSONText
import Testing

/// Connections: the order of answers, closing, slow and idle clients.
@Suite struct ConnectionTests {
  private static let enumerate = HTTPClient.text("POST", "/hcn/HcnEnumerateNetworks")

  @Test func pipelinedRequestsAreAnsweredInOrder() throws {
    let server = try RunningServer()
    let client = try server.client()
    var text = ""
    for index in 0..<500 { text += HTTPClient.text("GET", "/networks/\(index)") + Self.enumerate }
    try client.send(text + HTTPClient.text("GET", "/nothing"))
    for index in 0..<500 {
      #expect(try client.response()?.json()["Success"] == false, "\(index)")
      #expect(try client.response()?.text == "[]")
    }
    #expect(try client.response()?.status == 404)
  }

  @Test func aDelayedCallKeepsItsPosition() throws {
    let server = try RunningServer(latency: ["HcnEnumerateNetworks=50ms"])
    let client = try server.client()
    try client.send(Self.enumerate + HTTPClient.text("GET", "/health"))
    #expect(try client.response()?.text == "[]")
    #expect(try client.response()?.json()["status"] == "ok")
  }

  @Test func requestsAfterARefusedOneAreAnswered() throws {
    let server = try RunningServer()
    let client = try server.client()
    // A short body is not mistaken for the next request.
    let refused = HTTPClient.text("POST", "/nothing", body: HTTPClient.text("POST", "/service/restart"))
    try client.send(refused + HTTPClient.text("GET", "/health"))
    #expect(try client.response()?.status == 404)
    #expect(try client.response()?.json()["status"] == "ok")
  }

  @Test func aRequestSentByteByByte() throws {
    let server = try RunningServer()
    let client = try server.client()
    for byte in HTTPClient.text("POST", "/hcn/HcnEnumerateNetworks", body: "{}").utf8 {
      try client.send([byte])
    }
    #expect(try client.response()?.text == "[]")
  }

  @Test func chunkedBodies() throws {
    let server = try RunningServer()
    let client = try server.client()
    try client.send(
      "POST /hcn/HcnEnumerateNetworks HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
    try client.send("1\r\n{\r\n1;x=y\r\n}\r\n0\r\nTrailer: z\r\n\r\n")
    #expect(try client.response()?.text == "[]")
  }

  @Test func expect100Continue() throws {
    let server = try RunningServer()
    let client = try server.client()
    let head = "HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    try client.send("POST /hcn/HcnEnumerateNetworks " + head)
    #expect(try client.response()?.status == 100)
    try client.send("{}")
    #expect(try client.response()?.text == "[]")
    // The body of a refused request is not requested.
    try client.send("POST /nothing " + head)
    #expect(try client.response()?.status == 404)
    #expect(try client.rest().isEmpty)
  }

  @Test func headRequests() throws {
    let server = try RunningServer()
    let client = try server.client()
    let full = try client.request("GET", "/health")
    let head = try client.request("HEAD", "/health")
    #expect(head.status == 200 && head["Content-Length"] == full["Content-Length"])
    #expect(try client.request("GET", "/health").text == full.text)
  }

  @Test func theClientDecidesWhetherAConnectionIsKept() throws {
    let server = try RunningServer()
    let closing = try server.client()
    #expect(try closing.request("GET", "/health", headers: ["Connection: close"])["Connection"] == "close")
    #expect(try closing.rest().isEmpty)
    let old = try server.client()
    try old.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(try old.response()?["Connection"] == "keep-alive")
    try old.send("GET /health HTTP/1.0\r\n\r\n")
    #expect(try old.response()?["Connection"] == "close")
    #expect(try old.rest().isEmpty)
  }

  @Test func aClientThatClosedItsSideGetsItsAnswers() throws {
    let server = try RunningServer()
    let client = try server.client()
    try client.send(Self.enumerate + Self.enumerate)
    client.finishSending()
    #expect(try client.response()?.text == "[]")
    #expect(try client.response()?.text == "[]")
    #expect(try client.rest().isEmpty)
  }

  @Test(arguments: [
    "GET /hea", "GET /health HTTP/1.1\r\nHost: loc",
    "POST /hns HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
    "POST /hns HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
  ])
  func halfARequest(_ text: String) throws {
    let server = try RunningServer()
    let client = try server.client()
    try client.send(text)
    client.finishSending()
    #expect(try client.response()?.status ?? 400 == 400)
    #expect(try client.rest().isEmpty)
    // And one that disconnects.
    try { try server.client().send(text) }()
    try server.expectHealthy()
  }

  @Test(arguments: [
    "G", "GET /health HTTP/1.1\r\nHost: ",
    "POST /hns HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
  ])
  func slowClients(_ text: String) throws {
    let server = try RunningServer {
      $0.limits.headTime = .milliseconds(50)
      $0.limits.bodyTime = .milliseconds(50)
    }
    let client = try server.client()
    try client.send(text)
    #expect(try client.response()?.status == 408)
    #expect(try client.rest().isEmpty)
    try server.expectHealthy()
  }

  @Test func idleConnectionsEnd() throws {
    let server = try RunningServer { $0.limits.idleTime = .milliseconds(50) }
    let silent = try server.client()
    #expect(try silent.rest().isEmpty)
    let used = try server.client()
    #expect(try used.request("GET", "/health").status == 200)
    #expect(try used.rest().isEmpty)
  }

  @Test func theLongestIdleConnectionIsClosed() throws {
    let server = try RunningServer { $0.limits.connections = 4 }
    var clients: [HTTPClient] = []
    for _ in 0..<4 {
      clients.append(try server.client())
      #expect(try clients[clients.count - 1].request("GET", "/health").status == 200)
    }
    // The first was used again; the second is the one that has been idle longest.
    #expect(try clients[0].request("GET", "/health").status == 200)
    let fifth = try server.client()
    #expect(try fifth.request("GET", "/health").status == 200)
    #expect(try clients[1].rest().isEmpty)
    for index in [0, 2, 3] { #expect(try clients[index].request("GET", "/health").status == 200) }
    #expect(server.server.connections == 4)
  }

  @Test func idleAndHalfOpenConnectionsKeepNobodyOut() throws {
    let server = try RunningServer { $0.limits.connections = 200 }
    var clients: [HTTPClient] = []
    for index in 0..<1_000 {
      clients.append(try server.client())
      if index % 2 == 0 { try? clients[index].send("POST /hns HTTP/1.1\r\nHost: ") }
      if index % 100 == 99 { try server.expectHealthy() }
    }
    #expect(server.server.connections <= 200)
  }

  @Test func aClientThatDoesNotReadIsNotServed() throws {
    let server = try RunningServer { $0.limits.readingTime = .milliseconds(200) }
    let client = try server.client()
    // The server has registered the connection once it has answered.
    #expect(try client.request("GET", "/health").status == 200)
    // Far more answers than fit into the buffers in between.
    let requests = Array(String(repeating: HTTPClient.text("GET", "/openapi.json"), count: 2_000).utf8)
    try client.send(requests)
    while server.server.connections > 0 { usleep(10_000) }
    // The server has closed it: the client sees the end, not all the answers.
    var answers = 0
    while let response = try? client.response(), response.status == 200 { answers += 1 }
    #expect(answers < 2_000)
    try server.expectHealthy()
  }

  @Test func readingResumesAfterALargeAnswer() throws {
    let server = try RunningServer()
    let client = try server.client()
    try client.send(String(repeating: HTTPClient.text("GET", "/openapi.json"), count: 100))
    let first = try #require(try client.response())
    #expect(first.body.count > 50_000)
    for _ in 1..<100 { #expect(try client.response()?.body == first.body) }
    #expect(try client.request("GET", "/health").status == 200)
  }
}
