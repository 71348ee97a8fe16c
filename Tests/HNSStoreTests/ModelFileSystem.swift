import Glibc
import HNSEmulator
import HNSStore
import HNSTestSupport
import Synchronization

/// A file system in memory that models what a power failure would leave, and that can fail or die at any one
/// call.
final class ModelFileSystem: FileSystem {
  /// What happens at the chosen call.
  enum Fault: CaseIterable {
    /// It fails, and the process continues.
    case fails
    /// The process dies before it; a write is half done.
    case dies
    /// The process dies right after it.
    case diesAfter
  }

  struct File {
    var bytes: [UInt8] = []
    /// The part that is durable.
    var durable: [UInt8] = []
    var permissions: UInt32
  }

  struct Storage {
    var files: [Int: File] = [:]
    var entries: [String: Int] = [:]
    var durableEntries: [String: Int] = [:]
    var open: [Int32: (file: Int?, path: String, offset: Int)] = [:]
    var nextFile = 1
    var nextDescriptor: Int32 = 3
    var calls: [String] = []
    var faultAt: Int?
    var fault = Fault.fails
    var isDead = false
    /// The descriptor with the lock of each locked file.
    var locks: [Int: Int32] = [:]
    var processes: Set<Int32> = [100]
    var time = 0
    var chunk = Int.max
    /// The capacity of the disk in bytes.
    var capacity = Int.max
    /// An action of another process right before the call with the given number.
    var interlude: (call: Int, action: @Sendable () -> Void)?
  }

  let storage = Mutex(Storage())

  /// The bytes of a file; nil if there is none.
  func bytes(of path: String) -> [UInt8]? {
    storage.withLock { storage in storage.entries[path].flatMap { storage.files[$0]?.bytes } }
  }

  /// Creates a file with contents; nil removes it.
  func put(_ bytes: [UInt8]?, at path: String) {
    storage.withLock { storage in
      storage.entries[path] = nil
      guard let bytes else { return }
      storage.files[storage.nextFile] = File(bytes: bytes, durable: bytes, permissions: 0o600)
      storage.entries[path] = storage.nextFile
      storage.nextFile += 1
    }
  }

  /// Sets the call at which the fault happens, counted from 0 from now on.
  func arm(_ fault: Fault, at call: Int?) {
    storage.withLock {
      $0.calls = []
      $0.faultAt = call
      $0.fault = fault
      $0.isDead = false
      $0.open = [:]
      $0.locks = [:]
    }
  }

  /// The result of a power failure: the durable contents, under the entries that were made durable or, if the
  /// directory happened to be written, under the current ones.
  func afterPowerFailure(keepsEntries: Bool) -> ModelFileSystem {
    let result = ModelFileSystem()
    let old = storage.withLock { $0 }
    result.storage.withLock {
      $0.entries = keepsEntries ? old.entries : old.durableEntries
      $0.durableEntries = $0.entries
      $0.files = old.files.mapValues {
        File(bytes: $0.durable, durable: $0.durable, permissions: $0.permissions)
      }
      $0.nextFile = old.nextFile
      $0.processes = [200]
    }
    return result
  }

  private func call<Value>(
    _ name: String, partly: ((inout Storage) -> Void)? = nil,
    _ body: (inout Storage) throws(SystemError) -> Value
  ) throws(SystemError) -> Value {
    let interlude =
      storage.withLock { storage in
        guard let interlude = storage.interlude, interlude.call == storage.calls.count else { return nil }
        storage.interlude = nil
        return interlude.action
      } as (@Sendable () -> Void)?
    interlude?()
    var failure = SystemError(call: name, number: EIO)
    let result: Value? = storage.withLock { storage in
      guard !storage.isDead else { return nil }
      let index = storage.calls.count
      storage.calls.append(name)
      let isHit = index == storage.faultAt
      if isHit, storage.fault != .diesAfter {
        partly?(&storage)
        storage.isDead = storage.fault == .dies
        return nil
      }
      do throws(SystemError) {
        let value = try body(&storage)
        if isHit {
          storage.isDead = true
          return nil
        }
        return value
      } catch {
        failure = error
        return nil
      }
    }
    guard let result else { throw failure }
    return result
  }

  func open(_ path: String, _ mode: OpenMode) throws(SystemError) -> Int32 {
    try call("open") { storage throws(SystemError) in
      var file = storage.entries[path]
      switch mode {
      case .directory: file = nil
      case .read, .append: if file == nil { throw SystemError(call: "open", number: ENOENT) }
      case .createNew:
        if file != nil { throw SystemError(call: "open", number: EEXIST) }
        fallthrough
      case .lock:
        if file == nil {
          storage.files[storage.nextFile] = File(permissions: 0o600)
          storage.entries[path] = storage.nextFile
          file = storage.nextFile
          storage.nextFile += 1
        }
      }
      let descriptor = storage.nextDescriptor
      storage.nextDescriptor += 1
      storage.open[descriptor] = (file, path, 0)
      return descriptor
    }
  }

  func read(_ descriptor: Int32, count: Int) throws(SystemError) -> [UInt8] {
    try call("read") { storage throws(SystemError) in
      guard let entry = storage.open[descriptor], let file = entry.file,
        let bytes = storage.files[file]?.bytes
      else { throw SystemError(call: "read", number: EBADF) }
      let part = bytes.dropFirst(entry.offset).prefix(count)
      storage.open[descriptor]?.offset += part.count
      return Array(part)
    }
  }

  func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
    func append(_ storage: inout Storage, _ count: Int) {
      guard let file = storage.open[descriptor]?.file else { return }
      storage.files[file]?.bytes += bytes.prefix(count)
    }
    return try call("write", partly: { append(&$0, bytes.count / 2) }) { storage throws(SystemError) in
      let used = storage.entries.values.reduce(0) { $0 + (storage.files[$1]?.bytes.count ?? 0) }
      let count = min(bytes.count, storage.chunk, max(0, storage.capacity - used))
      guard count > 0 || bytes.isEmpty else { throw SystemError(call: "write", number: ENOSPC) }
      append(&storage, count)
      return count
    }
  }

  func synchronize(_ descriptor: Int32) throws(SystemError) {
    try call("fsync") { storage in
      if let file = storage.open[descriptor]?.file {
        let bytes = storage.files[file]?.bytes ?? []
        storage.files[file]?.durable = bytes
      } else {
        storage.durableEntries = storage.entries
      }
    }
  }

  func close(_ descriptor: Int32) throws(SystemError) {
    try call("close") { storage in
      if let file = storage.open[descriptor]?.file, storage.locks[file] == descriptor {
        storage.locks[file] = nil
      }
      storage.open[descriptor] = nil
    }
  }

  func truncate(_ descriptor: Int32, to size: Int) throws(SystemError) {
    try call("truncate") { storage in
      guard let file = storage.open[descriptor]?.file else { return }
      let bytes = storage.files[file]?.bytes ?? []
      storage.files[file]?.bytes = Array(bytes.prefix(size))
    }
  }

  private func status(_ storage: Storage, _ file: Int) -> FileStatus {
    FileStatus(
      kind: .regular, permissions: storage.files[file]?.permissions ?? 0, group: 0,
      size: storage.files[file]?.bytes.count ?? 0, identity: [UInt64(file)])
  }

  func status(_ descriptor: Int32) throws(SystemError) -> FileStatus {
    try call("fstat") { storage throws(SystemError) in
      guard let file = storage.open[descriptor]?.file else { throw SystemError(call: "fstat", number: EBADF) }
      return status(storage, file)
    }
  }

  func status(of path: String) throws(SystemError) -> FileStatus {
    try call("stat") { storage throws(SystemError) in
      guard let file = storage.entries[path] else { throw SystemError(call: "stat", number: ENOENT) }
      return status(storage, file)
    }
  }

  func adopt(_ descriptor: Int32, permissions: UInt32, group: UInt32) throws(SystemError) {
    try call("fchmod") { storage in
      if let file = storage.open[descriptor]?.file { storage.files[file]?.permissions = permissions }
    }
  }

  func rename(_ source: String, to target: String) throws(SystemError) {
    try call("rename") { storage throws(SystemError) in
      guard let file = storage.entries.removeValue(forKey: source) else {
        throw SystemError(call: "rename", number: ENOENT)
      }
      storage.entries[target] = file
    }
  }

  func remove(_ path: String) throws(SystemError) {
    try call("unlink") { storage throws(SystemError) in
      guard storage.entries.removeValue(forKey: path) != nil else {
        throw SystemError(call: "unlink", number: ENOENT)
      }
    }
  }

  func link(_ path: String) throws(SystemError) -> String? { try call("readlink") { _ in nil } }

  func names(in directory: String) throws(SystemError) -> [String] {
    try call("readdir") { storage in
      storage.entries.keys.filter { $0.hasPrefix(directory + "/") }
        .map { String($0.dropFirst(directory.count + 1)) }.sorted()
    }
  }

  func lock(_ descriptor: Int32) throws(SystemError) -> Bool {
    try call("flock") { storage in
      guard let file = storage.open[descriptor]?.file else { return false }
      guard storage.locks[file] == nil else { return false }
      storage.locks[file] = descriptor
      return true
    }
  }

  func unlock(_ descriptor: Int32) throws(SystemError) {
    try call("flock") { storage in
      if let file = storage.open[descriptor]?.file { storage.locks[file] = nil }
    }
  }

  func pause(milliseconds: Int) { storage.withLock { $0.time += milliseconds } }
  func uptime() -> Int { storage.withLock { $0.time } }
  var process: Int32 { 100 }
  func isRunning(_ process: Int32) -> Bool { storage.withLock { $0.processes.contains(process) } }
  var hostName: String { "model" }
}
