import NetworkTypes
import Testing

@Suite struct IPAddressTests {
  @Test(
    arguments: [
      ("0.0.0.0", 0), ("255.255.255.255", 0xffff_ffff), ("10.244.7.10", 0x0af4_070a),
      ("1.2.3.4", 0x0102_0304),
    ] as [(String, UInt128)])
  func dottedDecimalReadsAndPrints(text: String, value: UInt128) throws {
    let address = try #require(IPAddress(text))
    #expect(address == IPAddress(.ipv4, value))
    #expect(address.description == text)
  }

  @Test(arguments: [
    "", ".", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.00", "1.2.3.04", "1..3.4", ".1.2.3",
    "1.2.3.", "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4", "-1.2.3.4", "1.2.3.4/32", "0x1.2.3.4", "1.2.3.1000",
    "1.2.3.99999999999999999999", "١.2.3.4", "1,2,3,4", "1.2.3.a", "localhost",
  ])
  func otherTextsAreNotIPv4Addresses(text: String) { #expect(IPAddress(text) == nil) }

  /// Text, canonical text (RFC 5952), number.
  @Test(
    arguments: [
      ("::", "::", 0), ("::1", "::1", 1), ("1::", "1::", 1 << 112), ("0:0:0:0:0:0:0:0", "::", 0),
      ("2001:DB8::1", "2001:db8::1", 0x2001_0db8 << 96 | 1),
      ("2001:0db8:0000:0000:0000:0000:0002:0001", "2001:db8::2:1", 0x2001_0db8 << 96 | 0x2_0001),
      // A single zero group is not shortened; the longest run is, or the first of two.
      ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", 0x2001_0db8_0000_0001_0001_0001_0001_0001),
      ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1", 0x2001_0000_0000_0001_0000_0000_0000_0001),
      ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", 0x2001_0db8_0000_0000_0001_0000_0000_0001),
      ("0:0:1:0:0:0:0:0", "0:0:1::", 1 << 80),
      ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", 0x1_0002_0003_0004_0005_0006_0007_0000),
      ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8", 0x2_0003_0004_0005_0006_0007_0008),
      ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", .max),
      ("::ffff:192.0.2.1", "::ffff:192.0.2.1", 0xffff_c000_0201),
      ("::ffff:c000:201", "::ffff:192.0.2.1", 0xffff_c000_0201),
      ("::192.0.2.1", "::c000:201", 0xc000_0201),
      ("64:ff9b::192.0.2.33", "64:ff9b::c000:221", 0x64_ff9b << 96 | 0xc000_0221),
      ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304", 0x1_0002_0003_0004_0005_0006_0102_0304),
      ("1:2:3:4:5::1.2.3.4", "1:2:3:4:5:0:102:304", 0x1_0002_0003_0004_0005_0000_0102_0304),
    ] as [(String, String, UInt128)])
  func colonTextsReadAndPrintCanonically(text: String, canonical: String, value: UInt128) throws {
    let address = try #require(IPAddress(text))
    #expect(address.family == .ipv6 && address.value == value)
    #expect(address.description == canonical)
  }

  @Test(arguments: [
    ":", ":::", "1", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8",
    "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:1.2.3.4",
    "1:2:3:4:5:6::1.2.3.4:5", "::1.2.3", "::1.2.3.4.5", "::01.2.3.4", "::1.2.3.256", "1.2.3.4::",
    "::1.2.3.4:1",
    "fe80::1%eth0", "[::1]", "::1/128", "::1 ", "1:2:3:4:5:6:7::8:9", "::1:2:3:4:5:6:7::", "::12345", "::.",
    "1:2:3:4:5:6:7:8:1.2.3.4", "::ffff:1.2.3.4 ", "1:2:3:4:5:6:7::1.2.3.4",
  ])
  func otherTextsAreNotIPv6Addresses(text: String) { #expect(IPAddress(text) == nil) }

  @Test func everyAddressRoundTrips() {
    var generator = SeededGenerator(seed: 5952)
    for _ in 0..<4_000 {
      let four = IPAddress(.ipv4, UInt128(UInt32.random(in: 0 ... .max, using: &generator)))
      #expect(IPAddress(four.description) == four)
      // Groups of zero are common, so that every form of the text occurs.
      var value: UInt128 = 0
      for _ in 0..<8 {
        let group = Bool.random(using: &generator) ? 0 : UInt16.random(in: 0 ... .max, using: &generator)
        value = value << 16 | UInt128(group)
      }
      let six = IPAddress(.ipv6, value)
      #expect(IPAddress(six.description) == six)
      #expect(IPAddress(longText(value)) == six)
    }
  }

  @Test func hostileTextsDoNotTrap() {
    var generator = SeededGenerator(seed: 4291)
    let alphabet = Array("0123456789abfF.:/-% g".utf8)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...50, using: &generator)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      let text = String(decoding: bytes, as: UTF8.self)
      if let address = IPAddress(text) { #expect(IPAddress(address.description) == address) }
      _ = AddressText(parsing: bytes.span)
      _ = PortText(parsing: bytes.span)
    }
  }

  @Test func neighborsStopAtTheEnds() {
    for family in AddressFamily.allCases {
      #expect(IPAddress(family, 0).previous == nil && IPAddress(family, family.highest).next == nil)
      #expect(IPAddress(family, 7).next == IPAddress(family, 8))
      #expect(IPAddress(family, 7).previous == IPAddress(family, 6))
    }
    #expect(IPAddress(.ipv4, 1 << 32) == IPAddress(.ipv4, 0))
    #expect(IPAddress(.ipv4, 0xffff_ffff) < IPAddress(.ipv6, 0))
  }

  private func longText(_ value: UInt128) -> String {
    (0..<8).map { String(UInt16(truncatingIfNeeded: value >> UInt128((7 - $0) * 16)), radix: 16) }
      .joined(separator: ":")
  }
}
