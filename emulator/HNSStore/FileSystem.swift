import Glibc

/// A system call that failed.
package struct SystemError: Error, Hashable, Sendable {
  /// The name of the call.
  package let call: String
  /// The error number.
  package let number: Int32
  /// A text that says more than the number.
  private var explanation: String?

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - call: The name of the call.
  ///   - number: The error number.
  package init(call: String, number: Int32) {
    self.call = call
    self.number = number
  }

  /// The error for something that is not a regular file.
  static func notAFile(_ kind: FileStatus.Kind) -> SystemError {
    var error = SystemError(call: "open", number: kind == .directory ? EISDIR : EINVAL)
    if kind != .directory { error.explanation = "Not a regular file" }
    return error
  }

  /// The system's text for the number, unless there is a better one.
  package var text: String {
    if let explanation { return explanation }
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// What kind of thing a path or descriptor is.
package struct FileStatus: Hashable, Sendable {
  /// The kinds that matter here.
  package enum Kind: Hashable, Sendable {
    case regular
    case directory
    case other
  }

  /// The kind.
  package var kind: Kind
  /// The permission bits.
  package var permissions: UInt32
  /// The owner's group.
  package var group: UInt32
  /// The size in bytes.
  package var size: Int
  /// Equal for two paths to the same file.
  package var identity: [UInt64]

  /// Creates a status.
  ///
  /// - Parameters:
  ///   - kind: The kind.
  ///   - permissions: The permission bits.
  ///   - group: The owner's group.
  ///   - size: The size in bytes.
  ///   - identity: Equal for two paths to the same file.
  package init(kind: Kind, permissions: UInt32, group: UInt32, size: Int, identity: [UInt64]) {
    self.kind = kind
    self.permissions = permissions
    self.group = group
    self.size = size
    self.identity = identity
  }
}

/// The system calls that a state file needs, one requirement each, so that a test can inject a failure or a
/// stop at any of them.
package protocol FileSystem: Sendable {
  /// Opens a path.
  func open(_ path: String, _ mode: OpenMode) throws(SystemError) -> Int32
  /// Reads up to `count` bytes; none at the end.
  func read(_ descriptor: Int32, count: Int) throws(SystemError) -> [UInt8]
  /// Writes some of the bytes and returns how many.
  func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int
  /// Makes what was written durable.
  func synchronize(_ descriptor: Int32) throws(SystemError)
  /// Closes a descriptor.
  func close(_ descriptor: Int32) throws(SystemError)
  /// Cuts a file to a size, where the next bytes are written then.
  func truncate(_ descriptor: Int32, to size: Int) throws(SystemError)
  /// The status of an open file.
  func status(_ descriptor: Int32) throws(SystemError) -> FileStatus
  /// The status of the file a path leads to.
  func status(of path: String) throws(SystemError) -> FileStatus
  /// Sets the permissions and, if permitted, the group.
  func adopt(_ descriptor: Int32, permissions: UInt32, group: UInt32) throws(SystemError)
  /// Renames a file, replacing the target.
  func rename(_ source: String, to target: String) throws(SystemError)
  /// Removes a file.
  func remove(_ path: String) throws(SystemError)
  /// The target of a symbolic link; nil if the path is not one.
  func link(_ path: String) throws(SystemError) -> String?
  /// The names in a directory.
  func names(in directory: String) throws(SystemError) -> [String]
  /// Tries to take the exclusive lock of an open file; false if another holder has it.
  func lock(_ descriptor: Int32) throws(SystemError) -> Bool
  /// Releases the lock of an open file.
  func unlock(_ descriptor: Int32) throws(SystemError)
  /// Sleeps.
  func pause(milliseconds: Int)
  /// A monotonic clock, in milliseconds.
  func uptime() -> Int
  /// The id of this process.
  var process: Int32 { get }
  /// Whether a process runs on this host.
  func isRunning(_ process: Int32) -> Bool
  /// The name of this host.
  var hostName: String { get }
}

/// How a path is opened.
package enum OpenMode: Hashable, Sendable {
  /// For reading, without blocking.
  case read
  /// A new file for writing, which must not exist, accessible to the owner only.
  case createNew
  /// For reading and writing, created if absent; not through a symbolic link.
  case lock
  /// For appending to an existing file; not through a symbolic link.
  case append
  /// A directory, to make its entries durable.
  case directory
}
