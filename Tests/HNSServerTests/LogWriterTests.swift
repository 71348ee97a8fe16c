import Foundation
import HNSServer
import HNSService
import JSONText
import Synchronization
import Testing

/// Logs whose readers are slow, absent or gone.
@Suite struct LogWriterTests {
  /// A log that nobody reads delays no request, and reports later how much of it was dropped.
  @Test(arguments: [false, true])
  func aLogThatNobodyReads(_ isJSON: Bool) throws {
    let pipe = try UnreadPipe()
    let writer = LogWriter(.descriptor(pipe.writing), limit: 10_000)
    let server = try RunningServer { $0.log = RequestLog(writer, isJSON: isJSON) }
    let client = try server.client()
    let path = "/" + String(repeating: "a", count: 900)
    for _ in 0..<200 { #expect(try client.request("GET", path).status == 404) }
    let dropped = try client.request("GET", "/health").json()["log"]?["dropped"]?.integer ?? 0
    #expect(dropped > 0)
    pipe.startReading()
    // Requests go on until one is logged again.
    while !pipe.text.contains("dropped") { try client.request("GET", "/nothing") }
    server.close()
    let lines = pipe.finish().split(separator: "\n")
    let reports = lines.filter { $0.contains("dropped") }
    let counts = try reports.map { report in
      isJSON
        ? try #require(try JSON(parsing: String(report))["dropped"]?.integer)
        : try #require(report.wholeMatch(of: /- ([0-9]+) lines dropped/).flatMap { Int64($0.1) })
    }
    #expect(counts.reduce(0, +) == writer.dropped)
    #expect(lines.count - reports.count + writer.dropped >= 201)
    // Nothing is torn.
    for line in lines where !isJSON { #expect(line.hasSuffix("ms") || line.hasSuffix("dropped")) }
  }

  @Test func aNamedPipeGetsItsReaderLaterAndAnotherAfterIt() throws {
    signal(SIGPIPE, SIG_IGN)
    let path = "/tmp/hnsctl-log-\(UInt64.random(in: 0 ... .max))"
    #expect(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    let server = try RunningServer { $0.log = RequestLog(LogWriter(.namedPipe(path)), isJSON: false) }
    let client = try server.client()
    try client.request("GET", "/early")
    let first = fopen(path, "r")
    #expect(line(first)?.hasPrefix("GET /early - 404") == true)
    if let first { fclose(first) }
    let second = Mutex<String?>(nil)
    let reader = Thread {
      let file = fopen(path, "r")
      let text = line(file)
      second.withLock { $0 = text ?? "" }
      if let file { fclose(file) }
    }
    reader.start()
    while second.withLock({ $0 == nil }) { try client.request("GET", "/late") }
    #expect(second.withLock { $0 }?.hasPrefix("GET /late - 404") == true)
    server.close()
  }

  @Test func aNamedPipeWithoutAReaderDoesNotKeepTheServerOpen() throws {
    let path = "/tmp/hnsctl-log-\(UInt64.random(in: 0 ... .max))"
    #expect(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    let server = try RunningServer { $0.log = RequestLog(LogWriter(.namedPipe(path)), isJSON: false) }
    #expect(try server.client().request("GET", "/health").status == 200)
    server.close()
  }

  private func line(_ file: UnsafeMutablePointer<FILE>?) -> String? {
    guard let file else { return nil }
    var buffer = [CChar](repeating: 0, count: 4_096)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// A log in a file without a name.
final class LogFile {
  private let descriptor: Int32
  let writer: LogWriter

  init() throws {
    var name = Array("/tmp/hnsctl-log-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    try #require(descriptor >= 0)
    unlink(name)
    writer = LogWriter(.descriptor(descriptor))
  }

  deinit { close(descriptor) }

  var text: String {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = pread(descriptor, &buffer, buffer.count, 0)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }
}

/// A pipe that is not read until it is told to.
private final class UnreadPipe: Sendable {
  let writing: Int32
  private let reading: Int32
  private let bytes = Mutex<[UInt8]>([])
  private let isDone = Monitor(true)

  init() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    (reading, writing) = (ends[0], ends[1])
  }

  var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

  func startReading() {
    isDone.withLock { $0 = false }
    Thread { [self] in
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = read(reading, &buffer, buffer.count)
        guard count > 0 else { break }
        bytes.withLock { $0 += buffer.prefix(count) }
      }
      isDone.withLock { $0 = true }
    }.start()
  }

  /// Closes the writing side, and gives everything that was read.
  func finish() -> String {
    close(writing)
    isDone.wait { $0 ? () : nil }
    close(reading)
    return text
  }
}
