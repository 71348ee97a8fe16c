import Glibc
import HNSServer

/// Where the request log goes: appended to a file, or to standard error.
enum RequestLogFile {
  struct Failure: Error {
    let reason: String
  }

  /// Opens a log.
  ///
  /// Lines that cannot be written are dropped; a broken log does not stop the service. A named pipe may get
  /// its reader later.
  static func open(_ path: String, isJSON: Bool) throws(Failure) -> RequestLog {
    RequestLog(LogWriter(try destination(path)), isJSON: isJSON)
  }

  private static func destination(_ path: String) throws(Failure) -> LogWriter.Destination {
    guard path != "-" else { return .descriptor(STDERR_FILENO) }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFIFO {
      guard access(path, W_OK) == 0 else { throw Failure(reason: String(cString: strerror(errno))) }
      return .namedPipe(path)
    }
    // Not to wait, even if the path becomes a named pipe meanwhile.
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o644)
    guard descriptor >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
    _ = fcntl(descriptor, F_SETFL, O_APPEND)
    return .descriptor(descriptor)
  }
}
