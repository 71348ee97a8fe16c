import HNSStore
import JSONText
import Testing

/// Calls through the HTTP server: their answers and headers.
@Suite struct CallTests {
  @Test func theLifecycleOfANetworkAndAnEndpoint() throws {
    let server = try RunningServer()
    let client = try server.client()
    func call(_ function: String, _ query: String = "", _ body: String = "") throws -> Response {
      let response = try client.request(
        "POST", "/hcn/\(function)\(query.isEmpty ? "" : "?" + query)", body: body)
      #expect(response.status == 200, "\(function): \(response.text)")
      #expect(response["X-HRESULT"] == "0x00000000")
      #expect(response["X-Detail"] == nil)
      return response
    }
    let network = "id=\(RunningServer.networkID.lowercased())"
    #expect(
      try call("HcnCreateNetwork", network, RunningServer.network).text
        == #"{"ID":"\#(RunningServer.networkID)"}"#)
    let endpoint = "id=\(RunningServer.endpointID)"
    let created = try call(
      "HcnCreateEndpoint", "\(endpoint)&network=\(RunningServer.networkID)",
      #"{"Name":"web","SchemaVersion":{"Major":2,"Minor":0}}"#)
    #expect(created.text == #"{"ID":"\#(RunningServer.endpointID)"}"#)
    #expect(created["Content-Type"] == "application/json")
    #expect(try call("HcnOpenEndpoint", endpoint).text == created.text)
    #expect(try call("HcnEnumerateEndpoints").text == #"["\#(RunningServer.endpointID)"]"#)
    #expect(
      try call("HcnEnumerateEndpoints", "", #"{"Filter":"{\"Name\":\"other\"}"}"#).text == "[]")
    let policy =
      #"{"Type":"ACL","Settings":{"Action":"Block","Direction":"In","Protocols":"6","Priority":100}}"#
    let modified = try call(
      "HcnModifyEndpoint", endpoint,
      #"{"ResourceType":"Policy","RequestType":"Add","Settings":{"Policies":[\#(policy)]}}"#)
    #expect(modified.body.isEmpty)
    #expect(modified["Content-Length"] == "0")
    let document = try call("HcnQueryEndpointProperties", endpoint, RunningServer.schema2Query).json()
    #expect(document["HostComputeNetwork"]?.string?.uppercased() == RunningServer.networkID)
    #expect(document["Policies"]?.array?.contains { $0["Type"] == "ACL" } == true)
    #expect(try call("HcnQueryEndpointStats", endpoint).json().object != nil)
    let health = try client.request("GET", "/health").json()
    #expect(
      health["objects"] == ["networks": 1, "endpoints": 1, "namespaces": 0, "loadBalancers": 0, "routes": 0])
    #expect(health["hnsctl"] == "1.2.3" && health["windows"] == "ltsc2022" && health["build"] == 20348)
    #expect(try call("HcnDeleteEndpoint", endpoint).body.isEmpty)
    #expect(try call("HcnDeleteNetwork", network).body.isEmpty)
    #expect(try call("HcnEnumerateNetworks").text == "[]")
  }

  @Test func refusalsOfHNSv1AreExplainedToo() throws {
    let server = try RunningServer()
    let response = try server.client().request("GET", "/endpoints/zz")
    #expect(response.status == 200 && response["X-HRESULT"] == "0x00000000")
    #expect(response["X-Detail"] == "'zz' in the path is not a GUID")
    #expect(try response.json()["Success"] == false)
  }

  @Test func headerDetailsAreLimited() throws {
    let server = try RunningServer()
    let client = try server.client()
    let name = String(repeating: "n\u{e4}", count: 100_000)
    let document = #"{"Name":"\#(name)","Type":"NAT"}"#
    #expect(try client.request("POST", "/hcn/HcnCreateNetwork", body: document).status == 200)
    let again = try client.request("POST", "/hcn/HcnCreateNetwork", body: document)
    #expect(again["X-HRESULT"] == "0x803b0010")
    let detail = try #require(again["X-Detail"])
    #expect(detail.hasPrefix("a network named 'n\\u{e4}n") && detail.hasSuffix("..."))
    #expect(detail.utf8.count < 1_100)
  }

  @Test func failuresHaveTheRecordAndAFittingStatus() throws {
    let server = try RunningServer()
    let client = try server.client()
    let create = "/hcn/HcnCreateNetwork?id=\(RunningServer.networkID)"
    #expect(try client.request("POST", create, body: RunningServer.network).status == 200)
    let cases: [(path: String, body: String, status: Int, hresult: String)] = [
      ("/hcn/HcnOpenNetwork?id=\(RunningServer.missingID)", "", 404, "0x803b0001"),
      ("/hcn/HcnOpenNetwork", "", 404, "0x803b0001"),
      ("/hcn/HcnOpenNamespace?id=\(RunningServer.missingID)", "", 404, "0x80070490"),
      ("/hcn/HcnDeleteEndpoint?id=\(RunningServer.missingID)", "", 404, "0x803b0002"),
      (create, RunningServer.network, 409, "0x803b0010"),
      ("/hcn/HcnCreateNetwork", "", 400, "0x80070057"),
      ("/hcn/HcnModifyNetwork?id=\(RunningServer.networkID)", "", 400, "0x80070057"),
      ("/hcn/HcnCreateNetwork", "{", 400, "0x803b001b"),
      ("/hcn/HcnCreateNetwork", #"{"Name":"x","Type":"Hexagon"}"#, 400, "0x803b000b"),
    ]
    for item in cases {
      let response = try client.request("POST", item.path, body: item.body)
      #expect(response.status == item.status, "\(item): \(response.text)")
      #expect(response["X-HRESULT"] == item.hresult, "\(item)")
      let record = try response.json()
      #expect(record["Success"] == false)
      #expect(record["Error"]?.string?.hasSuffix(". ") == true)
      #expect(record["ErrorCode"]?.integer.map { "0x" + String($0, radix: 16) } == item.hresult)
    }
  }

  @Test func detailsAreASCII() throws {
    let server = try RunningServer()
    let response = try server.client().request(
      "POST", "/hcn/HcnCreateNetwork", body: #"{"Name":"x","Type":"Hex\u0007äon"}"#)
    let detail = try #require(response["X-Detail"])
    #expect(detail.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "\(detail)")
  }

  @Test func pathsOfHNS() throws {
    let server = try RunningServer()
    let client = try server.client()
    let body =
      #"{"Name":"v1","Type":"nat","Subnets":[{"AddressPrefix":"10.5.0.0/24","GatewayAddress":"10.5.0.1"}]}"#
    let created = try client.request("POST", "/networks/", body: body)
    #expect(created.status == 200 && created["X-HRESULT"] == "0x00000000")
    #expect(try created.json()["Success"] == true, "\(created.text)")
    let id = try #require(try created.json()["Output"]?["ID"]?.string)
    for path in [
      "/networks", "/networks/", "/hns?method=GET&path=%2Fnetworks%2F", "/hns?path=/networks&method=GET",
    ] {
      let isCall = path.hasPrefix("/hns")
      let list = try client.request(isCall ? "POST" : "GET", path).json()
      #expect(list["Output"]?.array?.first?["ID"]?.string == id, "\(path)")
    }
    let missing = try client.request("DELETE", "/networks/\(RunningServer.missingID)")
    #expect(missing.status == 200 && missing["X-HRESULT"] == "0x00000000")
    #expect(try missing.json()["Success"] == false)
    #expect(try missing.json()["Error"] == "The network was not found. ")
    let malformed = try client.request("POST", "/networks", body: "{")
    #expect(malformed.status == 200 && malformed["X-HRESULT"] == "0x00000000")
    #expect(try malformed.json()["ErrorCode"] == .integer(0x803b_001b))
    #expect(try client.request("DELETE", "/networks/\(id)").json()["Success"] == true)
  }

  @Test func theStateHasTheFormatOfAStateFile() throws {
    let server = try RunningServer()
    let client = try server.client()
    try client.request(
      "POST", "/hcn/HcnCreateNetwork?id=\(RunningServer.networkID)", body: RunningServer.network)
    let state = try client.request("GET", "/state").json()
    #expect(state["formatVersion"]?.integer != nil)
    #expect(state["host"]?["networks"]?.array?.count == 1)
  }

  @Test func bodiesOfSomeMegabytesAreRead() throws {
    let server = try RunningServer()
    let client = try server.client()
    let padding = String(repeating: "x", count: 3_000_000)
    let created = try client.request(
      "POST", "/hcn/HcnCreateNamespace?id=\(RunningServer.missingID)", body: #"{"Unknown":"\#(padding)"}"#)
    #expect(created.status == 200, "\(created.text.prefix(200))")
  }
}
