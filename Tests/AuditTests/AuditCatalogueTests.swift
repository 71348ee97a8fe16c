import Audit
import Testing

/// The catalogue against the reference page (reference: audit, 0 and 1).
@Suite struct AuditCatalogueTests {
  @Test func rowsAndSeverities() {
    #expect(AuditRule.all.map(\.row) == Array(1...24))
    #expect(
      AuditRule.all.filter { $0.severity.in2021 == .high }.map(\.row) == [
        1, 2, 3, 5, 13, 14, 15, 17, 19, 20, 24,
      ])
    #expect(AuditRule.all.filter { $0.severity.in2021 == .medium }.count == 13)
    #expect(AuditRule.all.filter { $0.severity.today == .low }.map(\.row) == [6])
  }

  @Test func codesAndIdsAreUnique() {
    #expect(Set(AuditRule.all.map(\.code)).count == 24)
    #expect(Set(AuditRule.all.map(\.definition)).count == 24)
    #expect(Set(AuditRule.all.compactMap(\.assessmentKey)).count == 23)
    for rule in AuditRule.all {
      #expect(rule.definition.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil)
      #expect(rule.code.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
      let isKorean = rule.korean.unicodeScalars.contains { (0xac00...0xd7a3).contains($0.value) }
      #expect(isKorean)
      #expect(rule.remediation.count > 20)
    }
  }

  @Test(arguments: [
    (AuditBenchmark.asc2021, Array(1...24)),
    (.mcsbCurrent, (1...24).filter { $0 != 11 && $0 != 15 }),
    (.mcsbV2Preview, (1...24).filter { $0 != 11 && $0 != 15 }),
    (.aksSafeguards, [5, 9, 10, 16, 17, 18, 20, 22, 23]),
  ])
  func rowsOfBenchmarks(_ benchmark: AuditBenchmark, _ rows: [Int]) {
    #expect(AuditRule.all.filter { $0.isPart(of: benchmark) }.map(\.row) == rows)
  }

  /// The groups of the definitions in the cloud security benchmark.
  @Test func controls() {
    let expected: [Int: [String]] = [
      1: ["LT-1", "LT-2", "IR-3", "IR-5"], 2: ["LT-1", "LT-2", "IR-3", "IR-5"], 6: ["DP-5"], 7: ["NS-2"],
      8: ["NS-2"], 11: [], 13: ["DP-3"], 14: ["NS-2"], 15: [], 19: ["PA-7"], 24: ["PV-6", "DS-6"],
    ]
    for rule in AuditRule.all { #expect(rule.controls == expected[rule.row] ?? ["PV-2"], "\(rule.row)") }
  }

  @Test func successors() {
    #expect(AuditRule.all[0].definition(in: .mcsbCurrent) == "1c988dd6-ade4-430f-a608-2a3e5b0a6d38")
    #expect(AuditRule.all[0].definition(in: .asc2021) == "c25d9a16-bc35-4e15-a7e5-9db606bf9ed4")
    #expect(AuditRule.all[23].definition(in: .mcsbCurrent) == "090c7b07-b4ed-4561-ad20-e9075f3ccaff")
  }
}
