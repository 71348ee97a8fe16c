extension DiagnosticCode {
  static let stateCodes: [DiagnosticCode] = []
}
