/// A location in a source text: where a value starts and how long it is on that line.
public struct SourceRange: Hashable, Sendable, Comparable {
  /// The line, counted from 1.
  public var line: UInt32
  /// The column in Unicode scalars, counted from 1.
  public var column: UInt32
  /// How many scalars to underline; 0 when only the start is known.
  public var length: UInt32

  /// Makes a location.
  ///
  /// - Parameters:
  ///   - line: The line, counted from 1.
  ///   - column: The column in Unicode scalars, counted from 1.
  ///   - length: How many scalars to underline.
  public init(line: UInt32, column: UInt32, length: UInt32 = 0) {
    self.line = line
    self.column = column
    self.length = length
  }

  /// By line, then by column.
  public static func < (left: Self, right: Self) -> Bool {
    (left.line, left.column, left.length) < (right.line, right.column, right.length)
  }
}

/// How serious a diagnostic is.
public enum Severity: String, Sendable, Hashable, CaseIterable {
  /// The input or the operation is refused.
  case error
  /// It is accepted, but probably not intended.
  case warning
  /// Worth knowing.
  case note
}

/// A problem with an input or an operation, as reported to the user.
///
/// It can be thrown if it is the reason why an operation has no result.
public struct Diagnostic: Error, Hashable, Sendable {
  /// A related location that explains the diagnostic, such as the first definition of a name.
  public struct Note: Hashable, Sendable {
    /// What is there.
    public var message: String
    /// Where, in the diagnostic's own file.
    public var location: SourceRange?

    /// Makes a note.
    ///
    /// - Parameters:
    ///   - message: What is there.
    ///   - location: Where.
    public init(_ message: String, _ location: SourceRange? = nil) {
      self.message = message
      self.location = location
    }
  }

  /// The stable code.
  public var code: DiagnosticCode
  /// The severity; normally that of the code.
  public var severity: Severity
  /// What is wrong: one sentence in lower case without a full stop.
  public var message: String
  /// The file as the user named it; nil if the diagnostic is not about a file.
  public var file: String?
  /// The location in the file.
  public var location: SourceRange?
  /// Related locations.
  public var notes: [Note]
  /// What to write instead, as an instruction.
  public var help: String?

  /// Makes a diagnostic.
  ///
  /// - Parameters:
  ///   - code: The stable code.
  ///   - message: What is wrong.
  ///   - file: The file as the user named it.
  ///   - location: The location in the file.
  ///   - notes: Related locations.
  ///   - help: What to write instead.
  ///   - severity: The severity, when it differs from the code's own.
  public init(
    _ code: DiagnosticCode, _ message: String, file: String? = nil, at location: SourceRange? = nil,
    notes: [Note] = [], help: String? = nil, severity: Severity? = nil
  ) {
    self.code = code
    self.severity = severity ?? code.severity
    self.message = message
    self.file = file
    self.location = location
    self.notes = notes
    self.help = help
  }
}

/// Collects the diagnostics of one file, in bounded memory.
public struct DiagnosticCollector: Sendable {
  /// How many diagnostics are kept; the rest are only counted.
  public static let limit = 1_000

  /// The file as the user named it.
  public let file: String?
  /// The diagnostics kept so far, in the order they were found.
  public private(set) var diagnostics: [Diagnostic] = []
  /// How many diagnostics were not kept.
  public private(set) var droppedCount = 0
  /// Whether any of them, kept or not, is an error.
  public private(set) var hasErrors = false

  /// Makes an empty collector.
  ///
  /// - Parameter file: The file as the user named it.
  public init(file: String?) { self.file = file }

  /// Adds a diagnostic; if it has no file, the collector's file is filled in.
  ///
  /// - Parameter diagnostic: The diagnostic.
  public mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { hasErrors = true }
    guard diagnostics.count < Self.limit else {
      droppedCount += 1
      return
    }
    var kept = diagnostic
    if kept.file == nil { kept.file = file }
    diagnostics.append(kept)
  }

  /// Builds a diagnostic and adds it.
  ///
  /// - Parameters:
  ///   - code: The stable code.
  ///   - message: What is wrong.
  ///   - location: The location in the file.
  ///   - notes: Related locations.
  ///   - help: What to write instead.
  public mutating func report(
    _ code: DiagnosticCode, _ message: String, at location: SourceRange?, notes: [Diagnostic.Note] = [],
    help: String? = nil
  ) {
    report(Diagnostic(code, message, at: location, notes: notes, help: help))
  }

  /// The diagnostics by location; if some were not kept, the last one says how many.
  public var sorted: [Diagnostic] {
    var result = diagnostics.sortedByLocation(\.location)
    if droppedCount > 0 {
      result.append(
        Diagnostic(.tooManyDiagnostics, "\(droppedCount) more problems are not shown", file: file))
    }
    return result
  }
}

extension Sequence {
  /// The elements by location: those without one first; elements at the same location keep their order.
  ///
  /// - Parameter location: The location of an element.
  package func sortedByLocation(_ location: (Element) -> SourceRange?) -> [Element] {
    enumerated().sorted { left, right in
      switch (location(left.element), location(right.element)) {
      case (let first?, let second?) where first != second: first < second
      case (nil, _?): true
      case (_?, nil): false
      default: left.offset < right.offset
      }
    }.map(\.element)
  }
}
