import Foundation
import HostModel
import Testing

/// The page of choices lists every assumption.
@Suite struct AssumptionsPageTests {
  private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("emulator/HNSEmulator/Documentation/assumptions.md")

  /// The expected table of the page.
  static var table: [String] {
    ["| Assumption | Value | What it means | Left open by |", "|---|---|---|---|"]
      + Assumption.allCases.flatMap { key in
        key.values.enumerated().map { index, entry in
          index == 0
            ? "| `\(key.name)` | `\(entry.value)` (default) | \(entry.meaning) | \(key.source) |"
            : "|  | `\(entry.value)` | \(entry.meaning) |  |"
        }
      }
  }

  @Test func theTableIsTheListOfAssumptions() throws {
    let lines = try String(contentsOf: Self.page, encoding: .utf8).components(separatedBy: "\n")
    let start = try #require(lines.firstIndex(of: Self.table[0]))
    #expect(
      Array(lines[start...].prefix { $0.hasPrefix("|") }) == Self.table,
      "the table must be:\n\(Self.table.joined(separator: "\n"))")
  }

  @Test func everyServiceAssumptionIsExplained() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let sections = text.components(separatedBy: "\n## Identity")
    #expect(sections.count == 2)
    // Assumptions on how packets are evaluated are not the service's own.
    let ofPackets: Set<Assumption> = [
      .implicitDeny, .implicitDenyScope, .hypervInboundBefore1709, .compartmentFirewallRule, .setRoles,
      .equalPriority, .filterOrder, .firewall, .hostAclRules, .hostAclScope, .hostProfileScope,
      .natSource, .publishedDestination, .serviceDestination,
    ]
    for key in Assumption.allCases where !ofPackets.contains(key) {
      #expect(sections[1].contains("`\(key.name)`"), "\(key.name) has no row")
    }
  }
}
