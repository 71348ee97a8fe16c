import Glibc
import PolicyViews
import Synchronization

/// The line on a terminal that says what a command works on, once that takes longer than a second.
///
/// The line is on standard error, and is gone before anything else is printed. The first result ends it.
enum ProgressLine {
  private struct State {
    var isStarted = false
    var isEnded = false
    /// Whether something else is being printed.
    var isHidden = false
    var isShown = false
    var file = ""
    var began = 0.0
    var width = 80
  }

  private static let state = Mutex(State())

  /// How long a command works without a word, in seconds.
  private static let patience = 1.0
  /// The time between two updates, in microseconds.
  private static let interval: UInt32 = 100_000

  /// Allows the line, if standard error is a terminal that can erase it.
  static func start() {
    guard let terminal = Terminal(STDERR_FILENO), Terminal.canErase else { return }
    let isFirst = state.withLock { state in
      state.width = terminal.width
      defer { state.isStarted = true }
      return !state.isStarted
    }
    guard isFirst else { return }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        while ProgressLine.update() { usleep(ProgressLine.interval) }
        return nil
      }, nil)
  }

  /// Names the file that is worked on.
  static func begins(_ file: String) {
    let now = now()
    state.withLock { state in
      // What is typed on the same terminal is not written over.
      if file == "-", isatty(STDIN_FILENO) == 1 { state.isEnded = true }
      state.file = file == "-" ? "standard input" : printable(file)
      if state.began == 0 { state.began = now }
    }
  }

  /// Removes the line while something else is printed.
  static func hide() {
    state.withLock { state in
      erase(&state)
      state.isHidden = true
    }
  }

  /// Allows the line again.
  static func unhide() { state.withLock { $0.isHidden = false } }

  /// Removes the line for good.
  static func end() {
    state.withLock { state in
      erase(&state)
      state.isEnded = true
    }
  }

  /// Shows the line if it is time, and returns whether it can still be needed.
  private static func update() -> Bool {
    let now = now()
    return state.withLock { state in
      guard !state.isEnded else { return false }
      guard !state.isHidden, state.began > 0, now - state.began >= patience else { return true }
      let line = "Working on \(state.file) (\(Int(now - state.began)) s)"
      // A line that is wider than the terminal could not be erased.
      write("\r\(line.prefix(state.width - 1))\u{1b}[K")
      state.isShown = true
      return true
    }
  }

  private static func erase(_ state: inout State) {
    if state.isShown { write("\r\u{1b}[K") }
    state.isShown = false
  }

  private static func write(_ text: String) {
    let bytes = Array(text.utf8)
    // A terminal that is gone needs no progress.
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }

  /// Seconds of a clock that only goes forward.
  private static func now() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }
}
