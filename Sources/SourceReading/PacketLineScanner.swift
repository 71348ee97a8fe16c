package import FilterEngine
import HostModel
import NetworkTypes

/// Reads the packet of a line in the plain form.
///
/// One pass over the bytes, without strings, arrays or a tree of values. The plain form is an object of
/// the known members in any order, each once, with whitespace anywhere JSON allows it, without escapes,
/// whose endpoints are addresses or known names byte for byte. Any other line is left to
/// ``PacketLineReader``, which reads all lines and reports what is wrong.
package struct PacketLineScanner: Sendable {
  private let peers: PeerTable
  private let keys = Keys()
  private let protocols: [(word: UInt64, protocol: IPProtocol)]

  /// Prepares the names.
  ///
  /// - Parameter directory: The names of the host.
  package init(_ directory: PeerDirectory) {
    peers = PeerTable(directory)
    let usual: [(name: String, protocol: IPProtocol)] = [("tcp", .tcp), ("udp", .udp)]
    protocols = (usual + IPProtocol.named).filter { $0.name.utf8.count <= 8 }
      .map { (Self.word($0.name), $0.protocol) }
  }

  /// The names of the members, as far as they fit into a word; see ``word(_:)``.
  private struct Keys: Sendable {
    let from = word("from")
    let to = word("to")
    let `protocol` = word("protocol")
    let port = word("port")
    /// The last eight bytes of `sourcePort`, and the two bytes before.
    let sourcePort = word("urcePort")
    let sourcePortStart = word("so")
    let icmpType = word("icmpType")
    let service = word(ServiceName.prefix)
  }

  /// The last eight bytes of a text as one number.
  private static func word(_ text: String) -> UInt64 { text.utf8.reduce(0) { $0 << 8 | UInt64($1) } }

  /// The packet of a line; nil for a line that is not in the plain form.
  ///
  /// - Parameter line: The bytes of the line, without the line feed.
  package func packet(_ line: Span<UInt8>) -> PacketQuery? {
    var cursor = LineCursor()
    var from: Peer?
    var to: Peer?
    var proto: IPProtocol?
    var port: UInt16?
    var sourcePort: UInt16?
    var icmpType: UInt16?
    guard cursor.take(UInt8(ascii: "{"), line) else { return nil }
    repeat {
      guard let key = cursor.text(line) else { return nil }
      let word = LineCursor.word(line, key)
      guard cursor.take(UInt8(ascii: ":"), line) else { return nil }
      switch (key.count, word) {
      case (4, keys.from):
        // The other reader says that a service sends nothing.
        guard from == nil, let value = cursor.text(line), !isService(line, value),
          let peer = peer(line, value)
        else { return nil }
        from = peer
      case (2, keys.to):
        guard to == nil, let value = cursor.text(line), let peer = peer(line, value) else { return nil }
        to = peer
      case (8, keys.protocol):
        guard proto == nil, let value = self.protocol(line, &cursor) else { return nil }
        proto = value
      case (4, keys.port):
        guard port == nil, let value = cursor.number(line) else { return nil }
        port = value
      case (10, keys.sourcePort):
        guard sourcePort == nil,
          LineCursor.word(line, key.lowerBound..<key.lowerBound + 2) == keys.sourcePortStart,
          let value = cursor.number(line)
        else { return nil }
        sourcePort = value
      case (8, keys.icmpType):
        guard icmpType == nil, let value = cursor.number(line) else { return nil }
        icmpType = value
      default: return nil
      }
    } while cursor.take(UInt8(ascii: ","), line)
    guard cursor.take(UInt8(ascii: "}"), line), cursor.isAtEnd(line), let from, let to, let proto else {
      return nil
    }
    guard proto.hasPorts ? port != nil : port == nil && sourcePort == nil else { return nil }
    if let icmpType, icmpType > 255 || proto != .icmp && proto != .icmpv6 { return nil }
    return PacketQuery(from: from, to: to, protocol: proto, port: port, sourcePort: sourcePort)
  }

  /// An endpoint: an address first, then a name, as in the directory.
  private func peer(_ line: Span<UInt8>, _ range: Range<Int>) -> Peer? {
    let text = line.extracting(range)
    guard text.count > 0 else { return nil }
    // All addresses start like this; few names do.
    switch text[0] {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: ":"):
      if let address = IPAddress(parsing: text) { return .address(address) }
    default: break
    }
    return peers.peer(text)
  }

  private func isService(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
    range.count > 4 && LineCursor.word(line, range.lowerBound..<range.lowerBound + 4) == keys.service
  }

  /// A protocol: a number, or a string with a number or a name.
  private func `protocol`(_ line: Span<UInt8>, _ cursor: inout LineCursor) -> IPProtocol? {
    if let number = cursor.number(line) {
      return UInt8(exactly: number).flatMap { $0 > 0 ? IPProtocol($0) : nil }
    }
    guard let range = cursor.text(line), range.count <= 8 else { return nil }
    let word = LineCursor.word(line, range)
    for named in protocols where named.word == word { return named.protocol }
    return nil
  }
}

/// A position in a line; every step first skips whitespace.
private struct LineCursor {
  private var index = 0

  /// The next byte that is not whitespace, if there is one.
  private mutating func next(_ line: Span<UInt8>) -> UInt8? {
    while index < line.count {
      let byte = line[index]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0d else { return byte }
      index += 1
    }
    return nil
  }

  /// Whether only whitespace follows.
  mutating func isAtEnd(_ line: Span<UInt8>) -> Bool { next(line) == nil }

  /// Consumes a byte if it is the next one.
  mutating func take(_ byte: UInt8, _ line: Span<UInt8>) -> Bool {
    guard next(line) == byte else { return false }
    index += 1
    return true
  }

  /// Consumes a string without escapes and returns the range of its bytes.
  mutating func text(_ line: Span<UInt8>) -> Range<Int>? {
    guard take(UInt8(ascii: "\""), line) else { return nil }
    let start = index
    while index < line.count {
      let byte = line[index]
      index += 1
      if byte == UInt8(ascii: "\"") { return start..<index - 1 }
      guard byte >= 0x20, byte != UInt8(ascii: "\\") else { return nil }
    }
    return nil
  }

  /// Consumes a number from 0 to 65535, as a number or a string; nothing if there is none.
  mutating func number(_ line: Span<UInt8>) -> UInt16? {
    guard let first = next(line) else { return nil }
    let isText = first == UInt8(ascii: "\"")
    let start = isText ? index + 1 : index
    var end = start
    var value: UInt32 = 0
    while end < line.count, end - start < 6, line[end] >= 0x30, line[end] <= 0x39 {
      value = value * 10 + UInt32(line[end] - 0x30)
      end += 1
    }
    let digits = end - start
    guard digits > 0, digits == 1 || line[start] != 0x30, value <= 65535, end < line.count else { return nil }
    switch line[end] {
    case UInt8(ascii: "\"") where isText: index = end + 1
    // The value must end here, or it is not a number in this form.
    case UInt8(ascii: ","), UInt8(ascii: "}"), 0x20, 0x09, 0x0d: if isText { return nil } else { index = end }
    default: return nil
    }
    return UInt16(truncatingIfNeeded: value)
  }

  /// The last eight bytes of a part of the line as one number.
  static func word(_ line: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    var word: UInt64 = 0
    for index in range { word = word << 8 | UInt64(line[index]) }
    return word
  }
}
