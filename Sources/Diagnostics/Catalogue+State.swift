extension DiagnosticCode {
  /// Codes about state files.
  static let stateCodes: [DiagnosticCode] = [
    stateUnreadable, stateDamaged, stateNewerFormat, stateLocked, stateNotSaved,
  ]

  package static let stateUnreadable = DiagnosticCode(
    "state-unreadable",
    summary: "The state file cannot be read.",
    explanation: """
      The operating system refused it: it is a directory, or its permissions do not allow it. The \
      message carries the system's own reason. An absent file is no error; it stands for an empty host.
      """)

  package static let stateDamaged = DiagnosticCode(
    "state-damaged",
    summary: "The state file is not a state hnsctl wrote.",
    explanation: """
      The file is empty, cut short, altered, or something else altogether. It is left as it is. A \
      state is only ever replaced as a whole, so a damaged one was written by another program: restore \
      it from where you keep states, or move it away and apply the profiles again.
      """)

  package static let stateNewerFormat = DiagnosticCode(
    "state-newer-format",
    summary: "The state file was written by a newer hnsctl.",
    explanation: """
      The format version of the state is higher than this program knows. The file is left as it is. \
      Use the hnsctl that wrote it.
      """)

  package static let stateLocked = DiagnosticCode(
    "state-locked",
    summary: "Another process is writing the state.",
    explanation: """
      One process at a time writes a state; FILE.lock is the lock and names its holder. Wait for it, \
      or give `--lock-timeout SECONDS` to wait longer. The lock of a process that died is free.
      """)

  package static let stateNotSaved = DiagnosticCode(
    "state-not-saved",
    summary: "The new state could not be written.",
    explanation: """
      The state is written beside the old one and then put in its place, so the old state is whole. \
      The message carries the system's reason, such as a full disk.
      """)
}
