import Glibc
import JSONText

/// A string passed by a caller: UTF-16, terminated by a zero unit.
typealias WideText = UnsafePointer<UInt16>

/// Where a caller expects a string.
typealias WideTextOutParameter = UnsafeMutablePointer<UnsafeMutablePointer<UInt16>?>

extension [UInt8] {
  /// The UTF-8 of a caller's string; nil if it is not valid UTF-16, that is, contains an unpaired surrogate.
  ///
  /// - Parameter text: The text.
  init?(wide text: WideText) {
    var count = 0
    while text[count] != 0 { count += 1 }
    let units = UnsafeBufferPointer(start: text, count: count)
    if units.allSatisfy({ $0 < 0x80 }) {
      self = units.map { UInt8(truncatingIfNeeded: $0) }
    } else {
      guard let string = String(validating: units, as: UTF16.self) else { return nil }
      self.init(string.utf8)
    }
  }
}

extension String {
  /// Reads a caller's string; nil if it is not valid UTF-16.
  ///
  /// - Parameter text: The text.
  init?(wide text: WideText) {
    guard let bytes = [UInt8](wide: text) else { return nil }
    self.init(decoding: bytes, as: UTF8.self)
  }
}

extension JSON {
  /// Reads an optional document.
  ///
  /// - Parameter text: The text; a null pointer and an empty text count as no document.
  /// - Throws: ``CallFailure/invalidJSON`` for a text that is not valid UTF-16 or not JSON.
  static func optional(_ text: WideText?) throws(CallFailure) -> JSON? {
    guard let text, text[0] != 0 else { return nil }
    return try JSON.required(text)
  }

  /// Reads a required document.
  ///
  /// Refusing a missing document like one that is not JSON is this project's choice.
  ///
  /// - Parameter text: The text.
  /// - Throws: ``CallFailure/invalidJSON`` for a missing document, or one that is not valid UTF-16 or not
  ///   JSON.
  static func required(_ text: WideText?) throws(CallFailure) -> JSON {
    guard let text, let bytes = [UInt8](wide: text) else { throw .invalidJSON }
    do { return try JSON(parsing: bytes) } catch { throw .invalidJSON }
  }

  /// The document as zero-terminated UTF-16.
  var wideText: ContiguousArray<UInt16> {
    let bytes = self.bytes()
    var units = ContiguousArray<UInt16>()
    units.reserveCapacity(bytes.count + 1)
    if bytes.allSatisfy({ $0 < 0x80 }) {
      for byte in bytes { units.append(UInt16(byte)) }
    } else {
      units.append(contentsOf: String(decoding: bytes, as: UTF8.self).utf16)
    }
    units.append(0)
    return units
  }

  /// The document as a string that the caller frees with `CoTaskMemFree`.
  ///
  /// - Throws: ``CallFailure/outOfMemory``.
  func allocated() throws(CallFailure) -> UnsafeMutablePointer<UInt16> {
    let units = wideText
    guard let memory = malloc(units.count * MemoryLayout<UInt16>.stride) else { throw .outOfMemory }
    let text = memory.bindMemory(to: UInt16.self, capacity: units.count)
    units.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      text.initialize(from: start, count: buffer.count)
    }
    return text
  }
}
