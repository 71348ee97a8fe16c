package import JSONText

/// The OpenAPI description of the door, made from the table the router uses.
///
/// `emulator/openapi.json` holds it for readers; `hnsctl serve --openapi > emulator/openapi.json` writes it
/// anew, and a test holds the two together.
package enum OpenAPIDocument {
  /// The description; the same in every run.
  ///
  /// - Parameter version: The version of the program.
  package static func document(version: String) -> JSON {
    [
      "openapi": "3.1.0",
      "info": [
        "title": "hnsctl serve", "version": .string(version), "description": .string(introduction),
        "license": ["name": "MIT", "identifier": "MIT"],
      ],
      "servers": [["url": "http://127.0.0.1:8650"]],
      "security": [[:], ["token": []]],
      "paths": paths,
      "components": components,
    ]
  }

  private static let introduction = """
    The Host Networking Service of an emulated Windows container host. POST /hcn/FUNCTION is the function of \
    that name of computenetwork.dll: the query carries its id, the body its document, exactly as a caller \
    passes it. The other paths are those of HNS v1, with or without a slash at the end. The answer to a call \
    carries the header X-HRESULT; an answer without it did not come to a call.
    """

  private static var paths: JSON {
    var paths = JSONObject()
    for route in Route.table {
      var item = paths[route.path]?.object ?? JSONObject()
      item[route.method.lowercased()] = operation(route)
      paths[route.path] = .object(item)
    }
    return .object(paths)
  }

  private static func operation(_ route: Route) -> JSON {
    var operation = JSONObject([
      .init("operationId", .string(route.operation)), .init("summary", .string(route.summary)),
      .init("tags", [.string(route.tag)]),
    ])
    if route.isOpen { operation["security"] = [] }
    let parameters =
      route.pathParameters.map { parameter($0, in: "path", isRequired: true, "The id of the object.") }
      + (route.parameters ?? []).map {
        parameter($0.name, in: "query", isRequired: $0.isRequired, $0.summary, isGUID: $0.isGUID)
      }
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    if let body = route.body {
      operation["requestBody"] = [
        "description": .string(body.summary), "required": .bool(body.isRequired),
        "content": ["application/json": ["schema": ["type": "object"]]],
      ]
    }
    operation["responses"] = responses(route)
    return .object(operation)
  }

  private static func parameter(
    _ name: String, in place: String, isRequired: Bool, _ summary: String, isGUID: Bool = false
  ) -> JSON {
    [
      "name": .string(name), "in": .string(place), "required": .bool(isRequired),
      "description": .string(summary),
      "schema": isGUID ? ["$ref": "#/components/schemas/GUID"] : ["type": "string"],
    ]
  }

  private static func responses(_ route: Route) -> JSON {
    var responses = JSONObject()
    responses["200"] = success(route)
    for (status, name, isOfCalls) in failures {
      if isOfCalls, !route.isCall { continue }
      if name == "Unauthorized", route.isOpen { continue }
      responses[status] = ["$ref": .string("#/components/responses/\(name)")]
    }
    return .object(responses)
  }

  private static func success(_ route: Route) -> JSON {
    var response = JSONObject([
      .init("description", .string(route.isCall ? "The call succeeded." : "The answer."))
    ])
    if route.isCall { response["headers"] = ["X-HRESULT": ["$ref": "#/components/headers/HRESULT"]] }
    switch route.answer {
    case .nothing: break
    case .schema(let name):
      response["content"] = [
        "application/json": ["schema": ["$ref": .string("#/components/schemas/\(name)")]]
      ]
    case .stream: response["content"] = ["text/event-stream": ["schema": ["type": "string"]]]
    }
    return .object(response)
  }
}

extension Route {
  /// What a success is answered with.
  enum AnswerForm {
    case nothing
    case schema(String)
    case stream
  }

  var answer: AnswerForm {
    switch action {
    case .function(.enumerate): .schema("Ids")
    case .function(.create), .function(.open): .schema("Identity")
    case .function(.modify), .function(.delete), .restart: .nothing
    case .function(.query), .function(.endpointStats): .schema("Document")
    case .function(.endpointAddresses): .schema("Addresses")
    case .hnsPath, .hnsCall: .schema("Response")
    case .health: .schema("Health")
    case .state: .schema("State")
    case .description: .schema("Document")
    case .events: .stream
    }
  }

  /// Whether the route comes to a call of the service.
  var isCall: Bool {
    switch action {
    case .function, .hnsPath, .hnsCall, .restart: true
    case .health, .events, .state, .description: false
    }
  }

  fileprivate var tag: String {
    switch action {
    case .function: "HCN"
    case .hnsPath, .hnsCall: "HNS v1"
    case .health, .events, .state, .restart, .description: "Emulator"
    }
  }
}
