package import Diagnostics
package import FilterEngine
import Glibc
import HostModel
import JSONText

/// Judges packets that come as JSON lines and answers each line by one line, in order.
///
/// Input comes in pieces of any size and answers go out through a sink, so that the memory does not
/// depend on how many lines there are. A line that cannot be judged is answered by its error, and the rest
/// goes on. An empty line is such a line; what follows the last line feed is a line only when it holds
/// something.
package struct PacketLineJudge {
  /// The most bytes a line may have.
  package static let lineLimit = 1 << 16
  /// How many answers are gathered before the sink takes them, in bytes.
  private static let outputSize = 1 << 17

  /// What the lines came to.
  package struct Counts: Hashable, Sendable {
    /// Lines that were answered.
    package var lines = 0
    /// Packets by verdict.
    package var allowed = 0
    package var blocked = 0
    package var unknown = 0
    /// Lines without a packet that can be judged.
    package var errors = 0
  }

  /// What the lines came to so far.
  package private(set) var counts = Counts()
  /// What was wrong with the first lines that could not be judged, each with its number.
  package private(set) var problems: [(line: Int, diagnostic: Diagnostic)] = []

  private var evaluator: PacketEvaluator
  private let scanner: PacketLineScanner
  private var reader: PacketLineReader
  private let problemLimit: Int
  /// The line that is not complete yet.
  private var rest: [UInt8] = []
  private var isTooLong = false
  private var output: [UInt8] = []
  private var answers = AnswerLines()

  /// Prepares to judge.
  ///
  /// - Parameters:
  ///   - evaluator: Judges packets.
  ///   - directory: The names of the host.
  ///   - problemLimit: How many problems are kept.
  package init(_ evaluator: PacketEvaluator, _ directory: PeerDirectory, problemLimit: Int = 10) {
    self.evaluator = evaluator
    self.problemLimit = problemLimit
    scanner = PacketLineScanner(directory)
    reader = PacketLineReader(directory, evaluator.topology)
    output.reserveCapacity(Self.outputSize * 2)
  }

  /// Judges the lines that a further piece of the input completes.
  ///
  /// - Parameters:
  ///   - piece: The piece.
  ///   - sink: Takes answers; false when it takes no more.
  /// - Returns: Whether the sink takes more.
  package mutating func judge(_ piece: Span<UInt8>, into sink: ([UInt8]) -> Bool) -> Bool {
    var start = 0
    while let end = Self.lineFeed(piece, from: start) {
      if rest.isEmpty, !isTooLong {
        answer(piece.extracting(start..<end))
      } else {
        keep(piece.extracting(start..<end))
        answerRest()
      }
      start = end + 1
      if output.count >= Self.outputSize, !flush(sink) { return false }
    }
    keep(piece.extracting(start..<piece.count))
    return flush(sink)
  }

  /// Judges a last line without a line feed.
  ///
  /// - Parameters:
  ///   - failure: Why the input cannot be read to its end; nil when it was.
  ///   - sink: Takes answers; false when it takes no more.
  /// - Returns: Whether the sink takes more.
  package mutating func finish(failure: Diagnostic? = nil, into sink: ([UInt8]) -> Bool) -> Bool {
    if let failure {
      counts.lines += 1
      fail(failure)
    } else if isTooLong || !rest.isEmpty {
      answerRest()
    }
    return flush(sink)
  }

  private mutating func flush(_ sink: ([UInt8]) -> Bool) -> Bool {
    guard !output.isEmpty else { return true }
    defer { output.removeAll(keepingCapacity: true) }
    return sink(output)
  }

  // MARK: Lines

  /// The place of the next line feed.
  private static func lineFeed(_ piece: Span<UInt8>, from start: Int) -> Int? {
    piece.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, let found = memchr(base + start, 0x0a, buffer.count - start) else {
        return nil
      }
      return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  /// Keeps the beginning of a line, as far as a line may reach.
  private mutating func keep(_ part: Span<UInt8>) {
    guard !part.isEmpty, !isTooLong else { return }
    guard rest.count + part.count <= Self.lineLimit else {
      isTooLong = true
      rest.removeAll(keepingCapacity: true)
      return
    }
    part.withUnsafeBufferPointer { rest.append(contentsOf: $0) }
  }

  private mutating func answerRest() {
    if isTooLong {
      answerTooLong()
    } else {
      let line = rest
      answer(line.span)
    }
    isTooLong = false
    rest.removeAll(keepingCapacity: true)
  }

  private mutating func answerTooLong() {
    counts.lines += 1
    fail(
      Diagnostic(
        .invalidPacket, "the line is longer than \(Self.lineLimit) bytes", remedy: "write one packet a line"))
  }

  private mutating func answer(_ whole: Span<UInt8>) {
    guard whole.count <= Self.lineLimit else { return answerTooLong() }
    // A byte order mark is how some tools begin a file of UTF-8.
    let hasMark =
      counts.lines == 0 && whole.count >= 3 && whole[0] == 0xef && whole[1] == 0xbb && whole[2] == 0xbf
    let line = hasMark ? whole.extracting(3..<whole.count) : whole
    counts.lines += 1
    let query: PacketQuery
    if let plain = scanner.packet(line) {
      query = plain
    } else {
      do { query = try reader.packet(line) } catch { return fail(error) }
    }
    let decision: Decision
    do { decision = try evaluator.decide(query) } catch {
      return fail(PacketProblemView.diagnostic(error, evaluator.topology, file: nil))
    }
    switch decision.verdict {
    case .allow: counts.allowed += 1
    case .block: counts.blocked += 1
    case .unknown: counts.unknown += 1
    }
    answers.append(decision, evaluator, to: &output)
  }

  private mutating func fail(_ diagnostic: Diagnostic) {
    counts.errors += 1
    if problems.count < problemLimit { problems.append((counts.lines, diagnostic)) }
    let remedy = diagnostic.remedy.map { "; \($0)" } ?? ""
    let text = "line \(counts.lines): \(diagnostic.message)\(remedy)"
    output += JSON.object(JSONObject([.init("error", .string(text))])).bytes()
    output.append(0x0a)
  }
}

/// The lines that answer packets, written once for every verdict and rule.
private struct AnswerLines {
  private var bytes: [UInt8] = []
  /// Where lines are in the bytes, by rule and verdict; an empty range was not written yet.
  private var places: [Range<Int>] = []

  mutating func append(_ decision: Decision, _ evaluator: PacketEvaluator, to output: inout [UInt8]) {
    let verdict =
      switch decision.verdict {
      case .allow: 0
      case .block: 1
      case .unknown: 2
      }
    let index = (decision.rule.map { $0 + 1 } ?? 0) * 3 + verdict
    if index >= places.count || places[index].isEmpty { write(decision, evaluator, index) }
    let place = places[index]
    bytes.withUnsafeBufferPointer { output.append(contentsOf: UnsafeBufferPointer(rebasing: $0[place])) }
  }

  private mutating func write(_ decision: Decision, _ evaluator: PacketEvaluator, _ index: Int) {
    while places.count <= index { places.append(0..<0) }
    let document = JSONObject([
      .init("verdict", .string(decision.verdict.rawValue)),
      .init("rule", decision.rule.map { .string(evaluator.names[$0]) } ?? .null),
    ])
    let start = bytes.count
    bytes += JSON.object(document).bytes()
    bytes.append(0x0a)
    places[index] = start..<bytes.count
  }
}
