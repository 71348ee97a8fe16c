import Diagnostics
import FilterEngine
import HNSEmulator
import HostExport
import HostModel
import JSONText
import NetworkProfile
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import TestSupport
import Testing

/// A plan from one host to another one, for export.
struct ExportCase {
  let label: String
  /// Whether the verdicts of all packets are compared.
  let proves: Bool
  let start: HostNetworkingService
  let calls: PlannedCalls<HostNetworkingService>

  /// The change from an empty host.
  init(_ text: String, label: String, proves: Bool = true, isScript: Bool = false) throws {
    let desired = try DesiredHost.compiled(try Profile.checked(text).resolved())
    try self.init(
      desired, on: desired.emptyHost, OwnershipLedger(), label: label, proves: proves, isScript: isScript)
  }

  /// The addition of a policy to the endpoints of a profile's host.
  init(_ text: String, label: String, addingToEndpoint policy: HCNPolicy) throws {
    self.label = label
    proves = false
    start = try ProfileHost(text).service
    let endpoints = try start.enumerate(.endpoint, query: HCN.queryAll)
    calls = try PlannedCalls(
      endpoints.map { Operation(.modifyPolicies(.add, [policy]), .endpoint, $0, of: nil) }, on: start)
  }

  /// The change from the host of one profile to that of another.
  init(from before: String, to after: String, label: String, proves: Bool = true, isScript: Bool = false)
    throws
  {
    let old = try ProfileHost(before)
    let profile = try Profile.checked(after).resolved(on: old.service)
    try self.init(
      try DesiredHost.compiled(profile), on: old.service, old.ledger, label: label, proves: proves,
      isScript: isScript)
  }

  init(
    _ desired: DesiredHost, on host: HostNetworkingService, _ ledger: OwnershipLedger, label: String,
    proves: Bool, isScript: Bool = false
  ) throws {
    let (trial, problems) = Trial.run(desired, on: host, ledger: ledger, file: "test.yaml")
    guard let trial else { throw ExportFailure(text: problems.map(\.message).joined(separator: "\n")) }
    self.label = label
    self.proves = proves
    start = host
    calls = try PlannedCalls(trial.operations, on: host, forScript: isScript)
  }
}

struct ExportFailure: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}

extension HostNetworkingService {
  /// Does what the exporter leaves to others, and sends the requests in between.
  mutating func carryOut(
    _ calls: PlannedCalls<HostNetworkingService>, as requests: [ExportedRequest]
  ) throws {
    for step in calls.steps where step.container?.isStart == false { try step.operation.perform(on: &self) }
    for request in requests { try send(request) }
    for step in calls.steps where step.container?.isStart == true { try step.operation.perform(on: &self) }
  }

  /// Sends a request as a client does that knows nothing but its document.
  mutating func send(_ request: ExportedRequest) throws {
    let document = request.document
    let path = document["path"]?.string ?? ""
    let body = document["body"].flatMap { $0 == .null ? nil : $0 }
    guard document["function"] != "HNSCall" else {
      let method = document["method"]?.string ?? ""
      let (_, refusal) = respond(method: method, path: path, request: body)
      if let refusal {
        throw ExportFailure(text: "\(method) \(path): \(refusal.summary)\n\(body?.text() ?? "")")
      }
      return
    }
    let parts = path.split(separator: "?")
    let function = String(parts[0].dropFirst("/hcn/".count))
    var values: [String: GUID] = [:]
    for pair in parts[1].split(separator: "&") {
      let sides = pair.split(separator: "=")
      values[String(sides[0])] = GUID(String(sides[1]))
    }
    #expect(document["function"]?.string == function)
    let id = try #require(values["id"])
    #expect(document["id"]?.string == id.uppercase)
    let kind = try #require(HCNObjectKind.allCases.first { function.hasSuffix($0.functionName) })
    let call: ServiceCall =
      function.hasPrefix("HcnCreate")
      ? .create(kind, id: id, network: values["network"], settings: body ?? .null)
      : function.hasPrefix("HcnModify") ? .modify(kind, id, settings: body ?? .null) : .delete(kind, id)
    if let error = perform(call).error {
      throw ExportFailure(text: "\(function) \(id): \(error.summary)\n\(body?.text() ?? "")")
    }
  }

  /// Every object with its document, as far as two hosts with the same configuration must agree: numbers of
  /// compartments grow with every start of a container, and the order of a namespace's members and of policies of
  /// different types says nothing.
  var objects: [String: JSON] {
    var result: [String: JSON] = [:]
    for kind in [HCNObjectKind.network, .endpoint, .namespace, .loadBalancer] {
      for id in (try? enumerate(kind, query: HCN.queryAll)) ?? [] {
        guard var object = (try? properties(kind, id, query: HCN.queryAll))?.object else { continue }
        object["NamespaceId"] = nil
        object["NamespaceGuid"] = nil
        // HNS writes the ids of no namespace as the schema does in which the endpoint was created.
        if object["HostComputeNamespace"]?.string == GUID.zero.lowercase {
          object["HostComputeNamespace"] = nil
        }
        if let resources = object["Resources"]?.array {
          object["Resources"] = .array(resources.sorted { $0.text() < $1.text() })
        }
        if let policies = object["Policies"]?.array {
          let types = Set(policies.compactMap { $0["Type"]?.string }).sorted()
          object["Policies"] = .array(
            types.flatMap { type in policies.filter { $0["Type"]?.string == type } })
        }
        result["\(kind) \(id)"] = JSON.object(object).sorted
      }
    }
    return result
  }
}

/// Expects that two hosts have the same objects and the same verdict for every packet.
///
/// - Parameter proves: Whether the verdicts are compared too: equal objects have equal filters, and the comparison of
///   all packets takes most of the time.
func expectSame(
  _ host: HostNetworkingService, as expected: HostNetworkingService, proves: Bool, _ comment: String,
  _ location: SourceLocation = #_sourceLocation
) {
  let (found, wanted) = (host.objects, expected.objects)
  for key in Set(found.keys).union(wanted.keys).sorted() where found[key] != wanted[key] {
    Issue.record(
      "\(comment): \(key) is\n\(found[key]?.text() ?? "absent")\nand should be\n\(wanted[key]?.text() ?? "absent")",
      sourceLocation: location)
    return
  }
  guard proves else { return }
  var before = HostWithRuleNames(host, ledger: OwnershipLedger()).evaluator
  var after = HostWithRuleNames(expected, ledger: OwnershipLedger()).evaluator
  let difference = VerdictDiff(from: &before, to: &after)
  #expect(
    difference.changes.isEmpty && difference.undecided.isEmpty, "\(comment): \(difference.changes)",
    sourceLocation: location)
}
