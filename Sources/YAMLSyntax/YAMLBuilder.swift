internal import CLibYAML
import Diagnostics
import Glibc

/// Builds the arena of a document from libyaml's events.
///
/// libyaml keeps pointers into its parser, asserts on a missing input, nests without bound and leaves
/// aliases, duplicate keys and tags to its caller.
struct YAMLBuilder {
  /// A collection that is being read.
  struct Frame {
    var node: Int
    var children = 0
    var isMapping: Bool
    /// Where the frame's keys begin in ``YAMLBuilder/keys``.
    var firstKey: Int
    var anchor: String?
    /// How many nodes the aliases inside expand to.
    var expansion = 0
  }

  /// A key of a mapping: its first eight bytes and its length distinguish most keys.
  struct Key {
    var head: UInt64
    var length: Int
    var node: Int
  }

  struct Anchor {
    var node: Int
    /// How many nodes it expands to, following all aliases inside; nil while it is being read.
    var size: Int?
  }

  let source: SourceText
  let dialect: YAMLDialect
  var collector: DiagnosticCollector
  /// The first nodes of the complete documents without errors.
  var roots: [YAMLNode] = []
  /// The first node of the document that is being read, and how many problems there were before it.
  private var current = (node: 0, problems: 0)
  var nodes: [YAMLNodeRecord] = []
  var copied: [UInt8] = []
  var frames: [Frame] = []
  var keys: [Key] = []
  var anchors: [String: Anchor] = [:]
  var expansion = 0
  /// Set when parsing cannot continue.
  var isStopped = false
  private var cursor: MarkCursor

  init(source: SourceText, dialect: YAMLDialect, collector: DiagnosticCollector) {
    self.source = source
    self.dialect = dialect
    self.collector = collector
    cursor = MarkCursor(source)
    nodes.reserveCapacity(source.bytes.count / 8 + 16)
    Self.preferLargePages(nodes)
  }

  /// Asks the system to back the memory for the nodes with large pages: page faults are a twentieth of the
  /// time to read a long file.
  private static func preferLargePages(_ nodes: [YAMLNodeRecord]) {
    let size = nodes.capacity * MemoryLayout<YAMLNodeRecord>.stride
    let page = 1 << 21
    guard size >= 8 * page else { return }
    nodes.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress.map({ UInt(bitPattern: $0) }) else { return }
      let first = (start + UInt(page) - 1) & ~(UInt(page) - 1)
      let end = (start + UInt(size)) & ~(UInt(page) - 1)
      guard first < end, let address = UnsafeMutableRawPointer(bitPattern: first) else { return }
      _ = madvise(address, Int(end - first), MADV_HUGEPAGE)
    }
  }

  /// Reads the whole text.
  mutating func run() {
    let isRead: Void? = source.withEventParser { readEvents($0, $1) }
    if isRead == nil { collector.report(.yamlSyntax, "not enough memory to read the file", at: nil) }
  }

  private mutating func readEvents(
    _ parser: UnsafeMutablePointer<yaml_parser_t>, _ bytes: UnsafeBufferPointer<UInt8>
  ) {
    var documents = 0
    var event = yaml_event_t()
    while !isStopped {
      guard yaml_parser_parse(parser, &event) != 0 else {
        reportFailure(of: parser.pointee)
        return
      }
      defer { yaml_event_delete(&event) }
      switch event.type {
      case YAML_STREAM_END_EVENT:
        if documents == 0, dialect == .profile {
          collector.report(
            .yamlEmpty, "the file has no content", at: SourceRange(line: 1, column: 1),
            help: "a profile starts with 'apiVersion: hnsctl/v1'")
        }
        return
      case YAML_DOCUMENT_START_EVENT:
        documents += 1
        current = (nodes.count, problemCount)
        if documents == 2, dialect == .profile {
          stop(
            .yamlSeveralDocuments, "a second document starts here; a file contains only one",
            at: offset(event.start_mark),
            length: 3, help: "put each document into its own file")
        }
      case YAML_DOCUMENT_END_EVENT:
        // An alias refers to an anchor of its own document.
        anchors.removeAll()
        if problemCount == current.problems { roots.append(YAMLNode(index: UInt32(current.node))) }
      case YAML_SCALAR_EVENT: scalar(event, bytes)
      case YAML_SEQUENCE_START_EVENT:
        open(
          .sequence, at: event.start_mark, anchor: event.data.sequence_start.anchor,
          tag: event.data.sequence_start.tag)
      case YAML_MAPPING_START_EVENT:
        open(
          .mapping, at: event.start_mark, anchor: event.data.mapping_start.anchor,
          tag: event.data.mapping_start.tag)
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: close(bytes)
      case YAML_ALIAS_EVENT: alias(event)
      default: break
      }
    }
  }

  private var problemCount: Int { collector.diagnostics.count + collector.droppedCount }

  /// Reports a problem after which parsing cannot continue.
  mutating func stop(
    _ code: DiagnosticCode, _ message: String, at offset: Int, length: Int = 0, notes: [Diagnostic.Note] = [],
    help: String? = nil
  ) {
    collector.report(
      code, message, at: source.location(at: offset, byteLength: length), notes: notes, help: help)
    isStopped = true
  }

  /// The byte offset of a mark.
  mutating func offset(_ mark: yaml_mark_t) -> Int { cursor.offset(mark) }
}
