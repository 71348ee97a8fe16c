import PropertyChecks
import TestSupport
import Testing

/// Every example packet that is printed, traced as it is printed, gets the verdict that is claimed of it.
@Suite struct ExampleClaimTests {
  @Test(arguments: 0..<4) func examplesAreTracedAsClaimed(part: Int) {
    let result = ProfileProperty.examples.check(part: part, of: 4, count: RandomProfile.count)
    #expect(result.failures == [])
    #expect(
      result.profiles > RandomProfile.count / 6 && result.claims > result.profiles / 2,
      "\(result.claims) examples of \(result.profiles) pairs")
  }
}
