import Diagnostics
import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkProfile
import NetworkTypes
import PacketSpace
import PolicyCompiler
import PolicyLint
import PolicyPlan
import TestSupport
import Testing

/// A profile, and the host after applying it to an empty host.
struct LintedProfile {
  let text: String
  let profile: Profile
  let desired: DesiredHost
  var host: HostNetworkingService
  let ledger: OwnershipLedger

  init(_ text: String) throws {
    self.text = text
    let made = try ProfileHost(text, file: "web.yaml")
    profile = made.profile
    desired = made.desired
    host = made.service
    ledger = made.ledger
  }

  private var evaluator: PacketEvaluator {
    HostWithRuleNames(host, ledger: ledger).evaluator
  }

  /// The findings in the profile.
  func lint(budget: Budget = Budget()) -> LintReport {
    var linter = Linter(
      LintSubject(file: "web.yaml", evaluator: evaluator, profile: profile, desired: desired), budget: budget)
    return linter.run(source: Array(text.utf8))
  }

  /// The findings in the host, without the profile.
  func lintState() -> LintReport {
    var linter = Linter(LintSubject(file: "host.json", evaluator: evaluator, profile: nil, desired: nil))
    return linter.run()
  }

  /// Adds ACLs to an endpoint, as another agent would.
  mutating func add(_ acls: [JSON], to name: String) throws {
    let record = try #require(try HostDocuments(host).endpoints.first { $0.name == name })
    let policies = record.policies.map(\.document) + acls.map { ["Type": "ACL", "Settings": $0] }
    try host.modify(
      .endpoint, record.id,
      settings: [
        "ResourceType": "Policy", "RequestType": "Update", "Settings": ["Policies": .array(policies)],
      ])
  }
}

/// The findings in a profile.
func lint(_ text: String) throws -> LintReport {
  try LintedProfile(text).lint()
}

/// A finding in one line: location, code, endpoints, rule and related rules.
func describe(_ finding: LintFinding) -> String {
  let location = finding.location.map { "\($0.line):\($0.column) " } ?? ""
  let related = finding.related.isEmpty ? "" : " <- \(finding.related.joined(separator: ", "))"
  let endpoints = finding.endpoints.joined(separator: ", ")
  return "\(location)\(finding.code.id) [\(endpoints)] \(finding.rule ?? "-")\(related)"
}

/// A profile with one endpoint on a network that VFP filters.
func webProfile(_ acls: [String], defaults: String = "{in: block}", more: String = "") -> String {
  """
  apiVersion: hnsctl/v1
  kind: HostProfile
  name: web
  networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
  containers:
    - name: web
      network: podnet
      isolation: hyperv
      addresses: [10.244.7.10]
      defaults: \(defaults)
      acls:

  """ + acls.map { "      - {\($0)}\n" }.joined() + more
}
