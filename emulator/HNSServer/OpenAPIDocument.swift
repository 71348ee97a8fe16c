package import JSONText

/// The OpenAPI description of the server, generated from the table the router uses.
///
/// `emulator/openapi.json` is a copy for readers; `hnsctl serve --openapi > emulator/openapi.json`
/// regenerates it, and a test keeps the two equal.
package enum OpenAPIDocument {
  /// The description, identical in every run.
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
    The Host Networking Service of an emulated Windows container host. POST /hcn/FUNCTION calls the function \
    of that name of computenetwork.dll: the query carries the id and the body the document, exactly as a \
    caller passes them. The other paths are those of HNS v1, with or without a trailing slash. Every call \
    returns the header X-HRESULT; a response without it means that the request did not \
    reach the service.
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
    _ name: String, in location: String, isRequired: Bool, _ summary: String, isGUID: Bool = false
  ) -> JSON {
    [
      "name": .string(name), "in": .string(location), "required": .bool(isRequired),
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
      .init("description", .string(route.isCall ? "The call succeeded." : "The response."))
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
  /// The form of a successful response.
  enum ResponseForm {
    case nothing
    case schema(String)
    case stream
  }

  var answer: ResponseForm {
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

  /// Whether the route performs a call of the service.
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
