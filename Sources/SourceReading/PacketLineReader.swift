package import Diagnostics
package import FilterEngine
package import HostModel
import JSONText
import NetworkTypes
import PolicyViews
import Reachability

/// Reads the packet of any line, as a tree of values, and reports what is wrong with an invalid one.
package struct PacketLineReader {
  private let directory: PeerDirectory
  private let topology: HostTopology
  /// The names for suggestions; sorted when first needed.
  private var names: [String]?
  /// The diagnostics of unknown names, so that a name repeated in many lines is looked up once.
  private var unknown: [String: Diagnostic] = [:]

  /// How many unknown names get a suggestion.
  private static let suggestionLimit = 500
  /// An example line.
  static let example = #"{"from": "10.1.2.3", "to": "web", "protocol": "tcp", "port": 443}"#

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - directory: The names of the host.
  ///   - topology: The host.
  package init(_ directory: PeerDirectory, _ topology: HostTopology) {
    self.directory = directory
    self.topology = topology
  }

  /// The members of a packet.
  enum Member: String, CaseIterable {
    case from, to, `protocol`, port, sourcePort, icmpType
  }

  /// Reads a line.
  ///
  /// - Parameter line: The bytes of the line, without the line feed.
  /// - Returns: The packet, between every two endpoints of the ends.
  package mutating func packets(_ line: Span<UInt8>) throws(Diagnostic) -> [PacketQuery] {
    let values = try members(line)
    let from = try peers(.from, "the source", values)
    let to = try peers(.to, "the destination", values)
    let proto = try self.protocol(values[.protocol])
    let given = try self.port(.port, values)
    let sourcePort = try self.port(.sourcePort, values)
    let icmpType = try number(.icmpType, values, upTo: 255)
    if !proto.hasPorts, let given = given != nil ? Member.port : sourcePort != nil ? .sourcePort : nil {
      throw Diagnostic(
        .protocolWithoutPorts, PacketFieldError.portsNotSpecifiable("\(proto)"), help: "remove '\(given)'")
    }
    let port = try PeerReader.port(given, of: values[.to]?.string ?? "", proto, directory)
    if proto.hasPorts, port == nil {
      throw Diagnostic(
        .invalidPacket, "a \(proto) packet needs a destination port", help: "add 'port'")
    }
    if icmpType != nil, proto != .icmp, proto != .icmpv6 {
      throw Diagnostic(
        .invalidPacket, "an ICMP type applies only to ICMP and ICMPv6, not to \(proto)",
        help: "remove 'icmpType'")
    }
    return PacketQuery.between(from, to, protocol: proto, port: port, sourcePort: sourcePort)
  }

  // MARK: Members

  private func members(_ line: Span<UInt8>) throws(Diagnostic) -> [Member: JSON] {
    let document: JSON
    do { document = try JSON(parsing: line.withUnsafeBufferPointer { Array($0) }) } catch {
      throw Self.notJSON(line, error)
    }
    guard case .object(let object) = document else {
      throw Diagnostic(
        .invalidPacket, "a packet is an object, not \(document.kind)", help: "write it as \(Self.example)")
    }
    var values: [Member: JSON] = [:]
    for member in object.members {
      guard let known = Member(rawValue: member.key) else {
        let all = Member.allCases.map(\.rawValue)
        let near = NearMiss.nearest(to: member.key, among: all)
        throw Diagnostic(
          .invalidPacket, "a packet has no member '\(Self.quoted(member.key))'",
          help: near.map { "did you mean '\($0)'?" } ?? "its members are \(all.joined(separator: ", "))")
      }
      values[known] = member.value
    }
    return values
  }

  private static func notJSON(_ line: Span<UInt8>, _ error: JSONError) -> Diagnostic {
    var isBlank = true
    for index in 0..<line.count where ![0x20, 0x09, 0x0d].contains(line[index]) { isBlank = false }
    if isBlank { return Diagnostic(.invalidPacket, "the line is empty", help: "write one packet per line") }
    for index in 0..<line.count where line[index] == 0 {
      return Diagnostic(
        .invalidPacket, "the line contains a NUL byte in column \(index + 1)",
        help: "write UTF-8; convert UTF-16 first")
    }
    return Diagnostic(
      .invalidPacket, "column \(error.column): \(quoted(error.reason))",
      help: "write one object such as \(example)")
  }

  private func wrongKind(_ member: Member, _ value: JSON, _ wanted: String) -> Diagnostic {
    let text: String =
      switch value {
      case .null, .bool, .array, .object: value.kind
      case .integer, .number: Self.quoted(value.text())
      case .string(let text): "'\(Self.quoted(text))'"
      }
    let isOptional = member == .sourcePort || member == .icmpType
    let help = value == .null && isOptional ? "\(wanted), or omit it" : wanted
    return Diagnostic(.invalidPacket, "'\(member)' is \(text)", help: help)
  }

  /// A text of the line as quoted in a message: without control characters, and of limited length.
  private static func quoted(_ text: String) -> String { printable(shortened(text)) }

  private static func shortened(_ text: String) -> String {
    let limit = 100
    let shown = text.unicodeScalars.prefix(limit + 1)
    guard shown.count > limit else { return text }
    return String(String.UnicodeScalarView(shown.prefix(limit))) + "…"
  }

  // MARK: Values

  /// A whole number, as a number or a string, in decimal digits without a sign or leading zeros.
  private func number(
    _ member: Member, _ values: [Member: JSON], upTo limit: UInt16
  ) throws(Diagnostic) -> UInt16? {
    guard let value = values[member] else { return nil }
    let number: Int64? =
      switch value {
      case .integer(let number): number
      case .string(let text): Self.decimal(text)
      default: nil
      }
    guard let number, let result = UInt16(exactly: number), result <= limit else {
      throw wrongKind(member, value, "write a whole number from 0 to \(limit)")
    }
    return result
  }

  /// A port, as a number or a string, in decimal digits without leading zeros.
  private func port(_ member: Member, _ values: [Member: JSON]) throws(Diagnostic) -> UInt16? {
    guard let value = values[member] else { return nil }
    let wanted = "write a whole number from \(PortUse.packet.lowest) to 65535"
    guard let word = Self.word(value) else { throw wrongKind(member, value, wanted) }
    if Self.decimal(word) != nil, let port = (try? PortRange(word: word, for: .packet))?.single {
      return port
    }
    let problem = PacketFieldError(.notAPort, .packet)
    throw PacketProblemView.diagnostic(problem, Self.shortened(word), file: nil, help: wanted)
  }

  /// The text of a number or of a string; nil for any other value.
  private static func word(_ value: JSON) -> String? {
    switch value {
    case .integer, .number: value.text()
    case .string(let text): text
    case .null, .bool, .array, .object: nil
    }
  }

  private static func decimal(_ text: String) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      text == "0" || text.utf8.first != 0x30
    else { return nil }
    return Int64(text)
  }

  private func `protocol`(_ value: JSON?) throws(Diagnostic) -> IPProtocol {
    let wanted = "write a name such as tcp, or a number from 1 to 255"
    guard let value else {
      throw Diagnostic(.invalidPacket, "the packet has no 'protocol'", help: wanted)
    }
    guard let word = Self.word(value) else { throw wrongKind(.protocol, value, wanted) }
    // A number in a string is written like a JSON number, without leading zeros.
    if word.utf8.first != 0x30, let found = try? IPProtocol(word: word) { return found }
    let problem = PacketFieldError(.notAProtocol)
    throw PacketProblemView.diagnostic(problem, Self.shortened(word), file: nil)
  }

  private mutating func peers(
    _ member: Member, _ role: String, _ values: [Member: JSON]
  ) throws(Diagnostic) -> [Peer] {
    let wanted = "give \(role): an address, a name, or host"
    guard let value = values[member] else {
      throw Diagnostic(.invalidPacket, "the packet has no '\(member)'", help: wanted)
    }
    guard case .string(let text) = value else { throw wrongKind(member, value, wanted) }
    if member == .from, directory.service(text) != nil { throw PacketProblemView.sendingService(text) }
    if let peers = directory.find(text).peers { return peers }
    throw unknownPeer(text)
  }

  private mutating func unknownPeer(_ text: String) -> Diagnostic {
    if Self.isSeveral(text) {
      return Diagnostic(
        .invalidPacket, "'\(Self.quoted(text))' means several addresses, but a line is one packet",
        help: "give one address, or trace the set with --from and --to")
    }
    if let said = unknown[text] { return said }
    let names = self.names ?? directory.names
    self.names = names
    guard text.utf8.count <= 300, unknown.count < Self.suggestionLimit else {
      return Diagnostic(
        .unknownPeer, "there is no endpoint, container or pod '\(Self.quoted(text))'",
        help: PeerReader.listing(names))
    }
    do {
      _ = try PeerReader.find(text, directory, topology, names: names)
      preconditionFailure("the name is not in the directory")
    } catch {
      unknown[text] = error
      return error
    }
  }

  /// Whether a text means more than one address, as in the options of a set query.
  private static func isSeveral(_ text: String) -> Bool {
    if text == "any" || text == MatrixPeerList.outside { return true }
    switch AddressText(parsing: Array(text.utf8).span) {
    case .prefix, .range, .hostBitsSet: return true
    default: return false
    }
  }
}
