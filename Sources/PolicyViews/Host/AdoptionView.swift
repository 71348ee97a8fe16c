package import HostAdoption
package import JSONText
import NetworkTypes

/// The profile that describes a host, and what on the host it does not describe.
package struct AdoptionView {
  private let style: Style
  /// The most entries of one list.
  private static let shown = 40

  /// Makes a view.
  ///
  /// - Parameter style: How text is colored.
  package init(style: Style) { self.style = style }

  /// The result as text.
  ///
  /// - Parameters:
  ///   - adoption: The profile.
  ///   - file: The file that it was written to.
  package func lines(_ adoption: HostAdoption, file: String) -> [String] {
    var lines = [style(.bold, "Wrote profile '\(adoption.name)' to \(printable(file)).")]
    if adoption.remaining.isEmpty {
      lines.append("A plan of it against this host changes nothing.")
    } else {
      lines += ["A plan of it against this host is not empty:"] + listed(adoption.remaining)
    }
    if !adoption.omissions.isEmpty {
      lines += ["", style(.bold, "Not in the profile, and left as it is on the host:")]
      lines += listed(adoption.omissions.map(\.sentence))
    }
    return lines
  }

  private func listed(_ sentences: [String]) -> [String] {
    sentences.prefix(Self.shown).map { "  \(printable($0))" }
      + (sentences.count > Self.shown
        ? ["  and \(sentences.count - Self.shown) more; --json lists everything"] : [])
  }

  /// The result as a member of a document.
  ///
  /// - Parameters:
  ///   - adoption: The profile.
  ///   - file: The file that it was written to; nil if it is only in the document.
  package func document(_ adoption: HostAdoption, file: String?) -> JSON {
    var object = JSONObject([.init("name", .string(adoption.name))])
    if let file {
      object.append("file", .string(file))
    } else {
      object.append("text", .string(adoption.text))
    }
    object.append("changes", .strings(adoption.remaining))
    object.append(
      "omitted",
      .array(
        adoption.omissions.map {
          ["kind": .string($0.kind.rawValue), "name": .string($0.name), "reason": .string($0.reason)]
        }))
    return .object(object)
  }
}
