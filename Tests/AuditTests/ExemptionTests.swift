import Audit
import Diagnostics
import Testing

/// Exports of policy exemptions as suppressions.
@Suite struct ExemptionTests {
  private static let scope = "/subscriptions/s1/resourceGroups/g"
  private static let registry =
    #"{"id": "/subscriptions/s1/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r1", "name": "r1", "type": "Microsoft.ContainerRegistry/registries", "properties": {}}"#
  private static let reference = "containerRegistriesShouldNotAllowUnrestrictedNetworkAccessMonitoringEffect"

  private func members(
    category: String = "Waiver", references: String = "[\"\(ExemptionTests.reference)\"]",
    until: String = "2026-12-31T00:00:00Z"
  ) -> String {
    #""exemptionCategory": "\#(category)", "expiresOn": "\#(until)", "displayName": "lab", "policyDefinitionReferenceIds": \#(references)"#
  }

  private func exemption(_ members: String, scope: String = ExemptionTests.scope, isFlat: Bool = true)
    -> String
  {
    let head =
      #""id": "\#(scope)/providers/Microsoft.Authorization/policyExemptions/e1", "name": "e1", "type": "Microsoft.Authorization/policyExemptions""#
    return isFlat ? "{\(head), \(members)}" : #"{\#(head), "properties": {\#(members)}}"#
  }

  private func audit(_ exemptions: String) -> AuditReport {
    var suppressions = AuditSuppressions(today: "2026-11-29")
    suppressions.read(Array(exemptions.utf8), file: "exemptions.json")
    var auditor = Auditor(benchmark: .mcsbCurrent, suppressions: suppressions)
    _ = auditor.read(Array(Self.registry.utf8), file: "r.json")
    return auditor.finish()
  }

  @Test func everyForm() {
    for (text, isFlat) in [("[%]", true), (#"{"value": [%]}"#, false), (#"{"data": [%]}"#, false)] {
      let report = audit(text.replacing("%", with: exemption(members(), isFlat: isFlat)))
      #expect(report.rows[6].status == .suppressed, "\(text)")
      #expect(report.suppressed.map(\.reason) == ["Waiver: lab"])
      #expect(report.rows[7].status == .fail)
      #expect(report.problems.isEmpty)
    }
  }

  @Test func itsScopeIsAResourceWithEverythingInIt() {
    for scope in ["/subscriptions/S1", "/subscriptions/s1/resourceGroups/G"] {
      #expect(audit("[\(exemption(members(), scope: scope))]").rows[6].status == .suppressed)
    }
    let other = audit("[\(exemption(members(), scope: "/subscriptions/s1/resourceGroups/g2"))]")
    #expect(other.rows[6].status == .fail)
    #expect(other.problems.contains { $0.message.contains("is not used") })
  }

  @Test func whatDoesNotApplyIsReported() {
    for (text, words) in [
      (members(until: "2026-11-28T00:00:00Z"), "expired on 2026-11-28"),
      (members(category: "Other"), "neither Waiver nor Mitigated"),
      (members(references: "[]"), "names no definition"),
    ] {
      let report = audit("[\(exemption(text))]")
      #expect(report.rows[6].status == .fail)
      #expect(report.problems.contains { $0.message.contains(words) }, "\(words)")
    }
    // One about something else is not a matter of this audit.
    let other = audit("[\(exemption(members(references: #"["useRbacRulesMonitoring"]"#)))]")
    #expect(other.problems.isEmpty)
  }
}
