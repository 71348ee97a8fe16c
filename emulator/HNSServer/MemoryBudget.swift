import Synchronization

/// The memory that large requests and answers may use together, so that many of them cannot exhaust it.
final class MemoryBudget: Sendable {
  private let reserved = Atomic<Int>(0)
  private let limit: Int

  /// Creates a budget.
  ///
  /// - Parameter limit: The size in bytes.
  init(_ limit: Int) { self.limit = limit }

  /// Reserves bytes; a single holder gets any amount while there is no other.
  ///
  /// - Parameter count: The number of bytes.
  /// - Returns: Whether the budget allows it.
  func take(_ count: Int) -> Bool {
    let before = reserved.wrappingAdd(count, ordering: .relaxed).oldValue
    if before == 0 || before + count <= limit { return true }
    give(count)
    return false
  }

  /// Returns bytes.
  ///
  /// - Parameter count: The number of bytes.
  func give(_ count: Int) { reserved.wrappingSubtract(count, ordering: .relaxed) }
}
