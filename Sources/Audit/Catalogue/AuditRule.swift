package import Diagnostics
package import JSONText

/// One of the 24 recommendations: an entry of the catalogue.
///
/// Every finding refers to one, so that it is a class: a copy would be larger than the finding.
package final class AuditRule: Sendable {
  /// What a recommendation is decided by.
  package enum Input: String, Sendable, CaseIterable {
    case pod, ingress, service, cluster, registry, plans, assessments

    /// The files that contain it, in words.
    package var title: String {
      switch self {
      case .pod: "pod and workload manifests"
      case .ingress: "ingress manifests"
      case .service: "service manifests"
      case .cluster: "AKS clusters (ARM documents, templates, az aks show or list)"
      case .registry: "container registries (ARM documents, templates, az acr show or list)"
      case .plans: "Defender plans (az security pricing list)"
      case .assessments: "Defender assessments (az security assessment list)"
      }
    }
  }

  /// What becomes of a recommendation on a Windows pod (reference: audit, 3).
  package enum WindowsRule: Sendable {
    /// It applies as it is.
    case same
    /// Windows rejects its fields; the reason, with the rows that take its place.
    case notApplicable(String)
    /// Its check has a counterpart for Windows.
    case counterpart
    /// Windows rejects its fields, and its check has a counterpart that reads others.
    case replaced
  }

  /// What was and is.
  package struct Pair<Value: Sendable>: Sendable {
    package var in2021: Value
    package var today: Value

    init(_ in2021: Value, _ today: Value) {
      self.in2021 = in2021
      self.today = today
    }
  }

  /// The definition that took the place of the row's own.
  package struct Successor: Sendable {
    package var definition: String
    package var assessmentKeys: [String]
    package var name: String
  }

  /// The number in the list of 2021.
  package let row: Int
  /// The stable code.
  package let code: String
  package let names: Pair<String>
  /// The Korean name: that of the list of 2021 or, for rows 1, 2, 13, 14, 19 and 24, of Azure's documentation of
  /// the same year (the tables of secure score controls and of initiatives in Korean).
  package let korean: String
  package let severity: Pair<AuditSeverity>
  /// The GUID of the policy definition.
  package let definition: String
  /// The name of its assessments; nil if it is not known.
  package let assessmentKey: String?
  package let successor: Successor?
  package let input: Input
  package let parameters: [AuditParameter]
  /// The parameters without which it says nothing: one of them must be given, or all of them.
  package let needs: Needs
  package let windows: WindowsRule
  /// The benchmarks that have it, with the version of the definition that they evaluate.
  package let versions: [AuditBenchmark: String]
  /// The controls of the Azure Security Benchmark version 3.
  ///
  /// They are the groups of the definition in the cloud security benchmark (Azure/azure-policy,
  /// AzureSecurityCenter.json, version 57.30.0). Rows 11 and 15 left it before it had groups.
  package let controls: [String]
  /// Whether the cloud security benchmark leaves out the namespaces of Defender (reference: audit, 0).
  package let leavesOutDefender: Bool
  /// Whether the rules of hosts add findings to it (reference: audit, 6).
  package let isJoinedWithNetwork: Bool
  /// The Defender plan that it is about.
  package let plan: String?
  /// What is checked.
  package let explanation: String
  /// What to do about a finding.
  package let remediation: String

  init(
    row: Int, code: String, names: Pair<String>, korean: String, severity: Pair<AuditSeverity>,
    definition: String, assessmentKey: String?, successor: Successor?, input: Input,
    parameters: [AuditParameter], needs: Needs, windows: WindowsRule, versions: [AuditBenchmark: String],
    controls: [String], leavesOutDefender: Bool = false, isJoinedWithNetwork: Bool = false,
    plan: String? = nil,
    explanation: String, remediation: String
  ) {
    self.row = row
    self.code = code
    self.names = names
    self.korean = korean
    self.severity = severity
    self.definition = definition
    self.assessmentKey = assessmentKey
    self.successor = successor
    self.input = input
    self.parameters = parameters
    self.needs = needs
    self.windows = windows
    self.versions = versions
    self.controls = controls
    self.leavesOutDefender = leavesOutDefender
    self.isJoinedWithNetwork = isJoinedWithNetwork
    self.plan = plan
    self.explanation = explanation
    self.remediation = remediation
  }

  /// Which parameters a recommendation needs.
  package enum Needs: Sendable {
    case nothing
    case oneOf([String])
    case all([String])
  }

  /// The name of the row in a benchmark.
  package func name(in benchmark: AuditBenchmark) -> String {
    benchmark == .asc2021 ? names.in2021 : names.today
  }

  package func severity(in benchmark: AuditBenchmark) -> AuditSeverity {
    benchmark == .asc2021 ? severity.in2021 : severity.today
  }

  /// The GUID of the definition that decides in a benchmark.
  package func definition(in benchmark: AuditBenchmark) -> String {
    benchmark == .asc2021 ? definition : successor?.definition ?? definition
  }

  /// The names of the assessments that decide in a benchmark.
  package func assessmentKeys(in benchmark: AuditBenchmark) -> [String] {
    if benchmark != .asc2021, let successor { return successor.assessmentKeys }
    return assessmentKey.map { [$0] } ?? []
  }

  /// Whether the row is about Kubernetes objects, whose assessments are about the cluster.
  package var isAboutObjects: Bool { [.pod, .ingress, .service].contains(input) }

  /// Whether a benchmark has the row.
  package func isPart(of benchmark: AuditBenchmark) -> Bool { versions[benchmark] != nil }

  /// The namespaces that its definition leaves out in a benchmark.
  package func excludedNamespaces(in benchmark: AuditBenchmark) -> [String] {
    let first = ["kube-system", "gatekeeper-system", "azure-arc"]
    guard benchmark != .asc2021 else { return first }
    let hasDefender = leavesOutDefender && benchmark != .aksSafeguards
    return first + ["azure-extensions-usage-system"] + (hasDefender ? ["azuredefender", "mdc"] : [])
  }

  /// The full id of a policy definition.
  package static func definitionID(_ guid: String) -> String {
    "/providers/Microsoft.Authorization/policyDefinitions/\(guid)"
  }

  /// The row as an entry of the catalogue of codes.
  package var diagnosticCode: DiagnosticCode {
    DiagnosticCode(
      code, severity: Self.diagnosticSeverity(severity.today), summary: "\(names.today).",
      explanation: "\(explanation) \(remediation)")
  }

  /// The severity of a diagnostic about a finding.
  package static func diagnosticSeverity(_ severity: AuditSeverity) -> Severity {
    switch severity {
    case .high: .error
    case .medium: .warning
    case .low: .note
    }
  }
}

/// A parameter of a recommendation.
package struct AuditParameter: Sendable {
  /// What kind of value it has.
  package enum Kind: String, Sendable {
    case quantity = "a quantity"
    case pattern = "a regular expression"
    case texts = "a list of texts"
    case addresses = "a list of addresses"
    case addressRanges = "a list of addresses, prefixes and ranges"
    case ports = "a list of ports and ranges of ports"
    case truth = "true or false"
    case port = "a whole number from 0 to 65535"
    case idRule = "{rule, ranges: [{min, max}]}"
    case idRuleName = "the name of a rule"
    case idRanges = "{ranges: [{min, max}]}"
    case hostPaths = "a list of {pathPrefix, readOnly}"
    case windowsUser = "ContainerUser or ContainerAdministrator"
  }

  /// The name that the template has for it.
  package var name: String
  /// The name that the policy has for it, if that differs.
  package var policyName: String?
  package var kind: Kind
  package var meaning: String
  /// The values that initiatives give to it.
  package var defaults: [AuditBenchmark: JSON]

  package init(
    _ name: String, policyName: String? = nil, _ kind: Kind, _ meaning: String,
    defaults: [AuditBenchmark: JSON] = [:]
  ) {
    self.name = name
    self.policyName = policyName
    self.kind = kind
    self.meaning = meaning
    self.defaults = defaults
  }

  static let excludedNamespaces = AuditParameter(
    "excludedNamespaces", .texts, "namespaces that are left out, in place of those of the benchmark")

  static let registryAddresses = AuditParameter(
    "registryAddresses", .addressRanges, "the addresses of the registry, for the join with a network")

  /// The parameters that every recommendation about containers has.
  static let ofContainers = [
    excludedNamespaces,
    AuditParameter("excludedContainers", .texts, "names of containers that are left out"),
    AuditParameter("excludedImages", .texts, "images that are left out; a final * stands for any ending"),
  ]
}
