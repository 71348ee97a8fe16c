/// A stable code with its entry in the catalogue.
///
/// Codes are declared as static members in `DiagnosticCode+AREA.swift`, one file per area, and listed in
/// that file's array; `hnsctl explain` and the documentation page are generated from them.
public struct DiagnosticCode: Hashable, Sendable {
  /// The code as printed: lower case, words joined by hyphens.
  public let id: String
  /// The severity of a diagnostic with this code.
  public let severity: Severity
  /// What it means, in one line.
  public let summary: String
  /// Why it is reported and what to do, in a few sentences.
  public let explanation: String
  /// An input that triggers it; nil if no input does.
  public let bad: String?
  /// The same input, corrected.
  public let good: String?

  /// Makes a code.
  ///
  /// - Parameters:
  ///   - id: The code as printed.
  ///   - severity: The severity of a diagnostic with this code.
  ///   - summary: What it means, in one line.
  ///   - explanation: Why it is reported and what to do.
  ///   - bad: An input that triggers it.
  ///   - good: The same input, corrected.
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

  /// Codes are equal if their ids are.
  public static func == (left: Self, right: Self) -> Bool { left.id == right.id }

  /// Hashes the id.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension DiagnosticCode {
  /// Every code, by area and in the order of the catalogue.
  public static var catalogue: [(title: String, codes: [DiagnosticCode])] {
    [
      ("Input", inputCodes), ("YAML", yamlCodes), ("Profile", profileCodes),
      ("Platform", platformCodes), ("Plan", planCodes), ("State", stateCodes), ("Capture", captureCodes),
      ("Packet", packetCodes), ("Test", testCodes), ("Lint", lintCodes), ("Audit", auditCodes),
      ("Serve", serveCodes),
    ]
  }

  /// The code with this id.
  ///
  /// - Parameter id: The code as printed.
  public static func named(_ id: String) -> DiagnosticCode? {
    catalogue.lazy.flatMap(\.codes).first { $0.id == id }
  }
}
