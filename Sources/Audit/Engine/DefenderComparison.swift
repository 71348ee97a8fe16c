/// What Defender reports about a resource, beside what the files say.
package struct DefenderComparison: Sendable {
  package var rule: AuditRule
  /// The resource of the assessment; for rows about objects of Kubernetes the cluster.
  package var resource: String
  package var defender: AuditStatus
  /// The verdict on the same resource, or on all objects of the row.
  package var files: AuditStatus
  /// Why the two differ, where that is known.
  package var reason: String?

  package var agrees: Bool { defender == files }
}

extension AuditRecord {
  /// Compares an assessment with the verdict on files.
  ///
  /// - Parameters:
  ///   - defender: What the assessment says.
  ///   - settings: The row.
  ///   - resource: The resource of the assessment.
  ///   - file: The verdict on the same resource; nil for that on all objects of the row.
  mutating func compare(
    _ defender: CheckResult, _ settings: RowSettings, _ resource: String, with file: AuditStatus
  ) {
    let defender: AuditStatus =
      switch defender {
      case .pass: .pass
      case .fail: .fail
      case .notApplicable: .notApplicable
      case .unconfigured, .notEvaluated, .unenforceable: .notEvaluated
      }
    comparisons.append(
      DefenderComparison(
        rule: settings.rule, resource: resource, defender: defender, files: file,
        reason: defender == file ? nil : Self.reason(defender, file, settings)))
  }

  private static func reason(
    _ defender: AuditStatus, _ file: AuditStatus, _ settings: RowSettings
  ) -> String? {
    switch (defender, file) {
    case (_, .unconfigured): "the audit has no parameters for the row"
    case (_, .notEvaluated): "the files do not contain what decides"
    case (_, .suppressed): "the findings in the files are suppressed"
    case (.notApplicable, _): "the policy is off, or exempts the resource"
    case _ where settings.benchmark != .mcsbCurrent:
      "Defender evaluates \(AuditBenchmark.mcsbCurrent.rawValue), the audit \(settings.benchmark.rawValue)"
    case (.fail, .notApplicable): "all objects in the files are in excluded namespaces, or for Windows"
    default: nil
    }
  }
}
