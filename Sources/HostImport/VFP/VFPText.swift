import NetworkTypes

/// Reads the text of `vfpctrl`: command lines, the line `Policy for port :` of Microsoft's log collector, and the
/// replies below them (reference: windows-firewall-and-vfp, 3.3, 10.1 and 10.3; captures, 1).
///
/// A reply is of the port that its command line names, or else of the last line `Policy for port :`.
struct VFPText {
  private let lines: CapturedLines
  /// The same text, as replies keep it.
  private let text: ReplyText
  private var index: Int
  /// The port of the last line `Policy for port :`.
  private var policyPort: String?
  /// The command line above the next reply.
  private var command: VFPCommand?

  /// Prepares to read from a line on.
  init(_ lines: CapturedLines, from index: Int) {
    self.lines = lines
    self.index = index
    text = .file(lines)
  }

  private init(_ text: ReplyText) {
    self.text = text
    lines = text.lines
    index = 0
  }

  /// Whether the text of vfpctrl begins on a line.
  static func begins(_ lines: CapturedLines, _ index: Int) -> Bool {
    let line = lines[index]
    return isFrame(lines, index) || policyPort(line) != nil || isPortTable(lines, index)
      || VFPCommand(line) != nil || succeeded(trimmed(line)) != nil
  }

  /// Reads until other text begins.
  ///
  /// - Parameter vfp: Receives the replies.
  /// - Parameter keep: Called with the lines and the reason of each reply that is not evaluated.
  /// - Returns: The index of the line after the text.
  mutating func read(into vfp: inout CapturedVFP, keep: (Range<Int>, String) -> Void) -> Int {
    var end = index
    while index < lines.count {
      if lines.isBlank(index) {
        index += 1
        continue
      }
      if Self.isPortTable(lines, index) {
        readPortTable(into: &vfp)
      } else if let port = Self.policyPort(lines[index]) {
        policyPort = port
        command = nil
        index += 1
      } else if let command = VFPCommand(lines[index]) {
        self.command = command
        index += 1
      } else if Self.succeeded(Self.trimmed(lines[index])) != nil {
        // The end of a reply that is not text.
        command = nil
        index += 1
      } else if command != nil || policyPort != nil && !Self.isOther(lines[index])
        || Self.isFrame(lines, index)
      {
        readReply(into: &vfp, keep)
        command = nil
      } else {
        break
      }
      end = index
    }
    return end
  }

  /// Reads one reply that stands in a string of a document.
  ///
  /// - Parameters:
  ///   - text: The string.
  ///   - place: Where the document stands.
  ///   - entry: The command that the reply is to.
  ///   - vfp: Receives the reply.
  ///   - keep: Called with the text and the reason of a reply that is not evaluated.
  static func read(
    reply text: String, at place: CapturePlace, to entry: VFPCommand, into vfp: inout CapturedVFP,
    keep: (String, String) -> Void
  ) {
    var reader = VFPText(.string(text, at: place))
    reader.command = entry
    let lines = reader.lines
    while reader.index < lines.count, lines.isBlank(reader.index) { reader.index += 1 }
    guard reader.index < lines.count else { return }
    reader.readReply(into: &vfp) { keep(lines.text($0), $1) }
  }

  // MARK: Lines

  /// The port of a line `Policy for port : NAME`.
  private static func policyPort(_ line: ArraySlice<UInt8>) -> String? {
    // Nearly all lines fail here.
    guard let first = suffix(line).first, first | 0x20 == UInt8(ascii: "p") else { return nil }
    let (label, value) = split(line)
    guard let value, !value.isEmpty, text(label).lowercased() == "policy for port" else { return nil }
    return text(value)
  }

  /// Whether the table of ports begins here that Microsoft's log collector selects from the reply of
  /// `/list-vmswitch-port` (reference: captures, 1).
  private static func isPortTable(_ lines: CapturedLines, _ index: Int) -> Bool {
    guard lines[index].first.map({ $0 | 0x20 }) == UInt8(ascii: "p"), index + 1 < lines.count,
      lines[index + 1].first == UInt8(ascii: "-")
    else { return false }
    let heading = text(lines[index]).lowercased()
    return heading.hasPrefix("port name") && heading.contains("mac address")
  }

  private mutating func readPortTable(into vfp: inout CapturedVFP) {
    index += 2
    while index < lines.count, !lines.isBlank(index) {
      let words = lines[index].split(separator: 0x20).map { Self.text($0) }
      if let name = words.first, let mac = words.first(where: { MACAddress($0) != nil }) {
        vfp.ports.append(
          VFPPortRecord(fields: [
            .init(label: "Port name", value: name), .init(label: "MAC address", value: mac),
          ]))
      }
      index += 1
    }
  }

  /// Whether the first two lines of a reply stand here: a heading in capitals and a row of `=`.
  static func isFrame(_ lines: CapturedLines, _ index: Int) -> Bool {
    let heading = trimmed(lines[index])
    guard headings.contains(where: { $0.count == heading.count && $0[...] == heading }),
      index + 1 < lines.count
    else { return false }
    return isRow(trimmed(lines[index + 1]))
  }

  private static let headings = [
    "ITEM LIST", "PORT STATE", "ADDRESS INFO", "PORT PARSER SETTINGS", "LOCAL IPv4 ADDRESS LIST",
  ].map { Array($0.utf8) }

  private static func isRow(_ line: ArraySlice<UInt8>) -> Bool {
    line.count >= 5 && line.allSatisfy { $0 == UInt8(ascii: "=") }
  }

  /// Whether a line below `Policy for port :` begins something else than a reply.
  private static func isOther(_ line: ArraySlice<UInt8>) -> Bool {
    line.first == UInt8(ascii: "-") || line.first == UInt8(ascii: "#")
  }

  // MARK: Replies

  private mutating func readReply(into vfp: inout CapturedVFP, _ keep: (Range<Int>, String) -> Void) {
    let start = index
    var reader = VFPRecordReader(layer: command?.layer, group: command?.group)
    var trailer: String?
    var error = false
    while index < lines.count {
      let whole = lines[index]
      let line = Self.trimmed(whole)
      if index > start, reader.hasFrame, Self.isFrame(lines, index) { break }
      if let name = Self.succeeded(line) {
        trailer = name
        index += 1
        break
      }
      if Self.isError(line) {
        error = true
        index += 1
        break
      }
      if index > start, Self.policyPort(line) != nil || VFPCommand(line) != nil { break }
      reader.read(line, indent: line.startIndex - whole.startIndex, at: index)
      index += 1
    }
    reader.finish(at: index)
    let range = start..<index
    let port = command?.port ?? policyPort
    let name = trailer ?? command?.name ?? reader.guessedCommand ?? ""
    guard !error else { return keep(range, "vfpctrl replied with an error") }
    vfp.ports += reader.ports
    switch name {
    case "list-vmswitch-port", "list-layer", "list-group", "list-rule", "get-rule-counter":
      guard !reader.isEmpty else { return }
      if reader.ports.isEmpty || !reader.rules.isEmpty {
        var reply = VFPReply(command: name, text: text, lines: range)
        reply.port = port
        reply.layer = command?.layer
        reply.group = command?.group
        reply.isComplete = trailer != nil
        reply.layers = reader.layers
        reply.groups = reader.groups
        reply.rules = reader.rules
        vfp.replies.append(reply)
      }
    case "get-port-state":
      vfp.states.append(
        VFPPortState(
          port: port, isEnabled: reader.flag("Enabled"), isBlocked: reader.flag("Blocked"),
          place: text.place(start)))
    default:
      // An empty list says that there is nothing.
      guard reader.hasContent || trailer == nil else { return }
      keep(
        range,
        name.isEmpty
          ? "the text below the port is not a reply of vfpctrl"
          : "replies of vfpctrl to \(name) are not evaluated")
    }
  }

  /// The command of a line `Command NAME succeeded!`.
  private static func succeeded(_ line: ArraySlice<UInt8>) -> String? {
    guard line.starts(with: "Command ".utf8), line.last == UInt8(ascii: "!") else { return nil }
    let words = line.split(separator: 0x20)
    guard words.count == 3, words[2].elementsEqual("succeeded!".utf8) else { return nil }
    return text(words[1])
  }

  private static func isError(_ line: ArraySlice<UInt8>) -> Bool {
    line.starts(with: "ERROR".utf8) || line.starts(with: "Error (".utf8)
  }

  // MARK: Bytes

  static func suffix(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    line.drop { $0 == 0x20 || $0 == 0x09 }
  }

  /// A line without the blanks around it.
  static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var (start, end) = (line.startIndex, line.endIndex)
    while start < end, isBlank(line[start]) { start += 1 }
    while end > start, isBlank(line[end - 1]) { end -= 1 }
    return line[start..<end]
  }

  /// What stands before the first colon and after it, both without the blanks around them; nil for a line without.
  static func split(
    _ line: ArraySlice<UInt8>
  ) -> (label: ArraySlice<UInt8>, value: ArraySlice<UInt8>?) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return (trimmed(line), nil) }
    return (trimmed(line[..<colon]), trimmed(line[(colon + 1)...]))
  }

  static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
