import Glibc
package import HNSEmulator

/// Appends calls to the journal of a state file; the process must hold the lock.
///
/// An appended call survives the end of the process in any form, because the system has it. Appends are not
/// synced one by one, so a power failure may lose the last calls.
package final class JournalWriter {
  private let files: any FileSystem
  private let descriptor: Int32
  private var checksum: JournalChecksum
  /// The size of the journal in bytes.
  package private(set) var size: Int
  /// The number of calls in it.
  package private(set) var count = 0
  /// Whether the journal ends with a partial record, so that nothing can follow.
  package private(set) var isTorn = false

  /// Starts a new journal, replacing an existing one.
  ///
  /// - Parameters:
  ///   - file: The state file; the caller holds its lock.
  ///   - digest: The digest of its contents.
  ///   - defersManagementIP: Whether new networks get their management IP later.
  /// - Throws: The error of the system.
  package init(of file: StateFile, _ digest: StateDigest, defersManagementIP: Bool) throws(SystemError) {
    files = file.files
    checksum = JournalChecksum()
    let line = checksum.line(
      of: StateJournal.Header(state: digest, defersManagementIP: defersManagementIP).document)
    let resolvedPath = try file.resolvedPath()
    try file.replace(resolvedPath.journal, like: resolvedPath) { [files] descriptor throws(SystemError) in
      try files.writeAll(descriptor, line)
    }
    size = line.count
    descriptor = try files.open(resolvedPath.journal.path, .append)
  }

  deinit { try? files.close(descriptor) }

  /// Appends a call.
  ///
  /// - Parameter call: The call, which the service has performed.
  /// - Throws: The error of the system. A partly written record is truncated; if that fails too, ``isTorn``
  ///   is set.
  package func append(_ call: ServiceCall) throws(SystemError) {
    var next = checksum
    try write(next.line(of: call.document))
    checksum = next
    count += 1
  }

  /// Tests whether a call can be appended, and leaves no trace of it.
  ///
  /// - Parameter call: The call.
  /// - Throws: The same as ``append(_:)``.
  package func probe(_ call: ServiceCall) throws(SystemError) {
    var next = checksum
    let size = size
    // Without the line feed it is not a record, should this process end right now.
    try write(Array(next.line(of: call.document).dropLast()))
    try cut(to: size)
  }

  private func write(_ line: [UInt8]) throws(SystemError) {
    guard !isTorn else { throw SystemError(call: "write", number: EIO) }
    guard size + line.count <= StateFile.sizeLimit else { throw SystemError(call: "write", number: EFBIG) }
    do throws(SystemError) { try files.writeAll(descriptor, line) } catch {
      try? cut(to: size)
      throw error
    }
    size += line.count
  }

  private func cut(to size: Int) throws(SystemError) {
    do throws(SystemError) { try files.truncate(descriptor, to: size) } catch {
      isTorn = true
      throw error
    }
    self.size = size
  }
}
