import Glibc

/// The file system of this machine.
package struct SystemFileSystem: FileSystem {
  /// The file system of this machine.
  package init() {}

  private func check<Value: BinaryInteger>(
    _ call: String, _ body: () -> Value
  ) throws(SystemError) -> Value {
    while true {
      let result = body()
      if result >= 0 { return result }
      guard errno == EINTR else { throw SystemError(call: call, number: errno) }
    }
  }

  package func open(_ path: String, _ mode: OpenMode) throws(SystemError) -> Int32 {
    let flags: Int32 =
      switch mode {
      case .read: O_RDONLY | O_NONBLOCK
      case .createNew: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
      case .lock: O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK
      case .append: O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK
      case .directory: O_RDONLY | O_DIRECTORY
      }
    return try check("open") { Glibc.open(path, flags | O_CLOEXEC, 0o600) }
  }

  package func read(_ descriptor: Int32, count: Int) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let length = try check("read") { Glibc.read(descriptor, &bytes, count) }
    return Array(bytes[..<length])
  }

  package func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
    try check("write") {
      bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
  }

  package func synchronize(_ descriptor: Int32) throws(SystemError) {
    _ = try check("fsync") { fsync(descriptor) }
  }

  package func close(_ descriptor: Int32) throws(SystemError) {
    // After an interrupted close the descriptor is gone; trying again could close another file.
    guard Glibc.close(descriptor) < 0, errno != EINTR else { return }
    throw SystemError(call: "close", number: errno)
  }

  package func truncate(_ descriptor: Int32, to size: Int) throws(SystemError) {
    _ = try check("ftruncate") { ftruncate(descriptor, off_t(size)) }
    _ = try check("lseek") { lseek(descriptor, off_t(size), SEEK_SET) }
  }

  package func status(_ descriptor: Int32) throws(SystemError) -> FileStatus {
    var buffer = stat()
    _ = try check("fstat") { fstat(descriptor, &buffer) }
    return Self.status(buffer)
  }

  package func status(of path: String) throws(SystemError) -> FileStatus {
    var buffer = stat()
    _ = try check("stat") { stat(path, &buffer) }
    return Self.status(buffer)
  }

  private static func status(_ buffer: stat) -> FileStatus {
    let kind: FileStatus.Kind =
      switch buffer.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      default: .other
      }
    return FileStatus(
      kind: kind, permissions: buffer.st_mode & 0o7777, group: buffer.st_gid, size: Int(buffer.st_size),
      identity: [UInt64(buffer.st_dev), UInt64(buffer.st_ino)])
  }

  package func adopt(_ descriptor: Int32, permissions: UInt32, group: UInt32) throws(SystemError) {
    // If this process may not set the group, the group stays and gets no more permissions than others.
    let keepsGroup = fchown(descriptor, UInt32.max, group) == 0
    let shared = keepsGroup ? permissions : permissions & ~0o070 | (permissions & 0o007) << 3
    _ = try check("fchmod") { fchmod(descriptor, shared & 0o777) }
  }

  package func rename(_ source: String, to target: String) throws(SystemError) {
    _ = try check("rename") { Glibc.rename(source, target) }
  }

  package func remove(_ path: String) throws(SystemError) {
    _ = try check("unlink") { unlink(path) }
  }

  package func link(_ path: String) throws(SystemError) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let length = readlink(path, &buffer, buffer.count)
    guard length >= 0 else {
      if errno == EINVAL || errno == ENOENT { return nil }
      throw SystemError(call: "readlink", number: errno)
    }
    return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  package func names(in directory: String) throws(SystemError) -> [String] {
    guard let stream = opendir(directory) else { throw SystemError(call: "opendir", number: errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names
  }

  package func lock(_ descriptor: Int32) throws(SystemError) -> Bool {
    while true {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      if errno == EWOULDBLOCK { return false }
      guard errno == EINTR else { throw SystemError(call: "flock", number: errno) }
    }
  }

  package func unlock(_ descriptor: Int32) throws(SystemError) {
    _ = try check("flock") { flock(descriptor, LOCK_UN) }
  }

  package func pause(milliseconds: Int) {
    usleep(UInt32(clamping: milliseconds * 1000))
  }

  package func uptime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  package var process: Int32 { getpid() }

  package func isRunning(_ process: Int32) -> Bool {
    process > 0 && (kill(process, 0) == 0 || errno != ESRCH)
  }

  package var hostName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
