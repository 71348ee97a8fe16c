import HostModel

/// Reads a registry hive (`regf`), as `netsh advfirewall export` writes it (reference: windows-firewall-and-vfp, 10.0).
///
/// Every offset and size is checked against the bytes there are, and depth, the number of keys and the number of bytes
/// read are limited: cells that refer to one another cannot make a small file large.
package struct RegistryHive: Sendable {
  /// A problem in a hive.
  package struct Problem: Error, Hashable, Sendable {
    /// What is wrong.
    package var reason: String
    /// The offset in the file.
    package var offset: Int
  }

  /// The value of a key.
  package enum Value: Hashable, Sendable {
    case text(String)
    case number(UInt32)
    /// Of another type, which the firewall's keys do not need.
    case other
  }

  private let bytes: [UInt8]
  private var keys = 0
  /// How many bytes may still be read: each byte of a real hive is read about once.
  private var left: Int

  private static let depthLimit = 32
  private static let keyLimit = 200_000
  private static let base = 0x1000

  /// Whether the bytes of a file are a hive.
  ///
  /// - Parameter bytes: The bytes.
  package static func recognizes(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("regf".utf8)) }

  /// Reads all keys, from the root down.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of the file.
  ///   - visit: Receives the names of a key and the ones above it, and the values of the key.
  /// - Throws: ``Problem`` for a hive that is cut off or damaged.
  package static func read(
    _ bytes: [UInt8], _ visit: (_ path: [Substring], _ values: [(name: String, value: Value)]) -> Void
  ) throws(Problem) {
    var hive = RegistryHive(bytes: bytes, left: 8 * bytes.count + 0x10000)
    guard recognizes(bytes) else { throw Problem(reason: "the file is not a registry hive", offset: 0) }
    let root = Int(try hive.long(0x24))
    try hive.visitKey(root, [], visit)
  }

  private mutating func visitKey(
    _ offset: Int, _ path: [Substring],
    _ visit: (_ path: [Substring], _ values: [(name: String, value: Value)]) -> Void
  ) throws(Problem) {
    keys += 1
    guard path.count < Self.depthLimit, keys <= Self.keyLimit else {
      throw Problem(reason: "the hive has too many keys, or keys that contain themselves", offset: offset)
    }
    let node = try cell(offset, "nk")
    let length = Int(try short(node + 0x48))
    let isLatin = try short(node + 2) & 0x20 != 0
    let own = path + [Substring(try name(node + 0x4c, length, isLatin: isLatin))]
    var values: [(name: String, value: Value)] = []
    let count = Int(try long(node + 0x24))
    if count > 0 {
      let place = Int(try long(node + 0x28))
      let list = try cell(place)
      try check(list, count * 4)
      for index in 0..<count {
        let place = Int(try long(list + 4 * index))
        values.append(try value(place))
      }
    }
    visit(own, values)
    guard try long(node + 0x14) > 0 else { return }
    let place = Int(try long(node + 0x1c))
    try visitList(place, own, depth: 0, visit)
  }

  private mutating func visitList(
    _ offset: Int, _ path: [Substring], depth: Int,
    _ visit: (_ path: [Substring], _ values: [(name: String, value: Value)]) -> Void
  ) throws(Problem) {
    let list = try cell(offset)
    let signature = try latin(list, 2)
    let count = Int(try short(list + 2))
    let width = signature == "lf" || signature == "lh" ? 8 : 4
    try check(list + 4, count * width)
    for index in 0..<count {
      let entry = Int(try long(list + 4 + width * index))
      switch signature {
      case "lf", "lh", "li": try visitKey(entry, path, visit)
      case "ri" where depth < 2: try visitList(entry, path, depth: depth + 1, visit)
      default: throw Problem(reason: "a list of keys is damaged", offset: list)
      }
    }
  }

  private mutating func value(_ offset: Int) throws(Problem) -> (name: String, value: Value) {
    let node = try cell(offset, "vk")
    let length = Int(try short(node + 2))
    let isLatin = try short(node + 0x10) & 1 != 0
    let title = try name(node + 0x14, length, isLatin: isLatin)
    let size = try long(node + 4)
    let type = try long(node + 0xc)
    let count = Int(size & 0x7fff_ffff)
    // Up to four bytes stand in the place of the offset.
    let isInline = size & 0x8000_0000 != 0
    switch type {
    case 1, 2: return (title, .text(isInline ? try wide(node + 8, min(count, 4)) : try text(node, count)))
    case 4 where count == 4:
      guard !isInline else { return (title, .number(try long(node + 8))) }
      let cellPlace = Int(try long(node + 8))
      let place = try cell(cellPlace)
      return (title, .number(try long(place)))
    default: return (title, .other)
    }
  }

  private mutating func text(_ node: Int, _ count: Int) throws(Problem) -> String {
    let place = Int(try long(node + 8))
    let big = try cell(place)
    // Longer data is in segments.
    guard count > 16344, try latin(big, 2) == "db" else { return try wide(big, count) }
    let segments = Int(try short(big + 2))
    let listPlace = Int(try long(big + 4))
    let list = try cell(listPlace)
    var rest = count
    var data: [UInt8] = []
    for index in 0..<segments where rest > 0 {
      let place = Int(try long(list + 4 * index))
      let segment = try cell(place)
      let size = min(rest, 16344)
      try spend(segment, size)
      data += bytes[segment..<segment + size]
      rest -= size
    }
    return Self.decoded(data[...])
  }

  // MARK: Bytes

  /// The offset of the contents of a cell.
  private mutating func cell(_ offset: Int, _ signature: String? = nil) throws(Problem) -> Int {
    let start = Self.base + offset + 4
    guard offset < 0x7fff_ffff else { throw Problem(reason: "an offset is not valid", offset: offset) }
    try check(start, 4)
    if let signature, try latin(start, 2) != signature {
      throw Problem(reason: "a key or value is damaged", offset: start)
    }
    return start
  }

  private func check(_ start: Int, _ count: Int) throws(Problem) {
    guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count - start else {
      throw Problem(reason: "the hive is cut off", offset: bytes.count)
    }
  }

  /// Checks that there are bytes to read, and counts them.
  private mutating func spend(_ start: Int, _ count: Int) throws(Problem) {
    try check(start, count)
    left -= count
    guard left >= 0 else {
      throw Problem(reason: "the hive has keys or values that share their contents", offset: start)
    }
  }

  private mutating func short(_ offset: Int) throws(Problem) -> UInt16 {
    try spend(offset, 2)
    return UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
  }

  private mutating func long(_ offset: Int) throws(Problem) -> UInt32 {
    UInt32(try short(offset)) | UInt32(try short(offset + 2)) << 16
  }

  private mutating func latin(_ offset: Int, _ count: Int) throws(Problem) -> String {
    try spend(offset, count)
    return String(String.UnicodeScalarView(bytes[offset..<offset + count].map { Unicode.Scalar($0) }))
  }

  private mutating func wide(_ offset: Int, _ count: Int) throws(Problem) -> String {
    try spend(offset, count)
    return Self.decoded(bytes[offset..<offset + count])
  }

  private mutating func name(_ offset: Int, _ count: Int, isLatin: Bool) throws(Problem) -> String {
    isLatin ? try latin(offset, count) : try wide(offset, count)
  }

  /// UTF-16 without the zero at its end.
  private static func decoded(_ data: ArraySlice<UInt8>) -> String {
    let bytes = Array(data)
    var units = stride(from: 0, to: bytes.count - 1, by: 2).map {
      UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
    }
    if let end = units.firstIndex(of: 0) { units.removeSubrange(end...) }
    return String(decoding: units, as: UTF16.self)
  }
}

/// A policy exported by `netsh advfirewall export`, a `.wfw` file.
package enum ExportedPolicy {
  /// Reads a policy.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of the file.
  ///   - parts: Receives what it says.
  /// - Returns: The names of values among rules that are not rules.
  /// - Throws: ``RegistryHive/Problem`` for a hive that is cut off or damaged.
  package static func read(
    _ bytes: [UInt8], into parts: inout FirewallParts
  ) throws(RegistryHive.Problem) -> [String] {
    var found = FirewallParts()
    var unread: [String] = []
    var hasKeys = false
    try RegistryHive.read(bytes) { path, values in
      switch FirewallRegistryKey(path) {
      case .rules(let store):
        hasKeys = true
        found.noteRules()
        for (name, value) in values {
          if case .text(let text) = value, let rule = RegistryRule.read(text, name: name, store: store) {
            found.add(rule)
          } else {
            unread.append(name)
            found.noteUnreadRule()
          }
        }
      case .profile(let profile, let store):
        hasKeys = true
        found.addRegistryKey(of: profile)
        for case (let name, .number(let number)) in values {
          found.addRegistrySetting(name, number, of: profile, in: store)
        }
      case nil: break
      }
    }
    // A policy with keys of the firewall and none of rules has no rules; another hive says nothing about them.
    if hasKeys { found.noteRules() }
    parts.add(found)
    return unread
  }
}
