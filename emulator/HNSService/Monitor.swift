import Glibc

/// A lock with a condition variable, guarding a value.
package final class Monitor<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var value: Value

  /// Guards a value.
  ///
  /// - Parameter value: The value; nobody else may use it from now on.
  package init(_ value: sending Value) {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    condition = .allocate(capacity: 1)
    condition.initialize(to: pthread_cond_t())
    pthread_cond_init(condition, nil)
    self.value = value
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Uses the value exclusively; waiters check it again afterwards.
  ///
  /// - Parameter body: Uses and may change the value; it must not enter the monitor.
  /// - Returns: The result of the body.
  package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    entered { body(&value) }
  }

  /// Waits until the value provides a result.
  ///
  /// - Parameter body: Returns the result, or nil to wait for the next change.
  /// - Returns: The result.
  package func wait<Result>(_ body: (inout Value) -> Result?) -> Result {
    entered {
      while true {
        if let result = body(&value) { return result }
        pthread_cond_wait(condition, mutex)
      }
    }
  }

  /// Waits until the value provides a result, up to a timeout.
  ///
  /// - Parameters:
  ///   - milliseconds: The timeout in milliseconds.
  ///   - body: Returns the result, or nil to wait for the next change.
  /// - Returns: The result; nil on timeout.
  package func wait<Result>(atMost milliseconds: Int, _ body: (inout Value) -> Result?) -> Result? {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    deadline.tv_sec += milliseconds / 1_000
    deadline.tv_nsec += milliseconds % 1_000 * 1_000_000
    if deadline.tv_nsec >= 1_000_000_000 {
      deadline.tv_sec += 1
      deadline.tv_nsec -= 1_000_000_000
    }
    return entered {
      while true {
        if let result = body(&value) { return result }
        guard pthread_cond_timedwait(condition, mutex, &deadline) == 0 else { return body(&value) }
      }
    }
  }

  /// Works inside the monitor, and lets waiters check the value afterwards.
  private func entered<Result>(_ work: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }
    return work()
  }
}
