extension DiagnosticCode {
  static let profileCodes: [DiagnosticCode] = []
}
