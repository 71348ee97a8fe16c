import Glibc
import HNSEmulator
import JSONText

/// A state file and its journal as they stand on disk.
package struct StateReading: Sendable {
  /// The state of the file with the calls of the journal.
  package let state: HostState
  /// The digest of the bytes of the file.
  package let digest: StateDigest
  /// How many bytes stand in the file.
  package let size: Int
  /// Whether there is more than a state in the current format: a journal, or an older format.
  package let needsSaving: Bool
}

extension StateFile {
  /// Reads the state and the journal, without a lock.
  ///
  /// The journal is read first. When there is none, every acknowledged call was in the state file by then, and
  /// so it is in the one that is read next. When there is one, the state that is read next is the one it
  /// belongs to, or the one it was taken into, or, where writers are quick, one that is later still; then both
  /// are read again. A journal that is still in its place after such a reading was there all the time, so a
  /// writer cannot be the reason: the two files do not go together.
  ///
  /// - Returns: What is there; nil when there is no state file.
  /// - Throws: ``StateFileError``; nothing is touched.
  package func read() throws(StateFileError) -> StateReading? {
    var journal = try journal()
    while true {
      let file = try contents()
      guard let seen = journal else {
        return file.map { file in
          StateReading(
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

  /// What stands in the file of a state.
  private struct Contents {
    var stored: StoredState
    let digest: StateDigest
    let size: Int

    /// The state with its journal; nil when the two do not go together.
    consuming func reading(_ journal: StateJournal) throws(StateFileError) -> StateReading? {
      if digest == journal.header.state {
        do throws(JournalDamage) { try journal.replay(on: &stored.state) } catch {
          throw error.error(journal.path)
        }
      } else if stored.absorbedJournal != journal.header.state {
        return nil
      }
      return StateReading(state: stored.state, digest: digest, size: size, needsSaving: true)
    }
  }

  /// Reads the file of the state, part by part; nil when there is none.
  private func contents() throws(StateFileError) -> Contents? {
    guard let descriptor = try opened(path) else { return nil }
    defer { try? files.close(descriptor) }
    let text = FileText(files, descriptor)
    var reader = JSONReader(parts: text.next)
    let result: Result<StoredState, StateFileError>
    do throws(SnapshotError) { result = .success(try StoredState(reading: &reader)) } catch {
      result = .failure(Self.failure(error, path: path))
    }
    // What the system refused looks to the reader like the end of the text.
    if let error = text.error { throw .unreadable(path: path, reason: error.text) }
    guard text.size <= Self.sizeLimit else { throw .tooLarge(path: path, limit: Self.sizeLimit) }
    guard text.size > 0 else { throw .empty(path: path) }
    return Contents(stored: try result.get(), digest: text.hasher.digest, size: text.size)
  }

  /// The journal beside the state; nil when there is none.
  ///
  /// A record that cannot be written as a whole is cut off again, and the next one takes its place. Who reads
  /// just then may see a piece of each, so that damage counts only when it is seen twice.
  private func journal() throws(StateFileError) -> StateJournal? {
    guard let path = try journalPath() else { return nil }
    var seen: JournalDamage?
    while let bytes = try bytes(of: path) {
      do throws(JournalDamage) { return try StateJournal(bytes, path: path) } catch {
        guard error != seen else { throw error.error(path) }
        seen = error
      }
    }
    return nil
  }

  /// Where the journal would be; nil when the path of the state leads to no file.
  private func journalPath() throws(StateFileError) -> String? {
    do throws(SystemError) {
      let place = try place()
      guard place.name.utf8.count + 8 <= Int(NAME_MAX) else { return nil }
      return path.hasPrefix("./") || place.directory != "." ? place.journal.path : place.journal.name
    } catch {
      if error.number == EISDIR { return nil }
      throw .unreadable(path: path, reason: error.text)
    }
  }

  /// The header of the journal beside a state; nil when there is none that can be read.
  func headerOfJournal(_ place: FilePlace) throws(SystemError) -> StateJournal.Header? {
    let descriptor: Int32
    do throws(SystemError) { descriptor = try files.open(place.journal.path, .read) } catch {
      if error.number == ENOENT || error.number == ENAMETOOLONG { return nil }
      throw error
    }
    defer { try? files.close(descriptor) }
    guard try files.status(descriptor).kind == .regular else { return nil }
    return StateJournal.header(in: try files.read(descriptor, count: StateJournal.headerLimit))
  }

  /// Opens a file; nil when there is none.
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

  /// The bytes of a file; nil when there is none.
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

/// The text of an open file, part by part.
private final class FileText {
  /// How many bytes are read at a time.
  static let partSize = 1 << 20

  private let files: any FileSystem
  private let descriptor: Int32
  /// Of the parts that were read.
  private(set) var hasher = StateHasher()
  /// Why the last part is not the last of the file.
  private(set) var error: SystemError?

  init(_ files: any FileSystem, _ descriptor: Int32) {
    self.files = files
    self.descriptor = descriptor
  }

  /// How many bytes were read.
  var size: Int { hasher.count }

  /// The next part; an empty one at the end, where the file is too large, and where the system refuses.
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
