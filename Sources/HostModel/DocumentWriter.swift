import JSONText
import NetworkTypes

/// Builds an object of a document, omitting members with zero values (reference: hns, 0 rule 4).
struct DocumentWriter {
  private(set) var object = JSONObject()

  var document: JSON { .object(object) }

  mutating func put(_ key: String, _ text: String) {
    if !text.isEmpty { object.append(key, .string(text)) }
  }

  mutating func put(_ key: String, _ number: some BinaryInteger) {
    if number != 0 { object.append(key, .number(number)) }
  }

  mutating func put(_ key: String, _ elements: [JSON]) {
    if !elements.isEmpty { object.append(key, .array(elements)) }
  }

  mutating func put(_ key: String, texts: [String]) { put(key, texts.map { .string($0) }) }

  /// A member with any value; nil omits it.
  mutating func set(_ key: String, _ value: JSON?) { object.append(key, value) }
}

/// Who writes a document, which determines the order of the members, and whether members with default values are
/// written.
package enum DocumentAuthor: Hashable, Sendable {
  case service
  case client
  /// The service, to a state file, in which ids of networks are in upper case on every build.
  case stateFile

  /// The id of a network; the service writes it in lower case (reference: hns, 10.3).
  func text(network id: GUID) -> String { self == .service ? id.lowercase : id.uppercase }
}
