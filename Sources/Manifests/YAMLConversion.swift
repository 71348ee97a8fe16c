import Diagnostics
import YAMLSyntax

/// Makes values of the documents of a YAML file.
///
/// Plain scalars have the types of YAML 1.1 as Kubernetes reads it: `yes` and `on` are truth values. Merge
/// keys add the members that a mapping does not have.
struct YAMLConversion {
  /// How deeply values can be nested, aliases included.
  private static let depthLimit = 128

  let reader: YAMLReader
  /// How many lines of the file are before the text that was parsed.
  let lineOffset: UInt32
  /// The first value that is nested too deeply.
  private(set) var tooDeep: SourceRange?

  init(_ reader: YAMLReader, lineOffset: UInt32) {
    self.reader = reader
    self.lineOffset = lineOffset
  }

  mutating func value(_ node: YAMLNode, depth: Int = 0) -> ManifestValue {
    let location = location(node)
    guard depth < Self.depthLimit else {
      tooDeep = tooDeep ?? location
      return ManifestValue(.null, at: location)
    }
    switch reader.kind(node) {
    case .scalar: return ManifestValue(scalar(node), at: location)
    case .sequence:
      var elements: [ManifestValue] = []
      elements.reserveCapacity(reader.count(node))
      for child in reader.children(node) { elements.append(value(child, depth: depth + 1)) }
      return ManifestValue(.list(elements), at: location)
    case .mapping: return ManifestValue(.map(members(node, depth)), at: location)
    }
  }

  private func location(_ node: YAMLNode) -> SourceRange {
    var location = reader.location(node)
    location.line += lineOffset
    return location
  }

  private mutating func members(_ node: YAMLNode, _ depth: Int) -> [ManifestValue.Member] {
    var members: [ManifestValue.Member] = []
    members.reserveCapacity(reader.count(node))
    var merged: [ManifestValue] = []
    var key = ""
    var keyLocation = SourceRange(line: 1, column: 1)
    var isMerge = false
    var isKey = true
    for child in reader.children(node) {
      if isKey {
        key = reader.string(child)
        keyLocation = location(child)
        isMerge = key == "<<" && reader.isPlain(child)
      } else {
        let value = value(child, depth: depth + 1)
        if isMerge {
          merged += value.isList ? value.elements : [value]
        } else {
          members.append(.init(key, at: keyLocation, value))
        }
      }
      isKey.toggle()
    }
    guard !merged.isEmpty else { return members }
    var keys = Set(members.map(\.key))
    for value in merged {
      for member in value.members where keys.insert(member.key).inserted { members.append(member) }
    }
    return members
  }

  private func scalar(_ node: YAMLNode) -> ManifestValue.Content {
    let text = reader.string(node)
    guard reader.isPlain(node) else { return .text(text) }
    if reader.isNull(node) { return .null }
    switch text {
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
    default: return Self.number(text).map { .number($0) } ?? .text(text)
    }
  }

  /// A plain scalar that is a number, in decimal; nil if it is not one.
  static func number(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, (0x30...0x39).contains(first) || "+-.".utf8.contains(first) else {
      return nil
    }
    let isNegative = first == UInt8(ascii: "-")
    let digits = isNegative || first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
    guard let lead = digits.first else { return nil }
    if lead == 0x30, digits.count > 1 {
      let (radix, prefix) =
        switch digits[digits.startIndex + 1] {
        case UInt8(ascii: "x"): (16, 2)
        case UInt8(ascii: "o"): (8, 2)
        case UInt8(ascii: "b"): (2, 2)
        // YAML 1.1: a leading zero makes it octal.
        default: (8, 1)
        }
      let rest = String(decoding: digits.dropFirst(prefix), as: UTF8.self)
      // A second sign makes it text.
      let value = "+-".contains(rest.prefix(1)) ? nil : Int64(rest, radix: radix)
      if let value { return String(isNegative ? -value : value) }
    }
    return isDecimal(digits) ? (first == UInt8(ascii: "+") ? String(text.dropFirst()) : text) : nil
  }

  /// Digits with at most one point and an exponent.
  private static func isDecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
    var index = bytes.startIndex
    func digits() -> Int {
      let start = index
      while index < bytes.endIndex, (0x30...0x39).contains(bytes[index]) { index += 1 }
      return index - start
    }
    var count = digits()
    if index < bytes.endIndex, bytes[index] == UInt8(ascii: ".") {
      index += 1
      count += digits()
    }
    guard count > 0 else { return false }
    if index < bytes.endIndex, bytes[index] == UInt8(ascii: "e") || bytes[index] == UInt8(ascii: "E") {
      index += 1
      if index < bytes.endIndex, "+-".utf8.contains(bytes[index]) { index += 1 }
      guard digits() > 0 else { return false }
    }
    return index == bytes.endIndex
  }
}
