/// A stable code with all that the catalogue says of it.
///
/// Codes are declared as static members in `Catalogue+AREA.swift`, one file for each area, and
/// listed in that file's array; `hnsctl explain` and the documentation page are made from them.
public struct DiagnosticCode: Hashable, Sendable {
  /// The code as printed: lower case, words joined by hyphens.
  public let id: String
  /// How much a diagnostic of this code weighs.
  public let severity: Severity
  /// What it means, in one line.
  public let summary: String
  /// Why it is reported and what to do, in a few sentences.
  public let explanation: String
  /// An input that brings it up; nil where no input does.
  public let bad: String?
  /// The same input put right.
  public let good: String?

  /// Makes a code.
  ///
  /// - Parameters:
  ///   - id: The code as printed.
  ///   - severity: How much a diagnostic of this code weighs.
  ///   - summary: What it means, in one line.
  ///   - explanation: Why it is reported and what to do.
  ///   - bad: An input that brings it up.
  ///   - good: The same input put right.
  public init(
    _ id: String, severity: Severity = .error, summary: String, explanation: String,
    bad: String? = nil, good: String? = nil
  ) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.explanation = explanation
    self.bad = bad
    self.good = good
  }

  /// Codes are equal when they are written alike.
  public static func == (left: Self, right: Self) -> Bool { left.id == right.id }

  /// Hashes the code as written.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension DiagnosticCode {
  /// Every code, by area and in the order of the catalogue.
  public static var catalogue: [(area: String, codes: [DiagnosticCode])] {
    [
      ("Input", inputCodes), ("YAML", yamlCodes), ("Profile", profileCodes),
      ("Platform", platformCodes), ("Plan", planCodes), ("State", stateCodes),
      ("Packet", packetCodes), ("Test", testCodes), ("Lint", lintCodes), ("Serve", serveCodes),
    ]
  }

  /// The code that is written so.
  ///
  /// - Parameter id: The code as printed.
  public static func named(_ id: String) -> DiagnosticCode? {
    catalogue.lazy.flatMap(\.codes).first { $0.id == id }
  }
}
