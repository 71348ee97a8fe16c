extension JSONReader {
  /// Reads an escape in a string, beginning with its backslash.
  mutating func escape(into bytes: inout [UInt8]) throws(JSONError) {
    let start = offset
    index += 1
    guard hasByte() else { throw failure("a string is not closed") }
    let byte = buffer[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0c)
    case UInt8(ascii: "n"): bytes.append(0x0a)
    case UInt8(ascii: "r"): bytes.append(0x0d)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "u"):
      var code = try fourDigits()
      if (0xd800..<0xdc00).contains(code) {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
          throw failure("half of a surrogate pair", at: start)
        }
        let low = try fourDigits()
        guard (0xdc00..<0xe000).contains(low) else {
          throw failure("half of a surrogate pair", at: start)
        }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw failure("half of a surrogate pair", at: start)
      }
      bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    default: throw failure("an unknown escape", at: start)
    }
  }

  private mutating func fourDigits() throws(JSONError) -> UInt32 {
    guard has(4), let text = String(validating: buffer[index..<index + 4], as: UTF8.self),
      text.allSatisfy(\.isHexDigit), let code = UInt32(text, radix: 16)
    else { throw failure("expected four hexadecimal digits") }
    index += 4
    return code
  }
}
