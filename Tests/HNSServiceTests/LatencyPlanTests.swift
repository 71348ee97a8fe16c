import HNSService
import Testing

/// Delays are drawn from the seed, for each function separately.
@Suite struct LatencyPlanTests {
  private func delays(_ texts: [String], of function: String, seed: UInt64 = 0, count: Int = 200) throws
    -> [Int64]
  {
    var plan = try LatencyPlan(texts, seed: seed)
    return (0..<count).map { _ in plan.delay(of: function) }
  }

  @Test func withoutTextsNothingIsDelayed() throws {
    #expect(try LatencyPlan().isEmpty)
    #expect(try delays([], of: "HNSCall", count: 3) == [0, 0, 0])
  }

  @Test(arguments: [("20ms", 20_000), ("1.5ms", 1_500), ("250us", 250), ("2s", 2_000_000), ("0ms", 0)])
  func aFixedDelay(_ text: String, _ microseconds: Int64) throws {
    #expect(try delays([text], of: "HNSCall", count: 2) == [microseconds, microseconds])
  }

  @Test func namedFunctionsAndLaterTextsTakePrecedence() throws {
    let texts = ["*=1ms", "HcnCreateNetwork=2ms", "3ms", "hcncreatenetwork=4ms"]
    #expect(try delays(texts, of: "HcnCreateNetwork", count: 1) == [4_000])
    #expect(try delays(texts, of: "HcnDeleteNetwork", count: 1) == [3_000])
  }

  @Test func aUniformDelayStaysInItsRangeAndUsesIt() throws {
    let delays = try delays(["10ms..50ms"], of: "HNSCall", count: 2_000)
    #expect(delays.allSatisfy { (10_000...50_000).contains($0) })
    #expect(Set(delays).count > 1_000)
    #expect(delays.contains { $0 < 12_000 } && delays.contains { $0 > 48_000 })
  }

  @Test func anExponentialDelayHasItsMeanAndItsLimit() throws {
    let delays = try delays(["exp:20ms"], of: "HNSCall", count: 20_000)
    #expect(delays.allSatisfy { (0...200_000).contains($0) })
    let mean = delays.reduce(0, +) / Int64(delays.count)
    #expect((18_000...22_000).contains(mean), "\(mean)")
  }

  @Test func equalSeedsGiveEqualDelays() throws {
    var first = try LatencyPlan(["exp:20ms"], seed: 7)
    var second = try LatencyPlan(["exp:20ms"], seed: 7)
    for _ in 0..<100 {
      _ = second.delay(of: "HcnDeleteNetwork")
      #expect(first.delay(of: "HcnCreateNetwork") == second.delay(of: "HcnCreateNetwork"))
    }
    #expect(try delays(["exp:20ms"], of: "HNSCall", seed: 1) != delays(["exp:20ms"], of: "HNSCall", seed: 2))
  }

  @Test(arguments: [
    ("20", "a delay is a number with its unit"), ("ms", "a delay is a number with its unit"),
    ("-1ms", "a delay is a number with its unit"), ("1e9s", "a delay is a number with its unit"),
    ("20ms..", "a delay is a number with its unit"), ("exp:", "a delay is a number with its unit"),
    ("50ms..10ms", "the first delay of a range must be"), ("601s", "a delay can be at most 600s"),
    ("HcnCreateThing=1ms", "'HcnCreateThing' is not a service function"),
    ("=1ms", "'' is not a service function"),
  ])
  func whatIsNotUnderstood(_ text: String, _ reason: String) {
    let error = #expect(throws: PlanTextError.self) { try LatencyPlan([text]) }
    #expect(error?.description.hasPrefix("'\(text)': \(reason)") == true, "\(String(describing: error))")
  }
}
