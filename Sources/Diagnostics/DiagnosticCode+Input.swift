extension DiagnosticCode {
  /// Codes about files and arguments.
  static let inputCodes: [DiagnosticCode] = [
    fileUnreadable, fileSkipped, nothingInFolder, fileNotWritten, fileExists, jsonSyntax, wrongUsage,
    tooManyDiagnostics,
  ]

  package static let fileUnreadable = DiagnosticCode(
    "file-unreadable",
    summary: "A file cannot be read.",
    explanation: """
      The operating system refused access to the file: it does not exist, is a directory, or its \
      permissions do not allow it. The message includes the system's own reason.
      """)

  package static let fileSkipped = DiagnosticCode(
    "file-skipped", severity: .note,
    summary: "A file of a folder is not a source, and is skipped.",
    explanation: """
      A folder can contain YAML and JSON of other programs, such as `values.yaml`. A file that states neither an \
      `apiVersion` nor a `kind` of hnsctl and has no key of a profile is skipped, and named. One that cannot be \
      parsed is an error, because it could be a damaged profile. Named by itself, any file is read.
      """)

  package static let nothingInFolder = DiagnosticCode(
    "nothing-in-folder",
    summary: "A folder contains nothing that the command takes.",
    explanation: """
      A folder stands for the profiles, the states or the one capture in it, also in its subfolders. This one has \
      no such file: it is empty, or has only files of other kinds, hidden files, or folders more than eight \
      levels deep.
      """)

  package static let fileNotWritten = DiagnosticCode(
    "file-not-written",
    summary: "A file could not be written.",
    explanation: """
      The operating system refused to create or replace the file: its folder does not exist, the disk \
      is full, or the permissions do not allow it. An existing file is replaced as a whole, so it is \
      unchanged. The message includes the system's own reason.
      """)

  package static let fileExists = DiagnosticCode(
    "file-exists",
    summary: "A file exists and is not replaced.",
    explanation: """
      A command that writes a file replaces only what cannot be lost by that: an empty file, or one that the \
      command writes again whenever it runs, such as a saved plan or the page of a matrix. Any other file is \
      left as it is, and nothing is written. Name another file, or move this one away; \
      `hnsctl import --as-profile` also has `--force`.
      """)

  package static let jsonSyntax = DiagnosticCode(
    "json-syntax",
    summary: "The text is not valid JSON.",
    explanation: """
      A file that begins like JSON cannot be parsed at the place shown. Comments and trailing commas are \
      not JSON, and text copied from a terminal is often cut or wrapped in the middle of words.
      """)

  package static let wrongUsage = DiagnosticCode(
    "wrong-usage",
    summary: "The command line is not valid.",
    explanation: """
      A command or an option does not exist, a value is missing or not accepted, or options contradict \
      each other. The exit code is 64, and nothing was read or changed. `hnsctl COMMAND --help` lists the \
      arguments of a command.
      """)

  package static let tooManyDiagnostics = DiagnosticCode(
    "too-many-diagnostics", severity: .note,
    summary: "More problems were found than are shown.",
    explanation: """
      The first 1,000 problems of a file are shown and the rest are only counted, so that a hostile \
      file cannot exhaust memory. Fix these and run the command again.
      """)
}
