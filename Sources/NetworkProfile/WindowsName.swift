import Diagnostics
import HostModel

/// Help for misspelled names of Windows releases.
package enum WindowsName {
  /// What to write instead of a text that is not the name of a release or a build.
  ///
  /// - Parameter text: The text.
  package static func help(for text: String) -> String {
    let names = WindowsBuild.releases.flatMap(\.names)
    let builds = WindowsBuild.releases.map { "\($0.build)" }
    // A year means the long-term release of that year.
    let words = text.lowercased().split { !$0.isNumber && !$0.isLetter }
    let year = words.last.map { "ltsc\($0)" }
    let near =
      year.flatMap { names.contains($0) ? $0 : nil } ?? NearMiss.nearest(to: text, among: names + builds)
    return near.map { "did you mean '\($0)'?" }
      ?? "write one of \(names.joined(separator: ", ")), or a build number of at least 14393"
  }
}
