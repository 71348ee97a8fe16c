package import Diagnostics

/// A YAML document in a flat arena, with a place for every value.
///
/// Scalars are not typed: `no`, `0022` and `8080:80` are text, and only the reader of a value knows
/// what it expects there.
package struct YAMLDocument: Sendable {
  /// How deep collections may nest.
  package static let depthLimit = 64
  /// How many nodes the aliases of a document may stand for in all.
  package static let aliasLimit = 1_000_000
  /// How many bytes a document may have.
  package static let sizeLimit = 1 << 30

  let source: SourceText
  let nodes: [YAMLNodeRecord]
  let copied: [UInt8]

  /// Parses a text that must hold exactly one document.
  ///
  /// Refused besides malformed text: anything but UTF-8, control characters, a second document,
  /// duplicate keys, tags, merge keys, keys that are no text, aliases without an anchor or inside
  /// what they stand for, and whatever exceeds ``depthLimit``, ``aliasLimit`` or ``sizeLimit``.
  ///
  /// - Parameters:
  ///   - bytes: The text; a byte order mark is skipped.
  ///   - file: The file as the user named it, for the diagnostics.
  /// - Returns: The document, unless there are errors, and what there is to say of it.
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

  /// Hands out a reader of the document; it and what it returns are only valid inside the body.
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
