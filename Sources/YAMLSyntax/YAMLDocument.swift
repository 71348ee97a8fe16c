package import Diagnostics

/// A YAML document in a flat arena, with a location for every value.
///
/// Scalars are not typed: `no`, `0022` and `8080:80` are text, and only the reader of a value knows
/// what type it expects.
package struct YAMLDocument: Sendable {
  /// How deeply collections can be nested.
  package static let depthLimit = 64
  /// How many nodes the aliases of a document can expand to in total.
  package static let aliasLimit = 1_000_000
  /// How many bytes a document can have.
  package static let sizeLimit = 1 << 30

  let source: SourceText
  let nodes: [YAMLNodeRecord]
  let copied: [UInt8]

  /// Parses a text that must contain exactly one document.
  ///
  /// Besides malformed text, the following are refused: encodings other than UTF-8, control characters, a
  /// second document, duplicate keys, tags, merge keys, keys that are not text, aliases without an anchor or
  /// inside the value they refer to, and anything beyond ``depthLimit``, ``aliasLimit`` or ``sizeLimit``.
  ///
  /// - Parameters:
  ///   - bytes: The text; a byte order mark is skipped.
  ///   - file: The file as the user named it, for the diagnostics.
  /// - Returns: The document, unless there are errors, and its diagnostics.
  package static func parse(_ bytes: [UInt8], file: String?) -> (YAMLDocument?, [Diagnostic]) {
    var collector = DiagnosticCollector(file: file)
    guard let source = SourceText(checking: bytes, &collector) else { return (nil, collector.sorted) }
    var builder = YAMLBuilder(source: source, collector: collector)
    builder.run()
    let document =
      builder.collector.hasErrors
      ? nil : YAMLDocument(source: source, nodes: builder.nodes, copied: builder.copied)
    return (document, builder.collector.sorted)
  }

  /// Calls a body with a reader of the document; the reader and its results are valid only inside the body.
  package func withReader<Result>(_ body: (YAMLReader) throws -> Result) rethrows -> Result {
    try source.bytes.withUnsafeBufferPointer { text in
      try nodes.withUnsafeBufferPointer { nodes in
        try copied.withUnsafeBufferPointer { copied in
          try body(YAMLReader(source: source, text: text, copied: copied, nodes: nodes))
        }
      }
    }
  }
}
