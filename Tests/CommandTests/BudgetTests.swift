import JSONText
import Testing

/// The output of commands that exceed their budget, through the built binary.
@Suite struct BudgetTests {
  /// A profile with endpoints that all have different rules.
  private static func profile(_ endpoints: [String], port: Int = 80) -> String {
    let containers = endpoints.enumerated().map { index, name in
      """
        - name: \(name)
          network: net
          addresses: [10.1.0.\(10 + index)]
          acls:
            - {name: web, direction: in, action: allow, protocols: [tcp], localPorts: [\(port)]}
            - {name: rest, direction: in, action: block, protocols: [tcp, udp]}

      """
    }
    return """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: budget
      host: {windows: ltsc2022, adapters: [Ethernet]}
      networks:
        - {name: net, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}]}
      containers:

      """ + containers.joined()
  }

  @Test func anUnprovenPlanIsReportedAndIsNotAFailure() throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile(["one", "two"]), to: "p.yaml")
    let run = try workspace.hnsctl("plan", "p.yaml", "--budget", "1").exits(0)
    let lines = run.output.split(separator: "\n").filter { $0.contains("proof:") }
    // Equal endpoints are shown once.
    #expect(
      lines.map { $0.drop { $0 == " " } } == ["proof: not proven: undecided within the work limit"])
    let document = try workspace.hnsctl("plan", "p.yaml", "--budget", "1", "--json").exits(0).json()
    #expect(
      document["proofs"] == [
        ["endpoint": "one", "proof": "undecided"], ["endpoint": "two", "proof": "undecided"],
      ])
    let proven = try workspace.hnsctl("plan", "p.yaml", "--budget", "10000", "--json").exits(0).json()
    #expect(
      proven["proofs"] == [
        ["endpoint": "one", "proof": "equal"], ["endpoint": "two", "proof": "equal"],
      ])
    try workspace.hnsctl("apply", "p.yaml", "--state", "host.json", "--budget", "1").exits(0)
  }

  @Test func anUndecidedComparisonExitsWithOne() throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile(["one"]), to: "old.yaml")
    try workspace.write(Self.profile(["one"], port: 443), to: "new.yaml")
    let run = try workspace.hnsctl("diff", "old.yaml", "new.yaml", "--semantic", "--budget", "1").exits(1)
    #expect(
      run.errors.contains(
        "the changes for one, inbound, are unknown: the comparison exceeded its budget"))
    #expect(run.errors.contains("[undecided-within-budget]"))
    #expect(run.output.isEmpty)
    try workspace.hnsctl("diff", "old.yaml", "old.yaml", "--semantic", "--budget", "1").exits(1)
    try workspace.hnsctl("diff", "old.yaml", "new.yaml", "--semantic").exits(2)
  }

  @Test func theSameBudgetGivesTheSameResults() throws {
    let workspace = try Workspace()
    let names = (1...6).map { "e\($0)" }
    try workspace.write(Self.profile(names), to: "p.yaml")
    func proofs(_ file: String, _ budget: Int) throws -> [String: String] {
      let run = try workspace.hnsctl("plan", file, "--budget", "\(budget)", "--json").exits(0)
      var found: [String: String] = [:]
      for proof in try run.json()["proofs"]?.array ?? [] {
        found[proof["endpoint"]?.string ?? ""] = proof["proof"]?.string
      }
      return found
    }
    try workspace.write(Self.profile(names.reversed()), to: "turned.yaml")
    for budget in [1, 4, 8, 16, 32, 64, 128, 1_000] {
      let first = try proofs("p.yaml", budget)
      #expect(try proofs("p.yaml", budget) == first, "\(budget)")
      // Equal endpoints are evaluated once, in any order.
      #expect(try proofs("turned.yaml", budget) == first, "\(budget)")
      #expect(Set(first.values).count == 1, "\(budget)")
    }
  }

  @Test func aTimeLimitStopsTheWorkToo() throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile(["one"]), to: "p.yaml")
    let document = try workspace.hnsctl("plan", "p.yaml", "--time-limit", "0.000000001", "--json").exits(0)
      .json()
    #expect(document["proofs"] == [["endpoint": "one", "proof": "undecided"]])
    try workspace.hnsctl("plan", "p.yaml", "--time-limit", "600").exits(0)
  }

  @Test(arguments: [
    ["--budget", "0"], ["--budget", "-5"], ["--budget", "many"], ["--time-limit", "0"],
    ["--time-limit", "nan"], ["--time-limit", "inf"],
  ])
  func invalidLimitsAreRefused(_ options: [String]) throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile(["one"]), to: "p.yaml")
    let run = try workspace.start(["plan", "p.yaml", options[0] + "=" + options[1]]).finish()
    run.exits(64)
  }
}
