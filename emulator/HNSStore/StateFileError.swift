/// Why a state file could not be read, written or locked.
///
/// The file is unchanged, except as ``notDurable(path:reason:)`` states.
public enum StateFileError: Error, Hashable, Sendable {
  /// The path is a directory.
  case isDirectory(path: String)
  /// The path is not a regular file.
  case notAFile(path: String)
  /// The system refused to read it.
  case unreadable(path: String, reason: String)
  /// The file is empty.
  case empty(path: String)
  /// The file is larger than the limit in bytes.
  case tooLarge(path: String, limit: Int)
  /// The file is not JSON; line and column (in bytes) count from 1.
  case damaged(path: String, line: Int, column: Int, reason: String)
  /// A member of the document is invalid.
  case damagedMember(path: String, member: String, reason: String)
  /// A later version of this program wrote the file.
  case newerFormat(path: String, found: Int64, reason: String)
  /// The journal of a state is damaged; lines count from 1.
  case journalDamaged(path: String, line: Int, reason: String)
  /// The journal of a state cannot be read.
  case journalUnreadable(path: String, reason: String)
  /// The lock file of a state is not a regular file.
  case lockNotAFile(path: String, reason: String)
  /// The journal belongs to a different state.
  case journalMismatch(path: String, state: String, isAbsent: Bool)
  /// The state contains a different host than requested.
  case otherHost(path: String, reason: String)
  /// The system refused to write; the file is unchanged.
  case unwritable(path: String, reason: String)
  /// The new state is in place, but may not survive a power failure.
  case notDurable(path: String, reason: String)
  /// Another process holds the lock; the holder is nil if unknown.
  case locked(path: String, holder: LockHolder?)
}

extension StateFileError {
  /// The path of the file.
  public var path: String {
    switch self {
    case .isDirectory(let path), .notAFile(let path), .unreadable(let path, _), .empty(let path),
      .tooLarge(let path, _), .damaged(let path, _, _, _), .damagedMember(let path, _, _),
      .newerFormat(let path, _, _), .journalDamaged(let path, _, _), .journalUnreadable(let path, _),
      .journalMismatch(let path, _, _), .lockNotAFile(let path, _),
      .otherHost(let path, _), .unwritable(let path, _), .notDurable(let path, _),
      .locked(let path, _):
      path
    }
  }

  /// What is wrong, without the path.
  public var reason: String {
    switch self {
    case .isDirectory: "is a directory, not a state file"
    case .notAFile: "is not a regular file"
    case .unreadable(_, let reason): "cannot be read: \(reason)"
    case .empty: "is damaged: it is empty"
    case .tooLarge(_, let limit): "is larger than \(limit) bytes"
    case .damaged(_, let line, let column, let reason):
      "is damaged at line \(line), column \(column): \(reason)"
    case .damagedMember(_, let member, let reason): "is damaged: '\(member)' \(reason)"
    case .newerFormat(_, _, let reason): "was written by a later version: \(reason)"
    case .journalDamaged(_, let line, let reason): "is damaged at line \(line): \(reason)"
    case .journalUnreadable(_, let reason), .lockNotAFile(_, let reason): reason
    case .journalMismatch(_, let state, let isAbsent):
      isAbsent
        ? "belongs to a state, but there is no file \(state)" : "belongs to a different state than \(state)"
    case .otherHost(_, let reason): reason
    case .unwritable(_, let reason): "cannot be written: \(reason)"
    case .notDurable(_, let reason): "was written but may not survive a power failure: \(reason)"
    case .locked(_, let holder):
      holder.map { "is locked by process \($0.process) on \($0.host) since \($0.since)" }
        ?? "is locked by another process"
    }
  }
}

extension StateFileError {
  /// The same error for the journal of a state.
  var ofJournal: StateFileError {
    if case .isDirectory = self { return .journalUnreadable(path: path, reason: "is a directory") }
    return .journalUnreadable(path: path, reason: reason)
  }
}

extension StateFileError: CustomStringConvertible {
  /// The path and what is wrong with it.
  public var description: String { "\(path) \(reason)" }
}
