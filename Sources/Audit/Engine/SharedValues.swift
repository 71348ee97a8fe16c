/// Values of which many are equal: equal ones share their memory.
struct SharedValues<Value: Hashable> {
  /// How many different values are kept; further ones are not shared.
  private static var limit: Int { 10_000 }

  private var known: Set<Value> = []

  /// A value equal to the given one, the same for all equal ones.
  mutating func shared(_ value: Value) -> Value {
    if let index = known.firstIndex(of: value) { return known[index] }
    if known.count < Self.limit { known.insert(value) }
    return value
  }
}
