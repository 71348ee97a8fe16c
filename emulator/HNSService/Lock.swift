import Glibc

/// A value that one thread at a time can use, guarded by a system mutex.
///
/// The mutex of the standard library is not used because the thread sanitizer does not recognize it on Linux:
/// it would report every access that the mutex guards.
package final class Lock<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var value: Value

  /// Guards a value.
  ///
  /// - Parameter value: The value; nobody else may use it from now on.
  package init(_ value: sending Value) {
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    self.value = value
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Uses the value exclusively; the body must not take the same lock again.
  ///
  /// - Parameter body: Uses and may change the value.
  /// - Returns: The result of the body.
  package func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
