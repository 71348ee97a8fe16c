import Glibc

/// The signals that ask a command to stop: SIGINT and SIGTERM.
struct StopSignals {
  private var signals = sigset_t()

  /// Blocks the signals until `wait`; threads created later inherit this.
  init() {
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Waits for the first signal; a second one ends the process immediately.
  mutating func wait() {
    var received: Int32 = 0
    while sigwait(&signals, &received) != 0 {}
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
