import Glibc

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
      let bytes = try contents(of: path)
      guard let seen = journal else {
        guard let bytes else { return nil }
        let stored = try Self.stored(in: bytes, path: path)
        return StateReading(
          state: stored.state, digest: StateDigest(of: bytes), size: bytes.count,
          needsSaving: stored.format < HostState.currentFormat)
      }
      if let bytes, let reading = try reading(bytes, seen) { return reading }
      journal = try self.journal()
      guard journal?.header.state != seen.header.state else {
        throw .journalMismatch(path: seen.path, state: path, isAbsent: bytes == nil)
      }
    }
  }

  /// A state with its journal; nil when the two do not go together.
  private func reading(_ bytes: [UInt8], _ journal: StateJournal) throws(StateFileError) -> StateReading? {
    let digest = StateDigest(of: bytes)
    let stored = try Self.stored(in: bytes, path: path)
    var state = stored.state
    if digest == journal.header.state {
      do throws(JournalDamage) { try journal.replay(on: &state) } catch { throw error.error(journal.path) }
    } else if stored.absorbedJournal != journal.header.state {
      return nil
    }
    return StateReading(state: state, digest: digest, size: bytes.count, needsSaving: true)
  }

  /// The journal beside the state; nil when there is none.
  ///
  /// A record that cannot be written as a whole is cut off again, and the next one takes its place. Who reads
  /// just then may see a piece of each, so that damage counts only when it is seen twice.
  private func journal() throws(StateFileError) -> StateJournal? {
    guard let path = try journalPath() else { return nil }
    var seen: JournalDamage?
    while let bytes = try contents(of: path) {
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

  /// What a path leads to.
  private enum Contents {
    case absent
    case directory
    case other
    case tooLarge
    case bytes([UInt8])
  }

  /// The bytes of a file; nil when there is none.
  private func contents(of path: String) throws(StateFileError) -> [UInt8]? {
    let contents: Contents
    do throws(SystemError) { contents = try rawContents(of: path) } catch {
      throw .unreadable(path: path, reason: error.text)
    }
    switch contents {
    case .absent: return nil
    case .directory: throw .isDirectory(path: path)
    case .other: throw .notAFile(path: path)
    case .tooLarge: throw .tooLarge(path: path, limit: Self.sizeLimit)
    case .bytes(let bytes): return bytes
    }
  }

  private func rawContents(of path: String) throws(SystemError) -> Contents {
    let descriptor: Int32
    do throws(SystemError) { descriptor = try files.open(path, .read) } catch {
      if error.number == ENOENT { return .absent }
      throw error
    }
    defer { try? files.close(descriptor) }
    let status = try files.status(descriptor)
    switch status.kind {
    case .regular: break
    case .directory: return .directory
    case .other: return .other
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(status.size, Self.sizeLimit))
    while true {
      let part = try files.read(descriptor, count: 1 << 20)
      if part.isEmpty { return .bytes(bytes) }
      bytes += part
      guard bytes.count <= Self.sizeLimit else { return .tooLarge }
    }
  }
}
