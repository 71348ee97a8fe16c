import Glibc
import HNSService

/// Work on many items by several threads; the results are taken one after the other, in the order of the items.
///
/// The threads stay only a little ahead of the results taken, so that no more than a few are in memory.
struct OrderedWork {
  /// The number of items.
  let count: Int
  /// The number of threads.
  let jobs: Int

  /// Works on every item; returns when no thread works any more.
  ///
  /// - Parameters:
  ///   - body: Makes the result of an item, by its index; called by several threads.
  ///   - take: Called with each result by the thread of the caller; false stops the work.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable (Int) -> Result, take: (Int, Result) -> Bool
  ) {
    let threads = min(jobs, count)
    guard threads > 1 else {
      for index in 0..<count where !take(index, body(index)) { return }
      return
    }
    let work = SharedWork(count: count, ahead: threads * 2, body)
    let started = (0..<threads).compactMap { _ in WorkerThread { work.run() } }
    if started.isEmpty {
      // The system has no threads left.
      for index in 0..<count where !take(index, body(index)) { return }
      return
    }
    for index in 0..<count where !take(index, work.result(index)) { break }
    work.stop()
    for thread in started { thread.join() }
  }
}

/// What the threads share.
private final class SharedWork<Result: Sendable>: Sendable {
  private struct State {
    /// The next item to begin.
    var next = 0
    /// How many results were taken.
    var taken = 0
    var isStopped = false
    var done: [Int: Result] = [:]
  }

  private let count: Int
  /// How many items may be begun whose results are not taken.
  private let ahead: Int
  private let body: @Sendable (Int) -> Result
  private let state = Monitor(State())

  init(count: Int, ahead: Int, _ body: @escaping @Sendable (Int) -> Result) {
    self.count = count
    self.ahead = ahead
    self.body = body
  }

  /// Works on one item after the other until none is left.
  func run() {
    while let index = begin() {
      let result = body(index)
      state.withLock { $0.done[index] = result }
    }
  }

  private func begin() -> Int? {
    let (count, ahead) = (count, ahead)
    return state.wait { state -> Int?? in
      guard !state.isStopped, state.next < count else { return .some(nil) }
      guard state.next < state.taken + ahead else { return nil }
      state.next += 1
      return state.next - 1
    }
  }

  /// Waits for the result of an item; those before it were taken.
  func result(_ index: Int) -> Result {
    state.wait { state in
      guard let result = state.done.removeValue(forKey: index) else { return nil }
      state.taken += 1
      return result
    }
  }

  /// Lets no further item begin.
  func stop() { state.withLock { $0.isStopped = true } }
}

/// A thread with a stack as large as that of the main thread.
private struct WorkerThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private static let stackSize = 8 << 20
  private let thread: pthread_t

  /// Starts a thread; nil if the system has none left.
  init?(_ run: @escaping @Sendable () -> Void) {
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    defer { attributes.deallocate() }
    guard pthread_attr_init(attributes) == 0 else { return nil }
    defer { pthread_attr_destroy(attributes) }
    pthread_attr_setstacksize(attributes, Self.stackSize)
    let body = Unmanaged.passRetained(Body(run))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, attributes,
      { body in
        if let body { Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
    guard status == 0 else {
      body.release()
      return nil
    }
    self.thread = thread
  }

  /// Waits until the thread ends.
  func join() { pthread_join(thread, nil) }
}
