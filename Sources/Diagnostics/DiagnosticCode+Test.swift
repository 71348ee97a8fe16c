extension DiagnosticCode {
  /// Codes about tests of profiles and states, and about the ways in which tests fail.
  static let testCodes: [DiagnosticCode] = [noTests, contradictoryTest, wrongVerdict, wrongRule, wrongPoint]

  package static let noTests = DiagnosticCode(
    "no-tests",
    summary: "The file contains no tests.",
    explanation: """
      A file without `tests`, with an empty list of tests, or in which `--filter` matches none would \
      pass whatever the rules are. Add a test, or leave the file out of the run.
      """)

  package static let contradictoryTest = DiagnosticCode(
    "contradictory-test",
    summary: "Two expectations about the same packet contradict each other.",
    explanation: """
      The packet is expected to be both allowed and blocked, to be decided by two different rules, or \
      to be allowed although an enforcement point on its path is expected to block it. A packet is \
      allowed only if every enforcement point on its path allows it. Packets are the same if their \
      source and destination are, whatever names are used for them.
      """)

  package static let wrongVerdict = DiagnosticCode(
    "wrong-verdict",
    summary: "The verdict on a packet differs from what its test expects.",
    explanation: """
      The test fails: the host allows what is expected to be blocked, or blocks what is expected to \
      be allowed. For a claim about a set of packets, one counterexample is shown. The trace shows \
      which rule decided and where it is written.
      """)

  package static let wrongRule = DiagnosticCode(
    "wrong-rule",
    summary: "A packet gets the expected verdict from a different rule.",
    explanation: """
      The test specifies under `rule` which rule must decide, but a different one does: the verdict \
      is right by coincidence and could change when the other rule changes.
      """)

  package static let wrongPoint = DiagnosticCode(
    "wrong-enforcement-point",
    summary: "The verdict of one enforcement point differs from what a test expects.",
    explanation: """
      The test specifies under `via` the verdict of Windows Firewall or VFP alone. If both ends of a \
      packet have that enforcement point, the packet is allowed only if both ends allow it.
      """)
}
