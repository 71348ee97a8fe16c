extension DiagnosticCode {
  static let platformCodes: [DiagnosticCode] = []
}
