import FilterEngine
import SourceReading
import TestSupport

/// Packet lines get one answer each, the same however the input is split, and both line readers agree.
func fuzzPackets(_ input: [UInt8]) {
  guard let sample = SampleHost.mixed else { return require(false, "the sample profile is refused") }
  let evaluator = sample.evaluator
  let directory = PeerDirectory(evaluator.topology)
  func answers(_ pieces: [ArraySlice<UInt8>]) -> ([UInt8], PacketStreamEvaluator.Counts) {
    var streamEvaluator = PacketStreamEvaluator(evaluator, directory)
    var output: [UInt8] = []
    func take(_ bytes: [UInt8]) -> Bool {
      output += bytes
      return true
    }
    for piece in pieces { _ = streamEvaluator.evaluate(piece.span, into: take) }
    _ = streamEvaluator.finish(into: take)
    return (output, streamEvaluator.counts)
  }
  let whole = answers([input[...]])
  let cut = Int(input.first ?? 0) % (input.count + 1)
  let parts = answers([input[..<cut], input[cut...]])
  require(whole == parts, "the answers depend on the pieces, cut at \(cut)")
  let counts = whole.1
  require(
    counts.lines == counts.allowed + counts.blocked + counts.unknown + counts.errors,
    "the counts do not add up: \(counts)")
  require(whole.0.count { $0 == UInt8(ascii: "\n") } == counts.lines, "not one answer a line")

  let scanner = PacketLineScanner(directory)
  var reader = PacketLineReader(directory, evaluator.topology)
  for line in input.split(separator: UInt8(ascii: "\n")) {
    guard let scanned = scanner.packet(line.span) else { continue }
    let read = (try? reader.packets(line.span))?.first
    require(
      scanned == read, "\(String(decoding: line, as: UTF8.self)): \(scanned), \(String(describing: read))")
  }
}
