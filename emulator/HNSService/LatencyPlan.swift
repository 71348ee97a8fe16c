import Glibc

/// How long calls take, to simulate a slow service.
///
/// A delay is drawn from the seed, the function and the number of its earlier calls: the n-th call of a
/// function has the same delay in every run, whatever other functions were called in between.
package struct LatencyPlan: Sendable {
  /// The distribution of a delay, in microseconds.
  enum Distribution: Hashable, Sendable {
    case fixed(Int64)
    case uniform(ClosedRange<Int64>)
    /// Exponential with that mean, cut off at ten times the mean.
    case exponential(mean: Int64)
  }

  /// The longest delay allowed: ten minutes, in microseconds.
  static let longest: Int64 = 600_000_000

  private struct Rule: Sendable {
    let pattern: FunctionPattern
    let distribution: Distribution
  }

  private var rules: [Rule] = []
  private let seed: UInt64
  private var calls: [String: UInt64] = [:]

  /// Parses `--latency`: `[CALL=]20ms`, `[CALL=]10ms..50ms` or `[CALL=]exp:20ms`.
  ///
  /// Without CALL, or with `*`, it applies to every function without a latency of its own; of two texts for
  /// one function the later takes effect.
  ///
  /// - Parameters:
  ///   - texts: The texts.
  ///   - seed: The seed of the delays.
  package init(_ texts: [String] = [], seed: UInt64 = 0) throws(PlanTextError) {
    self.seed = seed
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let pattern = parts.count == 2 ? try FunctionPattern(parsing: parts[0], of: text) : .every
      let distribution = try Self.distribution(parts[parts.count - 1], of: text)
      rules.append(Rule(pattern: pattern, distribution: distribution))
    }
  }

  /// Whether no call is delayed.
  package var isEmpty: Bool { rules.isEmpty }

  /// The delay of the next call of a function.
  ///
  /// - Parameter function: The name of the function.
  /// - Returns: The delay in microseconds; 0 for none.
  package mutating func delay(of function: String) -> Int64 {
    let named = rules.last { $0.pattern == .named(function) }
    guard let rule = named ?? rules.last(where: { $0.pattern == .every }) else { return 0 }
    let number = calls[function, default: 0]
    calls[function] = number + 1
    switch rule.distribution {
    case .fixed(let delay): return delay
    case .uniform(let range):
      return range.lowerBound
        + Int64(fraction(function, number) * Double(range.upperBound - range.lowerBound))
    case .exponential(let mean):
      return min(mean * 10, Int64(-log(1 - fraction(function, number)) * Double(mean)))
    }
  }

  /// A number from 0 up to 1 that depends on the seed, a function and a count.
  private func fraction(_ function: String, _ number: UInt64) -> Double {
    var state = Self.mixed(seed)
    for byte in function.utf8 { state = Self.mixed(state ^ UInt64(byte)) }
    return Double(Self.mixed(state ^ number) >> 11) / Double(1 << 53)
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var value = value &+ 0x9e37_79b9_7f4a_7c15
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}

extension LatencyPlan {
  private static func distribution(
    _ text: Substring, of whole: String
  ) throws(PlanTextError) -> Distribution {
    if text.hasPrefix("exp:") { return .exponential(mean: try microseconds(text.dropFirst(4), of: whole)) }
    guard let dots = text.firstRange(of: "..") else { return .fixed(try microseconds(text, of: whole)) }
    let lower = try microseconds(text[..<dots.lowerBound], of: whole)
    let upper = try microseconds(text[dots.upperBound...], of: whole)
    guard lower <= upper else {
      throw PlanTextError(whole, "the first delay of a range must be the shorter one, as in 10ms..50ms")
    }
    return .uniform(lower...upper)
  }

  /// Parses a whole or decimal number with the unit `us`, `ms` or `s`.
  private static func microseconds(_ text: Substring, of whole: String) throws(PlanTextError) -> Int64 {
    let units: [(String, Double)] = [("us", 1), ("ms", 1_000), ("s", 1_000_000)]
    guard let (unit, factor) = units.first(where: { text.hasSuffix($0.0) }),
      case let digits = text.dropLast(unit.count), digits.count <= 12,
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
      let number = Double(digits)
    else {
      throw PlanTextError(whole, "a delay is a number with its unit, such as 20ms, 10ms..50ms or exp:0.5s")
    }
    guard number * factor <= Double(longest) else {
      throw PlanTextError(whole, "a delay can be at most 600s")
    }
    return Int64(number * factor)
  }
}
