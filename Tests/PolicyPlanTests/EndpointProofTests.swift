import Diagnostics
import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan
import PolicyViews
import Testing

/// The proofs of a plan.
@Suite struct EndpointProofTests {
  /// A host that receives other documents than the planner created, as if from a defect of the compiler.
  struct AlteredHost: HCNClient {
    var host: HostNetworkingService
    let alter: @Sendable (JSONObject) -> JSONObject?

    var configuration: HostConfiguration { host.configuration }
    var filters: any FilteredHost { host }

    func enumerate(_ kind: HCNObjectKind, query: JSON?) throws(HCNError) -> [GUID] {
      try host.enumerate(kind, query: query)
    }

    func properties(_ kind: HCNObjectKind, _ id: GUID, query: JSON?) throws(HCNError) -> JSON {
      try host.properties(kind, id, query: query)
    }

    mutating func create(
      _ kind: HCNObjectKind, id: GUID, network: GUID?, settings: JSON
    ) throws(HCNError) -> GUID {
      try host.create(kind, id: id, network: network, settings: altered(settings))
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
      try create(.endpoint, id: endpoint.id, network: endpoint.network, settings: endpoint.document)
    }

    mutating func modifyPolicies(
      ofEndpoint id: GUID, _ type: RequestType, _ policies: [HCNPolicy]
    ) throws(HCNError) {
      try host.modifyPolicies(ofEndpoint: id, type, policies)
    }

    mutating func modify(_ kind: HCNObjectKind, _ id: GUID, settings: JSON) throws(HCNError) {
      try host.modify(kind, id, settings: settings)
    }

    mutating func delete(_ kind: HCNObjectKind, _ id: GUID) throws(HCNError) { try host.delete(kind, id) }

    /// The document with its ACLs altered, or removed if nil is returned.
    private func altered(_ document: JSON) -> JSON {
      guard var object = document.object, let policies = object["Policies"]?.array else { return document }
      object["Policies"] = .array(
        policies.compactMap { policy in
          guard policy["Type"]?.string == "ACL", let settings = policy["Settings"]?.object else {
            return policy
          }
          return alter(settings).map { ["Type": "ACL", "Settings": .object($0)] }
        })
      return .object(object)
    }
  }

  static let workloads = """
    containers:
      - name: web
        network: podnet
        addresses: [10.1.0.10]
        defaults: {in: block, out: allow}
        acls:
          - {name: https, direction: in, action: allow, protocols: [tcp], localPorts: [443], remoteAddresses: [10.0.0.0/8]}
          - {name: metadata, direction: out, action: block, protocols: [tcp], remoteAddresses: [169.254.169.254]}
    """

  static func outcome(
    _ alter: @escaping @Sendable (JSONObject) -> JSONObject?
  ) throws -> (plan: Plan?, diagnostics: [Diagnostic]) {
    let desired = try desired(profile("node", workloads))
    let host = AlteredHost(host: emptyHost(for: desired), alter: alter)
    let (outcome, diagnostics) = Plan.make(
      desired, for: host, base: nil, ledger: OwnershipLedger(), file: "test.yaml")
    return (outcome?.plan, diagnostics)
  }

  @Test func unalteredDocumentsAreProvenEqual() throws {
    let plan = try #require(try Self.outcome { $0 }.plan)
    #expect(plan.proofs == [EndpointProof(endpoint: "web", outcome: .equal)])
    #expect(plan.document["proofs"] == [["endpoint": "web", "proof": "equal"]])
  }

  @Test func aWidenedRuleIsRefusedWithAPacket() throws {
    let (plan, diagnostics) = try Self.outcome { settings in
      var settings = settings
      if settings["Id"]?.string == "hnsctl/node/https" {
        settings["RemoteAddresses"] = nil
      }
      return settings["Id"]?.string?.hasPrefix("hnsctl/node/default-in~") == true ? nil : settings
    }
    #expect(plan == nil)
    let defect = try #require(diagnostics.first { $0.code == .compileDefect })
    #expect(
      defect.message
        == "the rules for 'web' would not match the profile: tcp from 1.0.0.1 port 49152 to web port 443 "
        + "would be allowed by https, contrary to default-in")
  }

  @Test(arguments: [
    "hnsctl/node/https", "hnsctl/node/metadata", "hnsctl/node/default-in", "hnsctl/node/default-out",
  ])
  func everyInvertedOrMissingRuleIsFound(_ id: String) throws {
    for isLost in [false, true] {
      let (plan, diagnostics) = try Self.outcome { settings in
        guard settings["Id"]?.string == id else { return settings }
        var settings = settings
        settings["Action"] = settings["Action"] == "Allow" ? "Block" : "Allow"
        return isLost ? nil : settings
      }
      // A lost inbound block is covered by the implicit deny, which belongs to the platform and not to the
      // plan.
      let isCaught = isLost && id == "hnsctl/node/default-in"
      #expect((plan == nil) == !isCaught, "\(id), lost: \(isLost)")
      #expect(diagnostics.contains { $0.code == .compileDefect } == !isCaught, "\(id), lost: \(isLost)")
    }
  }

  @Test func anotherOwnersRulesAreNotProven() throws {
    let desired = try desired(profile("node", Self.workloads))
    var (_, host, _) = try plan(desired, on: emptyHost(for: desired))
    let id = try #require(try host.enumerate(.endpoint).first)
    try host.modify(
      .endpoint, id,
      settings: [
        "ResourceType": "Policy", "RequestType": "Add",
        "Settings": [
          "Policies": [
            [
              "Type": "ACL",
              "Settings": [
                "Id": "calico", "Action": "Allow", "Direction": "In", "RuleType": "Switch", "Priority": 5,
                "Protocols": "6",
              ],
            ]
          ]
        ],
      ])
    let again = try plan(desired, on: host).plan
    #expect(again.proofs == [EndpointProof(endpoint: "web", outcome: .foreignRules)])
  }

  @Test func unenforcedACLsAreNotProven() throws {
    let desired = try desired(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: node
      host: {windows: 26100.1742}
      networks: [{name: nat, driver: nat, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}]}]
      containers: [{name: web, network: nat, defaults: {in: block}}]
      """)
    let made = try plan(desired, on: emptyHost(for: desired)).plan
    #expect(made.proofs == [EndpointProof(endpoint: "web", outcome: .notEnforced)])
  }

  @Test func aRuleChangeIsReportedWithPacketsAndRules() throws {
    let before = try desired(profile("node", Self.workloads))
    let host = try plan(before, on: emptyHost(for: before)).host
    let after = try desired(
      profile("node", Self.workloads.replacing("localPorts: [443]", with: "localPorts: [443, 8443]")))
    let changed = try plan(after, on: host).plan
    #expect(
      effectLines(changed).flatMap(\.self) == [
        "inbound, newly allowed: tcp 8443 from 10.0.0.0/8 (was default-in, becomes https; for example tcp from "
          + "10.0.0.1 port 49152 to web port 8443)"
      ])
    let effect = try #require(changed.document["effect"]?.array?.first)
    #expect(effect["change"]?.string == "newlyAllowed")
    #expect(effect["before"]?.string == "default-in")
    #expect(effect["after"]?.string == "https")
    #expect(effect["witness"]?["port"]?.integer == 8443)
    #expect(changed.verdictChanges.count == 1)
  }
}
