import NetworkTypes
import Testing

@Suite struct IdentifierTests {
  @Test func guidsReadInEitherCaseAndPrintInBoth() throws {
    let upper = "B1062982-2B18-4B4F-B3D5-A78DDB9CDD49"
    let guid = try #require(GUID(upper))
    #expect(guid == GUID(upper.lowercased()) && guid == GUID(0xb106_2982_2b18_4b4f_b3d5_a78d_db9c_dd49))
    #expect(guid.uppercase == upper && guid.lowercase == upper.lowercased() && guid.description == upper)
    #expect(GUID("00000000-0000-0000-0000-000000000000") == .zero && GUID.zero.isZero && !guid.isZero)
    var generator = SeededGenerator(seed: 36)
    for _ in 0..<500 {
      let random = GUID(UInt128.random(in: 0 ... .max, using: &generator))
      #expect(GUID(random.lowercase) == random && GUID(random.uppercase) == random)
    }
  }

  @Test(arguments: [
    "", "{B1062982-2B18-4B4F-B3D5-A78DDB9CDD49}", "B10629822B184B4FB3D5A78DDB9CDD49",
    "B1062982-2B18-4B4F-B3D5-A78DDB9CDD4", "B1062982-2B18-4B4F-B3D5-A78DDB9CDD499",
    "B1062982_2B18-4B4F-B3D5-A78DDB9CDD49", "G1062982-2B18-4B4F-B3D5-A78DDB9CDD49",
    "B106298-22B18-4B4F-B3D5-A78DDB9CDD49",
  ])
  func otherTextsAreNotGUIDs(text: String) { #expect(GUID(text) == nil) }

  @Test func namedGUIDsCarryVersionAndVariant() {
    #expect(GUID(namedBy: .max).uppercase == "FFFFFFFF-FFFF-8FFF-BFFF-FFFFFFFFFFFF")
    #expect(GUID(namedBy: 0).uppercase == "00000000-0000-8000-8000-000000000000")
  }

  @Test func macAddressesReadBothForms() throws {
    let mac = try #require(MACAddress("00-15-5D-52-C0-0A"))
    #expect(mac == MACAddress("00:15:5d:52:c0:0a") && mac.value == 0x0015_5d52_c00a)
    #expect(mac.description == "00-15-5D-52-C0-0A" && !mac.isMulticast)
    #expect(MACAddress("01-00-5E-00-00-01")?.isMulticast == true)
    #expect(MACAddress(UInt64.max).description == "FF-FF-FF-FF-FF-FF")
    for text in [
      "", "00-15-5D-52-C0", "00-15-5D:52-C0-0A", "00155D52C00A", "00-15-5D-52-C0-0G", "0-015-5D-52-C0-0A",
    ] {
      #expect(MACAddress(text) == nil, "\(text)")
    }
  }

  @Test func protocolsHaveNamesAndNumbers() {
    #expect(IPProtocol(name: "TCP") == .tcp && IPProtocol(name: "icmpv4") == .icmp)
    #expect(IPProtocol(name: "nope") == nil && IPProtocol(99).description == "99")
    for (name, number) in IPProtocol.named {
      #expect(IPProtocol(name: name) == number && number.description == name)
    }
    #expect((0...255).filter { IPProtocol(UInt8($0)).hasPorts } == [6, 17])
  }
}
