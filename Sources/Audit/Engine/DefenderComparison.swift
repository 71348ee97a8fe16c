/// What Defender reports about a resource, beside what the files say.
package struct DefenderComparison: Sendable {
  package var rule: AuditRule
  /// The resource of the assessment; for rows about Kubernetes objects the cluster.
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
  ///   - files: The verdict on the same resource, or on all objects of the row.
  ///   - date: When the status of the assessment was found; nil if that is not known.
  mutating func compare(
    _ defender: CheckResult, _ settings: RowSettings, _ resource: String, with files: Evaluated,
    date: String?
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
        rule: settings.rule, resource: resource, defender: defender, files: files.status,
        reason: defender == files.status
          ? nil
          : Self.reason(defender, files.status, settings) ?? Self.reason(date, before: files.changed)))
  }

  /// Why an assessment says nothing of a file: its status is of a time before the file was changed.
  ///
  /// Both are UTC in ISO 8601 format, which sorts as text; an export adds fractions of a second.
  private static func reason(_ date: String?, before changed: String?) -> String? {
    guard let date = date?.prefix(19), let changed = changed?.prefix(19),
      date.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) != nil, date < changed
    else { return nil }
    let days = (date.prefix(10), changed.prefix(10))
    return days.0 == days.1
      ? "the assessment is of \(date)Z, and the file was changed at \(changed)Z"
      : "the assessment is of \(days.0), and the file was changed on \(days.1)"
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
