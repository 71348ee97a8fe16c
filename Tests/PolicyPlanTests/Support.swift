import Diagnostics
import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import PolicyViews
import TestSupport
import Testing

/// Compiles the text of a valid profile.
func desired(_ text: String) throws -> DesiredHost { try DesiredHost.compiled(text) }

/// An empty host for a profile.
func emptyHost(for desired: DesiredHost) -> HostNetworkingService {
  desired.emptyHost
}

/// Plans and, if the plan is accepted, returns it with the resulting host.
func plan<Host: HCNClient>(
  _ desired: DesiredHost, on host: Host, ledger: OwnershipLedger = OwnershipLedger(),
  _ location: SourceLocation = #_sourceLocation
) throws -> (plan: Plan, host: Host, notes: [Diagnostic]) {
  let (outcome, diagnostics) = Plan.make(desired, for: host, base: nil, ledger: ledger, file: "test.yaml")
  let accepted = try #require(outcome, "\(diagnostics.map(\.message))", sourceLocation: location)
  return (accepted.plan, accepted.host, diagnostics)
}

/// The effects on each endpoint, as stated by a plan.
func effectLines(_ plan: Plan) -> [[String]] {
  (plan.document["impact"]?.array ?? []).map { ($0["lines"]?.array ?? []).compactMap(\.string) }
}

/// The contents of a host.
func contents(_ host: some HCNClient, ledger: OwnershipLedger = OwnershipLedger()) throws -> [HostObject] {
  HostInventory(
    try HostDocuments(host, ledger: ledger), filters: HostWithRuleNames(host.filters, ledger: ledger)
  ).items
}

/// The text of a profile with one l2bridge network.
func profile(
  _ name: String, network: String = "podnet", prefix: String = "10.1.0", adapter: String = "Ethernet",
  _ workloads: String, windows: String = "ltsc2022"
) -> String {
  """
  apiVersion: hnsctl/v1
  kind: HostProfile
  name: \(name)
  host: {windows: \(windows), adapters: [Ethernet, Second]}
  networks:
    - {name: \(network), driver: l2bridge, adapter: \(adapter), subnets: [{prefix: \(prefix).0/24, gateway: \(prefix).1}]}
  \(workloads)
  """
}

/// A host that refuses one of its mutating calls.
struct FaultyHost: HCNClient {
  var host: HostNetworkingService
  /// How many mutating calls succeed before one is refused.
  var callsLeft: Int

  var configuration: HostConfiguration { host.configuration }
  var filters: any FilteredHost { host }

  func enumerate(_ kind: HCNObjectKind, query: JSON?) throws(HCNError) -> [GUID] {
    try host.enumerate(kind, query: query)
  }

  func properties(_ kind: HCNObjectKind, _ id: GUID, query: JSON?) throws(HCNError) -> JSON {
    try host.properties(kind, id, query: query)
  }

  func hostComputeNamespace(_ id: GUID) throws(HCNError) -> HostComputeNamespace {
    try host.hostComputeNamespace(id)
  }
  func hostComputeLoadBalancer(_ id: GUID) throws(HCNError) -> HostComputeLoadBalancer {
    try host.hostComputeLoadBalancer(id)
  }

  func hostComputeNetwork(_ id: GUID) throws(HCNError) -> HostComputeNetwork {
    try host.hostComputeNetwork(id)
  }

  func hostComputeEndpoint(_ id: GUID) throws(HCNError) -> HostComputeEndpoint {
    try host.hostComputeEndpoint(id)
  }

  mutating func create(_ endpoint: HostComputeEndpoint) throws(HCNError) -> GUID {
    try count()
    return try host.create(endpoint)
  }

  mutating func modifyPolicies(
    ofEndpoint id: GUID, _ type: RequestType, _ policies: [HCNPolicy]
  ) throws(HCNError) {
    try count()
    try host.modifyPolicies(ofEndpoint: id, type, policies)
  }

  private mutating func count() throws(HCNError) {
    guard callsLeft > 0 else { throw HCNError(.managerStopped, detail: "injected") }
    callsLeft -= 1
  }

  mutating func create(
    _ kind: HCNObjectKind, id: GUID, network: GUID?, settings: JSON
  ) throws(HCNError) -> GUID {
    try count()
    return try host.create(kind, id: id, network: network, settings: settings)
  }

  mutating func modify(_ kind: HCNObjectKind, _ id: GUID, settings: JSON) throws(HCNError) {
    try count()
    try host.modify(kind, id, settings: settings)
  }

  mutating func delete(_ kind: HCNObjectKind, _ id: GUID) throws(HCNError) {
    try count()
    try host.delete(kind, id)
  }
}
