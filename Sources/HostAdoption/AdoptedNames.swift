import NetworkTypes

/// Names of a profile for objects of a host, each used once.
struct AdoptedNames {
  private var taken: Set<String> = ["host"]

  /// A name that is not taken yet, like a text or like the first of the alternatives that makes one.
  mutating func unused(_ texts: String...) -> String {
    let base = texts.lazy.compactMap { Self.name($0) }.first ?? "endpoint"
    var candidate = base
    var number = 1
    while !taken.insert(candidate).inserted {
      number += 1
      candidate = "\(base.prefix(56))-\(number)"
    }
    return candidate
  }

  /// The name that a text makes: in lower case, with a hyphen for what names do not have.
  ///
  /// - Parameter text: The text.
  /// - Returns: The name; nil if nothing is left, or if it would read as an address.
  static func name(_ text: String) -> String? {
    var bytes: [UInt8] = []
    for byte in text.lowercased().utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): bytes.append(byte)
      case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): if !bytes.isEmpty { bytes.append(byte) }
      default: if let last = bytes.last, last != UInt8(ascii: "-") { bytes.append(UInt8(ascii: "-")) }
      }
      if bytes.count == 63 { break }
    }
    while bytes.last == UInt8(ascii: "-") { bytes.removeLast() }
    let isNumeric = bytes.allSatisfy { !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    return bytes.isEmpty || isNumeric ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
