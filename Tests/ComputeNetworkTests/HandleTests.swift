import CComputeNetwork
import HNSEmulator
import NetworkTypes
import Testing

@testable import ComputeNetwork

@Suite struct HandleTests {
  private func close(_ table: HandleTable, _ handle: Handle?) -> Bool {
    table.close(handle) { _ in true } != nil
  }

  @Test func aHandleIsValidUntilItIsClosed() throws {
    let table = HandleTable()
    let handle = try #require(table.open(.object(.network, GUID(7))))
    guard case .object(.network, GUID(7))? = table.content(handle) else {
      Issue.record("the handle refers to something else")
      return
    }
    #expect(close(table, handle))
    #expect(table.content(handle) == nil)
    #expect(!close(table, handle))
  }

  @Test func aReusedSlotDoesNotReviveTheOldHandle() throws {
    let table = HandleTable()
    let old = try #require(table.open(.service))
    #expect(close(table, old))
    let new = try #require(table.open(.service))
    #expect(new != old)
    #expect(table.content(old) == nil)
    #expect(!close(table, old))
    #expect(table.count == 1)
  }

  @Test func numbersNeverIssuedAreNotHandles() throws {
    let table = HandleTable()
    let handle = try #require(table.open(.service))
    let number = UInt(bitPattern: handle)
    let forged = [
      0, 1, number - 1, number + 1, number ^ 1 << 32, number | 1 << 63, UInt.max, UInt(UInt32.max),
    ]
    for number in forged { #expect(table.content(Handle(bitPattern: number)) == nil, "\(number)") }
  }

  @Test func aHandleOfAnotherKindIsNotClosed() throws {
    let table = HandleTable()
    let handle = try #require(table.open(.service))
    #expect(table.close(handle) { if case .callback = $0 { true } else { false } } == nil)
    #expect(table.content(handle) != nil)
  }
}
