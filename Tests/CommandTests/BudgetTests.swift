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
      lines.map { $0.drop { $0 == " " } } == ["proof: not proven: the budget was exceeded"])
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

  /// A plan claims a dependence, or that there is none, only if this was decided.
  @Test func anUndecidedDependenceIsNotClaimed() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml", "nat-publish.yaml")
    for profile in ["pod.yaml", "nat-publish.yaml"] {
      func plan(_ budget: Int) throws -> (certain: Set<String>, possible: Set<String>) {
        let json = try workspace.hnsctl("plan", profile, "--budget", "\(budget)", "--json").exits(0).json()
        return (
          Set((json["assumptions"]?.object?.members ?? []).map(\.key)),
          Set((json["mayDependOn"]?.array ?? []).compactMap(\.string))
        )
      }
      let full = try plan(1_000_000)
      #expect(full.possible.isEmpty)
      for budget in [1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 100] {
        let (certain, possible) = try plan(budget)
        #expect(certain.isSubset(of: full.certain), "\(profile), \(budget)")
        #expect(full.certain.isSubset(of: certain.union(possible)), "\(profile), \(budget)")
        #expect(certain.isDisjoint(with: possible), "\(profile), \(budget)")
      }
    }
    let said =
      "May depend on the assumptions implicitDeny, implicitDenyScope: not decided within the budget.\n"
    let run = try workspace.hnsctl("plan", "pod.yaml", "--budget", "20", "--out", "pod.plan").exits(0)
    #expect(run.output.contains("proof: proven equal on all packets\n"))
    #expect(run.output.contains("outbound: the budget was exceeded; see the rules\n"), "\(run.output)")
    #expect(run.output.contains(said), "\(run.output)")
    #expect(!run.output.contains("depends on"))
    let shown = try workspace.hnsctl("show", "plan", "--plan", "pod.plan").exits(0)
    #expect(shown.output.contains("outbound: the budget was exceeded; see the rules\n"), "\(shown.output)")
    #expect(shown.output.contains(said), "\(shown.output)")
  }

  /// A plan that could not compare the packets to services of senders that do not change says so.
  @Test func undecidedPacketsToServicesAreReported() throws {
    let workspace = try ServiceTraceTests.workspace()
    try workspace.hnsctl("apply", "shop.yaml", "--state", "s.json").exits(0)
    try workspace.write(
      ServiceTraceTests.profile.replacing("backends: [web]", with: "backends: [api]"), to: "shop.yaml")
    let unknown = "the newly allowed and newly blocked packets could not be computed within the budget"
    let plan = ["plan", "shop.yaml", "--state", "s.json"]
    #expect(!(try workspace.start(plan).finish().output.contains(unknown)))
    let run = try workspace.start(plan + ["--budget", "1", "--out", "shop.plan"]).finish()
    let shown = try workspace.hnsctl("show", "plan", "--plan", "shop.plan").exits(0)
    for sender in ["packets from the host", "packets from outside", "client"] {
      let line = "effect on \(sender): \(unknown)\n"
      #expect(run.output.contains(line) && shown.output.contains(line), "\(run.output)")
    }
    let json = try workspace.start(plan + ["--budget", "1", "--json"]).finish().json()
    for sender in ["host", "outside", "client"] {
      let impact = json["impact"]?.array?.first { $0["endpoint"]?.string == sender }
      #expect(impact?["lines"] == [.string(unknown)], "\(sender)")
    }
  }

  @Test func aTraceBeyondTheBudgetIsRefused() throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile(["one"]), to: "p.yaml")
    let query = ["trace", "p.yaml", "--from", "any", "--to", "one", "--protocol", "tcp", "--port", "any"]
    let run = try workspace.start(query + ["--budget", "1"]).finish().exits(1)
    #expect(
      run.errors.contains(
        """
        error: the query exceeded its budget [query-too-wide]
          help: query fewer endpoints, protocols or ports at a time, or raise --budget

        """), "\(run.errors)")
  }

  /// A trace claims that a verdict depends on an assumption only if this was decided.
  @Test func anUndecidedSensitivityIsNotClaimed() throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile(["one"]), to: "p.yaml")
    let query = [
      "trace", "p.yaml", "--from", "any", "--to", "one", "--protocol", "tcp", "--port", "any", "--json",
    ]
    func names(_ budget: Int) throws -> (certain: Set<String>, possible: Set<String>)? {
      let run = try workspace.start(query + ["--budget", "\(budget)"]).finish()
      guard run.status == 0 else { return nil }
      let json = try run.json()
      return (
        Set((json["assumptions"]?.array ?? []).compactMap { $0["assumption"]?.string }),
        Set((json["mayDependOn"]?.array ?? []).compactMap(\.string))
      )
    }
    let full = try #require(try names(1_000_000))
    #expect(full.possible.isEmpty)
    var budget = 1
    var undecided = 0
    while budget < 1_000 {
      if let (certain, possible) = try names(budget) {
        #expect(certain.isSubset(of: full.certain), "\(budget)")
        #expect(full.certain.isSubset(of: certain.union(possible)), "\(budget)")
        #expect(certain.isDisjoint(with: possible), "\(budget)")
        if !possible.isEmpty { undecided += 1 }
      }
      budget += 1 + budget / 4
    }
    #expect(undecided > 0)
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
