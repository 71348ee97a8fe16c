import HNSEmulator
import HostModel
import JSONText
import Testing

/// Numbers at their end: nothing is made that could not be read back.
@Suite struct NumberLimitTests {
  @Test func aHostThatHasNumberedAllItCanMakesNoMoreAndStillLoads() throws {
    var host = HostNetworkingService(HostConfiguration())
    _ = try host.create(.network, settings: ["Name": "nat", "Type": "NAT"])
    var snapshot = try #require(host.snapshot.object)
    snapshot["nextOrdinal"] = .integer(1 << 53)
    var full = try HostNetworkingService(snapshot: .object(snapshot))
    let error = #expect(throws: HCNError.self) {
      try full.create(.network, settings: ["Name": "other", "Type": "NAT"])
    }
    #expect(error?.detail?.contains("as many objects as it can number") == true)
    #expect(try HostNetworkingService(snapshot: full.snapshot) == full)
  }

  @Test func serialsOf64BitsAreKept() throws {
    let state = HostState(serial: .max, service: HostNetworkingService(HostConfiguration()))
    let text = state.document.text(.pretty)
    #expect(text.contains("\"serial\": 18446744073709551615"))
    #expect(try HostState(document: JSON(parsing: text)) == state)
    #expect(JSON.whole(UInt64.max) == .number("18446744073709551615"))
  }
}
