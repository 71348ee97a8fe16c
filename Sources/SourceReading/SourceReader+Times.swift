import Glibc

extension SourceReader {
  /// The time in ISO 8601 format, for other processes that wait for the lock.
  package static func now() -> String { text(time(nil)) }

  /// When a file was last changed, in ISO 8601 format; nil if that is not known, as for standard input.
  package static func modificationTime(_ path: String) -> String? {
    var found = stat()
    guard path != "-", stat(path, &found) == 0 else { return nil }
    return text(found.st_mtim.tv_sec)
  }

  /// A time in ISO 8601 format, in UTC.
  private static func text(_ seconds: time_t) -> String {
    var seconds = seconds
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
