/// A command line of vfpctrl, at a prompt or by itself; its arguments come in any order
/// (reference: windows-firewall-and-vfp, 3.2).
struct VFPCommand: Hashable, Sendable {
  /// The command, such as `list-rule`; empty if the line has none.
  var name = ""
  /// The name of the port.
  var port: String?
  /// The layer.
  var layer: String?
  /// The group.
  var group: String?

  /// Reads a line; nil if it does not call vfpctrl.
  init?(_ line: ArraySlice<UInt8>) {
    guard let start = Self.arguments(of: line) else { return nil }
    let words = Self.words(line[start...])
    guard words.contains(where: { $0.hasPrefix("/") }) else { return nil }
    var position = 0
    while position < words.count {
      let word = words[position].lowercased()
      position += 1
      let value = position < words.count && !words[position].hasPrefix("/") ? words[position] : nil
      switch word {
      case "/port": port = value
      case "/layer": layer = value
      case "/group": group = value
      case "/switch", "/format", "/rule": break
      default:
        if word.hasPrefix("/"), name.isEmpty { name = String(word.dropFirst()) }
        continue
      }
      if value != nil { position += 1 }
    }
  }

  private static let tool = Array("vfpctrl".utf8)
  private static let suffix = Array(".exe".utf8)

  /// The offset of the arguments: after the word `vfpctrl` or `vfpctrl.exe`, with or without a path and quotes.
  private static func arguments(of line: ArraySlice<UInt8>) -> Int? {
    guard var end = tool(in: line) else { return nil }
    if spells(suffix, line[end...]) { end += suffix.count }
    while end < line.endIndex, line[end] == UInt8(ascii: "\"") || line[end] == UInt8(ascii: "'") { end += 1 }
    guard end < line.endIndex, line[end] == 0x20 else { return nil }
    let rest = line[end...].drop { $0 == 0x20 }
    return rest.first == UInt8(ascii: "/") ? rest.startIndex : nil
  }

  /// The offset after the first word `vfpctrl`, in any case; nearly all lines have none.
  private static func tool(in line: ArraySlice<UInt8>) -> Int? {
    var rest = line
    while let first = rest.firstIndex(where: { $0 | 0x20 == tool[0] }) {
      rest = rest[first...]
      if spells(tool, rest) { return first + tool.count }
      rest = rest.dropFirst()
    }
    return nil
  }

  /// Whether a text begins with a word in any case; the word is in lower case.
  private static func spells(_ word: [UInt8], _ text: ArraySlice<UInt8>) -> Bool {
    text.count >= word.count && zip(text, word).allSatisfy { $0 | 0x20 == $1 | 0x20 }
  }

  /// The words of a line; quotes keep blanks together.
  private static func words(_ line: ArraySlice<UInt8>) -> [String] {
    var words: [String] = []
    var word: [UInt8]?
    var quote: UInt8?
    for byte in line {
      if byte == quote {
        quote = nil
      } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
        word = word ?? []
      } else if quote == nil, byte == 0x20 || byte == 0x09 {
        if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
        word = nil
      } else if quote == nil, byte == UInt8(ascii: "|") || byte == UInt8(ascii: ">") {
        break
      } else {
        word = (word ?? []) + [byte]
      }
    }
    if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
    return words
  }
}
