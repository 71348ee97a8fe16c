package import Diagnostics

/// The YAML of a kind of file.
package enum YAMLDialect: Sendable {
  /// A profile: one document without merge keys.
  case profile
  /// Manifests: any number of documents; a merge key is an ordinary key for their reader.
  case manifests
}

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
  let roots: [YAMLNode]
  /// How many nodes its aliases expand to in total.
  package let expansion: Int

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
    let (document, diagnostics) = parse(bytes, dialect: .profile, file: file)
    return (diagnostics.contains { $0.severity == .error } ? nil : document, diagnostics)
  }

  /// Parses a text with any number of documents; see ``YAMLReader/roots``.
  ///
  /// What is refused in a single document is refused here too, except for merge keys.
  ///
  /// - Parameters:
  ///   - bytes: The text; a byte order mark is skipped.
  ///   - file: The file as the user named it, for the diagnostics.
  /// - Returns: The documents before the first one that cannot be parsed, without those that have errors;
  ///   and the diagnostics.
  package static func parseAll(_ bytes: [UInt8], file: String?) -> (YAMLDocument?, [Diagnostic]) {
    parse(bytes, dialect: .manifests, file: file)
  }

  private static func parse(
    _ bytes: [UInt8], dialect: YAMLDialect, file: String?
  ) -> (YAMLDocument?, [Diagnostic]) {
    var collector = DiagnosticCollector(file: file)
    guard let source = SourceText(checking: bytes, &collector) else { return (nil, collector.sorted) }
    var builder = YAMLBuilder(source: source, dialect: dialect, collector: collector)
    builder.run()
    let document = YAMLDocument(
      source: source, nodes: builder.nodes, copied: builder.copied, roots: builder.roots,
      expansion: builder.expansion)
    return (document, builder.collector.sorted)
  }

  /// Calls a body with a reader of the document; the reader and its results are valid only inside the body.
  package func withReader<Result>(_ body: (YAMLReader) throws -> Result) rethrows -> Result {
    try source.bytes.withUnsafeBufferPointer { text in
      try nodes.withUnsafeBufferPointer { nodes in
        try copied.withUnsafeBufferPointer { copied in
          try body(YAMLReader(source: source, text: text, copied: copied, nodes: nodes, roots: roots))
        }
      }
    }
  }
}
