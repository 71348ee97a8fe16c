import ArgumentParser
import Diagnostics
import FilterEngine
import Glibc
import PolicyViews
import SourceReading

extension Trace {
  func validate() throws {
    let one: [(name: String, value: String?)] = [
      ("from", from), ("to", to), ("protocol", `protocol`), ("port", port), ("source-port", sourcePort),
      ("icmp-type", icmpType.map { "\($0)" }),
      ("all-assumptions", allAssumptions || formerAllAssumptions ? "" : nil),
    ]
    try GlobalOptions.checkSources(sources)
    guard let packets else {
      let missing = one.prefix(3).filter { $0.value == nil }.map { "--\($0.name) <\($0.name)>" }
      guard missing.isEmpty else {
        let title = missing.count == 1 ? "argument" : "arguments"
        throw ValidationError("Missing expected \(title) '\(missing.joined(separator: "', '"))'")
      }
      return
    }
    if let given = one.first(where: { $0.value != nil }) {
      throw ValidationError("--packets and --\(given.name) cannot be combined")
    }
    if packets == "-", sources.contains("-") {
      throw ValidationError("SOURCE and --packets cannot both be standard input")
    }
  }
}

/// Evaluates the packets of a file or of standard input, line by line.
struct PacketStream {
  let path: String
  let expect: ExpectedVerdict?
  let console: Console

  /// The number of bytes read at once.
  private static let pieceSize = 1 << 18

  /// Evaluates every line and writes the results to standard output.
  ///
  /// - Parameter source: What the packets are evaluated against.
  func run(_ source: QuerySource) throws {
    var streamEvaluator = PacketStreamEvaluator(source.evaluator, source.directory)
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw console.fail(unreadable(errno)) }
    defer { if path != "-" { close(descriptor) } }
    var progress = Progress(console)
    var piece = [UInt8](repeating: 0, count: Self.pieceSize)
    var failure: Diagnostic?
    var hasReader = true
    while hasReader {
      let count = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { failure = unreadable(errno) }
      guard count > 0 else { break }
      hasReader = streamEvaluator.evaluate(piece.span.extracting(first: count)) {
        Console.write($0, to: STDOUT_FILENO)
      }
      progress.show(streamEvaluator.counts)
    }
    progress.clear()
    if let failure, streamEvaluator.counts.lines == 0 { throw console.fail(failure) }
    if hasReader { _ = streamEvaluator.finish(failure: failure) { Console.write($0, to: STDOUT_FILENO) } }
    try conclude(streamEvaluator)
  }

  private func unreadable(_ number: Int32) -> Diagnostic {
    let title = path == "-" ? "standard input" : "the file"
    return Diagnostic(
      .fileUnreadable, "\(title) cannot be read: \(String(cString: strerror(number)).lowercased())",
      file: path == "-" ? nil : path)
  }

  /// Reports the first problems and the totals.
  private func conclude(_ streamEvaluator: PacketStreamEvaluator) throws {
    let counts = streamEvaluator.counts
    console.report(
      streamEvaluator.problems.map { line, diagnostic in
        var located = diagnostic
        located.file = path
        located.location = SourceRange(line: UInt32(clamping: line), column: 1)
        return located
      })
    if counts.errors > streamEvaluator.problems.count {
      console.say("\(counts.errors - streamEvaluator.problems.count) more lines could not be evaluated")
    }
    console.say(
      "\(counts.lines) \(counts.lines == 1 ? "packet" : "packets"): \(counts.allowed) allowed, "
        + "\(counts.blocked) blocked, \(counts.unknown) unknown, "
        + (counts.mixed > 0 ? "\(counts.mixed) mixed, " : "")
        + "\(counts.errors) \(counts.errors == 1 ? "error" : "errors")")
    if counts.errors > 0 { throw Exit.failed }
    let met = expect.map { counts.packets($0.verdict) } ?? counts.lines
    if met != counts.lines { throw Exit.notClean }
  }
}

/// A progress line on a terminal.
private struct Progress {
  private let isShown: Bool
  private var lastShown: UInt64 = 0
  private var width = 0

  /// The time between two updates, in nanoseconds.
  private static let interval: UInt64 = 250_000_000

  /// Prepares the line; it is not shown when results go to the same terminal.
  init(_ console: Console) {
    isShown = !console.isJSON && isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 0
    lastShown = isShown ? Self.now() : 0
  }

  mutating func show(_ counts: PacketStreamEvaluator.Counts) {
    guard isShown else { return }
    let now = Self.now()
    guard now - lastShown >= Self.interval else { return }
    lastShown = now
    let text = "\(counts.lines) packets, \(counts.errors) errors"
    let blanks = String(repeating: " ", count: max(0, width - text.utf8.count))
    width = text.utf8.count
    Console.write(Array("\r\(text)\(blanks)".utf8), to: STDERR_FILENO)
  }

  /// Erases the line.
  mutating func clear() {
    guard width > 0 else { return }
    Console.write(Array("\r\(String(repeating: " ", count: width))\r".utf8), to: STDERR_FILENO)
    width = 0
  }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
