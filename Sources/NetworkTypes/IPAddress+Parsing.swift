extension IPAddress {
  /// Reads an address from UTF-8 text; nil unless the whole text is one address.
  ///
  /// IPv4 addresses are exactly four decimal numbers of at most three digits without leading zeros. IPv6
  /// addresses have the forms of RFC 4291 section 2.2, including an embedded IPv4 tail.
  ///
  /// - Parameter text: The UTF-8 bytes of the text.
  public init?(parsing text: Span<UInt8>) {
    guard let parsed = parseAddress(text, 0..<text.count) else { return nil }
    self = parsed
  }

  /// Reads an address from a string; nil unless the whole string is one address.
  ///
  /// - Parameter text: The text.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    self.init(parsing: bytes.span)
  }
}

/// Reads the address that fills `range` of `text`.
func parseAddress(_ text: Span<UInt8>, _ range: Range<Int>) -> IPAddress? {
  guard range.count >= 2, range.count <= 45 else { return nil }
  for index in range where text[index] == UInt8(ascii: ":") {
    return parseIPv6(text, range).map { IPAddress(.ipv6, $0) }
  }
  return parseIPv4(text, range).map { IPAddress(.ipv4, UInt128($0)) }
}

private func parseIPv4(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt32? {
  guard range.count >= 7, range.count <= 15 else { return nil }
  var value: UInt32 = 0
  var octet: UInt32 = 0
  var digits = 0
  var dots = 0
  for index in range {
    let byte = text[index]
    if byte == UInt8(ascii: ".") {
      guard digits > 0, dots < 3 else { return nil }
      value = value << 8 | octet
      (octet, digits) = (0, 0)
      dots += 1
    } else {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      guard digits == 0 || octet != 0 else { return nil }
      octet = octet * 10 + UInt32(byte - 0x30)
      digits += 1
      guard digits <= 3, octet <= 255 else { return nil }
    }
  }
  guard dots == 3, digits > 0 else { return nil }
  return value << 8 | octet
}

private func parseIPv6(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt128? {
  var head: UInt128 = 0
  var headGroups = 0
  var tail: UInt128 = 0
  var tailGroups = 0
  var compressed = false
  var index = range.lowerBound
  let end = range.upperBound

  func isColon(_ position: Int) -> Bool { position < end && text[position] == UInt8(ascii: ":") }
  func append(_ group: UInt128, bits: UInt128 = 16, count: Int = 1) {
    if compressed {
      tail = tail << bits | group
      tailGroups += count
    } else {
      head = head << bits | group
      headGroups += count
    }
  }

  if isColon(index) {
    guard isColon(index + 1) else { return nil }
    compressed = true
    index += 2
  }
  while index < end {
    let start = index
    var group: UInt128 = 0
    while index < end, let digit = hexDigit(text[index]) {
      group = group << 4 | UInt128(digit)
      index += 1
      guard index - start <= 4 else { return nil }
    }
    if index < end, text[index] == UInt8(ascii: ".") {
      guard let tailAddress = parseIPv4(text, start..<end) else { return nil }
      append(UInt128(tailAddress), bits: 32, count: 2)
      index = end
      break
    }
    guard index > start else { return nil }
    append(group)
    guard headGroups + tailGroups <= 8 else { return nil }
    if index == end { break }
    guard isColon(index) else { return nil }
    index += 1
    if isColon(index) {
      guard !compressed else { return nil }
      compressed = true
      index += 1
    } else if index == end {
      return nil
    }
  }
  let groups = headGroups + tailGroups
  guard compressed ? groups <= 7 : groups == 8 else { return nil }
  guard compressed else { return head }
  let shifted = headGroups == 0 ? 0 : head << UInt128((8 - headGroups) * 16)
  return shifted | tail
}

/// The value of a hexadecimal digit, or nil for any other byte.
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46: byte - 0x41 + 10
  case 0x61...0x66: byte - 0x61 + 10
  default: nil
  }
}
