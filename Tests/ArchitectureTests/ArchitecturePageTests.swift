import Foundation
import Testing

/// Checks the architecture page against the sources: the modules, and every step of its walkthroughs.
@Suite struct ArchitecturePageTests {
  static func page() throws -> String {
    let path = "Sources/hnsctl/Documentation.docc/architecture.md"
    return try String(contentsOf: ArchitectureTests.root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func everyModuleIsOnThePage() throws {
    let page = try Self.page()
    for module in ArchitectureTests.modules where module.name != "CComputeNetwork" {
      #expect(page.contains("`\(module.folder)`"), "\(module.folder)")
    }
  }

  /// A step ends with the module, the file and the function: `HNSEmulator: Policy.swift, document`.
  @Test func everyStepIsThere() throws {
    let steps = try Self.page().matches(of: #/\n\| \d+ \|.*\| (\w+): `([\w+.]+)`, `(\w+)` \|/#)
    #expect(steps.count > 20)
    for step in steps {
      let module = try #require(ArchitectureTests.modules.first { $0.name == step.1 }, "\(step.0)")
      let files = try ArchitectureTests.files(in: module.folder)
        .filter { ($0.name as NSString).lastPathComponent == step.2 }
      #expect(files.count == 1, "\(module.name) has \(files.count) files \(step.2)")
      let name = String(step.3)
      let declarations =
        name == "init" ? [" init(", " init?("] : ["func \(name)(", "var \(name):", "func \(name)<"]
      let isThere = files.contains { file in declarations.contains { file.text.contains($0) } }
      #expect(isThere, "\(step.2) declares no \(name)")
    }
  }

  /// The inputs and outputs of steps are types of the modules.
  @Test func everyValueOfAStepIsAType() throws {
    var declared: Set<Substring> = []
    for module in ArchitectureTests.modules {
      for file in try ArchitectureTests.files(in: module.folder) {
        for line in file.text.split(separator: "\n") {
          let words = line.split { !$0.isLetter && !$0.isNumber }
          for (word, next) in zip(words, words.dropFirst())
          where ["struct", "class", "enum", "protocol", "typealias"].contains(word) {
            declared.insert(next)
          }
        }
      }
    }
    for row in try Self.page().split(separator: "\n") where row.prefixMatch(of: #/\| \d/#) != nil {
      for value in row.matches(of: /`\[?([A-Z]\w+)\]?`/) {
        let isDeclared = declared.contains(value.1)
        #expect(isDeclared, "\(value.1) in \(row)")
      }
    }
  }
}
