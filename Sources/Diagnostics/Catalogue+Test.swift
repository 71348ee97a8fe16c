extension DiagnosticCode {
  /// Codes about tests of profiles and states, and what a report calls the ways in which they fail.
  static let testCodes: [DiagnosticCode] = [noTests, contradictoryTest, wrongVerdict, wrongRule, wrongPoint]

  package static let noTests = DiagnosticCode(
    "no-tests",
    summary: "A file that is to be tested tests nothing.",
    explanation: """
      A file without `tests`, with an empty list of them, or of which `--filter` leaves none would pass \
      whatever the rules are. State at least one test, or leave the file out of the run.
      """)

  package static let contradictoryTest = DiagnosticCode(
    "contradictory-test",
    summary: "Two statements about one packet cannot both hold.",
    explanation: """
      One packet is expected to pass and to be blocked, to be decided by two rules, or to be blocked by an \
      enforcement point on its way and to pass all the same. A packet passes when every point on its way \
      lets it pass. The packet is the same when its ends are, by whatever names they are called.
      """)

  package static let wrongVerdict = DiagnosticCode(
    "wrong-verdict",
    summary: "A packet gets another verdict than its test expects.",
    explanation: """
      The test fails: the host allows what is expected to be blocked, or blocks what is expected to pass. \
      Of a claim about a set of packets, one packet that refutes it is shown. The trace says which rule \
      decided, and where it is written.
      """)

  package static let wrongRule = DiagnosticCode(
    "wrong-rule",
    summary: "A packet gets the expected verdict by another rule.",
    explanation: """
      The test states under `rule` what must decide, and something else does: the verdict is right by \
      chance, and may turn when the other rule changes.
      """)

  package static let wrongPoint = DiagnosticCode(
    "wrong-enforcement-point",
    summary: "An enforcement point says something else than a test expects.",
    explanation: """
      The test states under `via` what Windows Firewall or VFP says when it is asked alone. Where both \
      ends of a packet have the point, it allows what both ends let pass and blocks what either blocks.
      """)
}
