import Glibc
import HNSEmulator
import JSONText

/// A file with a ``HostState``, always replaced as a whole; while a service runs on it, there is also a
/// journal of the calls since it was saved.
///
/// Whatever happens during a save, the file afterwards contains the old state or the new one. Readers take no
/// lock. Writers hold a ``StateLock`` from before they load until they have saved.
public struct StateFile: Sendable {
  /// The largest file that is read.
  public static let sizeLimit = 1 << 30

  /// The path as given.
  public let path: String
  let files: any FileSystem

  /// Refers to a state file; no file is accessed.
  ///
  /// - Parameter path: The path; a symbolic link is followed.
  public init(path: String) { self.init(path: path, files: SystemFileSystem()) }

  /// Refers to a state file on a given file system.
  ///
  /// - Parameters:
  ///   - path: The path.
  ///   - files: The file system.
  package init(path: String, files: any FileSystem) {
    self.path = path
    self.files = files
  }

  /// Reads the state, with the calls of the journal applied.
  ///
  /// - Returns: The state, or nil if there is no such file.
  /// - Throws: ``StateFileError``; no file is changed.
  public func load() throws(StateFileError) -> HostState? { try read()?.state }

  /// Parses a state from the contents of a file.
  ///
  /// - Parameters:
  ///   - bytes: The contents of the file.
  ///   - path: The path for error messages.
  /// - Returns: The state, without a journal.
  /// - Throws: ``StateFileError`` if the bytes are not a state.
  public static func state(in bytes: [UInt8], path: String) throws(StateFileError) -> HostState {
    guard !bytes.isEmpty else { throw .empty(path: path) }
    var reader = JSONReader(bytes)
    do throws(SnapshotError) { return try StoredState(reading: &reader).state } catch {
      throw Self.failure(error, path: path)
    }
  }

  /// The error for an unreadable state.
  static func failure(_ error: SnapshotError, path: String) -> StateFileError {
    if let syntax = error.syntax {
      return .damaged(path: path, line: syntax.line, column: syntax.column, reason: syntax.reason)
    }
    if let found = error.newerFormat {
      return .newerFormat(path: path, found: found, reason: "its \(error.path) \(error.reason)")
    }
    return .damagedMember(path: path, member: error.path, reason: error.reason)
  }

  /// Replaces the state in the file, and its journal.
  ///
  /// The caller holds the ``StateLock``, and the state includes the calls of the journal. The state is
  /// written to a new file beside the old one, with the same permissions, is made durable, and is renamed
  /// over it; then the directory is made durable. When the call returns, the state survives a power failure.
  ///
  /// - Parameter state: The state.
  /// - Throws: ``StateFileError/unwritable(path:reason:)`` if the file is unchanged, or
  ///   ``StateFileError/notDurable(path:reason:)`` if it contains the new state.
  public func save(_ state: HostState) throws(StateFileError) { _ = try store(state) }

  /// Saves a state.
  ///
  /// The new state records the journal it replaces, so that a journal left over because the process died
  /// before removing it is recognized as obsolete.
  ///
  /// - Parameter state: The state.
  /// - Returns: The digest and the size of the file's new contents.
  /// - Throws: The same as ``save(_:)``.
  package func store(_ state: HostState) throws(StateFileError) -> (digest: StateDigest, size: Int) {
    let target: ResolvedPath
    var hasher = StateHasher()
    do throws(SystemError) {
      target = try resolvedPath()
      let stored = StoredState(state: state, absorbedJournal: try headerOfJournal(target)?.state)
      try replace(target) { descriptor throws(SystemError) in
        var writer = JSONWriter { [files] (part: [UInt8]) throws(SystemError) in
          hasher.combine(part)
          guard hasher.count <= Self.sizeLimit else { throw SystemError(call: "write", number: EFBIG) }
          try files.writeAll(descriptor, part)
        }
        try stored.write(to: &writer)
      }
    } catch { throw .unwritable(path: path, reason: error.text) }
    do throws(SystemError) { try synchronize(target) } catch {
      throw .notDurable(path: path, reason: error.text)
    }
    // A journal that cannot be removed no longer applies: the state records that it is included.
    try? files.remove(target.journal.path)
    return (hasher.digest, hasher.count)
  }
}
