import Audit

/// A resource and the verdict on it, which can differ between the benchmarks.
struct RowCase: CustomStringConvertible, Sendable {
  var row: Int
  var title: String
  /// JSON: of a pod or another object the members beside its kind; of a resource of Azure the properties.
  var text: String
  var parameters: String?
  var status: AuditStatus
  var exceptions: [AuditBenchmark: AuditStatus] = [:]

  var description: String { "row \(row): \(title)" }
  var rule: AuditRule { AuditRule.all[row - 1] }

  func status(in benchmark: AuditBenchmark) -> AuditStatus { exceptions[benchmark] ?? status }

  /// The file of parameters.
  var parameterFile: String? { parameters.map { "\(row): \($0)" } }

  static func pass(
    _ row: Int, _ title: String, _ text: String, _ parameters: String? = nil,
    but exceptions: [AuditBenchmark: AuditStatus] = [:]
  ) -> RowCase {
    RowCase(
      row: row, title: title, text: text, parameters: parameters, status: .pass, exceptions: exceptions)
  }

  static func fail(
    _ row: Int, _ title: String, _ text: String, _ parameters: String? = nil,
    but exceptions: [AuditBenchmark: AuditStatus] = [:]
  ) -> RowCase {
    RowCase(
      row: row, title: title, text: text, parameters: parameters, status: .fail, exceptions: exceptions)
  }
}

/// A pod with one container that has these members.
func one(_ members: String, pod: String = "", metadata: String = "") -> String {
  podText(
    containers: #"{"name": "app", "image": "nginx"\#(members.isEmpty ? "" : ", ")\#(members)}"#, pod: pod,
    metadata: metadata)
}

func podText(containers: String, pod: String = "", metadata: String = "") -> String {
  #"{"metadata": {"name": "web"\#(metadata.isEmpty ? "" : ", ")\#(metadata)}, "spec": {"containers": [\#(containers)]\#(pod.isEmpty ? "" : ", ")\#(pod)}}"#
}

/// The forms in which a resource can be given.
enum InputShape: String, CaseIterable, Sendable {
  case yaml = "YAML"
  case json = "JSON"
  case list = "List"
  case nestedList = "List in List"
  case documents = "several documents"
  case workload = "Deployment"
  case cronJob = "CronJob"
  case resource = "ARM"
  case cli = "az show"
  case cliList = "az list"
  case wrapped = "value"
  case graph = "Resource Graph"
  case template = "template"
  case assessment = "assessment"
  case flatAssessment = "az assessment"

  static func of(_ rule: AuditRule) -> [InputShape] {
    let assessed: [InputShape] = rule.assessmentKey == nil ? [] : [.assessment, .flatAssessment]
    return switch rule.input {
    case .pod: [.yaml, .json, .list, .nestedList, .documents, .workload, .cronJob] + assessed
    case .ingress, .service: [.yaml, .json, .list, .nestedList, .documents] + assessed
    case .cluster, .registry: [.resource, .cli, .cliList, .wrapped, .graph, .template] + assessed
    case .plans: [.wrapped, .cliList] + assessed
    case .assessments: assessed
    }
  }

  var isAssessment: Bool { self == .assessment || self == .flatAssessment }

  /// The text of a case in this form.
  func text(_ row: RowCase) -> String {
    let kind = row.rule.input
    let header =
      switch kind {
      case .ingress: #""apiVersion": "networking.k8s.io/v1", "kind": "Ingress""#
      case .service: #""apiVersion": "v1", "kind": "Service""#
      default: #""apiVersion": "v1", "kind": "Pod""#
      }
    let members = String(row.text.dropFirst().dropLast())
    let object = "{\(header), \(members)}"
    let type =
      kind == .cluster
      ? "Microsoft.ContainerService/managedClusters" : "Microsoft.ContainerRegistry/registries"
    let id = "/subscriptions/s1/resourceGroups/g/providers/\(type)/r1"
    let resource = #"{"id": "\#(id)", "name": "r1", "type": "\#(type)", "properties": \#(row.text)}"#
    let flat =
      #"{"id": "\#(id)", "name": "r1", "type": "\#(type)"\#(members.isEmpty ? "" : ", ")\#(members)}"#
      .replacing("enableRBAC", with: "enableRbac").replacing("authorizedIPRanges", with: "authorizedIpRanges")
      .replacing(#/{"properties": ({"privateLinkServiceConnectionState": {"status": "\w+"}})}/#) { $0.1 }
    return switch self {
    case .yaml:
      header.replacing(#"", "#, with: "\"\n").replacing(#"":"#, with: "\":") + "\n"
        + Self.blockMembers(row.text)
    case .json: object
    case .list: #"{"apiVersion": "v1", "kind": "List", "items": [\#(object)]}"#
    case .nestedList:
      #"{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "List", "items": [\#(object)]}]}"#
    case .documents: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n\(object)\n---\n"
    case .workload:
      #"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": \#(row.text)}}"#
    case .cronJob:
      #"{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "web"}, "spec": {"jobTemplate": {"spec": {"template": \#(row.text)}}}}"#
    case .resource: resource
    case .cli: flat
    case .cliList: kind == .plans ? "[\(Self.plans(row.text, isFlat: true))]" : "[\(flat)]"
    case .wrapped:
      kind == .plans
        ? #"{"value": [\#(Self.plans(row.text, isFlat: false))]}"# : #"{"value": [\#(resource)]}"#
    case .graph: #"{"data": [\#(resource)], "count": 1}"#
    case .template:
      #"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [\#(resource)]}"#
    case .assessment, .flatAssessment: ""
    }
  }

  /// The members of an object, each on its own line.
  private static func blockMembers(_ text: String) -> String {
    let inner = text.dropFirst().dropLast()
    // A metadata member comes first, and its braces are balanced.
    var depth = 0
    var lines = ""
    for character in inner {
      if "{[".contains(character) { depth += 1 }
      if "}]".contains(character) { depth -= 1 }
      lines.append(character == "," && depth == 0 ? "\n" : String(character))
    }
    return lines.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n")
  }

  /// Plans as `NAME=TIER`, separated by commas.
  private static func plans(_ text: String, isFlat: Bool) -> String {
    text.split(separator: ",").map { plan in
      let parts = plan.split(separator: "=")
      let head =
        #""id": "/subscriptions/s1/providers/Microsoft.Security/pricings/\#(parts[0])", "name": "\#(parts[0])", "type": "Microsoft.Security/pricings""#
      return isFlat
        ? #"{\#(head), "pricingTier": "\#(parts[1])"}"#
        : #"{\#(head), "properties": {"pricingTier": "\#(parts[1])"}}"#
    }.joined(separator: ", ")
  }

  /// The text of an assessment in this form.
  func assessment(_ example: AssessmentCase) -> String {
    let key = example.key
    let head =
      #""id": "/subscriptions/s1/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r1/providers/Microsoft.Security/assessments/\#(key)", "name": "\#(key)", "type": "Microsoft.Security/assessments""#
    let status =
      #""status": {"code": "\#(example.code)", "cause": "OffByPolicy"}"#
      + (example.members.isEmpty ? "" : ", \(example.members)")
    return self == .assessment
      ? #"{"value": [{\#(head), "properties": {\#(status)}}]}"# : #"[{\#(head), \#(status)}]"#
  }
}

/// The report on a text.
func audit(
  _ text: String, _ benchmark: AuditBenchmark = .mcsbCurrent, parameters: String? = nil,
  defaults: Bool = false
) -> AuditReport {
  var values = AuditParameters()
  if let parameters { values = AuditParameters.read(Array(parameters.utf8), file: "parameters.yaml").0 }
  var auditor = Auditor(
    benchmark: benchmark, parameters: values, usesPolicyDefaults: defaults, keepsResults: true)
  _ = auditor.read(Array(text.utf8), file: "input.yaml")
  return auditor.finish()
}

extension AuditReport {
  func status(_ row: Int) -> AuditStatus { rows[row - 1].status }
}
