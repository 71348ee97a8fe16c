import Foundation
import HNSServer
import Synchronization
import NIOCore
import JSONText
import Testing

/// Slow and failing services, the log, and closing a server.
@Suite struct FaultInjectionTests {
  @Test func aDelayedCallDelaysOnlyItself() throws {
    let server = try RunningServer(latency: ["HcnCreateNamespace=600s"]) {
      $0.limits.shutdownTimeout = .milliseconds(1)
    }
    let slow = try (0..<8).map { _ in try server.client() }
    for client in slow { try client.send(HTTPClient.text("POST", "/hcn/HcnCreateNamespace", body: "{}")) }
    let client = try server.client()
    for _ in 0..<100 { #expect(try client.request("POST", "/hcn/HcnEnumerateNamespaces").text == "[]") }
    server.close()
    for client in slow { #expect(try client.response() == nil) }
  }

  @Test func aDelayPrecedesTheCall() throws {
    let server = try RunningServer(latency: ["HcnOpenNamespace=20ms"])
    let client = try server.client()
    #expect(try client.request("POST", "/hcn/HcnOpenNamespace?id=\(RunningServer.missingID)").status == 404)
  }

  @Test func faults() throws {
    let server = try RunningServer(faults: [
      "HcnCreateNetwork:nth=1:code=0x803b0013", "HcnCreateNetwork:nth=2:half",
      "HNSCall:nth=1:code=0x80071234",
    ])
    let client = try server.client()
    let path = "/hcn/HcnCreateNetwork?id=\(RunningServer.networkID)"
    let refused = try client.request("POST", path, body: RunningServer.network)
    #expect(refused.status == 409 && refused["X-HRESULT"] == "0x803b0013")
    #expect(try client.request("POST", "/hcn/HcnEnumerateNetworks").text == "[]")
    let half = try client.request("POST", path, body: RunningServer.network)
    #expect(half.status == 500 && half["X-HRESULT"] == "0x80004005")
    #expect(try client.request("POST", "/hcn/HcnOpenNetwork?id=\(RunningServer.networkID)").status == 200)
    let unknown = try client.request("GET", "/networks")
    #expect(unknown.status == 500 && unknown["X-HRESULT"] == "0x80071234")
    #expect(try client.request("GET", "/networks").json()["Success"] == true)
  }

  @Test func aHangingCallIsNeverAnswered() throws {
    let server = try RunningServer(faults: ["HcnOpenNetwork:nth=1:hang"]) {
      $0.limits.hangingTime = .milliseconds(50)
    }
    let client = try server.client()
    try client.send(HTTPClient.text("POST", "/hcn/HcnOpenNetwork?id=\(RunningServer.missingID)"))
    #expect(try client.rest().isEmpty)
    try server.expectHealthy()
  }

  @Test func callsInProgressFinishWhenTheServerCloses() throws {
    let server = try RunningServer(latency: ["HcnCreateNamespace=100ms"])
    let client = try server.client()
    let idle = try server.client()
    #expect(try idle.request("GET", "/health").status == 200)
    // The server has received the head of the request when it asks for the body.
    try client.send(
      "POST /hcn/HcnCreateNamespace HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    )
    #expect(try client.response()?.status == 100)
    let closing = Thread { [server = server.server] in server.close() }
    closing.start()
    #expect(try idle.rest().isEmpty)
    try client.send("{}")
    let response = try #require(try client.response())
    #expect(response.status == 200 && response["Connection"] == "close")
    #expect(try client.rest().isEmpty)
    #expect(throws: HTTPClient.Failure.self) { try HTTPClient(port: server.server.port) }
  }

  @Test func everyRequestIsLogged() throws {
    let file = try LogFile()
    let server = try RunningServer(token: "s3cret") { $0.log = RequestLog(file.writer, isJSON: false) }
    let client = try server.client()
    let headers = ["Authorization: Bearer s3cret"]
    try client.request("POST", "/hcn/HcnOpenNetwork?id=\(RunningServer.missingID)", headers: headers)
    try client.request("GET", "/networks/", headers: headers)
    try client.request("GET", "/a%0ab%1b%20200%5c")
    try client.send("NONSENSE\r\n\r\n")
    _ = try client.rest()
    server.close()
    let noted = file.text.split(separator: "\n").map { $0.replacing(#/ [0-9]+\.[0-9]{3}ms$/#, with: "") }
    #expect(
      noted == [
        "POST /hcn/HcnOpenNetwork HcnOpenNetwork 404 0x803b0001", "GET /networks/ HNSCall 200 0x00000000",
        #"GET /a\u{a}b\u{1b}\u{20}200\u{5c} - 401 -"#, "- - - 400 -",
      ])
  }

  @Test func notesAsDocuments() throws {
    let file = try LogFile()
    let server = try RunningServer { $0.log = RequestLog(file.writer, isJSON: true) }
    try server.client().request("POST", "/hcn/HcnEnumerateNetworks")
    server.close()
    let match = try #require(
      file.text.wholeMatch(
        of:
          /\{"method":"POST","path":"\/hcn\/HcnEnumerateNetworks","function":"HcnEnumerateNetworks","status":200,"hresult":"0x00000000","milliseconds":[0-9.]+\}\n/
      ))
    #expect(!match.output.isEmpty)
  }
}
