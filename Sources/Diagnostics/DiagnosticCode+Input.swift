extension DiagnosticCode {
  /// Codes about files and arguments.
  static let inputCodes: [DiagnosticCode] = [fileInaccessible, tooManyDiagnostics]

  package static let fileInaccessible = DiagnosticCode(
    "file-unreadable",
    summary: "A file cannot be read or written.",
    explanation: """
      The operating system refused access to the file: it does not exist, is a directory, or its \
      permissions do not allow it. The message includes the system's own reason.
      """)

  package static let tooManyDiagnostics = DiagnosticCode(
    "too-many-diagnostics", severity: .note,
    summary: "More problems were found than are shown.",
    explanation: """
      The first 1,000 problems of a file are shown and the rest are only counted, so that a hostile \
      file cannot exhaust memory. Fix these and run the command again.
      """)
}
