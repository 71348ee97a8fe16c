import Foundation
import JSONText
import Testing

/// The documentation shows what the program does: every block of every page is run, except those named here.
@Suite struct DocumentationTests {
  /// The blocks that these tests cannot run, by page and a line of the block, with the reason.
  static let notRun: [(page: String, line: String, reason: String)] = [
    ("README.md", ".ci/setup && swift build", "builds; .ci/run does"),
    ("README.md", ".ci/demo", "builds; .ci/run does"),
    ("Tests/Record/README.md", "Tests/Record/record check HNSCTL --hosts 301-400", "takes minutes"),
    ("emulator/Bridge/README.md", "emulator/Bridge/build [--old-wine] [OUT]", ".ci/bridge builds it"),
    ("emulator/Bridge/README.md", "/usr/lib/wine/wine64 client.exe", ".ci/bridge runs Wine"),
    ("emulator/Bridge/README.md", "/usr/lib/wine/wine64 first.exe", ".ci/bridge runs Wine"),
    ("emulator/Documentation/emulator.md", "emulator/Bridge/build --old-wine", ".ci/bridge runs Wine"),
    ("emulator/Documentation/emulator.md", "python3 emulator/ComputeNetwork", ".ci/c-interface builds it"),
  ]

  /// Pages with blocks of plain text: drawings, and output of Windows programs.
  static let pagesWithText: Set = [
    "Sources/hnsctl/Documentation.docc/architecture.md",
    "emulator/Documentation/reference/hns.md",
    "emulator/Documentation/reference/windows-firewall-and-vfp.md",
  ]

  /// The blocks that are files or tests.
  private static let shown = [
    // `.ci/c-interface` runs the file.
    "python": "emulator/ComputeNetwork/examples/first.py",
    "swift": "Tests/HNSEmulatorTests/DocumentedExampleTests.swift",
  ]

  private static func isNotRun(_ block: DocumentationPage.Block, on page: DocumentationPage) -> Bool {
    notRun.contains { entry in
      entry.page == page.path && block.lines.contains { $0.hasPrefix(entry.line) }
    }
  }

  /// Regenerate with `hnsctl explain --markdown > Sources/Diagnostics/Documentation/codes.md`.
  @Test func thePageOfCodesIsTheCatalogue() throws {
    let page = try Workspace().hnsctl("explain", "--markdown").exits(0).output
    #expect(try DocumentationPage(path: DocumentationPage.generated).text == page)
  }

  @Test func everyExceptionIsABlock() {
    for entry in Self.notRun {
      let blocks = DocumentationPage.all.filter { $0.path == entry.page }.flatMap(\.blocks)
        .filter { $0.lines.contains { $0.hasPrefix(entry.line) } }
      #expect(blocks.count == 1, "\(entry)")
    }
    let pages = Set(DocumentationPage.all.filter { $0.blocks.contains { $0.language == "text" } }.map(\.path))
    #expect(pages == Self.pagesWithText)
  }

  /// The blocks of a page are run in order, in one folder that contains only `profiles/` at first.
  @Test(
    "Every block does what the page shows", arguments: DocumentationPage.all.filter { !$0.blocks.isEmpty })
  func blocks(_ page: DocumentationPage) throws {
    let workspace = try Workspace()
    try FileManager.default.copyItem(
      atPath: repository.appendingPathComponent("profiles").path, toPath: workspace.path("profiles"))
    for block in page.blocks where !Self.isNotRun(block, on: page) {
      let place = "\(page.path):\(block.line)"
      switch block.language {
      case "console": try checkCommands(block, in: workspace, place)
      case "sh": try checkScript(block, in: workspace, place)
      case "powershell": try checkPowerShell(block, in: workspace, place)
      case "yaml": try checkYAML(block, on: page, in: workspace, place)
      case "json": #expect(throws: Never.self, "\(place)") { try JSON(parsing: block.text) }
      case "python", "swift":
        let file = try #require(Self.shown[block.language])
        let contents = try String(contentsOf: repository.appendingPathComponent(file), encoding: .utf8)
        #expect(Self.unindented(contents).contains(Self.unindented(block.text)), "\(place) is not in \(file)")
      case "text": break
      default: Issue.record("\(place) has no language that can be run: '\(block.language)'")
      }
    }
  }

  /// The lines without their indentation; imports are left out, because a test has more of them.
  private static func unindented(_ text: String) -> String {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("import ") }.joined(separator: "\n")
  }

  /// A command prints what follows it.
  private func checkCommands(_ block: DocumentationPage.Block, in workspace: Workspace, _ place: String)
    throws
  {
    #expect(!block.commands.isEmpty, "\(place) has no command")
    for (command, output) in block.commands {
      let run = try workspace.bash(command)
      #expect(
        (run.output + run.errors).trimmingCharacters(in: .newlines)
          == output.trimmingCharacters(in: .newlines), "\(place): \(command)")
    }
  }

  /// A script succeeds.
  ///
  /// If it starts a service, that listens on a free port, which later lines of the block use.
  private func checkScript(_ block: DocumentationPage.Block, in workspace: Workspace, _ place: String) throws
  {
    var script = "set -euo pipefail\n\(block.text)"
    if block.text.contains("hnsctl serve") {
      script = """
        set -euo pipefail
        trap 'kill $!' EXIT
        hnsctl() {
          if [ "$1" = serve ]; then exec hnsctl "$@" --port 0 >ready; fi
          command hnsctl "$@"
        }
        curl() {
          until grep -q listening ready; do sleep 0.02; done
          local status=0 address=$(sed -n 's|.*http://||p' ready)
          command curl -sS --max-time 2 "${@/127.0.0.1:8650/$address}" || status=$?
          # The stream of events has no end.
          if [ $status != 0 ] && { [ $status != 28 ] || [[ "$*" != */events* ]]; }; then return $status; fi
        }
        \(block.text)
        """
    }
    let run = try workspace.bash(script)
    #expect(run.status == 0, "\(place): \(run.output)\(run.errors)")
  }

  /// The options of a script exist; there is nothing here to run it.
  private func checkPowerShell(_ block: DocumentationPage.Block, in workspace: Workspace, _ place: String)
    throws
  {
    let parameters = try workspace.hnsctl("capture-script").exits(0).output.prefix(5_000)
    for line in block.lines where !line.isEmpty {
      let options = line.split(separator: "-File capture.ps1").dropFirst().joined().split(separator: " ")
        .filter { $0.hasPrefix("-") }
      #expect(!options.isEmpty, "\(place): \(line)")
      for option in options { #expect(parameters.contains("$\(option.dropFirst())"), "\(place): \(option)") }
    }
  }

  /// A document is valid; every line of a fragment is in a document of the page or in a shipped profile.
  private func checkYAML(
    _ block: DocumentationPage.Block, on page: DocumentationPage, in workspace: Workspace, _ place: String
  ) throws {
    guard !block.isDocument else {
      try workspace.write(block.text, to: "page.yaml")
      let run = try workspace.hnsctl("validate", "page.yaml")
      #expect(run.status == 0, "\(place): \(run.errors)")
      return
    }
    let documents =
      try ShippedProfiles.supported.map {
        try String(contentsOfFile: ShippedProfiles.path($0), encoding: .utf8)
      }
      + page.blocks.filter { $0.language == "yaml" && $0.isDocument }.map(\.text)
    let lines = Set(documents.joined(separator: "\n").split(separator: "\n").map(Self.trimmed))
    for line in block.lines where !line.isEmpty {
      #expect(lines.contains(Self.trimmed(line)), "\(place): \(line)")
    }
  }

  private static func trimmed(_ line: some StringProtocol) -> String {
    line.trimmingCharacters(in: .whitespaces)
  }
}
