import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// The assumptions of a host on which a verdict depends.
@Suite struct SensitivityAnalysisTests {
  /// An endpoint with the given ACLs and no catch-all, as other agents create it.
  static func applied(_ acls: [JSON], assumptions: String = "") throws -> AppliedProfile {
    var applied = try AppliedProfile(
      profileText(
        driver: .l2bridge, assumptions: assumptions,
        "containers: [{name: web, network: net, addresses: [10.244.7.10]}]"))
    var service = applied.service
    let id = try #require(try service.enumerate(.endpoint).first)
    try service.modify(
      .endpoint, id,
      settings: [
        "ResourceType": "Policy", "RequestType": "Update",
        "Settings": ["Policies": .array(acls.map { ["Type": "ACL", "Settings": $0] })],
      ])
    applied.evaluator = PacketEvaluator(service)
    return applied
  }

  static let blockDNS: JSON = [
    "Id": "no-dns", "Action": "Block", "Direction": "Out", "Protocols": "17", "RemotePorts": "53",
    "RuleType": "Switch", "Priority": 100,
  ]

  static func analysis(_ applied: inout AppliedProfile, _ query: PacketQuery) -> SensitivityAnalysis<Verdict>
  {
    SensitivityAnalysis(&applied.evaluator) { evaluator in (try? evaluator.decide(query).verdict) ?? .unknown
    }
  }

  @Test func unmatchedTrafficDependsOnTheImplicitDeny() throws {
    var applied = try Self.applied([Self.blockDNS])
    let outward = Self.analysis(&applied, try applied.query("web", "198.51.100.9", .tcp, 443))
    #expect(outward.answer == .block)
    #expect(outward.dependencies.map(\.assumption) == [.implicitDeny])
    #expect(outward.dependencies.first?.others.map(\.value) == ["never"])
    #expect(outward.dependencies.first?.others.map(\.answer) == [.allow])
    // Whether the outbound ACL affects inbound traffic too is another assumption.
    let inward = Self.analysis(&applied, try applied.query("203.0.113.7", "web", .tcp, 443))
    #expect(inward.answer == .allow)
    #expect(inward.dependencies.map(\.assumption) == [.implicitDenyScope])
    // The verdict of a matched rule depends on none.
    let named = Self.analysis(&applied, try applied.query("web", "198.51.100.9", .udp, 53))
    #expect(named.answer == .block)
    #expect(named.dependencies.isEmpty)
  }

  @Test func anUnknownImplicitDenyGivesAnUnknownVerdict() throws {
    var applied = try Self.applied([Self.blockDNS], assumptions: "implicitDeny: unknown")
    #expect(try applied.verdict("web", "198.51.100.9", .tcp, 443) == .unknown)
    #expect(try applied.verdict("web", "198.51.100.9", .udp, 53) == .block)
  }

  @Test func equalPrioritiesDependOnDocumentOrder() throws {
    func acl(_ id: String, _ action: String) -> JSON {
      [
        "Id": .string(id), "Action": .string(action), "Direction": "In", "Protocols": "6",
        "RuleType": "Switch", "Priority": 100,
      ]
    }
    var applied = try Self.applied([acl("first", "Allow"), acl("second", "Block")])
    let query = try applied.query("203.0.113.7", "web", .tcp, 443)
    #expect(try applied.evaluator.trace(query).rule == "first")
    let analysis = Self.analysis(&applied, query)
    #expect(analysis.dependencies.map(\.assumption) == [.equalPriority])
  }

  @Test func combinedAssumptionsAreFound() throws {
    // Alone, neither the scope nor the type of rules without one blocks inbound traffic.
    var outward = Self.blockDNS.object ?? JSONObject()
    outward["RuleType"] = nil
    var applied = try Self.applied([.object(outward)])
    let query = try applied.query("203.0.113.7", "web", .tcp, 443)
    let evaluate: (inout PacketEvaluator) -> Verdict = { (try? $0.decide(query).verdict) ?? .unknown }
    let found = SensitivityAnalysis<Verdict>.evaluateAllCombinations(&applied.evaluator, evaluate: evaluate)
    let other = try #require(found.counterexample)
    #expect(other.answer == .block)
    #expect(other.assumptions.implicitDenyScope == .endpoint)
    // A host whose rules cover everything gives the same answer in every case.
    var closed = try AppliedProfile(
      profileText(
        driver: .l2bridge,
        "containers: [{name: web, network: net, addresses: [10.244.7.10], defaults: {in: block, out: allow}}]"
      ))
    let same = SensitivityAnalysis<Verdict>.evaluateAllCombinations(&closed.evaluator, evaluate: evaluate)
    #expect(same.counterexample == nil)
    #expect(same.count >= 8)
  }
}
