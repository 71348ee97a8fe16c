/// The path and the query of a request, decoded.
struct RequestTarget: Sendable {
  /// Why a target cannot be parsed.
  struct Failure: Error, Hashable {
    let reason: String
  }

  /// The authority of an absolute target, as sent to proxies; nil for the usual form.
  let authority: String?
  /// The path, percent-decoded; `/` if the target has none.
  let path: String
  /// The parameters in order, percent-decoded.
  let parameters: [(name: String, value: String)]

  /// Parses a target.
  ///
  /// - Parameter text: The text between the method and the version.
  init(_ text: String) throws(Failure) {
    var rest = Substring(text)
    if rest.hasPrefix("/") {
      authority = nil
    } else if rest.lowercased().hasPrefix("http://") {
      rest = rest.dropFirst(7)
      let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
      authority = String(rest[..<end])
      rest = rest[end...]
    } else {
      throw Failure(reason: "the target is not a path")
    }
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = parts[0].isEmpty ? "/" : try Self.decoded(parts[0], isQuery: false)
    guard parts.count == 2, !parts[1].isEmpty else {
      parameters = []
      return
    }
    var found: [(name: String, value: String)] = []
    for pair in parts[1].split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      found.append(
        (
          try Self.decoded(sides[0], isQuery: true),
          sides.count == 2 ? try Self.decoded(sides[1], isQuery: true) : ""
        ))
    }
    parameters = found
  }

  /// Undoes percent-encoding.
  private static func decoded(_ text: Substring, isQuery: Bool) throws(Failure) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
      return String(text)
    }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        let digits = rest.prefix(2)
        guard digits.count == 2, let code = UInt8(Substring(digits), radix: 16),
          digits.first != UInt8(ascii: "+")
        else { throw Failure(reason: "a % in the target is not followed by two hexadecimal digits") }
        bytes.append(code)
        rest = rest.dropFirst(2)
      case UInt8(ascii: "+") where isQuery: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    guard let result = String(validating: bytes, as: UTF8.self) else {
      throw Failure(reason: "the target is not UTF-8")
    }
    return result
  }
}
