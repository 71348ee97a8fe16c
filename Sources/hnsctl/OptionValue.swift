import ArgumentParser

/// Reads the values of options; an error gives the accepted range.
enum OptionValue {
  /// Reads a whole number in decimal.
  ///
  /// - Parameter range: The accepted numbers.
  static func number<Number: FixedWidthInteger & Sendable>(
    _ range: ClosedRange<Number>
  ) -> @Sendable (String) throws -> Number {
    { text in
      guard let number = Number(text), range.contains(number) else {
        let limits =
          range.upperBound == .max && Number.bitWidth == 64
          ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
        throw ValidationError("write a whole number \(limits)")
      }
      return number
    }
  }

  /// Reads a number of seconds.
  ///
  /// - Parameters:
  ///   - limit: The longest accepted time; nil for any.
  ///   - canBeZero: Whether 0 is accepted.
  static func seconds(
    upTo limit: Double? = nil, canBeZero: Bool = true
  ) -> @Sendable (String) throws -> Double {
    { text in
      guard let seconds = Double(text), seconds.isFinite, canBeZero ? seconds >= 0 : seconds > 0,
        seconds <= limit ?? .infinity
      else {
        let limits =
          limit.map { "from 0 to \(Int($0))" } ?? (canBeZero ? "of at least 0" : "greater than 0")
        throw ValidationError("write a number of seconds \(limits)")
      }
      return seconds
    }
  }
}
