/// A JSON value that preserves member order and exact numbers, as HCN documents require.
///
/// `JSONDecoder` and its relatives lose both, and HNS echoes policy settings byte for byte
/// (reference: hns, 0 rule 11).
public enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A whole number that fits in 64 bits.
  case integer(Int64)
  /// Any other number, as it was written.
  case number(String)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

/// The members of a JSON object, in order.
///
/// Look-up is linear: the objects of this domain have few members.
public struct JSONObject: Hashable, Sendable {
  /// One member of an object.
  public struct Member: Hashable, Sendable {
    /// The member's name.
    public var key: String
    /// The member's value.
    public var value: JSON

    /// Makes a member.
    ///
    /// - Parameters:
    ///   - key: The name.
    ///   - value: The value.
    public init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// The members in order.
  public var members: [Member]

  /// Makes an object from its members.
  ///
  /// - Parameter members: The members in order; names must differ.
  public init(_ members: [Member] = []) { self.members = members }

  /// The value of a member; setting nil removes it, setting a new name appends it.
  ///
  /// - Parameter key: The member's name, matched exactly.
  public subscript(key: String) -> JSON? {
    get { members.first { $0.key == key }?.value }
    set {
      let index = members.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(key, value))
      case (nil, nil): break
      }
    }
  }

  /// Appends a member unless its value is nil.
  ///
  /// - Parameters:
  ///   - key: The member's name, not yet present.
  ///   - value: The value, or nil to leave the object as it is.
  public mutating func append(_ key: String, _ value: JSON?) {
    if let value { members.append(Member(key, value)) }
  }
}

extension JSON {
  /// The members, when the value is an object.
  public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
  /// The elements, when the value is an array.
  public var array: [JSON]? { if case .array(let array) = self { array } else { nil } }
  /// The text, when the value is a string.
  public var string: String? { if case .string(let string) = self { string } else { nil } }
  /// The number, when the value is a whole number of at most 64 bits.
  public var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
  /// The Boolean value, when the value is one.
  public var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }

  /// The value of a member, when this is an object that has it.
  ///
  /// - Parameter key: The member's name, matched exactly.
  public subscript(key: String) -> JSON? { object?[key] }

  /// An array of strings.
  ///
  /// - Parameter strings: The elements.
  public static func strings(_ strings: some Sequence<String>) -> JSON {
    .array(strings.map { .string($0) })
  }

  /// An integer.
  ///
  /// - Parameter value: The number; one beyond 64 signed bits is kept as text.
  public static func number(_ value: some BinaryInteger) -> JSON {
    Int64(exactly: value).map { .integer($0) } ?? .number("\(value)")
  }

  /// The same value with the members of every object in the order of their names.
  package var sorted: JSON {
    switch self {
    case .array(let elements): .array(elements.map(\.sorted))
    case .object(let object):
      .object(
        JSONObject(
          object.members.map { JSONObject.Member($0.key, $0.value.sorted) }.sorted { $0.key < $1.key }))
    default: self
    }
  }

  /// What kind of value this is, in words: `an object`, `a string`.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// An object with its members in the order written.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self.init(elements.map { Member($0.0, $0.1) })
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A Boolean value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// An object with its members in the order written.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member($0.0, $0.1) }))
  }
}
