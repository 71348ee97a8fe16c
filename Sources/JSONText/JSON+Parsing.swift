/// Why a text is not the expected JSON, and where.
public struct JSONError: Error, Hashable, Sendable {
  /// What is wrong, in words that complete "line 3, column 7:".
  public let reason: String
  /// The line, counted from 1.
  public let line: Int
  /// The column in Unicode scalars, counted from 1.
  public let column: Int

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - reason: What is wrong.
  ///   - line: The line, counted from 1.
  ///   - column: The column in Unicode scalars, counted from 1.
  public init(reason: String, line: Int, column: Int) {
    self.reason = reason
    self.line = line
    self.column = column
  }
}

extension JSONError: CustomStringConvertible {
  /// The location and the reason.
  public var description: String { "line \(line), column \(column): \(reason)" }
}

extension JSON {
  /// How deeply a document can be nested.
  public static let depthLimit = 64

  /// Parses a whole text as one JSON value (RFC 8259).
  ///
  /// Besides malformed text, the following are refused: duplicate members, nesting beyond ``depthLimit``,
  /// invalid UTF-8, and text after the value.
  ///
  /// - Parameter bytes: The UTF-8 bytes of the text.
  /// - Throws: ``JSONError`` with the location of the first problem.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    var reader = JSONReader(bytes)
    self = try reader.value()
    try reader.finish()
  }

  /// Parses a whole string as one JSON value.
  ///
  /// - Parameter text: The text.
  /// - Throws: ``JSONError`` with the location of the first problem.
  public init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }
}
