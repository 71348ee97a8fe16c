package import Diagnostics
package import FilterEngine
import Glibc
import HostModel
import JSONText
import PolicyViews

/// Evaluates packets read as JSON lines, and writes one line for each, in order.
///
/// Input arrives in pieces of any size and output goes to a sink, so memory use does not depend on the
/// number of lines. An invalid line gives an error line, and the next line follows. Empty lines are
/// invalid; text after the last line feed is a line only if it is not empty.
package struct PacketStreamEvaluator {
  /// The maximum length of a line, in bytes.
  package static let lineLimit = 1 << 16
  /// How much output is buffered before it goes to the sink, in bytes.
  private static let outputSize = 1 << 17

  /// The totals of the lines.
  package struct Counts: Hashable, Sendable {
    /// Lines read.
    package var lines = 0
    /// Packets by verdict.
    package var allowed = 0
    package var blocked = 0
    package var unknown = 0
    /// Packets that are allowed on one path and blocked on another.
    package var mixed = 0
    /// Invalid lines.
    package var errors = 0

    /// The number of packets with a verdict.
    ///
    /// - Parameter verdict: The verdict.
    package func packets(_ verdict: Verdict) -> Int {
      switch verdict {
      case .allow: allowed
      case .block: blocked
      case .unknown: unknown
      case .mixed: mixed
      }
    }
  }

  /// The totals so far.
  package private(set) var counts = Counts()
  /// The problems of the first invalid lines, each with its line number.
  package private(set) var problems: [(line: Int, diagnostic: Diagnostic)] = []

  private var evaluator: PacketEvaluator
  private let scanner: PacketLineScanner
  private var reader: PacketLineReader
  private let problemLimit: Int
  /// The incomplete last line so far.
  private var rest: [UInt8] = []
  private var isTooLong = false
  private var output: [UInt8] = []
  private var answers = ResultLineCache()

  /// Creates an evaluator of lines.
  ///
  /// - Parameters:
  ///   - evaluator: Evaluates packets.
  ///   - directory: The names of the host.
  ///   - problemLimit: How many problems are kept.
  package init(_ evaluator: PacketEvaluator, _ directory: PeerDirectory, problemLimit: Int = 10) {
    self.evaluator = evaluator
    self.problemLimit = problemLimit
    scanner = PacketLineScanner(directory)
    reader = PacketLineReader(directory, evaluator.topology)
    output.reserveCapacity(Self.outputSize * 2)
  }

  /// Evaluates the lines completed by the next piece of input.
  ///
  /// - Parameters:
  ///   - piece: The piece.
  ///   - sink: Receives output; returns false to stop.
  /// - Returns: Whether the sink accepts more.
  package mutating func evaluate(_ piece: Span<UInt8>, into sink: ([UInt8]) -> Bool) -> Bool {
    var start = 0
    while let end = Self.lineFeed(piece, from: start) {
      if rest.isEmpty, !isTooLong {
        answer(piece.extracting(start..<end))
      } else {
        keep(piece.extracting(start..<end))
        evaluateRest()
      }
      start = end + 1
      if output.count >= Self.outputSize, !flush(sink) { return false }
    }
    keep(piece.extracting(start..<piece.count))
    return flush(sink)
  }

  /// Evaluates a last line without a line feed.
  ///
  /// - Parameters:
  ///   - failure: Why the input could not be read to the end; nil if it was.
  ///   - sink: Receives output; returns false to stop.
  /// - Returns: Whether the sink accepts more.
  package mutating func finish(failure: Diagnostic? = nil, into sink: ([UInt8]) -> Bool) -> Bool {
    if let failure {
      counts.lines += 1
      fail(failure)
    } else if isTooLong || !rest.isEmpty {
      evaluateRest()
    }
    return flush(sink)
  }

  private mutating func flush(_ sink: ([UInt8]) -> Bool) -> Bool {
    guard !output.isEmpty else { return true }
    defer { output.removeAll(keepingCapacity: true) }
    return sink(output)
  }

  // MARK: Lines

  /// The position of the next line feed.
  private static func lineFeed(_ piece: Span<UInt8>, from start: Int) -> Int? {
    piece.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, let found = memchr(base + start, 0x0a, buffer.count - start) else {
        return nil
      }
      return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  /// Keeps the start of a line, up to the maximum length.
  private mutating func keep(_ part: Span<UInt8>) {
    guard !part.isEmpty, !isTooLong else { return }
    guard rest.count + part.count <= Self.lineLimit else {
      isTooLong = true
      rest.removeAll(keepingCapacity: true)
      return
    }
    part.withUnsafeBufferPointer { rest.append(contentsOf: $0) }
  }

  private mutating func evaluateRest() {
    if isTooLong {
      rejectLongLine()
    } else {
      let line = rest
      answer(line.span)
    }
    isTooLong = false
    rest.removeAll(keepingCapacity: true)
  }

  private mutating func rejectLongLine() {
    counts.lines += 1
    fail(
      Diagnostic(
        .invalidPacket, "the line is longer than \(Self.lineLimit) bytes", help: "write one packet per line"
      ))
  }

  private mutating func answer(_ whole: Span<UInt8>) {
    guard whole.count <= Self.lineLimit else { return rejectLongLine() }
    // Some tools start UTF-8 files with a byte order mark.
    let hasMark =
      counts.lines == 0 && whole.count >= 3 && whole[0] == 0xef && whole[1] == 0xbb && whole[2] == 0xbf
    let line = hasMark ? whole.extracting(3..<whole.count) : whole
    counts.lines += 1
    let decision: Decision
    do throws(PacketProblem) {
      if let plain = scanner.packet(line) {
        decision = try evaluator.decide(plain)
      } else {
        let queries: [PacketQuery]
        do throws(Diagnostic) { queries = try reader.packets(line) } catch { return fail(error) }
        decision = try evaluator.decide(queries)
      }
    } catch {
      return fail(PacketProblemView.diagnostic(error, evaluator.topology, file: nil))
    }
    switch decision.verdict {
    case .allow: counts.allowed += 1
    case .block: counts.blocked += 1
    case .unknown: counts.unknown += 1
    case .mixed: counts.mixed += 1
    }
    answers.append(decision, evaluator, to: &output)
  }

  private mutating func fail(_ diagnostic: Diagnostic) {
    counts.errors += 1
    if problems.count < problemLimit { problems.append((counts.lines, diagnostic)) }
    let help = diagnostic.help.map { "; \($0)" } ?? ""
    let text = "line \(counts.lines): \(diagnostic.message)\(help)"
    output += JSON.object(JSONObject([.init("error", .string(text))])).bytes()
    output.append(0x0a)
  }
}

/// The output lines, formatted once for every verdict and rule.
private struct ResultLineCache {
  private var bytes: [UInt8] = []
  /// Where lines are in the bytes, by rule and verdict; an empty range is not formatted yet.
  private var byteRanges: [Range<Int>] = []

  mutating func append(_ decision: Decision, _ evaluator: PacketEvaluator, to output: inout [UInt8]) {
    let verdict =
      switch decision.verdict {
      case .allow: 0
      case .block: 1
      case .unknown: 2
      case .mixed: 3
      }
    let index = (decision.rule.map { $0 + 1 } ?? 0) * 4 + verdict
    if index >= byteRanges.count || byteRanges[index].isEmpty { write(decision, evaluator, index) }
    let range = byteRanges[index]
    bytes.withUnsafeBufferPointer { output.append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
  }

  private mutating func write(_ decision: Decision, _ evaluator: PacketEvaluator, _ index: Int) {
    while byteRanges.count <= index { byteRanges.append(0..<0) }
    let document = JSONObject([
      .init("verdict", .string(decision.verdict.rawValue)),
      .init("rule", decision.rule.map { .string(evaluator.names[$0]) } ?? .null),
    ])
    let start = bytes.count
    bytes += JSON.object(document).bytes()
    bytes.append(0x0a)
    byteRanges[index] = start..<bytes.count
  }
}
