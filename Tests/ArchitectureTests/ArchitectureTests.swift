import Diagnostics
import Foundation
import Testing

/// Checks the sources against the structure in Package.swift, because the package manager lets a target
/// import modules it does not declare.
@Suite struct ArchitectureTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let manifest = Manifest(
    (try? String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)) ?? "")

  /// The modules in dependency order, as in Package.swift: a module imports only modules above it.
  static let modules = manifest.targets.filter { !$0.folder.hasPrefix("Tests/") }

  static func files(
    in folder: String, except excluded: [String] = []
  ) throws -> [(name: String, text: String)] {
    let base = root.appendingPathComponent(folder)
    let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
    return try names.filter { name in
      name.hasSuffix(".swift") && !excluded.contains { name == $0 || name.hasPrefix($0 + "/") }
    }.sorted().map { name in
      (name, try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8))
    }
  }

  static func imports(of text: String) -> Set<String> {
    let access = "(?:(?:public|package|internal|fileprivate|private) +)?"
    let kind = "(?:(?:struct|class|enum|protocol|typealias|func|let|var) +)?"
    guard
      let line = try? Regex(
        "^ *(?:@\\w+ +)*\(access)import +\(kind)(\\w+)(?:\\.\\w+)* *(?://.*)?$",
        as: (Substring, Substring).self)
    else { return [] }
    return Set(text.split(separator: "\n").compactMap { $0.wholeMatch(of: line).map { String($0.1) } })
  }

  /// The modules without Swift.
  static let headers: Set = ["CComputeNetwork", "CLibYAML", "CProgramArguments"]

  @Test func everyModuleHasSources() throws {
    #expect(Self.modules.count > 20, "the manifest is no longer read")
    for module in Self.modules where !Self.headers.contains(module.name) {
      #expect(try !Self.files(in: module.folder).isEmpty, "\(module.name)")
    }
  }

  @Test func importsPointUpwards() throws {
    let order = Dictionary(uniqueKeysWithValues: Self.modules.enumerated().map { ($1.name, $0) })
    for (index, module) in Self.modules.enumerated() {
      for file in try Self.files(in: module.folder) {
        for imported in Self.imports(of: file.text) {
          guard let importedIndex = order[imported] else { continue }
          #expect(
            importedIndex < index, "\(module.name)/\(file.name) imports \(imported), which is not above it")
        }
      }
    }
  }

  @Test func theEmulatorDoesNotImportProfilesAndPlans() throws {
    let allowed: Set = ["FilterEngine", "HostModel", "JSONText", "NetworkTypes"]
    for file in try Self.files(in: "emulator/HNSEmulator") {
      #expect(Self.imports(of: file.text).isSubset(of: allowed), "\(file.name)")
    }
  }

  @Test func librariesDoNotUseFoundation() throws {
    for module in Self.modules {
      for file in try Self.files(in: module.folder) {
        let banned = Self.imports(of: file.text).intersection(["Foundation", "FoundationEssentials"])
        #expect(banned.isEmpty, "\(module.name)/\(file.name) imports \(banned)")
      }
    }
  }

  @Test func everyCodeIsInTheCatalogueOnce() throws {
    let codes = DiagnosticCode.catalogue.flatMap(\.codes)
    #expect(Set(codes.map(\.id)).count == codes.count, "two codes are equal")
    var declared: Set<String> = []
    for file in try Self.files(in: "Sources/Diagnostics") where file.name.hasPrefix("DiagnosticCode+") {
      for match in file.text.matches(of: /DiagnosticCode\(\s*"([a-z0-9-]+)"/) {
        declared.insert(String(match.1))
      }
    }
    #expect(declared == Set(codes.map(\.id)), "declared and listed codes differ")
  }

  @Test func everyCodeIsReportedSomewhere() throws {
    var names: [String: String] = [:]
    for file in try Self.files(in: "Sources/Diagnostics") where file.name.hasPrefix("DiagnosticCode+") {
      for match in file.text.matches(of: /static let (\w+) = DiagnosticCode\(\s*"([a-z0-9-]+)"/) {
        names[String(match.1)] = String(match.2)
      }
    }
    var text = ""
    for module in Self.modules {
      for file in try Self.files(in: module.folder) where !file.name.hasPrefix("DiagnosticCode+") {
        text += file.text
      }
    }
    for (name, id) in names.sorted(by: { $0.key < $1.key }) {
      #expect(text.contains(".\(name)"), "nothing reports \(id)")
    }
  }

  @Test func filesAreShort() throws {
    for module in Self.modules {
      // The catalogue is data: an entry is as long as it needs to be.
      for file in try Self.files(in: module.folder) where !file.name.hasPrefix("DiagnosticCode+") {
        let count = file.text.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(count <= 450, "\(module.name)/\(file.name) has \(count) lines")
      }
    }
  }
}
