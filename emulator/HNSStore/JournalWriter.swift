import Glibc
package import HNSEmulator

/// Appends calls to the journal of a state file, for a process that holds the lock.
///
/// What was appended survives the end of the process, however that comes: it is in the hands of the system.
/// It is not made durable call by call, so that a power failure may take the last calls.
package final class JournalWriter {
  private let files: any FileSystem
  private let descriptor: Int32
  private var check: JournalCheck
  /// How many bytes stand in the journal.
  package private(set) var size: Int
  /// How many calls stand in it.
  package private(set) var count = 0
  /// Whether a piece of a record stands at the end, so that nothing can follow.
  package private(set) var isTorn = false

  /// Starts a new journal, in the place of one that is there.
  ///
  /// - Parameters:
  ///   - file: The state file, whose lock the caller holds.
  ///   - digest: The digest of the bytes that stand in it.
  ///   - defersSettling: How the service leaves networks that were just created.
  /// - Throws: The refusal of the system.
  package init(of file: StateFile, _ digest: StateDigest, defersSettling: Bool) throws(SystemError) {
    files = file.files
    check = JournalCheck()
    let line = check.line(of: StateJournal.Header(state: digest, defersSettling: defersSettling).document)
    let place = try file.place()
    try file.replace(place.journal, like: place) { [files] descriptor throws(SystemError) in
      try files.writeAll(descriptor, line)
    }
    size = line.count
    descriptor = try files.open(place.journal.path, .append)
  }

  deinit { try? files.close(descriptor) }

  /// Appends a call.
  ///
  /// - Parameter call: The call, which the service has carried out.
  /// - Throws: The refusal of the system. What was written of the record is cut off again; where that fails
  ///   too, ``isTorn`` says so.
  package func append(_ call: ServiceCall) throws(SystemError) {
    var next = check
    try write(next.line(of: call.document))
    check = next
    count += 1
  }

  /// Tries whether a call could be appended, and leaves nothing of it.
  ///
  /// - Parameter call: The call.
  /// - Throws: As ``append(_:)``.
  package func probe(_ call: ServiceCall) throws(SystemError) {
    var next = check
    let size = size
    // Without the line feed it is no record, should this process end right now.
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
