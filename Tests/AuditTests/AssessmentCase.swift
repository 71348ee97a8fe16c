import Audit

/// An assessment of a resource, and the verdict on the row that it answers.
struct AssessmentCase: Sendable {
  var title: String
  /// The name of the assessment.
  var key: String
  var code: String
  /// Members of its properties beside the status.
  var members = ""
  var status: AuditStatus

  /// The assessments that answer a row in a benchmark: each name with each status, and for images what replaced
  /// grouped assessments in 2026 (reference: audit, 10).
  static func all(_ rule: AuditRule, _ benchmark: AuditBenchmark) -> [AssessmentCase] {
    var cases: [AssessmentCase] = []
    for key in rule.assessmentKeys(in: benchmark) {
      cases += codes.map {
        AssessmentCase(title: "\(key) \($0.code)", key: key, code: $0.code, status: $0.status)
      }
    }
    if rule.input == .assessments, benchmark != .asc2021 {
      cases += codes.map {
        AssessmentCase(
          title: "an update \($0.code)", key: "a1", code: $0.code,
          members:
            #""metadata": {"recommendationCategory": "SoftwareUpdate"}, "resourceDetails": {"ResourceType": ".containerimage"}"#,
          status: $0.status)
      }
    }
    return cases
  }

  private static let codes: [(code: String, status: AuditStatus)] = [
    ("Healthy", .pass), ("healthy", .pass), ("Unhealthy", .fail), ("NotApplicable", .notApplicable),
    ("Unknown", .notEvaluated),
  ]
}
