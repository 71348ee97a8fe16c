import Diagnostics
import JSONText

/// Makes values with places of a JSON text.
struct JSONConversion {
  private var reader: JSONReader

  init(_ bytes: [UInt8]) {
    // A byte order mark is not part of the text.
    reader = JSONReader(bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes)
  }

  /// The next value of the text; nil at its end.
  mutating func next() throws(JSONError) -> ManifestValue? {
    reader.isAtEnd ? nil : try value()
  }

  private mutating func value() throws(JSONError) -> ManifestValue {
    let place = reader.nextPlace
    let start = reader.position
    var location = SourceRange(line: UInt32(clamping: place.line), column: UInt32(clamping: place.column))
    switch reader.peek() {
    case UInt8(ascii: "{"):
      var members: [ManifestValue.Member] = []
      try reader.enter()
      while let key = try reader.nextMember() {
        let place = reader.memberPlace
        let keyLocation = SourceRange(
          line: UInt32(clamping: place.line), column: UInt32(clamping: place.column),
          length: UInt32(clamping: key.unicodeScalars.count + 2))
        members.append(.init(key, at: keyLocation, try value()))
      }
      return ManifestValue(.map(members), at: location)
    case UInt8(ascii: "["):
      var elements: [ManifestValue] = []
      try reader.enter()
      while try reader.nextElement() { elements.append(try value()) }
      return ManifestValue(.list(elements), at: location)
    default:
      let json = try reader.value()
      location.length = UInt32(clamping: reader.position - start)
      return ManifestValue(ManifestValue(json).content, at: location)
    }
  }
}
