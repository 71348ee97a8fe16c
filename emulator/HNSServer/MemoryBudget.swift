import Synchronization

/// What large requests and answers hold in memory together, so that many of them cannot fill it.
final class MemoryBudget: Sendable {
  private let held = Atomic<Int>(0)
  private let limit: Int

  /// Makes a budget.
  ///
  /// - Parameter limit: The bytes there are.
  init(_ limit: Int) { self.limit = limit }

  /// Takes bytes; one holder gets what it asks for, however much, while there is no other.
  ///
  /// - Parameter count: The bytes.
  /// - Returns: Whether there are as many.
  func take(_ count: Int) -> Bool {
    let before = held.wrappingAdd(count, ordering: .relaxed).oldValue
    if before == 0 || before + count <= limit { return true }
    give(count)
    return false
  }

  /// Gives bytes back.
  ///
  /// - Parameter count: The bytes.
  func give(_ count: Int) { held.wrappingSubtract(count, ordering: .relaxed) }
}
