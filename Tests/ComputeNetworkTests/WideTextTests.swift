import Glibc
import HNSEmulator
import JSONText
import Testing

@testable import ComputeNetwork

@Suite struct WideTextTests {
  private func read(_ units: [UInt16]) -> String? {
    units.withUnsafeBufferPointer { $0.baseAddress.flatMap { String(wide: $0) } }
  }

  private func document(_ units: [UInt16]?) throws(CallFailure) -> JSON? {
    guard let units else { return try JSON.optional(nil) }
    return try units.withUnsafeBufferPointer { buffer throws(CallFailure) in
      try JSON.optional(buffer.baseAddress)
    }
  }

  @Test func aTextEndsAtTheFirstZero() {
    #expect(read([0x61, 0x62, 0, 0x63, 0]) == "ab")
    #expect(read([0]) == "")
  }

  @Test func surrogatesComeInPairs() {
    #expect(read([0xd83c, 0xdf10, 0]) == "\u{1f310}")
    for units: [UInt16] in [[0xd83c, 0], [0xdf10, 0], [0xdf10, 0xd83c, 0], [0xd83c, 0x61, 0]] {
      #expect(read(units) == nil, "\(units)")
    }
  }

  @Test func anAbsentDocumentIsNilAndAnInvalidOneIsRefused() throws {
    #expect(try document(nil) == nil)
    #expect(try document([0]) == nil)
    #expect(try document(Array(#"{"A":1}"#.utf16) + [0]) == ["A": 1])
    for units: [UInt16] in [[0x7b, 0], [0x22, 0xd800, 0x22, 0], [0x20, 0]] {
      #expect(throws: CallFailure.invalidJSON) { try document(units) }
    }
    #expect(throws: CallFailure.invalidJSON) { try JSON.required(nil) }
  }

  @Test(arguments: ["plain", "n\u{e4}t", "\u{7f51}", "\u{1f310}", "a\u{0}b", ""])
  func outputRoundTrips(_ text: String) throws {
    let document: JSON = ["Name": .string(text)]
    let units = try document.allocated()
    defer { free(units) }
    #expect(try JSON.required(units) == document)
  }
}
