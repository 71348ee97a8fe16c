import Glibc
import JSONText

/// The process that holds the lock of a state file.
public struct LockHolder: Hashable, Sendable {
  /// The id of the process.
  public let process: Int32
  /// The name of the host it runs on.
  public let host: String
  /// Since when, as the holder stated it.
  public let since: String

  /// Creates a holder.
  ///
  /// - Parameters:
  ///   - process: The id of the process.
  ///   - host: The name of the host it runs on.
  ///   - since: Since when, as text or as an ISO 8601 time.
  public init(process: Int32, host: String, since: String) {
    self.process = process
    self.host = host
    self.since = since
  }

  var document: JSON {
    ["pid": .integer(Int64(process)), "host": .string(host), "since": .string(since)]
  }

  init?(document: JSON) {
    guard let number = document["pid"]?.integer, let process = Int32(exactly: number),
      let host = document["host"]?.string, let since = document["since"]?.string
    else { return nil }
    self.init(process: process, host: host, since: since)
  }
}

/// The exclusive lock of a state file, held for the lifetime of the value.
///
/// The lock is the system's advisory lock on `FILE.lock`, so it ends with its process in any case; the
/// contents of the file only identify the holder to those who wait. The file itself remains, unless it is
/// discarded.
public struct StateLock: ~Copyable {
  private let descriptor: Int32
  private let path: String
  private let files: any FileSystem

  init(descriptor: Int32, path: String, files: any FileSystem) {
    self.descriptor = descriptor
    self.path = path
    self.files = files
  }

  /// Releases the lock.
  ///
  /// Without this call it is released with the value.
  public consuming func release() {}

  /// Releases the lock and removes its file, when there is no state to lock after all.
  ///
  /// Others that have already opened the file find that it was removed, and open a new one.
  public consuming func discard() { try? files.remove(path) }

  deinit {
    try? files.truncate(descriptor, to: 0)
    // Closing alone would leave the lock with a child process that is about to be started and still shares
    // the descriptor.
    try? files.unlock(descriptor)
    try? files.close(descriptor)
  }
}

extension StateFile {
  /// How long to wait between two attempts, in milliseconds.
  private static let pollInterval = 20

  /// Takes the lock.
  ///
  /// - Parameters:
  ///   - timeout: How long to wait for another holder, in milliseconds; 0 tries once.
  ///   - since: The start time shown to others, as ISO 8601.
  /// - Returns: The lock, held for the lifetime of the value.
  /// - Throws: ``StateFileError/locked(path:holder:)`` if another holder kept it,
  ///   ``StateFileError/lockNotAFile(path:reason:)``, or the system's error creating the lock file.
  public func lock(timeout: Int = 0, since: String) throws(StateFileError) -> StateLock {
    let lockPath: String
    do throws(SystemError) { lockPath = shown(try resolvedPath().lock) } catch {
      throw .unwritable(path: path, reason: error.text)
    }
    let start = files.uptime()
    while true {
      let waited = files.uptime() - start
      let attempt: Attempt
      do throws(SystemError) { attempt = try tryLock(lockPath) } catch {
        if let reason = mismatch(lockPath) { throw .lockNotAFile(path: lockPath, reason: reason) }
        throw .unwritable(path: path, reason: "\(lockPath): \(error.text)")
      }
      switch attempt {
      case .taken(let descriptor):
        writeHolder(descriptor, since: since)
        return StateLock(descriptor: descriptor, path: lockPath, files: files)
      case .held(let holder):
        guard waited < timeout else { throw .locked(path: path, holder: holder) }
        files.pause(milliseconds: max(1, min(Self.pollInterval, timeout - waited)))
      case .replaced: continue
      }
    }
  }

  /// Runs a body while holding the lock.
  ///
  /// - Parameters:
  ///   - timeout: How long to wait for another holder, in milliseconds.
  ///   - since: The start time shown to others, as ISO 8601.
  ///   - body: What to do.
  /// - Returns: The result of the body.
  /// - Throws: ``StateFileError`` if the lock cannot be taken, and the errors of the body.
  public func withLock<Value>(
    timeout: Int = 0, since: String, _ body: () throws -> Value
  ) throws -> Value {
    let lock = try lock(timeout: timeout, since: since)
    let result = Result { try body() }
    lock.release()
    return try result.get()
  }

  private enum Attempt {
    case taken(Int32)
    case held(LockHolder?)
    /// The file was removed while this process tried.
    case replaced
  }

  private func tryLock(_ lockPath: String) throws(SystemError) -> Attempt {
    let descriptor = try files.open(lockPath, .lock)
    var attempt = Attempt.replaced
    defer {
      if case .taken = attempt {} else { try? files.close(descriptor) }
    }
    let status = try files.status(descriptor)
    guard status.kind == .regular else { throw .notAFile(status.kind) }
    guard try files.lock(descriptor) else {
      attempt = .held(holder(descriptor))
      return attempt
    }
    if (try? files.status(of: lockPath))?.identity == status.identity { attempt = .taken(descriptor) }
    return attempt
  }

  /// Why what is in place of a lock file cannot be one; nil if it can.
  private func mismatch(_ lockPath: String) -> String? {
    // The target of a link could be anything, and would be emptied.
    if (try? files.link(lockPath)) != nil { return "is a symbolic link" }
    return switch (try? files.status(of: lockPath))?.kind {
    case .directory: "is a directory"
    case .other: "is not a regular file"
    case .regular, nil: nil
    }
  }

  private func holder(_ descriptor: Int32) -> LockHolder? {
    guard let bytes = try? files.read(descriptor, count: 4096), !bytes.isEmpty,
      let document = try? JSON(parsing: bytes)
    else { return nil }
    return LockHolder(document: document)
  }

  /// Records who holds the lock.
  ///
  /// This is only informative: the lock works without it.
  private func writeHolder(_ descriptor: Int32, since: String) {
    let holder = LockHolder(process: files.process, host: files.hostName, since: since)
    try? files.truncate(descriptor, to: 0)
    _ = try? files.write(descriptor, holder.document.bytes(.pretty)[...])
  }
}
