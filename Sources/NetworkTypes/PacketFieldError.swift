/// What a port is used for, which determines the numbers it can have.
package enum PortUse: Sendable, Hashable {
  /// Matched by a rule, published or listened on: HNS does not accept port 0 there.
  case rule
  /// In a packet, whose header can have any number.
  case packet

  /// The lowest port.
  package var lowest: UInt16 { self == .rule ? 1 : 0 }
}

/// Why a word is not a valid protocol or port.
package struct PacketFieldError: Error, Sendable, Hashable {
  /// What is wrong.
  package enum Reason: Sendable, Hashable {
    /// Neither the name of an IP protocol nor a number from 1 to 255.
    case notAProtocol
    /// Neither a port nor a range of ports.
    case notAPort
    /// A number that is not a port.
    case portOutOfRange
    /// A range of ports that ends before it starts.
    case invertedPorts(UInt16, UInt16)
  }

  /// What is wrong.
  package let reason: Reason
  /// What the port is used for.
  package let use: PortUse

  /// Makes a problem.
  ///
  /// - Parameters:
  ///   - reason: What is wrong.
  ///   - use: What the port is used for.
  package init(_ reason: Reason, _ use: PortUse = .rule) {
    self.reason = reason
    self.use = use
  }

  /// What is wrong, as a sentence.
  ///
  /// - Parameter word: The word, without control characters.
  package func message(_ word: String) -> String {
    switch reason {
    case .notAProtocol: "'\(word)' is not an IP protocol"
    case .notAPort, .portOutOfRange: "'\(word)' is not a valid port"
    case .invertedPorts: "the port range '\(word)' ends before it starts"
    }
  }

  /// What to write instead.
  package var help: String {
    switch reason {
    case .notAProtocol: "write a name such as tcp, or a number from 1 to 255"
    case .notAPort, .portOutOfRange:
      "write a port from \(use.lowest) to 65535, or a range such as 8000-8080"
    case .invertedPorts(let first, let last): "write '\(last)-\(first)'"
    }
  }
}

extension PacketFieldError {
  /// What is wrong with ports for a protocol other than TCP and UDP.
  ///
  /// Some of these protocols have ports, but HNS, VFP and Windows Firewall match only those of TCP and UDP.
  ///
  /// - Parameter other: The protocol as written, without control characters.
  package static func portsNotSpecifiable(_ other: String) -> String {
    "ports can be specified only for tcp and udp, not for \(other)"
  }
}

extension IPProtocol {
  /// Reads a protocol: its name in any case, or its number from 1 to 255 in decimal.
  ///
  /// - Parameter word: The word.
  /// - Throws: ``PacketFieldError`` for any other word.
  package init(word: some StringProtocol) throws(PacketFieldError) {
    if let named = IPProtocol(name: word) {
      self = named
      return
    }
    let digits = Array(word.utf8)
    guard let number = parseDecimal(digits.span, 0..<digits.count, upTo: 255), number > 0 else {
      throw PacketFieldError(.notAProtocol)
    }
    self.init(UInt8(truncatingIfNeeded: number))
  }
}

extension PortRange {
  /// Reads a port or a range of ports: `80` or `80-90`.
  ///
  /// - Parameters:
  ///   - word: The UTF-8 bytes of the word, without whitespace.
  ///   - use: What the ports are used for.
  /// - Throws: ``PacketFieldError`` for any other word.
  package init(word: Span<UInt8>, for use: PortUse) throws(PacketFieldError) {
    switch PortText(parsing: word) {
    case .range(let range):
      guard range.lower >= use.lowest else { throw PacketFieldError(.portOutOfRange, use) }
      self = range
    case .outOfRange: throw PacketFieldError(.portOutOfRange, use)
    case .inverted(let first, let last): throw PacketFieldError(.invertedPorts(first, last), use)
    case .invalid: throw PacketFieldError(.notAPort, use)
    }
  }

  /// Reads a port or a range of ports: `80` or `80-90`.
  ///
  /// - Parameters:
  ///   - word: The word.
  ///   - use: What the ports are used for.
  /// - Throws: ``PacketFieldError`` for any other word.
  package init(word: some StringProtocol, for use: PortUse) throws(PacketFieldError) {
    let bytes = Array(word.utf8)
    try self.init(word: bytes.span, for: use)
  }

  /// The single port; nil if there are several.
  package var single: UInt16? { lower == upper ? lower : nil }
}
