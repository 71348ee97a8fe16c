import HostModel
import JSONText
import NetworkTypes

/// JSON Schema fragments that several keys share.
///
/// YAML parsers turn text that looks like a number into one, so everything that the decoder reads as text
/// can also be a number here.
enum SchemaFragment {
  /// A text that YAML parsers may read as a number.
  static func text(_ pattern: String? = nil) -> JSON {
    var object: JSONObject = JSONObject([.init("type", ["string", "number"])])
    object.append("pattern", pattern.map { .string($0) })
    return .object(object)
  }

  static func choice(_ values: [String]) -> JSON { ["enum": .strings(values)] }

  static func choice<Value: CaseIterable & RawRepresentable<String>>(_: Value.Type) -> JSON {
    choice(Value.allCases.map(\.rawValue))
  }

  static func integer(_ range: ClosedRange<Int>) -> JSON {
    [
      "type": ["integer", "string"], "minimum": .number(range.lowerBound),
      "maximum": .number(range.upperBound),
      "pattern": "^[0-9]+$",
    ]
  }

  static func list(_ element: JSON, atLeastOne: Bool = false) -> JSON {
    var object = JSONObject([.init("type", "array"), .init("items", element)])
    if atLeastOne { object.append("minItems", 1) }
    return .object(object)
  }

  static func reference(_ name: String) -> JSON { ["$ref": .string("#/$defs/\(name)")] }

  static let boolean: JSON = ["type": "boolean"]
  static let name = text("^[a-z0-9][a-z0-9._-]{0,62}$")
  /// What HNS takes as the name of a network: any text of one line.
  static let networkName = text("^[^\\u0000-\\u001f\\u007f]{1,256}$")
  static let address = text("^[0-9A-Fa-f:.]+$")
  static let prefix = text("^[0-9A-Fa-f:.]+/[0-9]{1,3}$")
  static let mac = text("^([0-9A-Fa-f]{2}[-:]){5}[0-9A-Fa-f]{2}$")
  static let guid = text("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$")
  static let port = text("^[0-9]{1,5}(-[0-9]{1,5})?$")
  static let portOrAny = text("^(any|[0-9]{1,5}(-[0-9]{1,5})?)$")
  static let portHold = text("^[0-9]{1,5}(-[0-9]{1,5})?(/[A-Za-z]+)?$")
  static let `protocol` = text("^([A-Za-z][A-Za-z0-9-]*|[0-9]{1,3})$")
  static let addresses = list(text(), atLeastOne: true)
  static let ports = list(port, atLeastOne: true)
  static let verdict = choice(RuleAction.self)

  /// A set of a test: one member, a list, or everything except a set.
  static func set(_ element: JSON) -> JSON {
    [
      "anyOf": [
        element, list(element, atLeastOne: true),
        ["type": "object", "properties": ["not": [:]], "required": ["not"], "additionalProperties": false],
      ]
    ]
  }
}
