import Foundation
import Testing

/// Checks the architecture page against the sources: the modules, and every hop of its walks.
@Suite struct ArchitecturePageTests {
  static func page() throws -> String {
    try String(
      contentsOf: ArchitectureTests.root.appendingPathComponent("emulator/Documentation/architecture.md"),
      encoding: .utf8)
  }

  @Test func everyModuleIsOnThePage() throws {
    let page = try Self.page()
    for room in ArchitectureTests.rooms where room.name != "CComputeNetwork" {
      #expect(page.contains("`\(room.folder)`"), "\(room.folder)")
    }
  }

  /// A hop ends with the module, the file and the function: `HNSEmulator: Policy.swift, document`.
  @Test func everyHopIsThere() throws {
    let hops = try Self.page().matches(of: #/\n\| \d+ \|.*\| (\w+): `([\w+.]+)`, `(\w+)` \|/#)
    #expect(hops.count > 20)
    for hop in hops {
      let room = try #require(ArchitectureTests.rooms.first { $0.name == hop.1 }, "\(hop.0)")
      let files = try ArchitectureTests.files(in: room.folder)
        .filter { ($0.name as NSString).lastPathComponent == hop.2 }
      #expect(files.count == 1, "\(room.name) has \(files.count) files \(hop.2)")
      let name = String(hop.3)
      let declarations =
        name == "init" ? [" init(", " init?("] : ["func \(name)(", "var \(name):", "func \(name)<"]
      let isThere = files.contains { file in declarations.contains { file.text.contains($0) } }
      #expect(isThere, "\(hop.2) declares no \(name)")
    }
  }

  /// The inputs and outputs of hops are types of the modules.
  @Test func everyValueOfAHopIsAType() throws {
    var declared: Set<Substring> = []
    for room in ArchitectureTests.rooms {
      for file in try ArchitectureTests.files(in: room.folder) {
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
