/// Work was stopped because it took more than it was allowed to: neither yes nor no is known.
package struct Undecided: Error, Hashable, Sendable {
  /// What ran out.
  package enum Limit: String, Hashable, Sendable {
    case nodes
    case time
  }

  /// What ran out.
  package let limit: Limit

  /// States what ran out.
  ///
  /// - Parameter limit: What ran out.
  package init(_ limit: Limit) { self.limit = limit }
}

/// How much work a question may take, in steps and in time.
///
/// A step is a box that is looked at or a node of a diagram that is visited. One budget may serve several
/// questions that must share an allowance. Time is read from the clock that is handed in, and only where
/// a limit is.
package final class Budget {
  private let nodeLimit: Int
  private let deadline: Double
  private let clock: (() -> Double)?
  /// The steps that were done.
  package private(set) var nodes = 0
  private var nextReading = 0

  /// How many steps go between two readings of the clock.
  private static let stride = 2_048

  /// Sets the limits.
  ///
  /// - Parameters:
  ///   - nodes: How many steps may be done; a step takes one to three microseconds.
  ///   - seconds: How long it may take from now; without effect when there is no clock.
  ///   - clock: The time in seconds from any beginning.
  package init(nodes: Int = 5_000_000, seconds: Double = .infinity, clock: (() -> Double)? = nil) {
    nodeLimit = nodes
    self.clock = clock
    deadline = (clock?() ?? 0) + seconds
  }

  /// Takes steps off the budget.
  ///
  /// - Parameter count: How many.
  func spend(_ count: Int = 1) throws(Undecided) {
    nodes += count
    guard nodes >= nextReading || nodes > nodeLimit else { return }
    if nodes > nodeLimit { throw Undecided(.nodes) }
    nextReading = nodes + Self.stride
    if let clock, clock() > deadline { throw Undecided(.time) }
  }
}
