import JSONText

/// The keys of one kind of mapping, for the decoder and the JSON Schema.
struct KeyTable<Key: RawRepresentable<Int> & Sendable>: Sendable {
  /// One key.
  struct Entry: Sendable {
    var key: Key
    var spelling: String
    /// An old spelling that is still read, with a note.
    var formerSpelling: String?
    var isRequired: Bool
    /// What it means, for the JSON Schema.
    var summary: String
    /// The values it accepts, as JSON Schema.
    var schema: JSON

    init(
      _ key: Key, _ spelling: String, formerly formerSpelling: String? = nil, required: Bool = false,
      _ summary: String, _ schema: JSON
    ) {
      self.key = key
      self.spelling = spelling
      self.formerSpelling = formerSpelling
      isRequired = required
      self.summary = summary
      self.schema = schema
    }
  }

  /// A key as the look-up compares it: its length, its first, second and last eight bytes, which identify any
  /// key of up to 24 bytes.
  private struct EncodedKey {
    var head: UInt64
    var middle: UInt64
    var tail: UInt64
    var length: Int
    var key: Key
    var isFormer: Bool
  }

  /// What the mapping is called in messages: `an ACL`.
  let noun: String
  let entries: [Entry]
  let required: [Entry]
  private let encodedKeys: [EncodedKey]

  init(_ noun: String, _ entries: [Entry]) {
    self.noun = noun
    self.entries = entries
    required = entries.filter(\.isRequired)
    func encoded(_ spelling: String, _ key: Key, isFormer: Bool) -> EncodedKey {
      Array(spelling.utf8).withUnsafeBufferPointer { text in
        precondition(text.count <= 24)
        return EncodedKey(
          head: firstBytes(text), middle: secondBytes(text), tail: lastBytes(text), length: text.count,
          key: key, isFormer: isFormer)
      }
    }
    encodedKeys =
      entries.map { encoded($0.spelling, $0.key, isFormer: false) }
      + entries.compactMap { entry in entry.formerSpelling.map { encoded($0, entry.key, isFormer: true) } }
  }

  /// The key with this spelling, and whether the spelling is the old one.
  func key(_ text: UnsafeBufferPointer<UInt8>) -> (key: Key, isFormer: Bool)? {
    guard text.count <= 24 else { return nil }
    let head = firstBytes(text)
    let tail = lastBytes(text)
    for encodedKey in encodedKeys where encodedKey.head == head && encodedKey.tail == tail {
      guard encodedKey.length == text.count, text.count <= 16 || encodedKey.middle == secondBytes(text) else {
        continue
      }
      return (encodedKey.key, encodedKey.isFormer)
    }
    return nil
  }

  /// How a key is written.
  func spelling(_ key: Key) -> String {
    entries.first { $0.key.rawValue == key.rawValue }?.spelling ?? ""
  }

  /// The mapping as JSON Schema.
  var schema: JSON {
    var object: JSON = [
      "type": "object",
      "additionalProperties": false,
      "properties": .object(
        JSONObject(
          entries.flatMap { entry in
            var schema = entry.schema.object ?? JSONObject()
            schema["description"] = .string(entry.summary)
            let member = JSONObject.Member(entry.spelling, .object(schema))
            guard let former = entry.formerSpelling else { return [member] }
            schema["description"] = .string("The old name of `\(entry.spelling)`.")
            schema["deprecated"] = true
            return [member, JSONObject.Member(former, .object(schema))]
          })),
    ]
    if !required.isEmpty, case .object(var members) = object {
      members.append("required", .strings(required.map(\.spelling)))
      object = .object(members)
    }
    return object
  }
}

/// The first eight bytes of a text as a number.
func firstBytes(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
  var head: UInt64 = 0
  for index in 0..<min(8, text.count) { head = head << 8 | UInt64(text[index]) }
  return head
}

/// The eight bytes after the first eight of a text as a number.
func secondBytes(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
  text.count <= 8 ? 0 : firstBytes(UnsafeBufferPointer(rebasing: text[8...]))
}

/// The last eight bytes of a text as a number.
func lastBytes(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
  var tail: UInt64 = 0
  for index in max(0, text.count - 8)..<text.count { tail = tail << 8 | UInt64(text[index]) }
  return tail
}
