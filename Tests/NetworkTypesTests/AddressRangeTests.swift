import NetworkTypes
import Testing

@Suite struct AddressRangeTests {
  private func classify(_ text: String) -> AddressText {
    let bytes = Array(text.utf8)
    return AddressText(parsing: bytes.span)
  }

  private func port(_ text: String) -> PortText {
    let bytes = Array(text.utf8)
    return PortText(parsing: bytes.span)
  }

  private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

  @Test func addressTextsAreClassified() throws {
    let prefix = try #require(IPPrefix("10.0.0.0/8"))
    #expect(classify("10.0.0.1") == .address(try address("10.0.0.1")))
    #expect(classify("10.0.0.0/8") == .prefix(prefix))
    #expect(classify("10.1.2.3/8") == .hostBitsSet(prefix, try address("10.1.2.3")))
    #expect(classify("10.0.0.0/33") == .badLength(try address("10.0.0.0")))
    #expect(classify("::/129") == .badLength(try address("::")))
    #expect(classify("::/128") == .prefix(IPPrefix(containing: try address("::"), length: 128)))
    #expect(classify("0.0.0.0/0") == .prefix(IPPrefix(containing: try address("0.0.0.0"), length: 0)))
    #expect(
      classify("10.0.0.1-10.0.0.9")
        == .range(AddressRange(family: .ipv4, lower: 0x0a00_0001, upper: 0x0a00_0009)))
    #expect(classify("10.0.0.9-10.0.0.1") == .inverted(try address("10.0.0.9"), try address("10.0.0.1")))
    #expect(classify("10.0.0.9-::1") == .mixedFamilies(try address("10.0.0.9"), try address("::1")))
    #expect(classify("10.0.0.1-10.0.0.1").range == AddressRange(try address("10.0.0.1")))
  }

  @Test(arguments: [
    "", "/", "-", "10.0.0.0/", "/8", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/a", "10.0.0.0/ 8", "10.0.0.1-",
    "-10.0.0.1", "10.0.0.1-10.0.0.2-10.0.0.3", "10.0.0.1 - 10.0.0.2", "corp", "10.0.0.0/9999",
    "10.0.0.0/8-10.0.0.1",
  ])
  func otherTextsAreInvalid(text: String) { #expect(classify(text) == .invalid) }

  @Test func portTextsAreClassified() {
    #expect(port("80") == .range(PortRange(80)))
    #expect(port("0-65535") == .range(PortRange(0, 65535)))
    #expect(port("90-80") == .inverted(90, 80))
    #expect(port("65536") == .outOfRange)
    #expect(port("1-65536") == .outOfRange)
    for text in ["", "-", "80-", "-80", "http", "+80", "8 0", "80-90-100", "0x50", "99999999999999999999"] {
      #expect(port(text) == .invalid, "\(text)")
    }
  }

  @Test func prefixesOfARangeAreExactAndTheFewest() {
    // Over 4-bit ranges at both ends and in the middle of each family, by trying every length.
    for family in AddressFamily.allCases {
      for base in [0, 1 << 20, family.highest - 15] as [UInt128] {
        for lower in 0..<16 as Range<UInt128> {
          for upper in lower..<16 {
            let range = AddressRange(family: family, lower: base + lower, upper: base + upper)
            #expect(range.prefixes == greedyPrefixes(range), "\(range)")
          }
        }
      }
    }
  }

  @Test func prefixesOfRandomRangesJoinToTheRange() {
    var generator = SeededGenerator(seed: 4632)
    for _ in 0..<2_000 {
      let family: AddressFamily = Bool.random(using: &generator) ? .ipv4 : .ipv6
      let ends = (0..<2).map { _ in
        UInt128.random(in: 0...family.highest, using: &generator)
          >> UInt128.random(in: 0..<UInt128(family.bitWidth), using: &generator)
      }
      let range = AddressRange(family: family, lower: ends.min() ?? 0, upper: ends.max() ?? 0)
      let prefixes = range.prefixes
      #expect(prefixes.count <= 2 * family.bitWidth)
      #expect(prefixes.first?.range.lower == range.lower && prefixes.last?.range.upper == range.upper)
      for (left, right) in zip(prefixes, prefixes.dropFirst()) {
        #expect(left.range.upper + 1 == right.range.lower, "\(range)")
      }
      #expect(AddressSet(prefixes.map(\.range)).ranges == [range])
      #expect(classify(range.description).range == range)
    }
  }

  @Test func wholeFamiliesAreOnePrefix() {
    #expect(AddressRange.all(.ipv4).prefixes.map(\.description) == ["0.0.0.0/0"])
    #expect(AddressRange.all(.ipv6).prefixes.map(\.description) == ["::/0"])
    #expect(AddressRange(family: .ipv6, lower: 1, upper: .max).prefixes.count == 128)
    #expect(AddressRange(family: .ipv6, lower: 1, upper: .max - 1).prefixes.count == 254)
    #expect(
      AddressRange.all(.ipv6).description == "::/0" && AddressRange.all(.ipv4).description == "0.0.0.0/0")
  }

  @Test func rangesPrintShortestExactText() throws {
    #expect(AddressRange(family: .ipv4, lower: 1, upper: 2).description == "0.0.0.1-0.0.0.2")
    #expect(AddressRange(family: .ipv4, lower: 2, upper: 3).description == "0.0.0.2/31")
    #expect(AddressRange(try address("::1")).description == "::1")
    #expect(IPPrefix("10.0.0.1/32")?.listed == "10.0.0.1")
    #expect(IPPrefix("10.0.0.0/31")?.listed == "10.0.0.0/31")
    #expect(IPPrefix("10.0.0.1/31") == nil && IPPrefix("10.0.0.1") == nil)
  }

  /// The largest aligned block that fits, repeatedly, found by trying every length.
  private func greedyPrefixes(_ range: AddressRange) -> [IPPrefix] {
    var result: [IPPrefix] = []
    var start = range.lower
    while true {
      let fitting = (0...range.family.bitWidth).lazy
        .map { IPPrefix(containing: IPAddress(range.family, start), length: $0) }
        .first { $0.range.lower == start && $0.range.upper <= range.upper }
      guard let fitting else { return result }
      result.append(fitting)
      if fitting.range.upper == range.upper { return result }
      start = fitting.range.upper + 1
    }
  }
}
