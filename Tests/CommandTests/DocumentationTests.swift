import Foundation
import Testing

/// The documentation shows what the program does.
@Suite struct DocumentationTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
  }

  /// The fenced blocks of the README in one language, in order.
  private func blocks(_ language: String) throws -> [String] {
    try text("README.md").components(separatedBy: "```\(language)\n").dropFirst().map { rest in
      rest.components(separatedBy: "```")[0]
    }
  }

  /// Regenerate with `hnsctl explain --markdown > Sources/Diagnostics/Documentation/codes.md`.
  @Test func thePageOfCodesIsTheCatalogue() throws {
    let page = try Workspace().hnsctl("explain", "--markdown").exits(0).output
    #expect(try text("Sources/Diagnostics/Documentation/codes.md") == page)
  }

  /// `.ci/c-interface` runs the file.
  @Test func theExampleInPythonIsTheFile() throws {
    let file = try text("emulator/ComputeNetwork/examples/first.py")
    #expect(try blocks("python") == [file])
  }

  @Test func profilesInTheReadmeAreValid() throws {
    let profiles = try blocks("yaml").filter { $0.contains("kind: HostProfile") }
    #expect(!profiles.isEmpty)
    for profile in profiles {
      try Workspace().hnsctl("validate", "-", input: profile).exits(0)
    }
  }

  /// Every block that starts with a prompt is a command with its output, run in an otherwise empty folder
  /// with `profiles/`.
  @Test func commandsInTheReadmePrintWhatItShows() throws {
    let workspace = try Workspace()
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path("profiles"),
      withDestinationPath: repository.appendingPathComponent("profiles").path)
    var count = 0
    for block in try blocks("console") {
      var lines = block.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let command = lines.removeFirst()
      #expect(command.hasPrefix("$ hnsctl "), "\(command)")
      let arguments = command.split(separator: " ").dropFirst(2).map(String.init)
      let run = try workspace.start(arguments).finish()
      let shown = lines.joined(separator: "\n").trimmingCharacters(in: .newlines)
      #expect(
        (run.output + run.errors).trimmingCharacters(in: .newlines) == shown, "\(command)")
      count += 1
    }
    #expect(count >= 4)
  }
}
