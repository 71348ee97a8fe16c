import JSONText

/// A value of Go printed with `%v` or `%+v`, whose raw JSON is a list of decimal bytes such as `[123 34 84 ...]`
/// (reference: captures, 1).
struct GoDump {
  /// The JSON documents in the lists of bytes.
  private(set) var documents: [JSON] = []
  /// The members that stand before and after the lists as `Name:value`; none for `%v`.
  private(set) var members: [JSONObject.Member] = []
  /// The index of the line after the dump.
  let end: Int
  /// Whether a list is cut off or is not JSON.
  private(set) var isDamaged = false

  /// How a list begins whose bytes are JSON: those of `{"`, of `[{"`, or of `[{` before a line feed.
  private static let marks = [Array("[123 34 ".utf8), Array("[91 123 34 ".utf8), Array("[91 123 10 ".utf8)]

  /// Whether a line has a list of bytes that begins as JSON does.
  static func begins(_ line: ArraySlice<UInt8>) -> Bool { mark(in: line, from: line.startIndex) != nil }

  private static func mark(in line: ArraySlice<UInt8>, from: Int) -> Int? {
    var position = from
    while let bracket = line[position...].firstIndex(of: UInt8(ascii: "[")) {
      if marks.contains(where: { line[bracket...].starts(with: $0) }) { return bracket }
      position = bracket + 1
    }
    return nil
  }

  /// Reads a dump that begins on a line; a list that is wrapped goes on in the next lines.
  init(_ lines: CapturedLines, _ first: Int) {
    var text = Array(lines[first])
    var end = first + 1
    // A wrapped list has only digits and blanks in the next line.
    var isOpen = Self.isOpen(text[...])
    while end < lines.count, isOpen, end - first < Self.lineLimit {
      let line = lines[end]
      text += line
      isOpen = line.allSatisfy(Self.isInList) || Self.isOpen(line)
      end += 1
    }
    self.end = end
    var plain: [UInt8] = []
    var position = text.startIndex
    while let start = Self.mark(in: text[...], from: position) {
      plain += text[position..<start]
      guard let close = text[start...].firstIndex(of: UInt8(ascii: "]")),
        let value = Self.value(text[(start + 1)..<close])
      else {
        isDamaged = true
        position = text.endIndex
        break
      }
      documents.append(value)
      position = close + 1
    }
    plain += text[position...]
    members = Self.members(of: plain)
  }

  private static let lineLimit = 4096

  /// Whether a list begins in a text and does not end there.
  private static func isOpen(_ text: ArraySlice<UInt8>) -> Bool {
    guard let bracket = text.lastIndex(of: UInt8(ascii: "[")) else { return false }
    return text[(bracket + 1)...].allSatisfy(isInList)
  }

  /// Whether a byte stands in a list: a digit or a blank.
  private static func isInList(_ byte: UInt8) -> Bool { byte == 0x20 || (0x30...0x39).contains(byte) }

  private static func value(_ list: ArraySlice<UInt8>) -> JSON? {
    var bytes: [UInt8] = []
    for word in list.split(separator: 0x20) {
      guard let byte = UInt8(String(decoding: word, as: UTF8.self)) else { return nil }
      bytes.append(byte)
    }
    return try? JSON(parsing: bytes)
  }

  /// The members `Name:value` of a struct; the values are words, lists of words and numbers.
  private static func members(of text: [UInt8]) -> [JSONObject.Member] {
    guard let open = text.firstIndex(of: UInt8(ascii: "{")) else { return [] }
    var result: [JSONObject.Member] = []
    for word in text[(open + 1)...].split(separator: 0x20) {
      guard let colon = word.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let name = String(decoding: word[..<colon], as: UTF8.self)
      var value = word[(colon + 1)...]
      while value.last == UInt8(ascii: "}") { value = value.dropLast() }
      guard !name.isEmpty, name.allSatisfy({ $0.isASCII && $0.isLetter || $0.isNumber }) else { continue }
      let text = String(decoding: value, as: UTF8.self)
      guard text != "<nil>", !text.hasPrefix("["), !text.hasPrefix("0x"), !text.isEmpty else { continue }
      if text == "true" || text == "false" {
        result.append(.init(name, .bool(text == "true")))
      } else if let number = Int64(text), name != "Name" {
        result.append(.init(name, .integer(number)))
      } else {
        result.append(.init(name, .string(text)))
      }
    }
    return result
  }

  /// The endpoint or network that the struct is, with the documents as its policies; nil if it has no names.
  var object: JSONObject? {
    guard members.contains(where: { $0.key == "Id" || $0.key == "ID" }) else { return nil }
    var known: Set<String> = []
    // Go names the member after its field, and documents in capitals.
    let own = members.map { $0.key == "Id" ? JSONObject.Member("ID", $0.value) : $0 }
    var object = JSONObject(own.filter { known.insert($0.key).inserted })
    object["Policies"] = isDamaged ? CutMembers.mark : .array(documents)
    return object
  }
}
