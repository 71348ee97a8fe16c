import Glibc
import HNSService

/// Writes log lines on a thread of its own, so that logging never blocks the service.
///
/// Lines wait in a queue of bounded size. A line that does not fit is dropped and counted; the log itself
/// says so when there is room again.
package final class LogWriter: Sendable {
  /// Where the lines go.
  package enum Destination: Sendable {
    /// An open file; the writer does not close it.
    case descriptor(Int32)
    /// A named pipe. Opening one waits for its reader, so the thread does it, and does it again when the
    /// reader has left.
    case namedPipe(String)
  }

  private struct Queue {
    var waiting: [UInt8] = []
    /// Lines dropped since the last one that was queued.
    var dropped = 0
    var droppedInAll = 0
    var isWriting = false
    var isClosed = false
  }

  private let queue = Monitor(Queue())
  private let limit: Int

  /// Starts a writer.
  ///
  /// - Parameters:
  ///   - destination: Where the lines go.
  ///   - limit: How many bytes may wait; more are dropped.
  package init(_ destination: Destination, limit: Int = 1 << 20) {
    self.limit = limit
    let writing = Unmanaged.passRetained(Writing(queue: queue, destination: destination))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { writing in
        guard let writing else { return nil }
        Unmanaged<Writing>.fromOpaque(writing).takeRetainedValue().run()
        return nil
      }, writing.toOpaque())
    guard status == 0 else {
      // Without a thread nothing is written, and every line is counted as dropped.
      writing.release()
      queue.withLock { $0.isClosed = true }
      return
    }
    pthread_detach(thread)
  }

  deinit { queue.withLock { $0.isClosed = true } }

  /// The number of lines dropped so far.
  package var dropped: Int { queue.withLock { $0.droppedInAll } }

  /// Queues a line, or drops it if there is no room.
  ///
  /// - Parameters:
  ///   - line: The line with its line feed.
  ///   - notice: Makes the line that reports how many lines were dropped before this one.
  func add(_ line: [UInt8], notice: (Int) -> [UInt8]) {
    queue.withLock { queue in
      let report = queue.dropped > 0 ? notice(queue.dropped) : []
      guard !queue.isClosed, queue.waiting.count + report.count + line.count <= limit else {
        queue.dropped += 1
        queue.droppedInAll += 1
        return
      }
      queue.dropped = 0
      queue.waiting += report
      queue.waiting += line
    }
  }

  /// Stops the writer when everything is written, or when the time is over.
  ///
  /// - Parameters:
  ///   - milliseconds: The longest wait.
  ///   - notice: Makes the line that reports how many lines were dropped at the end.
  func close(within milliseconds: Int, notice: (Int) -> [UInt8]) {
    queue.withLock { queue in
      if queue.dropped > 0 { queue.waiting += notice(queue.dropped) }
      queue.dropped = 0
      queue.isClosed = true
    }
    _ = queue.wait(atMost: milliseconds) { $0.waiting.isEmpty && !$0.isWriting ? () : nil }
  }

  /// The work of the thread.
  ///
  /// It keeps the queue alive, not the writer, so that a thread that waits for a reader for ever ends with the
  /// process and holds nothing else.
  private final class Writing: Sendable {
    private let queue: Monitor<Queue>
    private let destination: Destination

    init(queue: Monitor<Queue>, destination: Destination) {
      self.queue = queue
      self.destination = destination
    }

    func run() {
      var descriptor = open()
      while let bytes = next() {
        if !write(bytes, descriptor), case .namedPipe = destination {
          Glibc.close(descriptor)
          descriptor = open()
        }
        queue.withLock { $0.isWriting = false }
      }
      if case .namedPipe = destination { Glibc.close(descriptor) }
    }

    private func open() -> Int32 {
      switch destination {
      case .descriptor(let descriptor): descriptor
      case .namedPipe(let path): Glibc.open(path, O_WRONLY | O_CLOEXEC)
      }
    }

    /// Everything that waits, as soon as something does; nil at the end.
    private func next() -> [UInt8]? {
      queue.wait { queue in
        guard !queue.waiting.isEmpty else { return queue.isClosed ? .some(nil) : nil }
        defer { queue.waiting = [] }
        queue.isWriting = true
        return queue.waiting
      }
    }

    /// Writes everything; what cannot be written is lost, and the service goes on.
    private func write(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }
}
