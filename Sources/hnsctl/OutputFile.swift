import Glibc

/// Writes a file the user named.
enum OutputFile {
  struct Failure: Error {
    let reason: String
  }

  /// Writes the bytes and makes them durable, in place of whatever the file held.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let temporary = "\(path).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + start }, buffer.count - start)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw discard(descriptor, temporary) }
      start += written
    }
    guard fsync(descriptor) == 0, close(descriptor) == 0 else { throw discard(-1, temporary) }
    guard rename(temporary, path) == 0 else { throw discard(-1, temporary) }
  }

  private static func discard(_ descriptor: Int32, _ temporary: String) -> Failure {
    let reason = String(cString: strerror(errno))
    if descriptor >= 0 { close(descriptor) }
    unlink(temporary)
    return Failure(reason: reason)
  }
}
