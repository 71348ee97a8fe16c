import NetworkTypes
import Testing

@Suite struct SpecialAddressTests {
  /// The kind of an address is computed; the sets are the definition.
  @Test func addressesAtTheEndsOfEverySetHaveItsKind() throws {
    for kind in SpecialAddress.allCases {
      for range in kind.addresses.ranges {
        for address in [range.first, range.last] { #expect(address.special == kind, "\(address)") }
        for address in [range.first.previous, range.last.next].compactMap(\.self) {
          let other = SpecialAddress.allCases.first { $0.addresses.contains(address) }
          #expect(address.special == other, "\(address)")
        }
      }
    }
    for text in ["0.0.0.1", "126.1.2.3", "10.0.0.1", "240.0.0.1", "255.0.0.1", "fe80::1", "::ffff:7f00:1"] {
      #expect(try #require(IPAddress(text)).special == nil, "\(text)")
    }
  }

  @Test func onlyGapsWithinASetAreClosed() throws {
    let gaps = SpecialAddress.neverSources
    #expect(AddressSet.all.subtracting(gaps).closing(gaps) == .all)
    let private10 = AddressSet([try #require(IPPrefix("10.0.0.0/8")).range])
    #expect(private10.closing(gaps) == private10)
  }
}
