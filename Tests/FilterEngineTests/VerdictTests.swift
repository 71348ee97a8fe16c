import FilterEngine
import HostModel
import Testing

@Suite struct VerdictTests {
  @Test func anUnknownImplicitDenyIsNotAVerdict() {
    #expect(UnmatchedTraffic.allCases.map { Verdict($0) } == [.allow, .block, .unknown])
    #expect(RuleAction.allCases.map { Verdict($0) } == [.allow, .block])
  }
}
