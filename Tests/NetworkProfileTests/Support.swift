import Diagnostics
import NetworkProfile
import Testing

/// `LINE:COLUMN+LENGTH code: message`, then notes and help on separate lines.
func describe(_ diagnostic: Diagnostic) -> String {
  var text = diagnostic.location.map { "\($0.line):\($0.column)+\($0.length) " } ?? "- "
  if diagnostic.severity != .error { text += "\(diagnostic.severity.rawValue) " }
  text += "\(diagnostic.code.id): \(diagnostic.message)"
  for note in diagnostic.notes {
    text += "\n  note\(note.location.map { " \($0.line):\($0.column)+\($0.length)" } ?? ""): \(note.message)"
  }
  if let help = diagnostic.help { text += "\n  help: \(help)" }
  return text
}

/// Loads a profile and checks what is true of every result.
func load(_ text: String) -> (Profile?, [Diagnostic]) {
  let (profile, diagnostics) = Profile.load(bytes: Array(text.utf8), file: "p.yaml")
  #expect((profile == nil) == diagnostics.contains { $0.severity == .error })
  #expect(diagnostics.allSatisfy { $0.file == "p.yaml" && ($0.location?.line ?? 1) >= 1 })
  #expect(diagnostics.allSatisfy { DiagnosticCode.named($0.code.id) == $0.code })
  return (profile, diagnostics)
}

let header = "apiVersion: hnsctl/v1\nkind: HostProfile\nname: n\n"

/// The diagnostics of a profile that continues ``header``; lines count from the first one after it.
func problems(_ lines: String) -> [String] {
  load(header + lines).1.map { diagnostic in
    var shifted = diagnostic
    shifted.location?.line -= 3
    shifted.notes = shifted.notes.map { note in
      Diagnostic.Note(
        note.message,
        note.location.map { SourceRange(line: $0.line - 3, column: $0.column, length: $0.length) })
    }
    return describe(shifted)
  }
}

/// Lines of a profile with all their diagnostics.
struct BadInput: CustomTestStringConvertible {
  var title: String
  var profile: String
  var expected: [String]

  init(_ title: String, _ profile: String, _ expected: String) {
    self.title = title
    self.profile = profile
    // Notes and help belong to the line before them.
    self.expected = expected.split(separator: "\n").reduce(into: []) { result, line in
      if line.hasPrefix("  "), let last = result.popLast() {
        result.append(last + "\n" + line)
      } else {
        result.append(String(line))
      }
    }
  }

  var testDescription: String { title }
}
