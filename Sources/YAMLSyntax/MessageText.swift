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
      case 0..<0x20, 0x7f...0xa0, 0x1680, 0x2000...0x200a, 0x202f, 0x205f, 0x3000, 0x200b...0x200f,
        0x2028...0x202e, 0x2066...0x2069, 0xfeff:
        result += "\\u{\(hexadecimal(scalar.value, digits: 2))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension String {
  /// The first space in the text, as written or as in a message, that looks like an ordinary space but is not.
  package var unusualSpace: UnusualSpace? {
    UnusualSpace.all.first { space in
      unicodeScalars.contains { $0.value == space.scalar }
        || contains("\\u{\(hexadecimal(space.scalar, digits: 2))}")
    }
  }
}

/// A character that looks like a space, or like nothing, and is neither to YAML.
package struct UnusualSpace: Sendable {
  let scalar: UInt32
  let name: String

  static let all = [
    UnusualSpace(scalar: 0xa0, name: "a no-break space"),
    UnusualSpace(scalar: 0x202f, name: "a narrow no-break space"),
    UnusualSpace(scalar: 0x3000, name: "an ideographic space"),
    UnusualSpace(scalar: 0x2003, name: "an em space"), UnusualSpace(scalar: 0x2002, name: "an en space"),
    UnusualSpace(scalar: 0x2009, name: "a thin space"),
    UnusualSpace(scalar: 0x200b, name: "a zero-width space"),
    UnusualSpace(scalar: 0xfeff, name: "a zero-width no-break space"),
  ]

  /// What to do about it.
  package var advice: String {
    "the text contains \(name) (U+\(hexadecimal(scalar, digits: 4))): write an ordinary space, or remove it"
  }
}

/// Upper-case hexadecimal of at least the given number of digits.
func hexadecimal(_ value: UInt32, digits: Int) -> String {
  let text = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
