extension DiagnosticCode {
  /// Codes about state files.
  static let stateCodes: [DiagnosticCode] = [
    stateUnreadable, stateDamaged, stateNewerFormat, stateLocked, stateNotSaved, journalDamaged,
    journalMismatch,
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

  package static let journalDamaged = DiagnosticCode(
    "journal-damaged",
    summary: "The journal of a state is not as it was written.",
    explanation: """
      FILE.journal holds the calls that `hnsctl serve` acknowledged since it saved the state FILE, one a \
      line, each with a check of everything before it. A last line that is cut off is passed over: it was \
      never acknowledged. Anything else that is not as it was written is an error, because what follows it \
      cannot be trusted. Both files are left as they are.
      """)

  package static let journalMismatch = DiagnosticCode(
    "journal-mismatch",
    summary: "The journal belongs to another state.",
    explanation: """
      FILE.journal says which state its calls were made on, and FILE holds another one: it was replaced, \
      edited or removed by another program. The calls would not give the host they were acknowledged for, \
      so nothing is read and both files are left as they are. Copy or move the two files together.
      """)
}
