import Glibc
import HNSEmulator
import JSONText

/// A file that holds a ``HostState``, replaced as a whole and never in part; and beside it, while a service
/// runs on it, the journal of the calls since.
///
/// Whatever happens while a state is saved, the file afterwards holds the old state or the new one.
/// Readers take no lock. Writers hold a ``StateLock`` from before they load until they have saved.
public struct StateFile: Sendable {
  /// The largest file that is read.
  public static let sizeLimit = 1 << 30

  /// The path as it was given.
  public let path: String
  let files: any FileSystem

  /// Names a state file; nothing is touched.
  ///
  /// - Parameter path: The path; a symbolic link stands for the file it leads to.
  public init(path: String) { self.init(path: path, files: SystemFileSystem()) }

  /// Names a state file on a given file system.
  ///
  /// - Parameters:
  ///   - path: The path.
  ///   - files: The file system.
  package init(path: String, files: any FileSystem) {
    self.path = path
    self.files = files
  }

  /// Reads the state, with the calls of the journal beside it.
  ///
  /// - Returns: The state, or nil when there is no such file.
  /// - Throws: ``StateFileError``; nothing is touched.
  public func load() throws(StateFileError) -> HostState? { try read()?.state }

  /// Reads a state from the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: What stands in the file.
  ///   - path: The path to name in errors.
  /// - Returns: The state, without a journal.
  /// - Throws: ``StateFileError`` when the bytes are no state.
  public static func state(in bytes: [UInt8], path: String) throws(StateFileError) -> HostState {
    guard !bytes.isEmpty else { throw .empty(path: path) }
    var reader = JSONReader(bytes)
    do throws(SnapshotError) { return try StoredState(reading: &reader).state } catch {
      throw Self.failure(error, path: path)
    }
  }

  /// What is wrong with the text of a state file.
  static func failure(_ error: SnapshotError, path: String) -> StateFileError {
    if let syntax = error.syntax {
      return .damaged(path: path, line: syntax.line, column: syntax.column, reason: syntax.reason)
    }
    if let found = error.newerFormat {
      return .newerFormat(path: path, found: found, reason: "its \(error.path) \(error.reason)")
    }
    return .damagedMember(path: path, member: error.path, reason: error.reason)
  }

  /// Puts a state in the place of the one in the file and of its journal.
  ///
  /// The caller holds the ``StateLock``, and the state holds what the journal says. The state goes into a new
  /// file beside the old one, with the old one's permissions, is made durable, and is renamed over it; then
  /// the directory is made durable. When the call returns, the state survives a power failure.
  ///
  /// - Parameter state: The state.
  /// - Throws: ``StateFileError/unwritable(path:reason:)`` and the file is as it was, or
  ///   ``StateFileError/notDurable(path:reason:)`` and it holds the new state.
  public func save(_ state: HostState) throws(StateFileError) { _ = try store(state) }

  /// Saves a state.
  ///
  /// The new state names the journal it takes the place of, so that a journal that is left over because the
  /// process dies before it is removed is told from one that still counts.
  ///
  /// - Parameter state: The state.
  /// - Returns: The digest and the size of what now stands in the file.
  /// - Throws: As ``save(_:)``.
  package func store(_ state: HostState) throws(StateFileError) -> (digest: StateDigest, size: Int) {
    let target: FilePlace
    var hasher = StateHasher()
    do throws(SystemError) {
      target = try place()
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
    // A journal that cannot be removed counts no more: the state names it.
    try? files.remove(target.journal.path)
    return (hasher.digest, hasher.count)
  }
}
