extension DiagnosticCode {
  /// Codes about serving an emulated host.
  static let serveCodes: [DiagnosticCode] = [cannotListen]

  package static let cannotListen = DiagnosticCode(
    "cannot-listen",
    summary: "The service cannot listen on its address.",
    explanation: """
      Another program is listening there, the user is not permitted to use the port, or the address \
      is not one of this machine's. `hnsctl serve --port 0` uses any free port and prints it.
      """)
}
