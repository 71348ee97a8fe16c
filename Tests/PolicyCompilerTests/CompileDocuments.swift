import HostModel
import JSONText
import NetworkTypes
import PolicyCompiler

/// An ACL parsed from the text of an HCN document.
///
/// The parser belongs to the test, including that of addresses: the compiler's output is checked by the
/// contents of its documents.
struct DocumentACL {
  var members: [(key: String, text: String)] = []
  var match = PlainMatch()
  var action = RuleAction.block
  var direction = Direction.in
  var type = ""
  var priority: Int?

  subscript(key: String) -> String? { members.first { $0.key == key }?.text }

  /// The number of entries in the list with a key; 0 if it is absent.
  func count(_ key: String) -> Int { self[key].map { entries($0).count } ?? 0 }

  /// The families of its addresses, one entry for each address.
  var namedFamilies: [AddressFamily] { ((match.local ?? []) + (match.remote ?? [])).map(\.family) }

  /// The rules of the profile in its Id.
  var origins: [String] { self["Id"].flatMap { RuleIdentity(id: $0) }?.origins ?? [] }
}

/// A document that cannot be parsed.
struct UnreadableDocument: Error {
  var reason: String
}

extension DocumentACL {
  /// Parses the settings of an ACL policy.
  init(_ text: String) throws {
    members = try flatObject(text)
    for (key, text) in members {
      switch key {
      case "Protocols":
        match.protocols = try entries(text).map { entry in
          guard let number = UInt8(entry), number > 0 else { throw UnreadableDocument(reason: entry) }
          return number...number
        }
      case "LocalAddresses": match.local = try entries(text).map(readPrefix)
      case "RemoteAddresses": match.remote = try entries(text).map(readPrefix)
      case "LocalPorts": match.localPorts = try entries(text).map(readPorts)
      case "RemotePorts": match.remotePorts = try entries(text).map(readPorts)
      case "Priority":
        guard let number = Int(text), (1...65535).contains(number) else {
          throw UnreadableDocument(reason: text)
        }
        priority = number
      case "Id": break
      case "Action":
        guard text == "Allow" || text == "Block" else { throw UnreadableDocument(reason: text) }
        action = text == "Allow" ? .allow : .block
      case "Direction":
        guard text == "In" || text == "Out" else { throw UnreadableDocument(reason: text) }
        direction = text == "In" ? .in : .out
      case "RuleType":
        guard text == "Host" || text == "Switch" else { throw UnreadableDocument(reason: text) }
        type = text
      default: throw UnreadableDocument(reason: "member \(key)")
      }
    }
  }
}

extension DesiredEndpoint {
  /// The ACLs of the endpoint, parsed from the text of their documents.
  func documents() throws -> [DocumentACL] {
    try policy.entries.map { try DocumentACL($0.acl.settings.text()) }
  }
}

/// The members of a JSON object of strings and whole numbers, without escapes.
private func flatObject(_ text: String) throws -> [(key: String, text: String)] {
  var rest = Array(text.utf8)[...]
  func take(_ byte: Character) throws {
    guard rest.first == byte.asciiValue else { throw UnreadableDocument(reason: "no \(byte) in \(text)") }
    rest.removeFirst()
  }
  func string() throws -> String {
    try take("\"")
    let body = rest.prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    rest = rest.dropFirst(body.count)
    try take("\"")
    return String(decoding: body, as: UTF8.self)
  }
  var members: [(key: String, text: String)] = []
  try take("{")
  while true {
    let key = try string()
    try take(":")
    if rest.first == UInt8(ascii: "\"") {
      members.append((key, try string()))
    } else {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard !digits.isEmpty else { throw UnreadableDocument(reason: text) }
      rest = rest.dropFirst(digits.count)
      members.append((key, String(decoding: digits, as: UTF8.self)))
    }
    if rest.first == UInt8(ascii: "}") { break }
    try take(",")
  }
  guard rest.count == 1 else { throw UnreadableDocument(reason: text) }
  return members
}

private func entries(_ text: String) -> [String] {
  text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
}

private func readPorts(_ text: String) throws -> ClosedRange<UInt16> {
  let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
  if ends.count == 1, let port = ends[0] { return port...port }
  guard ends.count == 2, let first = ends[0], let last = ends[1], first < last else {
    throw UnreadableDocument(reason: text)
  }
  return first...last
}

/// An address or a prefix with a length of at least 1; HNS does not support ranges.
private func readPrefix(_ text: String) throws -> PlainMatch.Addresses {
  let parts = text.split(separator: "/", omittingEmptySubsequences: false)
  let isLong = parts[0].contains(":")
  let address = try isLong ? readIPv6(parts[0]) : readIPv4(parts[0])
  let width = isLong ? 128 : 32
  var length = width
  if parts.count == 2, let stated = Int(parts[1]), (1...width).contains(stated) {
    length = stated
  } else if parts.count != 1 {
    throw UnreadableDocument(reason: text)
  }
  var size: UInt128 = 1
  for _ in length..<width { size *= 2 }
  guard address % size == 0 else { throw UnreadableDocument(reason: text) }
  return .init(family: isLong ? .ipv6 : .ipv4, lower: address, upper: address + (size - 1))
}

private func readIPv4(_ text: Substring) throws -> UInt128 {
  let bytes = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
  guard bytes.count == 4, !bytes.contains(nil) else { throw UnreadableDocument(reason: String(text)) }
  return bytes.reduce(0) { $0 * 256 + UInt128($1 ?? 0) }
}

private func readIPv6(_ text: Substring) throws -> UInt128 {
  func words(_ part: Substring) throws -> [UInt128] {
    guard !part.isEmpty else { return [] }
    return try part.split(separator: ":", omittingEmptySubsequences: false).map { word in
      guard let number = UInt16(word, radix: 16) else { throw UnreadableDocument(reason: String(text)) }
      return UInt128(number)
    }
  }
  var all: [UInt128] = []
  if let gap = text.firstRange(of: "::") {
    let (before, after) = (try words(text[..<gap.lowerBound]), try words(text[gap.upperBound...]))
    all = before + Array(repeating: 0, count: max(0, 8 - before.count - after.count)) + after
  } else {
    all = try words(text)
  }
  guard all.count == 8 else { throw UnreadableDocument(reason: String(text)) }
  return all.reduce(0) { $0 * 65536 + $1 }
}

/// The ACLs of an endpoint and one direction at the enforcement points.
struct ProgrammedACLs {
  /// The Switch ACLs by ascending priority.
  private var ofSwitch: [(priority: Int, action: RuleAction, match: PlainMatch)] = []
  private var ofHost: [(action: RuleAction, match: PlainMatch)] = []

  init(_ acls: [DocumentACL], _ direction: Direction) {
    for acl in acls where acl.direction == direction {
      if acl.type == "Host" {
        ofHost.append((acl.action, acl.match))
      } else if let priority = acl.priority {
        let index = ofSwitch.firstIndex { $0.priority > priority } ?? ofSwitch.count
        ofSwitch.insert((priority, acl.action, acl.match), at: index)
      }
    }
  }

  /// The verdict of VFP: the first match by priority takes effect.
  ///
  /// Nil if nothing matches, or if matching rules of equal priority have different actions, whose order no
  /// platform guarantees.
  func switchVerdict(_ packet: PlainPacket) -> RuleAction? {
    var best: (priority: Int, action: RuleAction)?
    for acl in ofSwitch {
      if let best, best.priority < acl.priority { break }
      guard acl.match.matches(packet) else { continue }
      if let best, best.action != acl.action { return nil }
      best = (acl.priority, acl.action)
    }
    return best?.action
  }

  /// The verdict of Windows Firewall, where block takes precedence over allow; nil if nothing matches.
  func hostVerdict(_ packet: PlainPacket) -> RuleAction? {
    var verdict: RuleAction?
    for acl in ofHost where acl.match.matches(packet) {
      if acl.action == .block { return .block }
      verdict = .allow
    }
    return verdict
  }
}
