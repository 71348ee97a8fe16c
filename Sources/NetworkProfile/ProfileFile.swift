import Glibc

/// Reads a whole file, or standard input, as bytes.
package enum ProfileFile {
  /// Reads the file at a path; `-` is standard input.
  ///
  /// The bytes are copied, not mapped: if a mapped file were truncated, the process would crash.
  ///
  /// - Parameter path: The path as the user wrote it.
  /// - Returns: The bytes, or why they cannot be read.
  package static func read(_ path: String) -> Result<[UInt8], ProfileFileError> {
    let isInput = path == "-"
    let descriptor = isInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .failure(failure(path, errno)) }
    defer { if !isInput { _ = close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .failure(failure(path, errno)) }
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFDIR else { return .failure(failure(path, EISDIR)) }
    let isDevice = kind == S_IFCHR && isatty(descriptor) == 0
    let limit = isDevice ? Self.deviceLimit : Self.limit
    let read = readAll(
      descriptor, sizeHint: kind == S_IFREG && !isInput ? Int(status.st_size) : 0, limit: limit)
    if isDevice, case .success(let bytes) = read, bytes.count >= limit {
      return .failure(failure(path, "it is a device, not a file"))
    }
    return read.mapError { failure(path, $0) }
  }

  /// A system error number.
  private struct SystemError: Error {
    var number: Int32
  }

  private static func failure(_ path: String, _ error: SystemError) -> ProfileFileError {
    failure(path, error.number)
  }

  private static func failure(_ path: String, _ number: Int32) -> ProfileFileError {
    failure(path, String(cString: strerror(number)).lowercased(), isMissing: number == ENOENT)
  }

  private static func failure(_ path: String, _ reason: String, isMissing: Bool = false) -> ProfileFileError {
    ProfileFileError(
      description: "\(path == "-" ? "standard input" : "the file") cannot be read: \(reason)",
      isMissing: isMissing)
  }

  /// More than any kind of file can have; a longer file is truncated here and refused by its parser.
  private static let limit = 1 << 30 + 1

  /// A device that has more, such as `/dev/urandom`, has no end.
  private static let deviceLimit = 1 << 16

  private static func readAll(_ descriptor: Int32, sizeHint: Int, limit: Int) -> Result<[UInt8], SystemError>
  {
    var capacity = min(limit, max(sizeHint, 0) + 1)
    if sizeHint == 0 { capacity = 1 << 16 }
    var bytes: [UInt8] = []
    while true {
      var failed: Int32 = 0
      var isAtEnd = false
      let wanted = capacity
      let part = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
        while count < wanted {
          let received = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, wanted - count)
          if received < 0 {
            if errno == EINTR { continue }
            failed = errno
            return
          }
          if received == 0 {
            isAtEnd = true
            return
          }
          count += received
        }
      }
      guard failed == 0 else { return .failure(SystemError(number: failed)) }
      if bytes.isEmpty { bytes = part } else { bytes += part }
      if isAtEnd || bytes.count >= limit { return .success(bytes) }
      capacity = min(limit - bytes.count, max(1 << 16, bytes.count))
    }
  }
}

/// Why a file was not read, with the system's own reason.
package struct ProfileFileError: Error, CustomStringConvertible {
  /// The message for the user.
  package var description: String
  /// Whether there is no such file.
  package var isMissing: Bool
}
