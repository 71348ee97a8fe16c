import FilterEngine
import HNSEmulator
import HNSTestSupport
import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler
import PolicyPlan
import PolicyViews
import TestSupport
import Testing

/// What endpoints have in common is worked out once; each gets what it would get alone.
@Suite struct SharedRulesTests {
  /// A host that says of no endpoint what its filters have in common with those of others.
  struct KeylessHost: FilteredHost {
    let host: any FilteredHost

    var build: WindowsBuild { host.build }
    var assumptions: Assumptions { host.assumptions }
    var topology: HostTopology { host.topology }
    var hostFirewall: FirewallInstance { host.hostFirewall }

    func switchPort(of endpoint: GUID) -> SwitchPort? { host.switchPort(of: endpoint) }
    func firewall(of endpoint: GUID) -> FirewallInstance? { host.firewall(of: endpoint) }
    func under(_ assumptions: Assumptions) -> any FilteredHost { KeylessHost(host: host.under(assumptions)) }
  }

  static let seeds = 0..<60

  /// A profile of some endpoints with shared sets of rules, most of which have rules of their own too.
  static func text(_ seed: Int) -> String {
    var random = SeededGenerator(seed: UInt64(seed))
    func one<Element>(_ elements: [Element]) -> Element {
      elements[Int.random(in: 0..<elements.count, using: &random)]
    }
    let (driver, isolation) = one([
      ("l2bridge", "process"), ("l2bridge", "hyperv"), ("transparent", "process"), ("nat", "process"),
    ])
    let windows = one(["ltsc2019", "ltsc2022", "ltsc2025"])
    var count = 0
    func rule() -> String {
      count += 1
      let ports = one(["", ", localPorts: [80]", ", localPorts: [443]", ", localPorts: [1000-2000]"])
      let protocols =
        ports.isEmpty ? one(["", ", protocols: [udp]", ", protocols: [icmp]"]) : ", protocols: [tcp]"
      let remote = one(["", ", remoteAddresses: [10.0.0.0/8]", ", remoteAddresses: [192.168.7.0/24]"])
      let priority = one(["", "", "", ", priority: \(one([500, 1_500, 40_000]) + count)"])
      return "{name: r\(count), direction: \(one(["in", "out"])), action: \(one(["allow", "block"]))"
        + "\(protocols)\(ports)\(remote)\(priority)}"
    }
    func rules(_ number: Int) -> String { (0..<number).map { _ in rule() }.joined(separator: ", ") }
    let sets = (0..<3).map { "  s\($0): [\(rules(Int.random(in: 1...4, using: &random)))]" }
    let adapter = driver == "nat" ? "" : ", adapter: Ethernet"
    let endpoints = (0..<7).map { number in
      var text = "  - {name: c\(number), network: net, isolation: \(isolation)"
      let named = (0..<3).filter { _ in Bool.random(using: &random) }.map { "s\($0)" }
      if !named.isEmpty { text += ", aclSets: [\(named.joined(separator: ", "))]" }
      text += one(["", ", acls: [\(rules(1))]", ", acls: [\(rules(2))]"])
      text += one(["", "", ", defaults: {in: block, out: allow}", ", defaults: {in: allow}"])
      if driver == "nat", Bool.random(using: &random) { text += ", publish: [\"\(8000 + number):80\"]" }
      return text + "}"
    }
    return """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: shared
      host: {windows: \(windows), adapters: [Ethernet], addresses: [10.9.0.5]}
      networks:
        - {name: net, driver: \(driver)\(adapter), subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}]}
      aclSets:
      \(sets.joined(separator: "\n"))
      containers:
      \(endpoints.joined(separator: "\n"))
      """
  }

  @Test(arguments: seeds) func filtersOfOneListAreThoseOfEachEndpoint(_ seed: Int) throws {
    let host = try ProfileHost(Self.text(seed))
    var shared = host.evaluator
    var alone = PacketEvaluator(KeylessHost(host: host.named)) { HostWithRuleNames.origin(of: $0) }
    for index in shared.topology.endpoints.indices {
      for family in AddressFamily.allCases {
        for direction in Direction.allCases {
          let (left, right) = (
            shared.points(.endpoint(index), family, direction),
            alone.points(.endpoint(index), family, direction)
          )
          #expect(left.map(\.enforcement) == right.map(\.enforcement))
          for (left, right) in zip(left, right) {
            let (one, other) = (shared.filter(left), alone.filter(right))
            #expect(one.readings.map(\.matches) == other.readings.map(\.matches))
            #expect(one.answers.map(\.id) == other.answers.map(\.id))
            #expect(one.answers.map(\.verdict) == other.answers.map(\.verdict))
            #expect(one.answers.map { shared.names[$0.name] } == other.answers.map { alone.names[$0.name] })
          }
        }
      }
    }
  }

  /// The assumptions under which, set otherwise, some packet of some endpoint gets another verdict; every
  /// endpoint is compared under every value.
  static func dependencies(_ host: ProfileHost) throws -> [Assumption] {
    let keys: [Assumption] = [
      .implicitDeny, .implicitDenyScope, .omittedRuleType, .hypervInboundBefore1709, .natAclOnServer2025,
      .setRoles, .equalPriority,
    ]
    return try keys.filter { key in
      try key.values.map(\.value).filter { $0 != "unknown" && $0 != host.named.assumptions[key] }.contains {
        var assumptions = host.named.assumptions
        assumptions[key] = $0
        var usual = host.evaluator
        var changed = PacketEvaluator(host.named.under(assumptions))
        for index in usual.topology.endpoints.indices {
          for family in AddressFamily.allCases {
            let open = PacketPath(PacketPolicy(firstMatchOf: [], unmatched: .allow, families: [family]))
            for direction in Direction.allCases {
              let left = usual.path(.endpoint(index), family, direction)?.path ?? open
              let right = changed.path(.endpoint(index), family, direction)?.path ?? open
              if try left.firstDifference(to: right) != nil { return true }
            }
          }
        }
        return false
      }
    }
  }

  @Test(arguments: seeds) func dependenciesAreThoseOfEveryEndpoint(_ seed: Int) throws {
    let host = try ProfileHost(Self.text(seed))
    let plan = try plan(host.desired, on: host.desired.emptyHost).plan
    #expect(Set(plan.dependsOn.map(\.name)) == Set(try Self.dependencies(host).map(\.name)))
  }

  @Test(arguments: seeds) func endpointTextIsIndependentOfOthers(_ seed: Int) throws {
    let host = try ProfileHost(Self.text(seed))
    let plan = try plan(host.desired, on: host.desired.emptyHost).plan
    let whole = PlanView(style: .plain).lines(plan, subject: "all")
    for endpoint in host.desired.endpoints {
      var part = plan
      part.changes = plan.changes.only([endpoint.name])
      let lines = PlanView(style: .plain).lines(part, subject: "one")
      let start = try #require(lines.firstIndex(of: "Endpoints"))
      let body = Array(lines[(start + 2)...].prefix { !$0.isEmpty })
      #expect(whole.indices.contains { Array(whole[$0...].prefix(body.count)) == body }, "\(endpoint.name)")
    }
  }
}
