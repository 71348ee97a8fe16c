package import Diagnostics
package import JSONText

/// A value of a manifest with its place.
///
/// Its type is the one that Kubernetes gives it: quoted text is text, and what is not quoted can be a truth
/// value, a number or null (reference: audit, 4).
package struct ManifestValue: Sendable {
  /// What a value is.
  package enum Content: Sendable {
    case null
    case bool(Bool)
    /// A number as it is written.
    case number(String)
    case text(String)
    case list([ManifestValue])
    case map([Member])
  }

  /// A member of a mapping.
  package struct Member: Sendable {
    package var key: String
    /// Where the key is in its file.
    package var keyLocation: SourceRange
    package var value: ManifestValue

    /// - Parameters:
    ///   - key: The key.
    ///   - keyLocation: Where the key is; nil for one that is in no file, which has the place of its value.
    ///   - value: The value.
    package init(_ key: String, at keyLocation: SourceRange? = nil, _ value: ManifestValue) {
      self.key = key
      self.keyLocation = keyLocation ?? value.location
      self.value = value
    }
  }

  package var content: Content
  /// Where it is in its file.
  package var location: SourceRange

  package init(_ content: Content, at location: SourceRange) {
    self.content = content
    self.location = location
  }

  /// A value that is in no file.
  package init(_ json: JSON) {
    location = SourceRange(line: 1, column: 1)
    content =
      switch json {
      case .null: .null
      case .bool(let value): .bool(value)
      case .integer(let value): .number(String(value))
      case .number(let text): .number(text)
      case .string(let text): .text(text)
      case .array(let elements): .list(elements.map(ManifestValue.init))
      case .object(let object): .map(object.members.map { Member($0.key, ManifestValue($0.value)) })
      }
  }
}

extension ManifestValue {
  package var isNull: Bool { if case .null = content { true } else { false } }
  /// The text of a value that is text.
  package var text: String? { if case .text(let text) = content { text } else { nil } }
  package var bool: Bool? { if case .bool(let value) = content { value } else { nil } }
  /// The number of a value that is a whole number.
  package var integer: Int64? {
    guard case .number(let text) = content else { return nil }
    if let value = Int64(text) { return value }
    guard let value = Double(text), value == value.rounded(), abs(value) < 0x1p53 else { return nil }
    return Int64(value)
  }
  /// The elements of a list; none for any other value.
  package var elements: [ManifestValue] { if case .list(let elements) = content { elements } else { [] } }
  /// The members of a mapping; none for any other value.
  package var members: [Member] { if case .map(let members) = content { members } else { [] } }
  package var isList: Bool { if case .list = content { true } else { false } }
  package var isMap: Bool { if case .map = content { true } else { false } }

  /// A single value as text: text without its quotes, a number as it is written.
  package var scalarText: String? {
    switch content {
    case .bool(let value): value ? "true" : "false"
    case .number(let text), .text(let text): text
    case .null, .list, .map: nil
    }
  }

  /// A member that is present and not null.
  package subscript(key: String) -> ManifestValue? {
    guard case .map(let members) = content,
      let value = members.first(where: { $0.key == key })?.value, !value.isNull
    else { return nil }
    return value
  }

  /// A member of members that is present and not null.
  package subscript(path path: [String]) -> ManifestValue? {
    var value = self
    for key in path {
      guard let next = value[key] else { return nil }
      value = next
    }
    return value
  }

  /// A member whose name differs in case only.
  package func member(ignoringCase key: String) -> ManifestValue? {
    if let exact = self[key] { return exact }
    guard case .map(let members) = content else { return nil }
    let name = key.lowercased()
    return members.first {
      $0.key.utf8.count == name.utf8.count && $0.key.lowercased() == name && !$0.value.isNull
    }?
    .value
  }

  /// What kind of value it is, in words.
  package var kind: String {
    switch content {
    case .null: "null"
    case .bool: "a truth value"
    case .number: "a number"
    case .text: "text"
    case .list: "a list"
    case .map: "a mapping"
    }
  }

  /// Whether two values are equal, wherever they are.
  package func hasSameContent(as other: ManifestValue) -> Bool {
    switch (content, other.content) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.number(let left), .number(let right)), (.text(let left), .text(let right)): left == right
    case (.list(let left), .list(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.hasSameContent(as: $1) }
    case (.map(let left), .map(let right)):
      left.count == right.count
        && zip(left, right).allSatisfy { $0.key == $1.key && $0.value.hasSameContent(as: $1.value) }
    default: false
    }
  }
}
