/// Why a text is not a valid address, prefix or range, and what to write instead.
package struct AddressProblem: Error, Sendable, Hashable {
  /// What is wrong.
  package enum Reason: Sendable, Hashable {
    /// `ADDRESS/LENGTH` with host bits set.
    case hostBitsSet
    /// A range that ends before it starts.
    case inverted
    /// A range whose ends belong to different address families.
    case mixedFamilies
    /// Anything else.
    case invalid
  }

  /// What is wrong.
  package let reason: Reason
  /// What is wrong, as a sentence.
  package let message: String
  /// What to write instead, if that is known.
  package let help: String?

  /// The problem of a text; nil for a valid one.
  ///
  /// - Parameters:
  ///   - word: The text.
  ///   - shown: The text as quoted in messages, without control characters.
  ///   - kind: What the text should be: `an address`.
  ///   - wildcard: What to write instead of `*`.
  package init?(_ word: String, shown: String, kind: String, wildcard: String) {
    switch AddressText(parsing: Array(word.utf8).span) {
    case .address, .prefix, .range: return nil
    case .hostBitsSet(let prefix, let address):
      reason = .hostBitsSet
      message = "'\(shown)' has host bits set"
      help = "write '\(prefix)' for the network, or '\(address)' for the address"
    case .badLength(let address):
      reason = .invalid
      message = "the prefix length of '\(shown)' must be 0 to \(address.family.bitWidth)"
      help = nil
    case .inverted(let first, let last):
      reason = .inverted
      message = "the range '\(shown)' ends before it starts"
      help = "write '\(last)-\(first)'"
    case .mixedFamilies:
      reason = .mixedFamilies
      message = "the range '\(shown)' starts and ends in different address families"
      help = nil
    case .invalid:
      reason = .invalid
      message = "'\(shown)' is not \(kind)"
      help = Self.help(word, wildcard: wildcard)
    }
  }

  /// Whether a text consists of the characters of addresses, so that it is not a name.
  ///
  /// - Parameter text: The text.
  package static func isAddressLike(_ text: String) -> Bool {
    if text.contains(":") || text == "*" { return true }
    guard text.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return false }
    let isNumeric = text.utf8.allSatisfy { (0x2d...0x39).contains($0) || $0 == UInt8(ascii: "*") }
    return isNumeric && (text.contains(".") || text.contains("/"))
  }

  /// What was probably intended by a text that is nothing.
  private static func help(_ word: String, wildcard: String) -> String? {
    if word == "*" || word == "*.*.*.*" { return wildcard }
    let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let octets = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if let wild = octets.firstIndex(of: "*"), wild > 0, octets.count <= 4, parts.count == 1,
      octets[wild...].allSatisfy({ $0 == "*" }),
      let address = IPAddress(filled(octets[..<wild]))
    {
      return "write '\(IPPrefix(containing: address, length: 8 * wild))'"
    }
    if let plain = withoutLeadingZeros(octets), octets.count == 4 {
      let text = ([plain] + parts.dropFirst()).joined(separator: "/")
      if text != word, AddressText(parsing: Array(text.utf8).span).range != nil {
        return "write '\(text)', without leading zeros: some programs read them as octal"
      }
    }
    if parts.count == 2, let address = IPAddress(parts[0]), address.family == .ipv4,
      let mask = IPAddress(parts[1]), mask.family == .ipv4, let length = prefixLength(of: mask)
    {
      return
        "write the prefix length instead of the netmask: '\(IPPrefix(containing: address, length: length))'"
    }
    if octets.count == 4, octets.allSatisfy({ UInt64($0) != nil }),
      octets.contains(where: { UInt64($0).map { $0 > 255 } ?? false })
    {
      return "each number of an IPv4 address is at most 255"
    }
    if octets.count < 4, octets.allSatisfy({ UInt8($0) != nil }), parts.count == 2,
      let address = IPAddress(filled(octets[...])), let length = Int(parts[1]), length <= 8 * octets.count
    {
      return "write all four numbers: '\(IPPrefix(containing: address, length: length))'"
    }
    return nil
  }

  /// An IPv4 address from its first numbers, with zeros for the others.
  private static func filled(_ octets: ArraySlice<String>) -> String {
    (octets + Array(repeating: "0", count: max(0, 4 - octets.count))).joined(separator: ".")
  }

  private static func withoutLeadingZeros(_ octets: [String]) -> String? {
    var result: [String] = []
    for octet in octets {
      guard !octet.isEmpty, octet.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      let plain = octet.drop { $0 == "0" }
      result.append(plain.isEmpty ? "0" : String(plain))
    }
    return result.joined(separator: ".")
  }

  /// The length of the prefix that a netmask means; nil if its ones are not contiguous.
  private static func prefixLength(of mask: IPAddress) -> Int? {
    let bits = UInt32(truncatingIfNeeded: mask.value)
    let length = (~bits).leadingZeroBitCount
    return bits == (length == 0 ? 0 : ~UInt32(0) << UInt32(32 - length)) ? length : nil
  }
}
