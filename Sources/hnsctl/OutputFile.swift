import Diagnostics
import Glibc
import SourceReading

/// Writes a file that the user specified.
enum OutputFile {
  struct Failure: Error {
    let reason: String
    /// Whether a file exists that is not replaced.
    var isExisting = false

    /// The diagnostic; the same for every file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - help: What to do about a file that exists.
    func diagnostic(_ path: String, ifExisting help: String = "name another file, or move this one away")
      -> Diagnostic
    {
      isExisting
        ? Diagnostic(.fileExists, "the file exists, and is not replaced", file: path, help: help)
        : Diagnostic(.fileNotWritten, "the file cannot be written: \(reason.lowercased())", file: path)
    }
  }

  /// Refuses to replace a file that exists, unless nothing is lost by that.
  ///
  /// An empty file has nothing to lose; a terminal, a pipe or a device is not replaced.
  ///
  /// - Parameters:
  ///   - path: The file that is about to be written.
  ///   - isReplaceable: Whether its contents are such that the command can write them again.
  static func checkReplacing(_ path: String, _ isReplaceable: (String) -> Bool = { _ in false })
    throws(Failure)
  {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0,
      !isReplaceable(path)
    else { return }
    throw Failure(reason: String(cString: strerror(EEXIST)), isExisting: true)
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
