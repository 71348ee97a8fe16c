/// Injects latencies and faults into a service, for all its callers.
package final class FaultInjection: Sendable {
  private struct Plans {
    var latency: LatencyPlan
    var faults: FaultPlan
  }

  private let plans: Lock<Plans>
  private let isEmpty: Bool

  /// Combines a latency plan and a fault plan.
  ///
  /// - Parameters:
  ///   - latency: How long calls take.
  ///   - faults: Which calls fail.
  package init(latency: LatencyPlan, faults: FaultPlan) {
    isEmpty = latency.isEmpty && faults.isEmpty
    plans = Lock(Plans(latency: latency, faults: faults))
  }

  /// What happens to the next call of a function.
  ///
  /// - Parameter function: The name of the function.
  /// - Returns: The delay before the call in microseconds, and its fault.
  package func next(for function: String) -> (delay: Int64, fault: Fault?) {
    guard !isEmpty else { return (0, nil) }
    return plans.withLock { ($0.latency.delay(of: function), $0.faults.fault(of: function)) }
  }
}
