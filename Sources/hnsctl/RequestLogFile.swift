import Glibc
import HNSServer

/// Where the request log goes: appended to a file, or to standard error.
enum RequestLogFile {
  struct Failure: Error {
    let reason: String
  }

  /// Opens a log.
  ///
  /// Lines that cannot be written are dropped; a broken log does not stop the service.
  static func open(_ path: String, isJSON: Bool) throws(Failure) -> RequestLog {
    var descriptor = STDERR_FILENO
    if path != "-" {
      descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
    }
    return RequestLog(isJSON: isJSON) { [descriptor] line in _ = Glibc.write(descriptor, line, line.count) }
  }
}
