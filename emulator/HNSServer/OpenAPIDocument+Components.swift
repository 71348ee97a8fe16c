import HNSStore
import JSONText

extension OpenAPIDocument {
  /// The possible error responses; the last member says whether only calls produce them.
  static let failures: [(status: String, name: String, isOfCalls: Bool)] = [
    ("400", "BadRequest", false), ("401", "Unauthorized", false), ("403", "Forbidden", false),
    ("404", "NotFound", true), ("408", "Timeout", false), ("409", "Conflict", true),
    ("413", "TooLarge", false), ("415", "Encoded", false), ("417", "Expectation", false),
    ("421", "Misdirected", false), ("431", "HeadTooLarge", false), ("500", "Failure", true),
    ("501", "NotImplemented", false), ("503", "Busy", false),
  ]

  static var components: JSON {
    [
      "securitySchemes": [
        "token": [
          "type": "http", "scheme": "bearer",
          "description": "Required if the service was started with a token.",
        ]
      ],
      "headers": [
        "HRESULT": [
          "description": "The HRESULT of the call.",
          "schema": ["type": "string", "pattern": "^0x[0-9a-f]{8}$"],
        ],
        "Detail": [
          "description": "What exactly was refused and why, as text.", "schema": ["type": "string"],
        ],
      ],
      "responses": [
        "BadRequest": response(
          "The call failed, or the request did not reach the service.", ["ErrorRecord", "Problem"]),
        "Unauthorized": response("The token is missing or wrong.", ["Problem"]),
        "Forbidden": response("The request comes from a page of another site.", ["Problem"]),
        "NotFound": response("The object does not exist.", ["ErrorRecord"]),
        "Timeout": response("Timed out waiting for the rest of the request.", ["Problem"]),
        "Conflict": response("The object already exists.", ["ErrorRecord"]),
        "TooLarge": response("The body is too large.", ["Problem"]),
        "Encoded": response("The body has a Content-Encoding.", ["Problem"]),
        "Expectation": response("The request expects more than 100-continue.", ["Problem"]),
        "Misdirected": response("The request is for another host.", ["Problem"]),
        "HeadTooLarge": response("The head of the request is too large.", ["Problem"]),
        "Failure": response("A fault made the call fail with an unlisted code.", ["ErrorRecord"]),
        "NotImplemented": response(
          "The service does not implement the call, or the server the Transfer-Encoding.",
          ["ErrorRecord", "Problem"]),
        "Busy": response("The server is out of memory or event streams.", ["Problem"]),
      ],
      "schemas": schemas,
    ]
  }

  private static func response(_ description: String, _ schemas: [String]) -> JSON {
    let references = schemas.map { ["$ref": .string("#/components/schemas/\($0)")] as JSON }
    var response = JSONObject([.init("description", .string(description))])
    if schemas.contains("ErrorRecord") {
      response["headers"] = [
        "X-HRESULT": ["$ref": "#/components/headers/HRESULT"],
        "X-Detail": ["$ref": "#/components/headers/Detail"],
      ]
    }
    response["content"] = [
      "application/json": ["schema": references.count == 1 ? references[0] : ["oneOf": .array(references)]]
    ]
    return .object(response)
  }

  private static var schemas: JSON {
    [
      "GUID": [
        "type": "string", "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
      ],
      "Ids": ["type": "array", "items": ["$ref": "#/components/schemas/GUID"]],
      "Identity": object(["ID": ["$ref": "#/components/schemas/GUID"]], required: ["ID"]),
      "Document": object([:], required: []),
      "Addresses": [
        "type": "array",
        "items": object(
          ["IpAddress": ["type": "string"], "PrefixLength": ["type": "integer"]],
          required: ["IpAddress", "PrefixLength"]),
      ],
      "ErrorRecord": object(
        ["Success": ["const": false], "Error": ["type": "string"], "ErrorCode": ["type": "integer"]],
        required: ["Success", "Error", "ErrorCode"]),
      "Response": object(
        [
          "Success": ["type": "boolean"], "Error": ["type": "string"], "ErrorCode": ["type": "integer"],
          "Output": [:],
        ], required: ["Success"]),
      "Problem": object(["error": ["type": "string"]], required: ["error"]),
      "Health": object(
        [
          "status": ["const": "ok"], "hnsctl": ["type": "string"], "windows": ["type": "string"],
          "build": ["type": "integer"], "hns": ["type": "string"],
          "objects": ["type": "object", "additionalProperties": ["type": "integer"]],
          "log": object(["dropped": ["type": "integer"]], required: ["dropped"]),
        ], required: ["status", "hnsctl", "windows", "build", "hns", "objects"]),
      "State": object(
        [
          "kind": ["const": .string(HostState.kind)], "formatVersion": ["type": "integer"],
          "serial": ["type": "integer"],
          "annotations": ["type": "object"], "host": ["type": "object"],
        ], required: ["kind", "formatVersion", "serial", "annotations", "host"]),
    ]
  }

  private static func object(_ properties: JSON, required: [String]) -> JSON {
    var object = JSONObject([.init("type", "object")])
    if properties.object?.members.isEmpty == false { object["properties"] = properties }
    if !required.isEmpty { object["required"] = .array(required.map { .string($0) }) }
    return .object(object)
  }
}
