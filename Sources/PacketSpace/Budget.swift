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

/// How much work some questions may take, in steps and in time.
///
/// A step is a box that is looked at, or a node of a diagram that is visited or made, so that memory is
/// counted too. The same questions in the same order take the same steps on every machine. A command has
/// one budget for all its questions. Time is read from the clock that is handed in, and only where a limit
/// is.
package final class Budget {
  /// The steps that questions may take in all: some ten seconds' worth, in less than 1 GB.
  package static let standardLimit = 5_000_000

  @exclusivity(unchecked) private var nodeLimit: Int
  private let deadline: Double
  private let clock: (() -> Double)?
  /// The steps that were done.
  ///
  /// Steps are counted in the innermost loops, and no call is made while a counter is read or written.
  @exclusivity(unchecked) package private(set) var nodes = 0
  @exclusivity(unchecked) private var nextReading = 0

  /// How many steps go between two readings of the clock.
  private static let stride = 2_048

  /// Sets the limits.
  ///
  /// - Parameters:
  ///   - nodes: How many steps may be done; a step takes one to three microseconds, and less for plain boxes.
  ///   - seconds: How long it may take from now; without effect when there is no clock.
  ///   - clock: The time in seconds from any beginning.
  package init(nodes: Int = Budget.standardLimit, seconds: Double = .infinity, clock: (() -> Double)? = nil) {
    nodeLimit = nodes
    self.clock = clock
    deadline = (clock?() ?? 0) + seconds
  }

  /// Asks one of several questions, which may take half of the steps that are left.
  ///
  /// So a question that takes too much leaves the others undecided only where they take much too.
  ///
  /// - Parameter body: Asks the question with this budget.
  package func share<Answer>(_ body: () throws(Undecided) -> Answer) throws(Undecided) -> Answer {
    let whole = nodeLimit
    nodeLimit = min(whole, nodes) + max(0, whole - nodes) / 2
    defer { nodeLimit = whole }
    return try body()
  }

  /// Takes steps off the budget.
  ///
  /// - Parameter count: How many.
  @inline(__always)
  func spend(_ count: Int = 1) throws(Undecided) {
    nodes += count
    if nodes >= nextReading || nodes > nodeLimit { try check() }
  }

  private func check() throws(Undecided) {
    if nodes > nodeLimit { throw Undecided(.nodes) }
    nextReading = nodes + Self.stride
    if let clock, clock() > deadline { throw Undecided(.time) }
  }
}
