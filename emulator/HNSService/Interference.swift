/// What a service is made to look like by latencies and faults, shared by all its callers.
package final class Interference: Sendable {
  private struct Plans {
    var latency: LatencyPlan
    var faults: FaultPlan
  }

  private let plans: Lock<Plans>
  private let isNone: Bool

  /// Shares plans.
  ///
  /// - Parameters:
  ///   - latency: How long calls take.
  ///   - faults: Which calls fail.
  package init(latency: LatencyPlan, faults: FaultPlan) {
    isNone = latency.isEmpty && faults.isEmpty
    plans = Lock(Plans(latency: latency, faults: faults))
  }

  /// What happens to the next call of a function.
  ///
  /// - Parameter function: The name of the function.
  /// - Returns: How many microseconds it waits before it is carried out, and what goes wrong with it.
  package func next(of function: String) -> (delay: Int64, fault: Fault?) {
    guard !isNone else { return (0, nil) }
    return plans.withLock { ($0.latency.delay(of: function), $0.faults.fault(of: function)) }
  }
}
