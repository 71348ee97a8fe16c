/// A work limit was exceeded: the answer is neither yes nor no.
package struct BudgetExceeded: Error, Hashable, Sendable {
  /// The kinds of limits.
  package enum Limit: String, Hashable, Sendable {
    case nodes
    case time
  }

  /// The limit that was exceeded.
  package let limit: Limit

  /// Creates an error.
  ///
  /// - Parameter limit: The limit that was exceeded.
  package init(_ limit: Limit) { self.limit = limit }
}

/// A limit of steps and time for some questions.
///
/// A step is a box that is examined, or a node of a diagram that is visited or created, so that memory is
/// limited too. The same questions in the same order take the same number of steps on every machine. A
/// command has one budget for all its questions. Time is read from the given clock, and only if there is a
/// time limit.
package final class Budget {
  /// The default limit of steps: some ten seconds' worth, in less than 1 GB.
  package static let standardLimit = 5_000_000

  @exclusivity(unchecked) private var nodeLimit: Int
  private let deadline: Double
  private let clock: (() -> Double)?
  /// The number of steps taken.
  ///
  /// Steps are counted in the innermost loops, and no call is made while a counter is read or written.
  @exclusivity(unchecked) package private(set) var nodes = 0
  @exclusivity(unchecked) private var nextReading = 0

  /// The number of steps between two readings of the clock.
  private static let stride = 2_048

  /// Sets the limits.
  ///
  /// - Parameters:
  ///   - nodes: The limit of steps; a step takes one to three microseconds, and less for plain boxes.
  ///   - seconds: The time limit from now; without effect if there is no clock.
  ///   - clock: The time in seconds, from any origin.
  package init(nodes: Int = Budget.standardLimit, seconds: Double = .infinity, clock: (() -> Double)? = nil) {
    nodeLimit = nodes
    self.clock = clock
    deadline = (clock?() ?? 0) + seconds
  }

  /// Answers one of several questions, with half of the remaining steps.
  ///
  /// A question that takes too many steps thus leaves others undecided only if they take many too.
  ///
  /// - Parameter body: Answers the question with this budget.
  package func share<Answer>(_ body: () throws(BudgetExceeded) -> Answer) throws(BudgetExceeded) -> Answer {
    let whole = nodeLimit
    nodeLimit = min(whole, nodes) + max(0, whole - nodes) / 2
    defer { nodeLimit = whole }
    return try body()
  }

  /// Counts steps.
  ///
  /// - Parameter count: The number of steps.
  @inline(__always)
  func spend(_ count: Int = 1) throws(BudgetExceeded) {
    nodes += count
    if nodes >= nextReading || nodes > nodeLimit { try check() }
  }

  /// Whether no more steps can be taken.
  package var isExceeded: Bool { (try? check()) == nil }

  private func check() throws(BudgetExceeded) {
    if nodes > nodeLimit { throw BudgetExceeded(.nodes) }
    nextReading = nodes + Self.stride
    if let clock, clock() > deadline { throw BudgetExceeded(.time) }
  }
}
