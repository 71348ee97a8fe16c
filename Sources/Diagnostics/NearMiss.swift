/// Finds the intended spelling of a misspelled word.
package enum NearMiss {
  /// The candidate closest to a text, if one is close enough.
  ///
  /// At most 2,000 candidates are considered.
  ///
  /// - Parameters:
  ///   - text: The text as written.
  ///   - candidates: The accepted words.
  /// - Returns: The closest candidate; of several equally close ones, the first in alphabetical order.
  package static func nearest(to text: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(text.lowercased().utf8.prefix(64))
    let limit = max(1, min(3, wanted.count / 3))
    var best: (distance: Int, text: String)?
    for candidate in candidates.prefix(2_000) {
      let bytes = Array(candidate.lowercased().utf8)
      guard abs(bytes.count - wanted.count) <= limit else { continue }
      let distance = distance(wanted, bytes)
      guard distance <= limit, (distance, candidate) < best ?? (Int.max, "") else { continue }
      best = (distance, candidate)
    }
    return best?.text
  }

  /// The number of insertions, deletions, replacements and swaps of adjacent bytes between two texts.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
        var distance = min(replaced, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          distance = min(distance, beforeLast[column - 1] + 1)
        }
        current.append(distance)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
