import Glibc
import NetworkProfile
import Testing

@Suite("Reading files")
struct ProfileFileTests {
  private func message(_ path: String) -> String? {
    guard case .failure(let failure) = ProfileFile.read(path) else { return nil }
    return failure.description
  }

  @Test("The system's reason is reported")
  func failures() {
    #expect(message("/nonexistent/profile.yaml") == "the file cannot be read: no such file or directory")
    #expect(message("/tmp") == "the file cannot be read: is a directory")
    #expect(message("/etc/passwd/x") == "the file cannot be read: not a directory")
  }

  @Test("The whole file is read, whatever its size", arguments: [0, 1, 65_535, 65_536, 65_537, 1_000_000])
  func contents(size: Int) throws {
    var template = Array("/tmp/hnsctl-input-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    #expect(write(descriptor, bytes, size) == size)
    close(descriptor)
    guard case .success(let read) = ProfileFile.read(path) else {
      Issue.record("the file was not read")
      return
    }
    #expect(read == bytes)
  }

  @Test("A file without a size, such as a device, is read to its end")
  func devices() {
    guard case .success(let read) = ProfileFile.read("/dev/null") else {
      Issue.record("the device was not read")
      return
    }
    #expect(read.isEmpty)
  }
}
