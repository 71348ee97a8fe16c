import NetworkTypes

/// A set of cuts, by their index.
struct CutSet: Hashable {
  private var words: [UInt64]

  /// The empty set, with room for the indices up to a count, which is the domain's own.
  init(count: Int) { words = Array(repeating: 0, count: count / 64 + 1) }

  var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  func contains(_ index: Int) -> Bool { words[index / 64] & (1 << UInt64(index % 64)) != 0 }

  mutating func insert(_ index: Int) { words[index / 64] |= 1 << UInt64(index % 64) }

  mutating func toggle(_ index: Int) { words[index / 64] ^= 1 << UInt64(index % 64) }

  func intersects(_ other: CutSet) -> Bool {
    for index in words.indices where words[index] & other.words[index] != 0 { return true }
    return false
  }

  /// Calls a closure for every member, ascending.
  func forEach(_ body: (Int) -> Void) {
    for (position, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        body(position * 64 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }
}

/// The parts of one dimension, each with the cuts that reach it, in the order in which they begin.
struct Classes<Part> {
  private var index: [CutSet: Int] = [:]
  private(set) var cuts: [CutSet] = []
  var parts: [Part] = []

  /// The place of the part that exactly these cuts reach; a new one begins as given.
  mutating func place(_ cuts: CutSet, new: @autoclosure () -> Part) -> Int {
    if let known = index[cuts] { return known }
    index[cuts] = parts.count
    self.cuts.append(cuts)
    parts.append(new())
    return parts.count - 1
  }
}

/// Divides a set of numbers by the cuts that reach each of them.
///
/// - Parameters:
///   - domain: The set.
///   - active: The cuts.
///   - count: How many cuts there are in all.
///   - work: Raised by what the division costs.
///   - reach: The numbers that a cut reaches.
/// - Returns: The parts of the domain, each with the cuts that reach all of it.
func divide<Bound>(
  _ domain: IntervalSet<Bound>, by active: CutSet, of count: Int, work: inout Int,
  reach: (Int) -> IntervalSet<Bound>
) -> (cuts: [CutSet], parts: [IntervalSet<Bound>]) {
  typealias Interval = IntervalSet<Bound>.Interval
  var current = CutSet(count: count)
  var events: [(position: Bound, index: Int)] = []
  func add(_ set: IntervalSet<Bound>, _ index: Int) {
    for interval in set.intervals {
      events.append((interval.lower, index))
      if interval.upper < .max { events.append((interval.upper + 1, index)) }
    }
  }
  // The domain takes part under the index behind the last cut.
  add(domain, count)
  active.forEach { index in
    let set = reach(index)
    if set == domain { current.insert(index) } else { add(set, index) }
  }
  events.sort { ($0.position, $0.index) < ($1.position, $1.index) }
  work += events.count * BoxDivision.workPerEvent(cuts: count)
  var classes = Classes<[Interval]>()
  var cursor = 0
  while cursor < events.count {
    let start = events[cursor].position
    while cursor < events.count, events[cursor].position == start {
      current.toggle(events[cursor].index)
      cursor += 1
    }
    guard current.contains(count) else { continue }
    let end = cursor < events.count ? events[cursor].position - 1 : .max
    let place = classes.place(current, new: [])
    classes.parts[place].append(Interval(start, end))
  }
  let cuts = classes.cuts.map { cuts in
    var cuts = cuts
    cuts.toggle(count)
    return cuts
  }
  // Ranges of one part never touch: between any two something begins or ends, and so the cuts differ.
  return (cuts, classes.parts.map { IntervalSet(canonical: $0) })
}
