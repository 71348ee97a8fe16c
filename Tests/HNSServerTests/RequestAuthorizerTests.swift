import HNSServer
import NetworkTypes
import JSONText
import Testing

/// Access control: programs that address this host, with the token if there is one.
@Suite struct RequestAuthorizerTests {
  @Test(arguments: [
    "127.0.0.1", "127.0.0.1:1", "localhost", "LOCALHOST:8650", "[::1]", "[::1]:80", "127.9.8.7",
  ])
  func ownNames(_ host: String) throws {
    let client = try RunningServer().client()
    #expect(try client.request("GET", "/health", headers: ["Host: \(host)"]).status == 200)
    // A page of the service itself would send this.
    let origin = try client.request(
      "POST", "/hcn/HcnEnumerateNetworks", headers: ["Host: \(host)", "Origin: http://\(host.lowercased())"])
    #expect(origin.status == 200)
  }

  @Test(arguments: [
    "evil.example", "evil.example:8650", "10.0.0.1", "localhost.evil.example", "127.0.0.1.evil.example",
    "127.0.0.1:", "127.0.0.1:http", "[::1", "[::1]x", "[127.0.0.1]", "::1", "[::2]", "", "localhost.",
    "127.1",
    "0x7f000001", "127.0.0.1:99999", "user@127.0.0.1",
  ])
  func otherHosts(_ host: String) throws {
    let server = try RunningServer()
    let client = try server.client()
    let response = try client.request("GET", "/networks", headers: ["Host: \(host)"])
    #expect(response.status == 421, "\(host)")
    #expect(response["X-HRESULT"] == nil)
    #expect(
      try response.json()["error"]?.string
        == "'\(host)' is not a name of this server; use 127.0.0.1 or localhost")
    // The connection is still usable.
    #expect(try client.request("GET", "/health").status == 200)
  }

  @Test func requestsNeedExactlyOneHostHeader() throws {
    let server = try RunningServer()
    let client = try server.client()
    try client.send("GET /health HTTP/1.1\r\n\r\n")
    #expect(try client.response()?.status == 400)
    let two = try client.request("GET", "/health", headers: ["Host: 127.0.0.1", "Host: evil.example"])
    #expect(two.status == 400)
    #expect(try client.request("GET", "http://evil.example/health").status == 421)
    #expect(try client.request("GET", "http://127.0.0.1/health").status == 200)
    try client.send("GET /health HTTP/1.0\r\n\r\n")
    #expect(try client.response()?.status == 200)
    try server.expectHealthy()
  }

  @Test(arguments: [
    "Origin: http://evil.example", "Origin: null", "Origin: https://127.0.0.1",
    "Origin: http://127.0.0.1:8080",
    "Origin: ", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site",
  ])
  func pagesOfOthers(_ header: String) throws {
    let server = try RunningServer()
    let client = try server.client()
    let path = "/hcn/HcnCreateNetwork?id=\(RunningServer.networkID)"
    let response = try client.request(
      "POST", path, body: RunningServer.network, headers: [header, "Content-Type: text/plain"])
    #expect(response.status == 403)
    #expect(response["Access-Control-Allow-Origin"] == nil)
    let health = try client.request("GET", "/health").json()
    #expect(health["objects"]?["networks"] == 0)
    let preflight = try client.request(
      "OPTIONS", path, headers: [header, "Access-Control-Request-Method: POST"])
    #expect(preflight.status == 403)
  }

  @Test func theTokenIsRequiredExceptForHealth() throws {
    let server = try RunningServer(token: "s3cret")
    let client = try server.client()
    #expect(try client.request("GET", "/health").status == 200)
    for (method, path) in [
      ("POST", "/hcn/HcnEnumerateNetworks"), ("GET", "/networks"), ("GET", "/state"), ("GET", "/events"),
      ("GET", "/openapi.json"), ("POST", "/service/restart"), ("GET", "/nothing"), ("PUT", "/networks"),
    ] {
      for header in [
        [], ["Authorization: Bearer s3cre"], ["Authorization: Bearer s3cret2"], ["Authorization: Bearer "],
        ["Authorization: Basic s3cret"], ["Authorization: s3cret"], ["Authorization: Bearer S3CRET"],
      ] {
        let response = try client.request(method, path, headers: header)
        #expect(response.status == 401, "\(method) \(path) \(header)")
        #expect(response["WWW-Authenticate"] == "Bearer")
      }
    }
    let headers = ["Authorization: bearer s3cret"]
    #expect(try client.request("POST", "/hcn/HcnEnumerateNetworks", headers: headers).text == "[]")
    #expect(try client.request("GET", "/nothing", headers: headers).status == 404)
  }

  @Test func aReachableServerAcceptsAnyAddressButNoName() throws {
    let server = try RunningServer(token: "s3cret") { $0.address = IPAddress(.ipv4, 0) }
    let client = try server.client()
    #expect(try client.request("GET", "/health", headers: ["Host: 192.168.7.7:8650"]).status == 200)
    #expect(try client.request("GET", "/health", headers: ["Host: evil.example"]).status == 421)
  }
}
