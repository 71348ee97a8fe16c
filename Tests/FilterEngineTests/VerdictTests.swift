import FilterEngine
import HostModel
import Testing

@Suite struct VerdictTests {
  @Test func anUndecidedImplicitDenyIsNoVerdict() {
    #expect(UnmatchedTraffic.allCases.map { Verdict($0) } == [.allow, .block, .unknown])
    #expect(RuleAction.allCases.map { Verdict($0) } == [.allow, .block])
  }
}
