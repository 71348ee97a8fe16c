import Glibc
import SourceReading

/// Writes a file that the user specified.
enum OutputFile {
  struct Failure: Error {
    let reason: String
    /// Whether a file that must not exist does.
    var isExisting = false

    /// What is wrong, as a sentence; the same for every file.
    var message: String { "the file cannot be written: \(reason.lowercased())" }
  }

  /// Replaces the contents of the file with the bytes, durably.
  ///
  /// Links are followed; a terminal, a pipe or a device is written to, not replaced.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG { return try writeThrough(bytes, to: path) }
    let target = exists ? FolderListing.resolved(path) : path
    let temporary = "\(target).\(getpid())-\(UInt32.random(in: .min ... .max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
    // A file keeps its permissions.
    let hasMode = !exists || fchmod(descriptor, status.st_mode & 0o7777) == 0
    guard hasMode, writeAll(bytes, descriptor), fsync(descriptor) == 0 else {
      throw discard(descriptor, temporary)
    }
    guard close(descriptor) == 0, rename(temporary, target) == 0 else { throw discard(-1, temporary) }
  }

  /// Writes a file that does not exist yet, durably.
  static func create(_ bytes: [UInt8], at path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Failure(reason: String(cString: strerror(errno)), isExisting: errno == EEXIST)
    }
    guard writeAll(bytes, descriptor), fsync(descriptor) == 0 else { throw discard(descriptor, path) }
    guard close(descriptor) == 0 else { throw discard(-1, path) }
  }

  private static func writeThrough(_ bytes: [UInt8], to path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    guard writeAll(bytes, descriptor) else { throw Failure(reason: String(cString: strerror(errno))) }
  }

  private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + start }, buffer.count - start)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return false }
      start += written
    }
    return true
  }

  private static func discard(_ descriptor: Int32, _ temporary: String) -> Failure {
    let reason = String(cString: strerror(errno))
    if descriptor >= 0 { close(descriptor) }
    unlink(temporary)
    return Failure(reason: reason)
  }
}
