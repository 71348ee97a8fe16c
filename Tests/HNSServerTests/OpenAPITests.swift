import HNSServer
import JSONText
import Testing

/// The description matches this server: every path is answered as described, and no other path is.
@Suite struct OpenAPITests {
  private static let document = OpenAPIDocument.document(version: "1.2.3")

  private func resolved(_ json: JSON) -> JSON {
    guard let reference = json["$ref"]?.string else { return json }
    return reference.dropFirst(2).split(separator: "/").reduce(Self.document) { $0[String($1)] ?? .null }
  }

  /// Checks a response against the description of its status in an operation.
  private func check(_ response: Response, _ operation: JSON, _ name: String) throws {
    guard let declared = operation["responses"]?[String(response.status)].map(resolved) else {
      Issue.record("\(name): \(response.status) is not declared: \(response.text)")
      return
    }
    let isCall = declared["headers"]?["X-HRESULT"] != nil
    if response.status == 200 { #expect(isCall == (response["X-HRESULT"] != nil), "\(name)") }
    guard let content = declared["content"]?.object?.members.first else {
      #expect(response.body.isEmpty, "\(name): \(response.text)")
      return
    }
    #expect(response["Content-Type"] == content.key, "\(name)")
    let schema = resolved(content.value["schema"] ?? .null)
    let choices = schema["oneOf"]?.array.map { $0.map(resolved) } ?? [schema]
    let body = try response.json()
    #expect(choices.contains { conforms(body, $0) }, "\(name): \(response.text.prefix(200))")
  }

  private func conforms(_ json: JSON, _ schema: JSON) -> Bool {
    switch schema["type"]?.string {
    case "object":
      guard let object = json.object else { return false }
      let required = schema["required"]?.array?.compactMap(\.string) ?? []
      return required.allSatisfy { object[$0] != nil }
        && object.members.allSatisfy { member in
          schema["properties"]?[member.key].map { conforms(member.value, resolved($0)) } ?? true
        }
    case "array": return json.array?.allSatisfy { conforms($0, resolved(schema["items"] ?? .null)) } ?? false
    case "string": return json.string != nil
    case "integer": return json.integer != nil
    case "boolean": return json.bool != nil
    default: return schema["const"].map { $0 == json } ?? true
    }
  }

  @Test func everyPathIsAnsweredAsDescribed() throws {
    let paths = try #require(Self.document["paths"]?.object).members
    #expect(paths.count > 60)
    let ids = [RunningServer.missingID, RunningServer.networkID]
    for (path, item) in paths.map({ ($0.key, $0.value) }) {
      for (method, operation) in (item.object?.members ?? []).map({ ($0.key.uppercased(), $0.value) }) {
        // A separate server, so that one route does not affect another.
        let server = try RunningServer()
        let client = try server.client()
        try client.request(
          "POST", "/hcn/HcnCreateNetwork?id=\(RunningServer.networkID)", body: RunningServer.network)
        guard path != "/events" else { continue }
        for id in ids {
          var target = path.replacing("{id}", with: id)
          let query = (operation["parameters"]?.array ?? []).compactMap { parameter -> String? in
            guard parameter["in"] == "query", let name = parameter["name"]?.string else { return nil }
            return name + "=" + (["method": "GET", "path": "%2Fnetworks"][name] ?? id)
          }
          if !query.isEmpty { target += "?" + query.joined(separator: "&") }
          for body in ["", "{}", "{", RunningServer.network] {
            let name = "\(method) \(target) \(body.prefix(10))"
            try check(try client.request(method, target, body: body), operation, name)
          }
          try check(
            try client.request(method, target, headers: ["Origin: null"]), operation, "\(method) \(target)")
        }
        // Other methods are refused, and HEAD is accepted where GET is.
        for other in ["GET", "POST", "DELETE", "PUT", "PATCH"] where item[other.lowercased()] == nil {
          #expect(try client.request(other, path.replacing("{id}", with: ids[0])).status == 405)
        }
        // There is nothing below.
        let beneath = try client.request(method, path.replacing("{id}", with: ids[0]) + "/x/y/z")
        #expect(beneath.status == 404, "\(path)")
      }
    }
  }

  @Test func declaredSuccessesOccur() throws {
    let server = try RunningServer()
    let client = try server.client()
    let paths = try #require(Self.document["paths"]?.object)
    func run(_ path: String, _ query: String, _ body: String) throws {
      let response = try client.request("POST", path + query, body: body)
      #expect(response.status == 200, "\(path): \(response.text)")
      try check(response, paths[path]?["post"] ?? .null, path)
    }
    try run("/hcn/HcnCreateNetwork", "?id=\(RunningServer.networkID)", RunningServer.network)
    try run(
      "/hcn/HcnCreateEndpoint", "?network=\(RunningServer.networkID)&id=\(RunningServer.endpointID)", "{}")
    try run("/hcn/HcnQueryEndpointProperties", "?id=\(RunningServer.endpointID)", "")
    try run("/hcn/HcnQueryEndpointStats", "?id=\(RunningServer.endpointID)", "")
    try run("/hcn/HcnQueryEndpointAddresses", "?id=\(RunningServer.endpointID)", "")
    try run("/hcn/HcnEnumerateEndpoints", "", "")
    try run("/hcn/HcnDeleteEndpoint", "?id=\(RunningServer.endpointID)", "")
    try run("/service/restart", "", "")
    let events = paths["/events"]?["get"]?["responses"]?["200"]?["content"]?.object?.members.map(\.key)
    #expect(events == ["text/event-stream"])
  }

  @Test func operationsAreUniqueAndReferencesResolve() throws {
    let paths = try #require(Self.document["paths"]?.object).members
    let names = paths.flatMap { $0.value.object?.members ?? [] }.compactMap {
      $0.value["operationId"]?.string
    }
    #expect(Set(names).count == names.count)
    #expect(names.contains("HcnCreateSdnRoute") && names.contains("HNSCall"))
    for match in Self.document.text().matches(of: /"\$ref":"([^"]+)"/) {
      let found = resolved(["$ref": .string(String(match.1))])
      #expect(found != .null, "\(match.1)")
    }
  }

  @Test func serverReturnsTheDocument() throws {
    let server = try RunningServer()
    #expect(try server.client().request("GET", "/openapi.json").json() == Self.document)
  }
}
