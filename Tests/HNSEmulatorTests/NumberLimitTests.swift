import HNSEmulator
import HostModel
import JSONText
import Testing

/// Exhausted numbers: nothing is created that could not be restored.
@Suite struct NumberLimitTests {
  @Test func exhaustedNumbersRefuseCreationAndStillLoad() throws {
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
}
