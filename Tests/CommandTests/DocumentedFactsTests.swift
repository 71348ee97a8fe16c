import Foundation
import JSONText
import Testing

/// Tables, links and pictures of the pages agree with the program and with the files.
@Suite struct DocumentedFactsTests {
  private static let catalogue = "Sources/hnsctl/Documentation.docc"

  private func page(_ name: String) throws -> DocumentationPage {
    try DocumentationPage(path: "\(Self.catalogue)/\(name).md")
  }

  @Test("Every key of every object is on the page of profiles")
  func keys() throws {
    let schema = try Workspace().hnsctl("schema").exits(0).json()
    let sections = try page("profiles").text.components(separatedBy: "\n### ").dropFirst()
    let definitions = schema["$defs"]?.object?.members ?? []
    #expect(definitions.count > 20)
    for definition in definitions {
      let section = try #require(
        sections.first { $0.prefix { $0 != "\n" }.hasSuffix("(`\(definition.key)`)") },
        "no section for \(definition.key)")
      let cells = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
        .map { $0.split(separator: "|")[0] }.joined()
      for key in definition.value["properties"]?.object?.members.map(\.key) ?? [] where key != "switches" {
        #expect(cells.contains("`\(key)`"), "\(definition.key).\(key)")
      }
    }
  }

  @Test("The tables of drivers and isolation are what capabilities prints")
  func platform() throws {
    let document = try Workspace().hnsctl("capabilities", "--json").exits(0).json()
    let cells = try #require(document["cells"]?.array)
    let points = ["windowsFirewall": "Windows Firewall", "vfp": "VFP"]
    func enforcement(_ cell: JSON) -> String {
      let names = (cell["enforcement"]?.array ?? []).compactMap { points[$0.string ?? ""] }
      return names.isEmpty ? "X" : names.joined(separator: " and ")
    }
    let rows = cells.map { cell in
      let words = ["driver", "isolation", "", "inboundDefault", "outboundDefault", "publish"].map { key in
        key.isEmpty ? enforcement(cell) : cell[key]?.string ?? ""
      }
      return "| \(words.joined(separator: " | ")) |\n"
    }
    #expect(try page("platform").text.contains(rows.joined()))
    let readme = try DocumentationPage(path: "README.md").text
    for (first, second) in zip(cells, cells.dropFirst()) where first["driver"] == second["driver"] {
      let publishes = first["publish"]?.string == "no" ? "no" : "yes"
      let row =
        "| \(first["driver"]?.string ?? "") | \(enforcement(first)) | \(enforcement(second)) | \(publishes) |"
      #expect(readme.contains(row), "\(row)")
    }
  }

  @Test("The table of Windows builds is what capabilities prints")
  func builds() throws {
    let workspace = try Workspace()
    let rows = try page("platform").text.matches(of: /\n\| ([^|]+) \| (\d+) \| ([\d.]+) \|/)
    #expect(rows.count == 12)
    for row in rows {
      for name in row.1.split(separator: ", ") {
        let host = try workspace.hnsctl("capabilities", "--json", "--windows", String(name)).exits(0).json()[
          "host"]
        #expect(host?["build"]?.integer == Int64(row.2), "\(row.0)")
        #expect(host?["hnsVersion"]?.string?.hasPrefix(String(row.3)) == true, "\(row.0)")
      }
    }
  }

  @Test("Every command is on the page of commands, and every page in the list of pages")
  func commands() throws {
    let commands = try page("commands").text
    let readme = try DocumentationPage(path: "README.md").text
    for (name, _) in try DiscoverabilityTests.helpTexts(Workspace()) where !name.isEmpty {
      #expect(commands.contains("`\(name)") && readme.contains("`hnsctl \(name)"), "\(name)")
    }
    let overview = try page("hnsctl").text
    for page in DocumentationPage.all where page.path.hasPrefix(Self.catalogue) {
      let name = (page.path as NSString).lastPathComponent
      guard name != "hnsctl.md" else { continue }
      #expect(overview.contains("(\(name))"), "\(name)")
      #expect(readme.contains("(\(page.path))"), "\(name)")
    }
  }

  @Test("The first entry of the changelog is the version")
  func version() throws {
    let version = try Workspace().hnsctl("--version").exits(0).output
    let entry = try DocumentationPage(path: "CHANGELOG.md").text.firstMatch(of: /\n## (\S+)\n/)
    #expect(entry.map { "\($0.1)\n" } == version)
  }

  @Test("Every file and folder that the page on contributing names exists")
  func contributing() throws {
    let page = try DocumentationPage(path: ".github/CONTRIBUTING.md").text
    let paths = page.matches(of: /`((?:Sources|Tests|emulator|\.ci)\/[\w+.\/-]+)/).map { String($0.1) }
    #expect(paths.count > 20)
    for path in paths {
      let exists = FileManager.default.fileExists(atPath: repository.appendingPathComponent(path).path)
      #expect(exists, "\(path)")
    }
  }

  @Test("Every link within the repository leads to a file, and to a heading of it")
  func links() throws {
    var count = 0
    for page in DocumentationPage.all {
      let folder = repository.appendingPathComponent(page.path).deletingLastPathComponent()
      for link in page.text.matches(of: /\]\(([^)\s]+)\)/) where !link.1.contains(":") {
        count += 1
        let parts = link.1.split(separator: "#", omittingEmptySubsequences: false)
        let target = parts[0].isEmpty ? page.path : String(parts[0])
        let file =
          parts[0].isEmpty ? repository.appendingPathComponent(target) : folder.appendingPathComponent(target)
        #expect(FileManager.default.fileExists(atPath: file.path), "\(page.path): \(link.1)")
        guard parts.count == 2, let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { heading in
          heading.drop { $0 == "#" || $0 == " " }.lowercased().replacing(" ", with: "-").filter {
            $0.isLetter || $0.isNumber || $0 == "-"
          }
        }
        #expect(headings.contains(String(parts[1])), "\(page.path): \(link.1)")
      }
    }
    #expect(count > 50)
  }

  /// `UPDATE_GOLDEN=1 .ci/test --filter DocumentedFactsTests` draws it again.
  @Test("The picture is drawn from the output for the profile of the README")
  func picture() throws {
    let readme = try DocumentationPage(path: "README.md")
    let script = try #require(readme.blocks.first { $0.text.contains("cat > shop.yaml") }).text
    let workspace = try Workspace()
    try workspace.bash(script).exits(0)
    let trace = [
      "trace", "shop.yaml", "--to", "web", "--protocol", "tcp", "--port", "443", "--json", "--from",
    ]
    let picture = OverviewPicture(
      profile: try workspace.read("shop.yaml"),
      plan: try workspace.hnsctl("plan", "shop.yaml", "--json").exits(0).json(),
      traces: try ["10.1.2.3", "192.0.2.9"].map { try workspace.start(trace + [$0]).finish().exits(0).json() }
    )
    try expectGolden(
      picture.svg, at: repository.appendingPathComponent("\(Self.catalogue)/Resources/overview.svg"))
  }
}
