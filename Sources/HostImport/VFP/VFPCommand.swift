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

  /// The offset of the arguments: after the word `vfpctrl` or `vfpctrl.exe`, with or without a path and quotes.
  private static func arguments(of line: ArraySlice<UInt8>) -> Int? {
    let word = Array("vfpctrl".utf8)
    guard line.count > word.count else { return nil }
    var position = line.startIndex
    let last = line.endIndex - word.count
    search: while position <= last {
      for (offset, byte) in word.enumerated() where line[position + offset] | 0x20 != byte {
        position += 1
        continue search
      }
      var end = position + word.count
      if line[end...].prefix(4).map({ $0 | 0x20 }).elementsEqual(".exe".utf8.map { $0 | 0x20 }) { end += 4 }
      while end < line.endIndex, line[end] == UInt8(ascii: "\"") || line[end] == UInt8(ascii: "'") {
        end += 1
      }
      guard end < line.endIndex, line[end] == 0x20 else { return nil }
      let rest = line[end...].drop { $0 == 0x20 }
      return rest.first == UInt8(ascii: "/") ? rest.startIndex : nil
    }
    return nil
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
