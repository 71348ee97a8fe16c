import Glibc

/// The signals that ask a command to stop: SIGINT and SIGTERM.
struct StopSignals {
  private var signals = sigset_t()

  /// Keeps the signals until they are waited for; threads made later keep them too.
  init() {
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Waits for one of them; a further one ends the process at once.
  mutating func wait() {
    var received: Int32 = 0
    while sigwait(&signals, &received) != 0 {}
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
