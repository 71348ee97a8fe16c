extension DiagnosticCode {
  /// Codes about serving an emulated host.
  static let serveCodes: [DiagnosticCode] = [cannotListen]

  package static let cannotListen = DiagnosticCode(
    "cannot-listen",
    summary: "The service cannot listen at its address.",
    explanation: """
      Another program listens there, the user may not use the port, or the address is not one of this \
      machine. `hnsctl serve --port 0` takes any free port and prints which one it got.
      """)
}
