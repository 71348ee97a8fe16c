import Glibc
import HNSEmulator
import JSONText

/// The contents of a state file and its journal.
package struct StateFileContents: Sendable {
  /// The state of the file with the calls of the journal applied.
  package let state: HostState
  /// The digest of the file's contents.
  package let digest: StateDigest
  /// The size of the file in bytes.
  package let size: Int
  /// Whether saving would change the disk: there is a journal, or the format is old.
  package let needsSaving: Bool
}

extension StateFile {
  /// Reads the state and the journal, without a lock.
  ///
  /// The journal is read first. If there is none, every acknowledged call was in the state file by then, and
  /// so it is in the one that is read next. If there is one, the state that is read next is the one it
  /// belongs to, or the one it was compacted into, or, if writers are fast, a still later one; then both are
  /// read again. If the same journal is still in place after such a read, it was there all the time, so a
  /// writer cannot be the reason: the two files do not match.
  ///
  /// - Returns: The contents; nil if there is no state file.
  /// - Throws: ``StateFileError``; no file is changed.
  package func read() throws(StateFileError) -> StateFileContents? {
    var journal = try journal()
    while true {
      let file = try contents()
      guard let seen = journal else {
        return file.map { file in
          StateFileContents(
            state: file.stored.state, digest: file.digest, size: file.size,
            needsSaving: file.stored.format < HostState.currentFormat)
        }
      }
      if let file, let reading = try file.reading(seen) { return reading }
      journal = try self.journal()
      guard journal?.header.state != seen.header.state else {
        throw .journalMismatch(path: seen.path, state: path, isAbsent: file == nil)
      }
    }
  }

  /// The serial number of the state, for a writer that replaces it.
  ///
  /// Without a journal only the members before the host are read.
  ///
  /// - Returns: The number; nil if there is no state file.
  /// - Throws: ``StateFileError`` if the file does not begin as a state, or is one that cannot be read.
  package func serial() throws(StateFileError) -> UInt64? {
    if try journal() == nil, let serial = try serialBeforeHost() { return serial }
    return try load()?.serial
  }

  /// The serial number of a state that has it before its host, as this program writes it; nil for any other file.
  private func serialBeforeHost() throws(StateFileError) -> UInt64? {
    guard let descriptor = try opened(path) else { return nil }
    defer { try? files.close(descriptor) }
    var reader = JSONReader(parts: FileText(files, descriptor).next)
    guard reader.peek() == UInt8(ascii: "{") else { return nil }
    var header = JSONObject()
    do throws(JSONError) {
      try reader.enter()
      while let name = try reader.nextMember(), ["kind", "formatVersion", "serial"].contains(name) {
        header.append(name, try reader.value())
      }
    } catch { return nil }
    guard header["kind"] == .string(HostState.kind),
      header["formatVersion"] == .integer(HostState.currentFormat)
    else { return nil }
    return header["serial"]?.integer.flatMap { UInt64(exactly: $0) }
  }

  /// The contents of the state file.
  private struct Contents {
    var stored: StoredState
    let digest: StateDigest
    let size: Int

    /// The state with its journal; nil if the two do not match.
    consuming func reading(_ journal: StateJournal) throws(StateFileError) -> StateFileContents? {
      if digest == journal.header.state {
        do throws(JournalError) { try journal.replay(on: &stored.state) } catch {
          throw error.error(journal.path)
        }
      } else if stored.absorbedJournal != journal.header.state {
        return nil
      }
      return StateFileContents(state: stored.state, digest: digest, size: size, needsSaving: true)
    }
  }

  /// Reads the state file in parts; nil if there is none.
  private func contents() throws(StateFileError) -> Contents? {
    guard let descriptor = try opened(path) else { return nil }
    defer { try? files.close(descriptor) }
    let text = FileText(files, descriptor)
    var reader = JSONReader(parts: text.next)
    let result: Result<StoredState, StateFileError>
    do throws(SnapshotError) { result = .success(try StoredState(reading: &reader)) } catch {
      result = .failure(Self.failure(error, path: path))
    }
    // A read error looks to the parser like the end of the text.
    if let error = text.error { throw .unreadable(path: path, reason: error.text) }
    guard text.size <= Self.sizeLimit else { throw .tooLarge(path: path, limit: Self.sizeLimit) }
    guard text.size > 0 else { throw .empty(path: path) }
    return Contents(stored: try result.get(), digest: text.hasher.digest, size: text.size)
  }

  /// The journal beside the state; nil if there is none.
  ///
  /// A record that cannot be written completely is truncated, and the next one replaces it. A concurrent
  /// reader may see a piece of each, so damage counts only if it is seen twice.
  private func journal() throws(StateFileError) -> StateJournal? {
    guard let path = try journalPath() else { return nil }
    var seen: JournalError?
    while let bytes = try bytes(ofJournal: path) {
      do throws(JournalError) { return try StateJournal(bytes, path: path) } catch {
        guard error != seen else { throw error.error(path) }
        seen = error
      }
    }
    return nil
  }

  /// The path of the journal; nil if the path of the state leads to no file.
  private func journalPath() throws(StateFileError) -> String? {
    do throws(SystemError) {
      let resolvedPath = try resolvedPath()
      guard resolvedPath.name.utf8.count + 8 <= Int(NAME_MAX) else { return nil }
      return shown(resolvedPath.journal)
    } catch {
      if error.number == EISDIR { return nil }
      throw .unreadable(path: path, reason: error.text)
    }
  }

  /// The header of the journal beside a state; nil if there is no readable one.
  func headerOfJournal(_ resolvedPath: ResolvedPath) throws(SystemError) -> StateJournal.Header? {
    let descriptor: Int32
    do throws(SystemError) { descriptor = try files.open(resolvedPath.journal.path, .read) } catch {
      if error.number == ENOENT || error.number == ENAMETOOLONG { return nil }
      throw error
    }
    defer { try? files.close(descriptor) }
    guard try files.status(descriptor).kind == .regular else { return nil }
    return StateJournal.header(in: try files.read(descriptor, count: StateJournal.headerLimit))
  }

  /// Opens a file; nil if there is none.
  private func opened(_ path: String) throws(StateFileError) -> Int32? {
    let descriptor: Int32
    let kind: FileStatus.Kind
    do throws(SystemError) {
      descriptor = try files.open(path, .read)
      do throws(SystemError) { kind = try files.status(descriptor).kind } catch {
        try? files.close(descriptor)
        throw error
      }
    } catch {
      if error.number == ENOENT { return nil }
      throw .unreadable(path: path, reason: error.text)
    }
    if kind == .regular { return descriptor }
    try? files.close(descriptor)
    throw kind == .directory ? .isDirectory(path: path) : .notAFile(path: path)
  }

  /// The contents of a journal; nil if there is none.
  private func bytes(ofJournal path: String) throws(StateFileError) -> [UInt8]? {
    do throws(StateFileError) { return try bytes(of: path) } catch { throw error.ofJournal }
  }

  private func bytes(of path: String) throws(StateFileError) -> [UInt8]? {
    guard let descriptor = try opened(path) else { return nil }
    defer { try? files.close(descriptor) }
    var bytes: [UInt8] = []
    while true {
      let part: [UInt8]
      do throws(SystemError) { part = try files.read(descriptor, count: FileText.partSize) } catch {
        throw .unreadable(path: path, reason: error.text)
      }
      if part.isEmpty { return bytes }
      bytes += part
      guard bytes.count <= Self.sizeLimit else { throw .tooLarge(path: path, limit: Self.sizeLimit) }
    }
  }
}

/// The text of an open file, in parts.
private final class FileText {
  /// How many bytes are read at a time.
  static let partSize = 1 << 20

  private let files: any FileSystem
  private let descriptor: Int32
  /// The hash of the parts read so far.
  private(set) var hasher = StateHasher()
  /// The error that ended reading before the end of the file.
  private(set) var error: SystemError?

  init(_ files: any FileSystem, _ descriptor: Int32) {
    self.files = files
    self.descriptor = descriptor
  }

  /// The number of bytes read.
  var size: Int { hasher.count }

  /// The next part; empty at the end, if the file is too large, and on a read error.
  func next() -> [UInt8] {
    guard size <= StateFile.sizeLimit else { return [] }
    do throws(SystemError) {
      let part = try files.read(descriptor, count: Self.partSize)
      hasher.combine(part)
      return part
    } catch {
      self.error = error
      return []
    }
  }
}
