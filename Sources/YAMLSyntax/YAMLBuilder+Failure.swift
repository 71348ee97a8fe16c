internal import CLibYAML
import Diagnostics

extension YAMLBuilder {
  /// Reports in plain words why libyaml stopped.
  mutating func reportFailure(of parser: yaml_parser_t) {
    guard parser.error == YAML_SCANNER_ERROR || parser.error == YAML_PARSER_ERROR else {
      collector.report(
        .yamlSyntax,
        parser.error == YAML_MEMORY_ERROR
          ? "there is not enough memory to read the file"
          : "the file cannot be read as YAML: \(Self.text(parser.problem))",
        at: nil)
      return
    }
    let offset = source.offset(ofCharacter: Int(parser.problem_mark.index))
    let problem = Self.text(parser.problem)
    // Some problems have no context.
    let context = parser.context.map { String(cString: $0) } ?? ""
    let character = offset < source.bytes.count ? source.bytes[offset] : nil
    if character == 0x09,
      problem.contains("tab") || problem.contains("cannot start any token") || problem.contains("indentation")
    {
      collector.report(
        .yamlTab, "a tab cannot be used for indentation", at: source.location(at: offset, byteLength: 1),
        help: "indent with spaces")
      return
    }
    var notes: [Diagnostic.Note] = []
    if parser.context_mark.index != parser.problem_mark.index, let part = Self.part(context) {
      let start = source.offset(ofCharacter: Int(parser.context_mark.index))
      notes.append(.init("\(part) starts here", source.location(at: start)))
    }
    let (message, help) = Self.explain(problem, context, character, tab: lineHasTab(before: offset))
    let advice = line(around: offset).unusualSpace?.advice ?? contextLine(of: parser).unusualSpace?.advice
    collector.report(
      .yamlSyntax, message, at: source.location(at: offset), notes: notes, help: advice ?? help)
  }

  /// The line where libyaml started to read what it could not finish.
  private func contextLine(of parser: yaml_parser_t) -> String {
    line(around: source.offset(ofCharacter: Int(parser.context_mark.index)))
  }

  /// The text of the line of an offset; a long line only around it.
  private func line(around offset: Int) -> String {
    var start = min(offset, source.bytes.count)
    while start > source.start, source.bytes[start - 1] != 0x0a, offset - start < 200 { start -= 1 }
    var end = min(offset, source.bytes.count)
    while end < source.bytes.count, source.bytes[end] != 0x0a, end - offset < 200 { end += 1 }
    return String(decoding: source.bytes[start..<end], as: UTF8.self)
  }

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? "unknown problem"
  }

  private func lineHasTab(before offset: Int) -> Bool {
    var index = min(offset, source.bytes.count)
    while index > source.start, source.bytes[index - 1] != 0x0a {
      index -= 1
      if source.bytes[index] == 0x09 { return true }
    }
    return false
  }

  /// A description of what libyaml was reading.
  private static func part(_ context: String) -> String? {
    let parts = [
      ("flow sequence", "the list"), ("flow mapping", "the mapping"), ("block collection", "the list"),
      ("block mapping", "the mapping"), ("simple key", "the line"), ("quoted scalar", "the quoted text"),
      ("plain scalar", "the text"), ("block scalar", "the text"), ("directive", "the directive"),
    ]
    return parts.first { context.contains($0.0) }?.1
  }

  /// A sentence, and what to do about it, for a problem text of libyaml.
  private static func explain(
    _ problem: String, _ context: String, _ character: UInt8?, tab: Bool
  ) -> (String, String?) {
    switch problem {
    case "could not find expected ':'":
      ("a key is not followed by a colon", "write 'key: value', with a space after the colon")
    case "mapping values are not allowed in this context":
      (
        "a colon makes this a key, but a key is not allowed here",
        tab
          ? "replace the tab on this line with spaces"
          : "check the indentation, or quote text that contains ': '"
      )
    case "did not find expected key":
      ("the line does not continue the mapping around it", "align it with the keys above it")
    case "did not find expected '-' indicator":
      ("the line does not continue the list around it", "align it with the '-' above it")
    case "block sequence entries are not allowed in this context":
      ("a list item cannot start here", "start the list on its own line")
    case "mapping keys are not allowed in this context": ("a key cannot start here", "check the indentation")
    case "did not find expected ',' or ']'":
      (
        "the list is not closed by ']', or a comma is missing",
        "inside '[...]' quote text that contains ':', ',', '[', ']', '{' or '}', such as '::1'"
      )
    case "did not find expected ',' or '}'":
      (
        "the mapping is not closed by '}', or a comma is missing",
        "inside '{...}' quote text that contains ':', ',', '[', ']', '{' or '}', such as '::1'"
      )
    case "found character that cannot start any token":
      (
        "'\(character.map { String(UnicodeScalar($0)).quotable } ?? "")' cannot start a value",
        "quote the value"
      )
    case "found unexpected end of stream":
      ("the quoted text does not end before the end of the file", "close the quote")
    case "found unexpected document indicator":
      ("the quoted text does not end before the next document", "close the quote")
    case "found unknown escape character":
      (
        "the character after the backslash is not an escape",
        "double the backslash, or use single quotes"
      )
    case "did not find expected hexdecimal number", "found invalid Unicode character escape code":
      ("the escape does not name a character", "write the character itself")
    case "did not find expected alphabetic or numeric character":
      (
        "the name of an anchor or alias must consist of letters, digits, '-' and '_'",
        "text that starts with '*' or '&' must be quoted"
      )
    case "did not find expected node content" where character == UInt8(ascii: ":"):
      ("text that starts with ':' must be quoted inside '[...]' and '{...}'", "write it as '::1', in quotes")
    case "did not find expected node content": ("a value is missing here", "write a value, or remove the key")
    case "found undefined tag handle": ("the tag is not defined", "remove the tag")
    case "found incompatible YAML document":
      ("the %YAML version is not 1.1 or 1.2", "remove the directive")
    case "did not find expected <document start>":
      ("a directive or other text before the start or after the end of the document", nil)
    case "found duplicate %YAML directive":
      ("the document has more than one %YAML directive", "remove all but one")
    case "found duplicate %TAG directive":
      ("two %TAG directives define the same handle", "remove one")
    default: ((context.isEmpty ? problem : "\(problem) \(context)").quotable, nil)
    }
  }
}
