import Foundation
import JSONText
import Testing

/// Services in matrices, plans and the documents of traces, through the built binary.
@Suite struct ServiceMatrixTests {
  /// The verdicts of a matrix's cells to a receiver on TCP port 80, by sender.
  private func matrix(_ workspace: Workspace, _ file: String) throws -> JSON {
    try workspace.start(["matrix", file, "--json"]).finish().exits(0).json()
  }

  @Test func externalAddressesAreNotPartOfOutside() throws {
    let workspace = try ServiceTraceTests.workspace()
    let json = try matrix(workspace, "shop.yaml")
    let text = try workspace.start(["matrix", "shop.yaml"]).finish().exits(0).output
    #expect(text.contains("\nTo svc:front external\n"))
    let names = try #require(json["parties"]?.array).compactMap { $0["name"]?.string }
    #expect(names.contains("svc:front external"))
    let one = try workspace.start([
      "matrix", "shop.yaml", "--from", "client", "--to", "203.0.113.50", "--service", "tcp/80",
    ]).finish().exits(0)
    let trace = try workspace.start([
      "trace", "shop.yaml", "--from", "client", "--to", "203.0.113.50", "--protocol", "tcp", "--port", "80",
      "--json",
    ]).finish().json()
    let verdict = try #require(trace["verdict"]?.string)
    #expect(one.output.contains("client  \(verdict)"), "\(one.output)")
  }

  /// On overlay networks kube-proxy makes a remote endpoint for the address of a service.
  @Test func theRemoteEndpointOfAServiceIsNotAParty() throws {
    let workspace = try Workspace()
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: a
      host: {windows: ltsc2022, addresses: [192.0.2.5], adapters: [Ethernet]}
      networks:
        - {name: vx, driver: overlay, adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1, vsid: 4096}]}
      containers: [{name: web, network: vx, addresses: [10.1.0.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web, 10.1.9.4], sourceVip: 10.1.0.250}
      """, to: "overlay.yaml")
    let names = (try matrix(workspace, "overlay.yaml")["parties"]?.array ?? []).compactMap {
      $0["name"]?.string
    }
    #expect(names.contains("svc:shop") && names.contains("10.1.9.4@vx"))
    #expect(!names.contains("10.96.7.7@vx"), "\(names)")
  }

  /// Services with the same results are one party, in text and JSON; one that differs is not among them.
  @Test func equalServicesAreFolded() throws {
    let names = (0..<40).map { "shop-\($0)" }
    let services = names.enumerated().map { index, name in
      """
        - name: \(name)
          address: 10.96.8.\(index + 1)
          ports: [{port: 80, targetPort: 8080, protocol: tcp}]
          backends: [\(index == 7 ? "api" : "web")]

      """
    }
    let start = try #require(ServiceTraceTests.profile.range(of: "  - name: front"))
    let workspace = try ServiceTraceTests.workspace(
      String(ServiceTraceTests.profile[..<start.lowerBound]) + services.joined())
    let text = try workspace.start(["matrix", "shop.yaml"]).finish().exits(0).output
    #expect(text.contains("\nTo svc:shop-0 +38\n"), "\(text)")
    #expect(text.contains("\nTo svc:shop-7\n") && !text.contains("\nTo svc:shop-1\n"), "\(text)")
    #expect(text.contains("svc:shop-39"))
    let all = try workspace.start(["matrix", "shop.yaml", "--fold", "never"]).finish().exits(0).output
    #expect(all.contains("\nTo svc:shop-1\n"))
  }

  @Test func theHostsOwnNodePortIsEvaluated() throws {
    let workspace = try ServiceTraceTests.workspace()
    let matrix = try workspace.start([
      "matrix", "shop.yaml", "--from", "host", "--to", "host", "--service", "tcp/30080",
    ]).finish().exits(0)
    let trace = try workspace.start([
      "trace", "shop.yaml", "--from", "host", "--to", "host", "--protocol", "tcp", "--port", "30080",
      "--json",
    ]).finish().json()
    let verdict = try #require(trace["verdict"]?.string)
    #expect(matrix.output.contains("host  \(verdict)"), "\(matrix.output)")
  }

  @Test func whatHNSCannotModifyIsReplaced() throws {
    let workspace = try ServiceTraceTests.workspace()
    _ = try workspace.start(["apply", "shop.yaml", "--state", "s.json"]).finish().exits(0)
    try workspace.write(
      ServiceTraceTests.profile.replacingOccurrences(of: "backends: [web]", with: "backends: [api]"),
      to: "shop.yaml")
    let plan = ["plan", "shop.yaml", "--state", "s.json"]
    let text = try workspace.start(plan).finish().output
    #expect(text.contains("  ± dns at 10.96.0.10:53/udp to api, port 53"), "\(text)")
    #expect(text.contains("3 objects to replace"), "\(text)")
    #expect(!text.contains("  ~ dns"))
    let json = try workspace.start(plan + ["--json"]).finish().json()
    let changes = try #require(json["changes"]?.array).filter { $0["kind"] == "loadBalancer" }
    #expect(
      changes.map { $0["action"]?.string } == Array(repeating: "delete", count: 3)
        + Array(repeating: "create", count: 3))
    #expect(changes.allSatisfy { $0["because"] == "notModifiable" })
  }

  /// Two profiles differ by what an apply of the second one after the first would do.
  @Test func aDifferenceOfProfilesReplacesWhatAPlanReplaces() throws {
    let workspace = try ServiceTraceTests.workspace()
    for (windows, isModified) in [("ltsc2022", false), ("ltsc2025", true)] {
      let profile = ServiceTraceTests.profile.replacingOccurrences(of: "ltsc2022", with: windows)
      let other = profile.replacingOccurrences(of: "backends: [web]", with: "backends: [api]")
      try workspace.write(profile, to: "shop.yaml")
      try workspace.write(other, to: "other.yaml")
      _ = try workspace.start(["apply", "shop.yaml", "--state", "\(windows).json"]).finish().exits(0)
      let plan = try workspace.start(["plan", "other.yaml", "--state", "\(windows).json", "--json"]).finish()
        .json()
      let difference = try workspace.start(["diff", "shop.yaml", "other.yaml", "--json"]).finish().exits(2)
        .json()
      func actions(_ document: JSON) -> [[JSON?]] {
        (document["changes"]?.array ?? []).filter { $0["kind"] == "loadBalancer" }.map {
          [$0["name"], $0["action"], $0["because"]]
        }
      }
      #expect(actions(difference) == actions(plan) && !actions(plan).isEmpty, "\(windows)")
      #expect(actions(plan).allSatisfy { ($0[1] == "update") == isModified }, "\(windows): \(actions(plan))")
      let text = try workspace.start(["diff", "shop.yaml", "other.yaml"]).finish().output
      #expect(text.contains(isModified ? "  ~ dns" : "  ± dns at 10.96.0.10:53/udp"), "\(text)")
    }
  }

  @Test func stepsOfATraceAreThoseOfEveryBackend() throws {
    let workspace = try ServiceTraceTests.workspace()
    let json = try workspace.start([
      "trace", "shop.yaml", "--from", "client", "--to", "svc:front", "--protocol", "tcp", "--json",
    ]).finish().exits(0).json()
    let steps = try #require(json["steps"]?.array)
    let backends = try #require(json["backends"]?.array)
    #expect(!steps.isEmpty)
    for backend in backends {
      let own = try #require(backend["steps"]?.array)
      #expect(Array(own.prefix(steps.count)) == steps)
      #expect(own.count > steps.count)
    }
  }

  @Test func aServiceWithoutBackendsHasAnEmptyList() throws {
    let workspace = try ServiceTraceTests.workspace(
      ServiceTraceTests.profile.replacingOccurrences(of: "backends: [web]", with: "backends: []"))
    let json = try workspace.start([
      "trace", "shop.yaml", "--from", "client", "--to", "svc:dns", "--protocol", "tcp", "--port", "53",
      "--json",
    ]).finish().json()
    #expect(json["backends"] == .array([]))
    #expect(json["noteCodes"]?.array?.contains("no-backends") == true)
  }
}

/// What a trace says about a service with many backends.
@Suite struct ManyBackendsTests {
  @Test func notesOfOneKindAreFolded() throws {
    let backends = (1...30).map { "10.244.9.\($0)" }.joined(separator: ", ")
    let workspace = try ServiceTraceTests.workspace(
      ServiceTraceTests.profile.replacingOccurrences(of: "backends: [web]", with: "backends: [\(backends)]"))
    let trace = ["trace", "shop.yaml", "--from", "client", "--to", "svc:dns", "--protocol", "udp"]
    let text = try workspace.start(trace).finish().exits(0).output
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("Note: ") }
    #expect(lines.contains("Note: 26 more of this kind (remote-endpoint); --json lists all"), "\(text)")
    let json = try workspace.start(trace + ["--json"]).finish().exits(0).json()
    #expect(json["noteCodes"]?.array?.count { $0 == "remote-endpoint" } == 30)
  }
}
