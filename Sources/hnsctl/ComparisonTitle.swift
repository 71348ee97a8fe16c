import PolicyViews
import SourceReading

/// The first line of a comparison of two hosts: the two files, and what the pair means.
struct ComparisonTitle {
  /// What the pair means.
  let meaning: String
  /// The two files.
  let files: String

  init(_ comparison: HostComparison) {
    files = "from \(printable(comparison.before.file)) to \(printable(comparison.after.file))"
    meaning =
      switch comparison.meaning {
      case .apply: "what an apply of the profile to this state changes"
      case .undo: "from this state after an apply of the profile to the state as it is"
      case .profiles: "each profile applied to an empty host"
      case .states: "both states as they are"
      }
  }

  /// The line.
  var text: String { "F\(files.dropFirst()): \(meaning)" }
}
