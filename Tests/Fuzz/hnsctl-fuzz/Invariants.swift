import Diagnostics
import HNSEmulator

/// Checks the diagnostics of a file: it is refused exactly if one is an error, and all locations are in the
/// file.
///
/// - Parameters:
///   - diagnostics: The diagnostics.
///   - isRefused: Whether the file was refused.
///   - lengths: How many characters each line of the file has.
func check(_ diagnostics: [Diagnostic], refuse isRefused: Bool, inLinesOf lengths: [Int]) {
  require(
    isRefused == diagnostics.contains { $0.severity == .error },
    "\(isRefused ? "refused without" : "accepted despite") an error: \(diagnostics)")
  for diagnostic in diagnostics {
    for location in [diagnostic.location] + diagnostic.notes.map(\.location) {
      check(location, inLinesOf: lengths)
    }
  }
}

/// Checks that a location is in a file: on one of its lines, at most one character after the line's end.
///
/// - Parameters:
///   - location: The location, if there is one.
///   - lengths: How many characters each line of the file has.
func check(_ location: SourceRange?, inLinesOf lengths: [Int]) {
  guard let location else { return }
  let (line, column, length) = (Int(location.line), Int(location.column), Int(location.length))
  require(
    lengths.indices.contains(line - 1) && column > 0,
    "\(location) is not on one of the \(lengths.count) lines")
  require(
    column - 1 <= lengths[line - 1], "\(location) is after the \(lengths[line - 1]) characters of its line")
  require(
    line < lengths.count || column - 1 + length <= lengths[line - 1],
    "\(location) ends after the end of the file")
}

/// The number of characters on each line of a text, without the line break.
///
/// - Parameters:
///   - text: The text.
///   - isJSON: Whether only a line feed ends a line; in YAML a carriage return does too.
/// - Returns: At least one length.
func lineLengths(_ text: [UInt8], isJSON: Bool = false) -> [Int] {
  var lengths = [0]
  let start = text.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  var previous: UInt8 = 0
  for byte in text[start...] {
    switch byte {
    case 0x0a where previous == 0x0d && !isJSON: break
    case 0x0a: lengths.append(0)
    case 0x0d where !isJSON: lengths.append(0)
    case 0x80..<0xc0: break
    default: lengths[lengths.count - 1] += 1
    }
    previous = byte
  }
  return lengths
}

/// Checks that the tables of a service match its objects, and that its snapshot is complete.
///
/// - Parameter service: The service.
func check(_ service: HostNetworkingService) {
  let violations = service.invariantViolations()
  require(violations.isEmpty, "\(violations)")
  let again = try? HostNetworkingService(snapshot: service.snapshot)
  require(again == service, "a snapshot reads back differently")
}
