extension String {
  /// The text for use in a message: control characters escaped, and truncated if long.
  package var quotable: String {
    var result = ""
    for (count, scalar) in unicodeScalars.enumerated() {
      if count == 80 { return result + "..." }
      switch scalar.value {
      case 0x0a: result += "\\n"
      case 0x09: result += "\\t"
      case 0x0d: result += "\\r"
      case 0..<0x20, 0x7f...0x9f, 0x200b...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff:
        result += "\\u{\(hexadecimal(scalar.value, digits: 2))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// Upper-case hexadecimal of at least the given number of digits.
func hexadecimal(_ value: UInt32, digits: Int) -> String {
  let text = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
