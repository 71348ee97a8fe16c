import Diagnostics
import TestSupport
import Testing

@Suite struct RandomProfileTests {
  @Test func mostRandomProfilesAreAccepted() {
    var codes: [String: Int] = [:]
    var accepted = 0
    for seed in 0..<120 as Range<UInt64> {
      for text in [RandomProfile.pair(seed: seed).before, RandomProfile.pair(seed: seed).after] {
        do {
          _ = try ProfileHost(text)
          accepted += 1
        } catch {
          for problem in (error as? ProfileRefused)?.diagnostics ?? [] {
            codes[problem.code.id, default: 0] += 1
          }
        }
      }
    }
    #expect(accepted > 200, "\(accepted) of 240: \(codes)")
    #expect(codes["unexpected-key"] == nil && codes["syntax"] == nil, "\(codes)")
  }

  @Test func theSameSeedMakesTheSameText() {
    #expect(RandomProfile.text(seed: 7) == RandomProfile.text(seed: 7))
    #expect(RandomProfile.text(seed: 7) != RandomProfile.text(seed: 8))
  }
}
