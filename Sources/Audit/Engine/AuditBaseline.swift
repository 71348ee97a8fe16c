package import Diagnostics
import Manifests

/// The findings of an earlier audit, which are known.
package struct AuditBaseline: Sendable {
  /// How often each finding is known.
  private var known: [String: Int] = [:]
  /// Whether there is an earlier audit, even one without findings.
  private(set) var isGiven = false

  /// No findings.
  package init() {}

  /// Reads the JSON of an earlier audit.
  ///
  /// - Parameters:
  ///   - bytes: The output of `hnsctl audit --json`.
  ///   - file: The file as the user named it.
  ///   - benchmark: The benchmark of the audit that it is for.
  /// - Returns: The baseline and its diagnostics.
  package static func read(
    _ bytes: [UInt8], file: String, for benchmark: AuditBenchmark
  ) -> (AuditBaseline, [Diagnostic]) {
    var baseline = AuditBaseline()
    var isAudit = false
    var other: String?
    var problems = ManifestReader.read(bytes, file: file) { document in
      guard let findings = document["findings"], document["coverage"] != nil else { return }
      isAudit = true
      baseline.isGiven = true
      if let stated = document["benchmark"]?.scalarText, stated != benchmark.rawValue { other = stated }
      for finding in findings.elements {
        func text(_ key: String) -> String { finding[key]?.scalarText ?? "" }
        let guid = text("policyDefinitionId").split(separator: "/").last.map(String.init) ?? ""
        baseline.known[key(guid, text("resource"), text("path")), default: 0] += 1
      }
    }
    if !isAudit, problems.isEmpty {
      problems.append(
        Diagnostic(
          .auditNotRecognized, "this is not the result of an audit", file: file,
          help: "write one with `hnsctl audit ... --json > \(file)`"))
    }
    if let other {
      problems.append(
        Diagnostic(
          .auditBaseline,
          "this is the result of an audit with --benchmark \(other), and not \(benchmark.rawValue)",
          file: file,
          help: "findings that only one of them has are not known: "
            + "write the baseline with --benchmark \(benchmark.rawValue)"))
    }
    return (baseline, problems)
  }

  private static func key(_ definition: String, _ resource: String, _ path: String) -> String {
    "\(definition) \(resource) \(path)"
  }

  /// Whether a finding is known; each entry accounts for one.
  mutating func accounts(for finding: AuditFinding) -> Bool {
    let key = Self.key(finding.definition ?? "", finding.resource, finding.path)
    guard let count = known[key], count > 0 else { return false }
    known[key] = count - 1
    return true
  }
}
