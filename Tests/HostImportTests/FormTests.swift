import Diagnostics
import FilterEngine
import Foundation
import HNSEmulator
import HNSStore
import HostImport
import HostModel
import NetworkTypes
import Testing

/// Every form in which hosts are captured, by fixtures of old and new builds.
@Suite struct FormTests {
  private static let rows = FormRows.documents + FormRows.tools + FormRows.firewall

  @Test("Verdicts are right, and unknown where the source does not say", arguments: rows)
  func verdicts(_ row: FormRow) throws {
    let paths = try (row.beside + row.files).flatMap { try Self.files(at: $0) }
    let (imported, diagnostics) = HostImport.host(try paths.map { try Fixtures.file($0) })
    let errors = diagnostics.filter { $0.severity == .error }.map(\.message)
    #expect(errors == [])
    let host = try #require(imported)
    #expect(host.service.build.build == row.build)
    #expect(host.forms[row.title] != nil, "\(host.forms)")
    for (packet, verdict) in row.verdicts {
      let trace = try host.trace(from: packet.from, to: "web", port: packet.port)
      #expect(trace.verdict == verdict, "port \(packet.port): \(trace.reason?.description ?? "")")
    }
    for (packet, verdict) in row.underDefaults {
      let found = try host.verdict(from: packet.from, to: "web", port: packet.port, assuming: .defaults)
      #expect(found == verdict, "port \(packet.port) under the defaults")
    }
    if let compartment = row.compartment {
      #expect(host.service.compartments.contains { $0.id == compartment && $0.namespace != nil })
    }
    let unread = host.service.gaps.unread
    for text in row.kept {
      #expect(unread.contains { ($0.text ?? "").contains(text) || $0.reason.contains(text) }, "\(text)")
    }
    let warnings = diagnostics.filter { $0.code == .captureContradiction }.map(\.message)
    #expect(warnings.count == row.warnings.count, "\(warnings)")
    for text in row.warnings { #expect(warnings.contains { $0.contains(text) }, "\(warnings)") }
    #expect(try host.restored().service == host.service)
    #expect(host.service.invariantViolations().isEmpty)
  }

  @Test("Each form has at least three fixtures, of old and new builds", arguments: InputForm.allCases)
  func count(_ form: InputForm) {
    let rows = Self.rows.filter { $0.form == form }
    #expect(Set(rows.flatMap(\.files)).count >= 3 && rows.count >= 3)
    #expect(Set(rows.map(\.build)).count >= 2)
  }

  /// The files at a path: the file itself, or those of a folder.
  private static func files(at path: String) throws -> [String] {
    guard path.hasSuffix("/") else { return [path] }
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(path)")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { path + $0 }
  }
}
