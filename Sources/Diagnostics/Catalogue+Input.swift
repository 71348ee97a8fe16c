extension DiagnosticCode {
  /// Codes about files and arguments as such.
  static let inputCodes: [DiagnosticCode] = [fileUnreadable, tooManyDiagnostics]

  package static let fileUnreadable = DiagnosticCode(
    "file-unreadable",
    summary: "A file cannot be read or written.",
    explanation: """
      The operating system refused the file: it does not exist, is a directory, or its permissions \
      do not allow it. The message carries the system's own reason.
      """)

  package static let tooManyDiagnostics = DiagnosticCode(
    "too-many-diagnostics", severity: .note,
    summary: "More problems were found than are shown.",
    explanation: """
      The first 1,000 problems of a file are shown and the rest is counted, so that a hostile file \
      cannot fill the memory. Put the shown ones right and run the command again.
      """)
}
