extension DiagnosticCode {
  /// Codes about state files.
  static let stateCodes: [DiagnosticCode] = [
    stateAbsent, stateUnreadable, stateDamaged, stateNewerFormat, stateLocked, lockNotAFile, stateNotSaved,
    stateNotDurable, journalDamaged, journalMismatch,
  ]

  package static let stateAbsent = DiagnosticCode(
    "state-absent", severity: .note,
    summary: "The state file does not exist, so the plan is for an empty host.",
    explanation: """
      `hnsctl plan --state FILE` accepts a file that does not exist, because `hnsctl apply` creates it. If the \
      host has a state file, its name is misspelled. As text, the heading of the plan says the same.
      """)

  package static let stateUnreadable = DiagnosticCode(
    "state-unreadable",
    summary: "The state file or its journal cannot be read.",
    explanation: """
      The operating system refused access: the file is a directory, or its permissions do not allow \
      it. The message includes the system's own reason. A missing file is not an error; it means an \
      empty host.
      """)

  package static let stateDamaged = DiagnosticCode(
    "state-damaged",
    summary: "The state file is not a state written by hnsctl.",
    explanation: """
      The file is empty, truncated, altered, or not a state. It is left unchanged. hnsctl always \
      replaces a state as a whole, so a damaged one was written by another program: restore it from a \
      backup, or move it away and apply the profiles again.
      """)

  package static let stateNewerFormat = DiagnosticCode(
    "state-newer-format",
    summary: "The state file was written by a newer hnsctl.",
    explanation: """
      This version does not support the format version of the state. The file is left unchanged. Use \
      the hnsctl that wrote it.
      """)

  package static let stateLocked = DiagnosticCode(
    "state-locked",
    summary: "Another process is writing the state.",
    explanation: """
      Only one process at a time can write a state; FILE.lock is the lock file and identifies the \
      process that holds it. Wait for that process, or use `--lock-timeout SECONDS` to wait longer. \
      If the process dies, its lock is released.
      """)

  package static let lockNotAFile = DiagnosticCode(
    "lock-not-a-file",
    summary: "The lock file of the state is not a regular file.",
    explanation: """
      FILE.lock is a directory, a named pipe, a device or a symbolic link, so it cannot be locked \
      and written like a file of hnsctl. Nothing is changed.
      """)

  package static let stateNotSaved = DiagnosticCode(
    "state-not-saved",
    summary: "The new state could not be written.",
    explanation: """
      The new state is written to a temporary file that then replaces the old one, so the old state \
      is intact. The message includes the system's reason, such as a full disk.
      """)

  package static let stateNotDurable = DiagnosticCode(
    "state-not-durable",
    summary: "The new state was written, but may not survive a power failure.",
    explanation: """
      The new state has replaced the old one, and every command reads it. The system could not \
      confirm that the entry of its folder is on the disk, so that after a power failure the old \
      state may be there again. The message includes the system's reason.
      """)

  package static let journalDamaged = DiagnosticCode(
    "journal-damaged",
    summary: "The journal of a state is damaged.",
    explanation: """
      FILE.journal contains the calls that `hnsctl serve` acknowledged since it saved the state FILE, \
      one per line, each with a checksum of everything before it. An incomplete last line is ignored: \
      it was never acknowledged. Any other damage is an error, because the lines after it cannot be \
      trusted. Both files are left unchanged.
      """)

  package static let journalMismatch = DiagnosticCode(
    "journal-mismatch",
    summary: "The journal belongs to another state.",
    explanation: """
      FILE.journal records which state its calls were made on, and FILE contains a different one: \
      another program replaced, edited or removed it. The calls would not produce the host they were \
      acknowledged for, so nothing is read and both files are left unchanged. Copy or move the two \
      files together.
      """)
}
