import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// The assumptions of a host on which a verdict depends.
@Suite struct SensitivityAnalysisTests {
  /// An endpoint with the given ACLs and no catch-all, as other agents create it.
  static func judged(_ acls: [JSON], assumptions: String = "") throws -> JudgedProfile {
    var judged = try JudgedProfile(
      profileText(
        driver: .l2bridge, assumptions: assumptions,
        "containers: [{name: web, network: net, addresses: [10.244.7.10]}]"))
    var service = judged.service
    let id = try #require(try service.enumerate(.endpoint).first)
    try service.modify(
      .endpoint, id,
      settings: [
        "ResourceType": "Policy", "RequestType": "Update",
        "Settings": ["Policies": .array(acls.map { ["Type": "ACL", "Settings": $0] })],
      ])
    judged.evaluator = PacketEvaluator(service)
    return judged
  }

  static let blockDNS: JSON = [
    "Id": "no-dns", "Action": "Block", "Direction": "Out", "Protocols": "17", "RemotePorts": "53",
    "RuleType": "Switch", "Priority": 100,
  ]

  static func study(_ judged: inout JudgedProfile, _ query: PacketQuery) -> SensitivityAnalysis<Verdict> {
    SensitivityAnalysis(&judged.evaluator) { evaluator in (try? evaluator.decide(query).verdict) ?? .unknown }
  }

  @Test func unmatchedTrafficDependsOnTheImplicitDeny() throws {
    var judged = try Self.judged([Self.blockDNS])
    let outward = Self.study(&judged, try judged.query("web", "198.51.100.9", .tcp, 443))
    #expect(outward.answer == .block)
    #expect(outward.dependences.map(\.key) == [.implicitDeny])
    #expect(outward.dependences.first?.others.map(\.value) == ["never"])
    #expect(outward.dependences.first?.others.map(\.answer) == [.allow])
    // Whether the outbound ACL affects inbound traffic too is another assumption.
    let inward = Self.study(&judged, try judged.query("203.0.113.7", "web", .tcp, 443))
    #expect(inward.answer == .allow)
    #expect(inward.dependences.map(\.key) == [.implicitDenyScope])
    // The verdict of a matched rule depends on none.
    let named = Self.study(&judged, try judged.query("web", "198.51.100.9", .udp, 53))
    #expect(named.answer == .block)
    #expect(named.dependences.isEmpty)
  }

  @Test func anUnknownImplicitDenyGivesAnUnknownVerdict() throws {
    var judged = try Self.judged([Self.blockDNS], assumptions: "implicitDeny: unknown")
    #expect(try judged.verdict("web", "198.51.100.9", .tcp, 443) == .unknown)
    #expect(try judged.verdict("web", "198.51.100.9", .udp, 53) == .block)
  }

  @Test func equalPrioritiesDependOnDocumentOrder() throws {
    func acl(_ id: String, _ action: String) -> JSON {
      [
        "Id": .string(id), "Action": .string(action), "Direction": "In", "Protocols": "6",
        "RuleType": "Switch", "Priority": 100,
      ]
    }
    var judged = try Self.judged([acl("first", "Allow"), acl("second", "Block")])
    let query = try judged.query("203.0.113.7", "web", .tcp, 443)
    #expect(try judged.evaluator.trace(query).rule == "first")
    let study = Self.study(&judged, query)
    #expect(study.dependences.map(\.key) == [.equalPriority])
  }

  @Test func combinedAssumptionsAreFound() throws {
    // Alone, neither the scope nor the type of rules without one blocks inbound traffic.
    var outward = Self.blockDNS.object ?? JSONObject()
    outward["RuleType"] = nil
    var judged = try Self.judged([.object(outward)])
    let query = try judged.query("203.0.113.7", "web", .tcp, 443)
    let ask: (inout PacketEvaluator) -> Verdict = { (try? $0.decide(query).verdict) ?? .unknown }
    let found = SensitivityAnalysis<Verdict>.exhaust(&judged.evaluator, ask: ask)
    let other = try #require(found.counterexample)
    #expect(other.answer == .block)
    #expect(other.assumptions.implicitDenyScope == .endpoint)
    // A host whose rules cover everything gives the same answer in every case.
    var closed = try JudgedProfile(
      profileText(
        driver: .l2bridge,
        "containers: [{name: web, network: net, addresses: [10.244.7.10], defaults: {in: block, out: allow}}]"
      ))
    let same = SensitivityAnalysis<Verdict>.exhaust(&closed.evaluator, ask: ask)
    #expect(same.counterexample == nil)
    #expect(same.asked >= 8)
  }
}
