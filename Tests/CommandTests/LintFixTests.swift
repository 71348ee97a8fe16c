import Foundation
import JSONText
import Testing

/// `lint --fix` through the built binary: what is removed changes no verdict, and the rest of the text stays.
@Suite struct LintFixTests {
  /// A profile with ACLs, one for each line or text.
  private static func profile(_ acls: String, tests: String = "") -> String {
    """
    # The node of a shop.
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: shop
    host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet]}
    networks:
      - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
    containers:
      - name: web
        network: podnet
        addresses: [10.244.7.10]
        defaults: {in: block, out: allow}
    \(acls)
    \(tests)
    """
  }

  private static let https =
    "      - {name: https, direction: in, action: allow, protocols: [tcp], localPorts: [443]}  # the shop"
  private static let twin =
    "      - {name: twin, direction: in, action: allow, protocols: [tcp], localPorts: [443], remoteAddresses: [10.0.0.0/8]}"
  private static let idle = """
          - name: idle
            direction: in
            action: block
            protocols: [udp]
    """

  @Test func whatChangesNothingIsRemoved() throws {
    let workspace = try Workspace()
    let text = Self.profile("    acls:\n      # the port\n\(Self.https)\n\(Self.twin)\n\(Self.idle)")
    try workspace.write(text, to: "a.yaml")
    try workspace.write(text, to: "before.yaml")
    let run = try workspace.hnsctl("lint", "a.yaml", "--fix", "--code", "unreachable-rule").exits(0)
    #expect(
      run.output.contains("'twin' [unreachable-rule]: removed, and no verdict changes\n"), "\(run.output)")
    #expect(run.output.contains("\n1 rule removed\n"))
    try workspace.hnsctl("lint", "a.yaml", "--fix", "--code", "redundant-rule").exits(0)
    #expect(try workspace.read("a.yaml") == Self.profile("    acls:\n      # the port\n\(Self.https)"))
    try workspace.hnsctl("diff", "--semantic", "before.yaml", "a.yaml").exits(0)
    // Nothing is left to remove.
    let again = try workspace.hnsctl("lint", "a.yaml", "--fix", "--json").finishAny().json()
    #expect(again["fixed"]?.array?.isEmpty == true && again["notFixed"]?.array?.isEmpty == true)
  }

  @Test("A comment above a rule may be about it, so that it must not stand above the next one.")
  func whatACommentIsAboutIsKept() throws {
    let workspace = try Workspace()
    let comment = "      # hnsctl: allow open-management-port administrators use it"
    let text = Self.profile("    acls:\n\(Self.https)\n\(comment)\n\(Self.twin)\n\(Self.idle)")
    try workspace.write(text, to: "a.yaml")
    let run = try workspace.hnsctl("lint", "a.yaml", "--fix").finishAny()
    #expect(run.output.contains("a comment is in or above it"), "\(run.output)")
    #expect(
      try workspace.read("a.yaml") == Self.profile("    acls:\n\(Self.https)\n\(comment)\n\(Self.twin)"))
  }

  @Test func allAtOnce() throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile("    acls:\n\(Self.https)\n\(Self.twin)\n\(Self.idle)"), to: "a.yaml")
    let run = try workspace.hnsctl("lint", "a.yaml", "--fix", "--json").finishAny().json()
    #expect(run["fixed"]?.array?.map { $0["rule"]?.string } == ["twin", "idle"], "\(run)")
    #expect(try workspace.read("a.yaml") == Self.profile("    acls:\n\(Self.https)"))
  }

  @Test func listsOnOneLineAndOnlyElements() throws {
    let workspace = try Workspace()
    let block = "{name: idle, direction: in, action: block}"
    for (acls, rest) in [
      ("    acls: [\(block)]", "    acls: []"), ("    acls:\n      - \(block)", "    acls: []"),
      (
        "    acls: [{name: a, direction: in, action: allow, protocols: [tcp]}, \(block)]",
        "    acls: [{name: a, direction: in, action: allow, protocols: [tcp]}]"
      ),
    ] {
      try workspace.write(Self.profile(acls), to: "a.yaml")
      let run = try workspace.hnsctl("lint", "a.yaml", "--fix", "--code", "redundant-rule").exits(0)
      #expect(try workspace.read("a.yaml") == Self.profile(rest), "\(run.output)")
    }
  }

  @Test func whatIsNotSafeIsKept() throws {
    let workspace = try Workspace()
    let commented = Self.twin + "  # asked for by audit"
    let text = Self.profile("    acls:\n\(Self.https)\n\(commented)")
    try workspace.write(text, to: "a.yaml")
    let run = try workspace.hnsctl("lint", "a.yaml", "--fix", "--code", "unreachable-rule").exits(2)
    #expect(
      run.output.contains("'twin' [unreachable-rule]: not removed: a comment is in or above it"),
      "\(run.output)")
    #expect(run.output.contains("\n0 rules removed, 1 kept\n"))
    #expect(try workspace.read("a.yaml") == text)
    // A test that names the rule would fail.
    let tested = Self.profile(
      "    acls:\n\(Self.idle)",
      tests:
        "tests:\n  - {name: idle blocks, packet: {from: 10.1.1.1, to: web, protocol: udp, port: 1}, expect: block, rule: idle}"
    )
    try workspace.write(tested, to: "b.yaml")
    try workspace.hnsctl("test", "b.yaml").exits(0)
    let kept = try workspace.hnsctl("lint", "b.yaml", "--fix", "--code", "redundant-rule").exits(2)
    #expect(kept.output.contains("not removed: it is not proven that nothing else changes"), "\(kept.output)")
    #expect(try workspace.read("b.yaml") == tested)
    // A state and standard input have no text to write to.
    try workspace.hnsctl("lint", "-", "--fix", input: text).exits(64)
    try workspace.hnsctl("apply", "a.yaml", "--state", "host.json").exits(0)
    let state = try workspace.read("host.json")
    _ = try workspace.hnsctl("lint", "host.json", "--fix")
    #expect(try workspace.read("host.json") == state)
  }
}

extension Run {
  /// The run, whatever its exit code says of findings.
  fileprivate func finishAny() -> Run {
    #expect(status == 0 || status == 2, "\(output)\(errors)")
    return self
  }
}
