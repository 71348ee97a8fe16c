import FilterEngine
import JSONText
import NetworkTypes

/// The slow, obvious way to evaluate a line: a tree of values, strings, and the evaluator.
struct PacketLineOracle {
  var evaluator: PacketEvaluator
  let directory: PeerDirectory

  /// The packet of a line; nil for an invalid line.
  func packet(_ line: [UInt8]) -> PacketQuery? {
    guard case .object(let object)? = try? JSON(parsing: line) else { return nil }
    var values: [String: JSON] = [:]
    for member in object.members { values[member.key] = member.value }
    let names: Set = ["from", "to", "protocol", "port", "sourcePort", "icmpType"]
    guard Set(values.keys).isSubset(of: names) else { return nil }
    guard case .string(let from)? = values["from"], case .string(let to)? = values["to"],
      case .peer(let sender) = directory.find(from), case .peer(let receiver) = directory.find(to),
      let proto = values["protocol"].flatMap(Self.protocol)
    else { return nil }
    var numbers: [String: Int] = [:]
    for (name, limit) in [("port", 65535), ("sourcePort", 65535), ("icmpType", 255)] {
      guard let value = values[name] else { continue }
      guard let number = Self.number(value), number <= limit else { return nil }
      numbers[name] = number
    }
    let hasPorts = proto.number == 6 || proto.number == 17
    guard (numbers["port"] != nil) == hasPorts, hasPorts || numbers["sourcePort"] == nil else { return nil }
    guard numbers["icmpType"] == nil || [1, 58].contains(proto.number) else { return nil }
    return PacketQuery(
      from: sender, to: receiver, protocol: proto, port: numbers["port"].map { UInt16($0) },
      sourcePort: numbers["sourcePort"].map { UInt16($0) })
  }

  /// The output for a line; nil for an error.
  mutating func answer(_ line: [UInt8]) -> String? {
    guard let packet = packet(line), let decision = try? evaluator.decide(packet) else { return nil }
    let rule = decision.rule.map { JSON.string(evaluator.names[$0]).text() } ?? "null"
    return "{\"verdict\":\"\(decision.verdict.rawValue)\",\"rule\":\(rule)}"
  }

  private static func `protocol`(_ value: JSON) -> IPProtocol? {
    if let number = number(value) { return (1...255).contains(number) ? IPProtocol(UInt8(number)) : nil }
    return value.string.flatMap { IPProtocol(name: $0) }
  }

  /// A number in canonical decimal form.
  private static func number(_ value: JSON) -> Int? {
    let text: String
    switch value {
    case .integer(let integer): text = String(integer)
    case .string(let string): text = string
    default: return nil
    }
    guard let number = Int(text), number >= 0, String(number) == text else { return nil }
    return number
  }
}

/// Generates lines: valid ones in every spelling, nearly valid ones, and broken ones.
struct PacketLineGenerator {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private static let ends = [
    "web", "caffe", "a1", "host", "10.0.0.9", "10.0.0.10", "172.30.0.9", "192.0.2.5", "203.0.113.7",
    "fd00:1::9",
    "FD00:1:0::10", "2001:db8::1", "::ffff:10.0.0.9", "1.2.3", "010.0.0.9", "wbe", "", "10.0.0.0/8", "any",
    "café",
    "1", "host ", "fe80::1%eth0",
  ]
  private static let protocols = [
    "\"tcp\"", "\"udp\"", "\"icmp\"", "\"icmpv6\"", "\"TCP\"", "\"igmp\"", "\"6\"", "6", "17", "1", "58",
    "132", "0",
    "255", "256", "\"06\"", "\"icmpv4\"", "\"tpc\"", "null", "\"tcp,udp\"", "6.0", "\"+6\"", "\"\"",
    "\"udplite\"",
  ]
  private static let numbers = [
    "80", "8080", "53", "25", "443", "0", "65535", "65536", "\"80\"", "080", "\"080\"", "-1", "-0", "80.0",
    "1e9",
    "8e1", "null", "true", "[80]", "{}", "\"\"", "\"80-90\"", "99999999999999999999", "\" 80\"", "128", "255",
    "256",
    "\"+80\"",
  ]

  private mutating func chance(_ part: Int, of whole: Int) -> Bool {
    Int.random(in: 0..<whole, using: &random) < part
  }

  private mutating func blank() -> String {
    chance(1, of: 5) ? ["  ", "\t", " ", "\r"].randomElement(using: &random) ?? "" : ""
  }

  /// A line in the plain form, which every reader accepts.
  mutating func plain() -> String {
    let from = Self.ends.prefix(10).randomElement(using: &random) ?? ""
    let to = Self.ends.prefix(10).randomElement(using: &random) ?? ""
    let ported = chance(3, of: 4)
    var members = [
      "\"from\":\"\(from)\"", "\"to\":\"\(to)\"",
      "\"protocol\":\(Self.protocols.prefix(ported ? 2 : 4).suffix(2).randomElement(using: &random) ?? "")",
    ]
    if ported {
      members.append("\"port\":\(Self.numbers.prefix(7).randomElement(using: &random) ?? "")")
      if chance(1, of: 3) {
        members.append("\"sourcePort\":\(UInt16.random(in: 0 ... .max, using: &random))")
      }
    } else if chance(1, of: 2) {
      members.append("\"icmpType\":\(UInt8.random(in: 0 ... .max, using: &random))")
    }
    members.shuffle(using: &random)
    return "{\(members.joined(separator: ","))}"
  }

  /// A line in any spelling, valid or not.
  mutating func line() -> [UInt8] {
    var members: [String] = []
    func member(_ name: String, _ value: String) -> String {
      "\(blank())\(spelled(name))\(blank()):\(blank())\(value)\(blank())"
    }
    for name in ["from", "to"] where chance(49, of: 50) {
      let end = Self.ends.prefix(chance(5, of: 6) ? 12 : Self.ends.count).randomElement(using: &random) ?? ""
      members.append(member(name, chance(49, of: 50) ? spelled(end) : "10"))
    }
    if chance(49, of: 50) {
      let count = chance(3, of: 4) ? 2 : Self.protocols.count
      members.append(member("protocol", Self.protocols.prefix(count).randomElement(using: &random) ?? ""))
    }
    for (name, odds) in [("port", 18), ("sourcePort", 4), ("icmpType", 2)] where chance(odds, of: 20) {
      let count = chance(5, of: 6) ? 7 : Self.numbers.count
      members.append(member(name, Self.numbers.prefix(count).randomElement(using: &random) ?? ""))
    }
    if chance(1, of: 40) { members.append(member("prot", "1")) }
    if chance(1, of: 40), let twice = members.randomElement(using: &random) { members.append(twice) }
    members.shuffle(using: &random)
    var bytes = Array("\(blank()){\(members.joined(separator: ","))}\(blank())".utf8)
    if chance(1, of: 3) { mutate(&bytes) }
    return bytes.filter { $0 != 0x0a }
  }

  /// A quoted string, sometimes with an escaped character.
  private mutating func spelled(_ text: String) -> String {
    guard chance(1, of: 8) else { return "\"\(text)\"" }
    var result = "\""
    for scalar in text.unicodeScalars {
      if chance(1, of: 3) {
        let digits = String(scalar.value, radix: 16, uppercase: chance(1, of: 2))
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    let bits: [[UInt8]] = [
      Array("\\ud800".utf8), [0], [0xff], [0xc3, 0xa9], Array("\\".utf8), Array("\"".utf8), Array("{".utf8),
      Array("}".utf8), Array(",".utf8), Array(":".utf8), Array("\r".utf8), Array("[[[[".utf8),
      Array("é".utf8),
      Array("e9".utf8), Array(" ".utf8), Array(".0".utf8), Array("-".utf8),
    ]
    for _ in 0..<Int.random(in: 1...2, using: &random) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes.remove(at: index)
      case 1: bytes[index] = UInt8.random(in: 0 ... .max, using: &random)
      case 2: bytes.insert(contentsOf: bits.randomElement(using: &random) ?? [], at: index)
      default: bytes.removeSubrange(index...)
      }
    }
  }
}
