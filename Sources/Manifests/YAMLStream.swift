import Diagnostics
import YAMLSyntax

/// The documents of a YAML file.
///
/// The file is parsed as a whole. Only if that fails, each document is parsed by itself, so that an error ends
/// with its document.
struct YAMLStream {
  /// After how many documents with errors the rest of a file is not read.
  private static let failureLimit = 100

  let bytes: [UInt8]
  let file: String

  /// Reads the documents in order; those without content are left out.
  func read(_ body: (ManifestValue) -> Void) -> [Diagnostic] {
    let (document, diagnostics) = YAMLDocument.parseAll(bytes, file: file)
    let starts = diagnostics.contains { $0.severity == .error } ? documentStarts : []
    guard starts.count > 1, bytes.count <= YAMLDocument.sizeLimit else {
      return diagnostics + send(document, lineOffset: 0, body)
    }
    return readEach(starts, body)
  }

  /// Parses each document by itself.
  private func readEach(
    _ starts: [(index: Int, line: UInt32)], _ body: (ManifestValue) -> Void
  ) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    var failures = 0
    var expansion = 0
    for (position, start) in starts.enumerated() {
      let end = position + 1 < starts.count ? starts[position + 1].index : bytes.count
      let (document, found) = YAMLDocument.parseAll(Array(bytes[start.index..<end]), file: file)
      expansion += document?.expansion ?? 0
      guard expansion <= YAMLDocument.aliasLimit else {
        return diagnostics + [
          Diagnostic(
            .yamlAliasLimit, "the aliases of the file expand to more than \(YAMLDocument.aliasLimit) nodes",
            file: file, at: SourceRange(line: start.line + 1, column: 1))
        ]
      }
      let problems = found.map { $0.moved(by: start.line) } + send(document, lineOffset: start.line, body)
      diagnostics += problems
      guard problems.contains(where: { $0.severity == .error }) else { continue }
      failures += 1
      if failures == Self.failureLimit, position + 1 < starts.count {
        return diagnostics + [
          Diagnostic(
            .tooManyDiagnostics,
            "\(failures) documents have errors; the rest of the file from line \(starts[position + 1].line + 1) on "
              + "is not read", file: file)
        ]
      }
    }
    return diagnostics
  }

  /// Sends the documents that were parsed; returns an error for each that nests too deeply.
  private func send(
    _ document: YAMLDocument?, lineOffset: UInt32, _ body: (ManifestValue) -> Void
  ) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    document?.withReader { reader in
      for root in reader.roots {
        var conversion = YAMLConversion(reader, lineOffset: lineOffset)
        let value = conversion.value(root)
        if let place = conversion.tooDeep {
          problems.append(Diagnostic(.yamlTooDeep, "aliases nest values too deeply", file: file, at: place))
        } else if !value.isNull {
          body(value)
        }
      }
    }
    return problems
  }

  /// Where documents can begin, each with the number of lines before it.
  ///
  /// These are the start of the file, and the lines with `---` alone or before a blank, which nothing else in
  /// YAML can contain.
  private var documentStarts: [(index: Int, line: UInt32)] {
    var starts: [(index: Int, line: UInt32)] = [(0, 0)]
    var line: UInt32 = 0
    var index = 0
    while index < bytes.count {
      if index > 0, isMarker(at: index) { starts.append((index, line)) }
      while index < bytes.count, bytes[index] != 0x0a, bytes[index] != 0x0d { index += 1 }
      if index + 1 < bytes.count, bytes[index] == 0x0d, bytes[index + 1] == 0x0a { index += 1 }
      index += 1
      line += 1
    }
    return starts
  }

  private func isMarker(at index: Int) -> Bool {
    guard index + 2 < bytes.count, bytes[index...].starts(with: [0x2d, 0x2d, 0x2d]) else { return false }
    return index + 3 == bytes.count || [0x20, 0x09, 0x0a, 0x0d].contains(bytes[index + 3])
  }
}

extension Diagnostic {
  /// The diagnostic of a part of a file, at its place in the file.
  fileprivate func moved(by lines: UInt32) -> Diagnostic {
    var moved = self
    moved.location?.line += lines
    moved.notes = notes.map { note in
      var note = note
      note.location?.line += lines
      return note
    }
    return moved
  }
}
