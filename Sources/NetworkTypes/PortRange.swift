/// A range of TCP or UDP ports, both ends included.
public struct PortRange: Hashable, Sendable, Comparable {
  /// The first port.
  public let lower: UInt16
  /// The last port; never below ``lower``.
  public let upper: UInt16

  /// Makes a range from its ends.
  ///
  /// - Parameters:
  ///   - lower: The first port.
  ///   - upper: The last port; it must not be below `lower`.
  public init(_ lower: UInt16, _ upper: UInt16) {
    precondition(lower <= upper)
    self.lower = lower
    self.upper = upper
  }

  /// The range of one port.
  ///
  /// - Parameter port: The port.
  public init(_ port: UInt16) { self.init(port, port) }

  /// Whether a port is in the range.
  ///
  /// - Parameter port: The port.
  public func contains(_ port: UInt16) -> Bool { lower <= port && port <= upper }

  /// By first port, then by last.
  public static func < (left: Self, right: Self) -> Bool {
    (left.lower, left.upper) < (right.lower, right.upper)
  }
}

extension PortRange: CustomStringConvertible {
  /// `80` or `80-90`.
  public var description: String { lower == upper ? "\(lower)" : "\(lower)-\(upper)" }
}

/// The classification of a port text.
public enum PortText: Sendable, Hashable {
  /// A port or a range of ports.
  case range(PortRange)
  /// A number outside 0 to 65535.
  case outOfRange
  /// `FIRST-LAST` with the ends in the wrong order.
  case inverted(UInt16, UInt16)
  /// Not a number and not `FIRST-LAST`.
  case invalid

  /// Classifies a port text: `80` or `80-90`.
  ///
  /// - Parameter text: The UTF-8 bytes of the text, without whitespace.
  public init(parsing text: Span<UInt8>) {
    var dash = text.count
    for index in 0..<text.count where text[index] == UInt8(ascii: "-") {
      dash = index
      break
    }
    let limit = 999_999_999
    guard let lower = parseDecimal(text, 0..<dash, upTo: limit) else {
      self = .invalid
      return
    }
    var upper = lower
    if dash < text.count {
      guard let last = parseDecimal(text, dash + 1..<text.count, upTo: limit) else {
        self = .invalid
        return
      }
      upper = last
    }
    guard let first = UInt16(exactly: lower), let last = UInt16(exactly: upper) else {
      self = .outOfRange
      return
    }
    self = first <= last ? .range(PortRange(first, last)) : .inverted(first, last)
  }
}
