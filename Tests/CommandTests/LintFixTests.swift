import Foundation
import JSONText
import Testing

/// `lint --fix` through the built binary: what is removed changes no verdict, and the rest of the text stays.
@Suite struct LintFixTests {
  private static let https =
    "{name: https, direction: in, action: allow, protocols: [tcp], localPorts: [443]}  # the shop"
  private static let twin =
    "{name: twin, direction: in, action: allow, protocols: [tcp], localPorts: [443], remoteAddresses: [10.0.0.0/8]}"
  private static let idle =
    "name: idle\n        direction: in\n        action: block\n        protocols: [udp]"

  /// A profile with a comment before an ACL.
  private static func profile(_ comment: String, above acl: String, in acls: String...) -> String {
    LintTests.profile(acls).replacing("      - \(acl)", with: "      # \(comment)\n      - \(acl)")
  }

  @Test func whatChangesNothingIsRemoved() throws {
    let workspace = try Workspace()
    let text = Self.profile("the port", above: Self.https, in: Self.https, Self.twin, Self.idle)
    try workspace.write(text, to: "a.yaml")
    try workspace.write(text, to: "before.yaml")
    let run = try workspace.hnsctl("lint", "a.yaml", "--fix", "--code", "unreachable-rule").exits(0)
    #expect(
      run.output.contains("'twin' [unreachable-rule]: removed, and no verdict changes\n"), "\(run.output)")
    #expect(run.output.contains("\n1 rule removed\n"))
    try workspace.hnsctl("lint", "a.yaml", "--fix", "--code", "redundant-rule").exits(0)
    #expect(try workspace.read("a.yaml") == Self.profile("the port", above: Self.https, in: Self.https))
    try workspace.hnsctl("diff", "--semantic", "before.yaml", "a.yaml").exits(0)
    // Nothing is left to remove.
    let again = try workspace.hnsctl("lint", "a.yaml", "--fix", "--json").finishAny().json()
    #expect(again["fixed"]?.array?.isEmpty == true && again["notFixed"]?.array?.isEmpty == true)
  }

  @Test("A comment above a rule may be about it, so that it must not stand above the next one.")
  func whatACommentIsAboutIsKept() throws {
    let workspace = try Workspace()
    let comment = "hnsctl: allow open-management-port administrators use it"
    try workspace.write(
      Self.profile(comment, above: Self.twin, in: Self.https, Self.twin, Self.idle), to: "a.yaml")
    let run = try workspace.hnsctl("lint", "a.yaml", "--fix").finishAny()
    #expect(run.output.contains("a comment is in or above it"), "\(run.output)")
    #expect(
      try workspace.read("a.yaml") == Self.profile(comment, above: Self.twin, in: Self.https, Self.twin))
  }

  @Test("Files keep their line endings.", arguments: ["\n", "\r\n"])
  func allAtOnce(_ ending: String) throws {
    let workspace = try Workspace()
    for (acls, rest) in [
      ([Self.https, Self.twin, Self.idle], LintTests.profile(Self.https)),
      ([Self.idle], Self.withList("[]")),
    ] {
      try workspace.write(LintTests.profile(acls).replacing("\n", with: ending), to: "a.yaml")
      let run = try workspace.hnsctl("lint", "a.yaml", "--fix", "--json").finishAny().json()
      #expect(
        run["fixed"]?.array?.map { $0["rule"]?.string } == (acls.count == 1 ? ["idle"] : ["twin", "idle"]))
      #expect(try workspace.read("a.yaml") == rest.replacing("\n", with: ending))
    }
  }

  /// A profile whose ACLs are written on the line of their key.
  private static func withList(_ acls: String) -> String {
    LintTests.profile([]).replacing("    acls:\n", with: "    acls: \(acls)\n")
  }

  @Test func listsOnOneLine() throws {
    let workspace = try Workspace()
    let block = "{name: idle, direction: in, action: block}"
    let allow = "{name: a, direction: in, action: allow, protocols: [tcp]}"
    for (acls, rest) in [("[\(block)]", "[]"), ("[\(allow), \(block)]", "[\(allow)]")] {
      try workspace.write(Self.withList(acls), to: "a.yaml")
      let run = try workspace.hnsctl("lint", "a.yaml", "--fix", "--code", "redundant-rule").exits(0)
      #expect(try workspace.read("a.yaml") == Self.withList(rest), "\(run.output)")
    }
  }

  @Test func whatIsNotSafeIsKept() throws {
    let workspace = try Workspace()
    let text = LintTests.profile(Self.https, Self.twin + "  # asked for by audit")
    try workspace.write(text, to: "a.yaml")
    let run = try workspace.hnsctl("lint", "a.yaml", "--fix", "--code", "unreachable-rule").exits(2)
    #expect(
      run.output.contains("'twin' [unreachable-rule]: not removed: a comment is in or above it"),
      "\(run.output)")
    #expect(run.output.contains("\n0 rules removed, 1 kept\n"))
    #expect(try workspace.read("a.yaml") == text)
    // A state and standard input have no text to write to.
    try workspace.hnsctl("lint", "-", "--fix", input: text).exits(64)
    try workspace.hnsctl("apply", "a.yaml", "--state", "host.json").exits(0)
    let state = try workspace.read("host.json")
    _ = try workspace.hnsctl("lint", "host.json", "--fix")
    #expect(try workspace.read("host.json") == state)
  }

  @Test("A test that pins a rule would fail without it; all others are removed.")
  func oneOfManyIsKept() throws {
    let workspace = try Workspace()
    let twins = (0..<100).map { Self.twin.replacing("twin", with: "twin-\($0)") }
    let pinned = "{name: pinned, direction: in, action: block, protocols: [udp], localPorts: [53]}"
    let tests = """
      tests:
        - {name: pinned blocks, packet: {from: 10.1.1.1, to: web, protocol: udp, port: 53}, expect: block, rule: pinned}

      """
    try workspace.write(
      LintTests.profile([Self.https] + twins[..<70] + [pinned] + twins[70...]) + tests, to: "a.yaml")
    let run = try workspace.hnsctl("lint", "a.yaml", "--fix").exits(2)
    #expect(
      run.output.contains(
        "'pinned' [redundant-rule]: not removed: it is not proven that nothing else changes"))
    #expect(run.output.contains("\n100 rules removed, 1 kept\n"), "\(run.output)")
    #expect(try workspace.read("a.yaml") == LintTests.profile(Self.https, pinned) + tests)
  }

  @Test("A rule that other rules contradict is not removed: its author meant it to have an effect.")
  func whatIsContradictedIsKept() throws {
    let workspace = try Workspace()
    let text = LintTests.profile(
      Self.https, "{name: deny-lab, direction: in, action: block, remoteAddresses: [10.9.0.0/16]}",
      "{name: deny-office, direction: in, action: block, protocols: [tcp], localPorts: [443], remoteAddresses: [10.8.0.0/16]}"
    )
    try workspace.write(text, to: "a.yaml")
    let run = try workspace.hnsctl("lint", "a.yaml", "--fix").exits(2)
    for rule in ["deny-lab' [contradicted-rule]", "deny-office' [unreachable-rule]"] {
      #expect(
        run.output.contains(
          "'\(rule): not removed: the rules before it contradict it; decide which of them is right\n"),
        "\(run.output)")
    }
    #expect(run.output.contains("such as 999, so that it blocks them"))
    #expect(try workspace.read("a.yaml") == text)
  }
}

extension Run {
  /// The run, whatever its exit code says of findings.
  fileprivate func finishAny() -> Run {
    #expect(status == 0 || status == 2, "\(output)\(errors)")
    return self
  }
}
