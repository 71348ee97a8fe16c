import Diagnostics
import NetworkProfile
import Testing
import YAMLSyntax

@Suite("The examples of the catalogue")
struct CatalogueExampleTests {
  /// Lint findings are about profiles that are accepted; their examples are tested with lint.
  static let profiles = DiagnosticCode.catalogue.filter { $0.title != "Lint" }.flatMap(\.codes)
    .filter { $0.bad?.hasPrefix("apiVersion") == true || $0.good?.hasPrefix("apiVersion") == true }
    .map(\.id)

  @Test("A bad profile triggers its code and nothing else, a good one triggers nothing", arguments: profiles)
  func example(id: String) throws {
    let code = try #require(DiagnosticCode.named(id))
    if let bad = code.bad { #expect(Set(load(bad).1.map(\.code.id)) == [id]) }
    if let good = code.good, good.hasPrefix("apiVersion") { #expect(load(good).1.map(describe) == []) }
  }

  @Test("Profiles with lint findings are accepted")
  func lint() {
    let codes = DiagnosticCode.catalogue.first { $0.title == "Lint" }?.codes ?? []
    #expect(codes.count > 10)
    for example in codes.flatMap({ [$0.bad, $0.good] }).compactMap(\.self) {
      #expect(load(example).1.map(describe) == [])
    }
  }

  @Test("A bad fragment of YAML triggers its code, a good one triggers nothing")
  func fragments() {
    let yaml = DiagnosticCode.catalogue.first { $0.title == "YAML" }?.codes ?? []
    #expect(yaml.count > 10)
    for code in yaml {
      if let bad = code.bad {
        #expect(YAMLDocument.parse(Array(bad.utf8), file: nil).1.map(\.code.id) == [code.id])
      }
      if let good = code.good {
        #expect(YAMLDocument.parse(Array(good.utf8), file: nil).1.isEmpty)
      }
    }
  }

  @Test("Codes are unique, lower case, and say something")
  func codes() {
    let codes = DiagnosticCode.catalogue.flatMap(\.codes)
    #expect(Set(codes.map(\.id)).count == codes.count)
    for code in codes {
      #expect(
        code.id.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d })
      #expect(code.summary.hasSuffix(".") && code.explanation.hasSuffix("."))
    }
  }
}
