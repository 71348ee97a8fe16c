import Foundation
import Testing

/// Checks the imports of every target against its dependencies in Package.swift, which the package manager
/// does not do.
@Suite struct DependencyTests {
  /// Part of the toolchain, and therefore not declared.
  static let toolchain: Set = [
    "Dispatch", "Foundation", "FoundationXML", "Glibc", "Synchronization", "Testing",
  ]

  @Test(arguments: ArchitectureTests.manifest.targets.map(\.name))
  func declaredIsWhatIsImported(name: String) throws {
    let target = try #require(ArchitectureTests.manifest.targets.first { $0.name == name })
    let files = try ArchitectureTests.files(in: target.folder, except: target.excluded)
    // The includes of a C header do not refer to targets.
    guard !files.isEmpty else { return }
    var imported: Set<String> = []
    for file in files {
      let modules = ArchitectureTests.imports(of: file.text).subtracting(Self.toolchain)
      let undeclared = modules.subtracting(target.dependencies).sorted()
      #expect(
        undeclared.isEmpty, "\(name)/\(file.name) imports \(undeclared), which \(name) does not declare")
      imported.formUnion(modules)
    }
    // A test target that runs a program declares it, so that it is built first.
    let programs = ArchitectureTests.manifest.targets.filter { $0.kind == "executableTarget" }.map(\.name)
    let unused = target.dependencies.subtracting(imported).subtracting(
      target.kind == "testTarget" ? programs : [])
    #expect(unused.isEmpty, "\(name) declares \(unused.sorted()) but does not import it")
  }

  @Test func everyFolderOfSourcesIsATarget() {
    let folders = Set(ArchitectureTests.manifest.targets.map(\.folder))
    for parent in ["Sources", "Tests"] {
      let base = ArchitectureTests.root.appendingPathComponent(parent)
      for name in (try? FileManager.default.contentsOfDirectory(atPath: base.path)) ?? [] {
        guard let files = try? ArchitectureTests.files(in: "\(parent)/\(name)"), !files.isEmpty else {
          continue
        }
        #expect(folders.contains { $0.hasPrefix("\(parent)/\(name)") }, "\(parent)/\(name) has no target")
      }
    }
  }

  @Test func theManifestIsReadInAnyLayout() throws {
    let manifest = Manifest(
      """
      targets: [ // .target(name: "Comment")
        .target(name:"A"), .systemLibrary( name : "C", path: "x/C" , providers: [.apt(["c-dev"])]),
        .testTarget(
          name: "T",
          dependencies: ["A",
            .product(name: "P", package: "p"), .target(name: "C"),  // "Q",
          ], exclude: ["g", "h"])]
      if x { package.targets += [.executableTarget(name: "E", dependencies: ["A", ".target(name: B)"])] }
      """)
    #expect(manifest.targets.map(\.name) == ["A", "C", "T", "E"])
    #expect(manifest.targets.map(\.kind) == ["target", "systemLibrary", "testTarget", "executableTarget"])
    #expect(manifest.targets.map(\.folder) == ["Sources/A", "x/C", "Tests/T", "Sources/E"])
    #expect(manifest.targets[2].dependencies == ["A", "P", "C"])
    #expect(manifest.targets[2].excluded == ["g", "h"])
    #expect(manifest.targets[3].dependencies == ["A", ".target(name: B)"])
  }

  @Test func importsAreReadInAnyForm() {
    let text = [
      "import A", "public import B  // for its names", "@testable import C",
      "@preconcurrency package import D", "import struct E.Name", "  import F", "import glob, json",
      "// import G",
    ].joined(separator: "\n")
    #expect(ArchitectureTests.imports(of: text) == ["A", "B", "C", "D", "E", "F"])
  }
}
