import HNSEmulator
import JSONText
import Testing

/// Every row of `hns.md` that documents a behavior, tested on the service.
@Suite struct ConformanceTests {
  static let cases =
    Section0Cases.all + Section1Cases.all + Section1PolicyCases.all + Section2Cases.all + Section3Cases.all
    + Section4Cases.all + Section5Gates.all
    + Section6Cases.all + Section6NamespaceCases.all + Section6PolicyCases.all + Section6ACLCases.all
    + Section8Cases.all + Section10NetworkCases.all + Section10ServiceCases.all
    + Section10DocumentCases.all

  @Test(arguments: ConformanceRun.all(cases)) func row(_ run: ConformanceRun) throws {
    try ConformanceRunner.run(run)
  }

  @Test func everyRowHasACaseOrAReason() {
    let shown = Set(Self.cases.map(\.row) + ["3.2 codes", "3.2 other codes", "5.1 range test"])
    let explained = Set(Rows.notCovered.map(\.row))
    #expect(Set(Rows.all).count == Rows.all.count, "a row is listed twice")
    for row in Rows.all {
      #expect(shown.contains(row) != explained.contains(row), "\(row): a case or a reason, and not both")
    }
    for row in shown.union(explained) where !Rows.all.contains(row) {
      Issue.record("\(row) is not in any list of rows")
    }
  }

  @Test func everyRunHasAUniqueName() {
    var seen: Set<String> = []
    for run in ConformanceRun.all(Self.cases) {
      #expect(seen.insert(run.testDescription).inserted, "\(run.testDescription) is not unique")
    }
  }
}
