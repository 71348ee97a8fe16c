import Glibc

/// A value that one thread at a time can use, behind a lock of the system's thread library.
///
/// It is not the mutex of the standard library because the thread sanitizer does not see that one on Linux: it
/// reports the very accesses the mutex keeps apart, and so cannot tell whether any are not.
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

  /// Uses the value while nobody else does; the body must not come back to the same lock.
  ///
  /// - Parameter body: Uses and may change the value.
  /// - Returns: What the body gives.
  package func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
