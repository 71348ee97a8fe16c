/// The text of one value, taken out of a longer one.
package struct JSONPassage: Sendable {
  /// The bytes of the value.
  package let bytes: [UInt8]
  /// Where it starts.
  let start: LineCounter
  /// How deeply it is nested.
  let depth: Int
}

/// The line and column at an offset of a text.
struct LineCounter: Sendable {
  /// The offset up to which lines have been counted.
  private(set) var offset = 0
  /// The line there, counted from 1.
  private(set) var line = 1
  /// The column there in Unicode scalars, counted from 1.
  private(set) var column = 1

  /// Continues counting.
  ///
  /// - Parameters:
  ///   - end: The offset to stop at.
  ///   - bytes: Bytes that cover at least ``offset`` to there.
  ///   - base: The offset of the first of them.
  mutating func advance(to end: Int, over bytes: [UInt8], from base: Int) {
    guard end > offset else { return }
    bytes.withUnsafeBufferPointer { bytes in
      var rest = bytes[(offset - base)..<(end - base)]
      let newlines = rest.reduce(0) { $1 == 0x0a ? $0 &+ 1 : $0 }
      if newlines > 0, let last = rest.lastIndex(of: 0x0a) {
        line += newlines
        column = 1
        rest = rest[(last + 1)...]
      }
      column += rest.reduce(0) { $1 & 0xc0 != 0x80 ? $0 &+ 1 : $0 }
    }
    offset = end
  }
}

/// The names of the members of an object, each of which can appear once.
struct MemberNames {
  /// A few are searched linearly, many through a set.
  private static let few = 16

  private var listed: [String] = []
  private var set: Set<String> = []

  /// Adds a name; false if it is already present.
  mutating func insert(_ name: String) -> Bool {
    if set.isEmpty {
      guard !listed.contains(name) else { return false }
      listed.append(name)
      if listed.count == Self.few { set = Set(listed) }
      return true
    }
    return set.insert(name).inserted
  }
}

/// Finds the end of an array or object by its strings and brackets.
struct BracketScan {
  /// The brackets that are open, the innermost in the lowest bit: 1 for an array.
  private var brackets: UInt64 = 0
  private var count = 0
  private var isInString = false
  private var isEscaped = false
  /// Whether the search is over.
  private(set) var isOver = false
  /// Whether the end was found.
  private(set) var isClosed = false

  /// Scans bytes, and returns how many of them were consumed.
  mutating func run(over bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isInString {
        passString(byte)
        continue
      }
      switch byte {
      case UInt8(ascii: "\""):
        isInString = true
        // Most text is in strings, and most strings have no escapes.
        while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") {
          index += 1
        }
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        guard count < JSON.depthLimit else { return end(index, isClosed: false) }
        brackets = brackets << 1 | (byte == UInt8(ascii: "[") ? 1 : 0)
        count += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        guard brackets & 1 == (byte == UInt8(ascii: "]") ? 1 : 0) else { return end(index, isClosed: false) }
        brackets >>= 1
        count -= 1
        if count == 0 { return end(index, isClosed: true) }
      default: break
      }
    }
    return index
  }

  private mutating func passString(_ byte: UInt8) {
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\") {
      isEscaped = true
    } else if byte == UInt8(ascii: "\"") {
      isInString = false
    }
  }

  private mutating func end(_ index: Int, isClosed: Bool) -> Int {
    isOver = true
    self.isClosed = isClosed
    return index
  }
}
