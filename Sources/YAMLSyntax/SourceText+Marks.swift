internal import CLibYAML
import Diagnostics

extension SourceText {
  /// Parses the text with libyaml's event parser.
  ///
  /// - Parameter body: Reads the events; the parser and the bytes of the text are valid until it
  ///   returns.
  /// - Returns: The body's result; nil if there is not enough memory for a parser.
  func withEventParser<Result>(
    _ body: (UnsafeMutablePointer<yaml_parser_t>, UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) != 0 else { return nil }
    defer { yaml_parser_delete(parser) }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    return bytes.withUnsafeBufferPointer { bytes in
      // An empty text has no address, but libyaml requires one.
      var nothing: UInt8 = 0
      return withUnsafePointer(to: &nothing) { nothing in
        let text = UnsafeBufferPointer(rebasing: bytes[start...])
        yaml_parser_set_input_string(parser, text.baseAddress ?? nothing, text.count)
        return body(parser, bytes)
      }
    }
  }
}

/// Finds the byte offsets of libyaml's marks; marks count characters and mostly ascend.
struct MarkCursor {
  private let source: SourceText
  /// Where the byte of a character was last looked up, for texts that are not ASCII.
  private var last: (character: Int, byte: Int)

  init(_ source: SourceText) {
    self.source = source
    last = (0, source.start)
  }

  /// The byte offset of a mark.
  mutating func offset(_ mark: yaml_mark_t) -> Int {
    let character = Int(mark.index)
    if source.isASCII { return min(source.start + character, source.bytes.count) }
    guard character >= last.character else { return source.offset(ofCharacter: character) }
    source.bytes.withUnsafeBufferPointer { bytes in
      while last.character < character, last.byte < bytes.count {
        last.byte += 1
        while last.byte < bytes.count, bytes[last.byte] & 0xc0 == 0x80 { last.byte += 1 }
        last.character += 1
      }
    }
    return last.byte
  }
}
