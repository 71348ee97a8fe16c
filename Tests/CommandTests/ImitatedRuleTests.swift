import Foundation
import JSONText
import Testing

/// An agent can give its ACLs any Id; no Id turns an ACL into a platform rule.
@Suite struct ImitatedRuleTests {
  /// A host with a published port, where one ACL of the profile was changed to another agent's.
  private func host(_ rule: String, named id: String) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.shipped("nat-publish.yaml")
    try workspace.hnsctl("apply", "nat-publish.yaml", "--state", "host.json").exits(0)
    let state = try workspace.read("host.json")
    let own = "hnsctl/nat-publish/\(rule)"
    #expect(state.contains(own))
    try workspace.write(state, to: "own.json")
    // The first ACL of a rule has its name as Id; further ones have a suffix.
    let imitated = state.replacingOccurrences(of: "\(own)~2", with: id)
      .replacingOccurrences(of: own, with: id)
    try workspace.write(imitated, to: "host.json")
    return workspace
  }

  private func trace(_ workspace: Workspace, to name: String, _ port: String) throws -> JSON {
    try workspace.hnsctl(
      "trace", "host.json", "--from", "203.0.113.7", "--to", name, "--protocol", "tcp", "--port", port,
      "--json"
    ).exits(0).json()
  }

  @Test func anACLNamedLikeAPublishedRuleIsAnACL() throws {
    let id = "Published port 8080:80/tcp"
    let workspace = try host("allow-web", named: id)
    #expect(try trace(workspace, to: "web", "80")["rule"]?.string == id)

    let plan = try workspace.hnsctl("plan", "nat-publish.yaml", "--state", "host.json").exits(0)
    #expect(plan.errors.contains("foreign-rules-kept"))
    let shown = try workspace.hnsctl("show", "acls", "--state", "host.json").exits(0).output
    #expect(shown.contains(id))

    let diff = try workspace.hnsctl("diff", "own.json", "host.json", "--json").json()
    let rules = (diff["changes"]?.array ?? []).filter { $0["after"]?["name"]?.string == id }
    #expect(rules.count == 2, "as ACL and as rule of Windows Firewall")
    #expect(rules.allSatisfy { $0["after"]?["origins"] == [] })
  }

  @Test func anACLNamedLikeADefaultIsShownAsAnotherAgents() throws {
    for (id, shown) in [
      ("default-in", "'default-in'"), ("published", "'published'"), ("default-deny", "default-deny"),
    ] {
      let workspace = try host("default-in", named: id)
      #expect(try trace(workspace, to: "web", "3389")["rule"]?.string == shown)
      let matrix = try workspace.hnsctl("matrix", "host.json").exits(0)
      #expect(!matrix.output.isEmpty)
    }
  }
}
