import Foundation
import JSONText
import Testing

/// `plan --format markdown`, for pull requests.
@Suite struct PlanMarkdownTests {
  /// A name from a host that would be a cell, a tag, a link, a mention, a fence and a heading.
  private static let hostile =
    "|x| <img src=x> </code></details> [a](http://b.c) @team #1 *b* `c` ```` www.d.e ~s~ \\\\| &lt;"

  /// The host has an ACL and a network with such a name; no markup comes of it.
  @Test func hostileNamesAreOnlyText() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    let state = try workspace.read("host.json")
    let name = JSON.string(Self.hostile).text().dropFirst().dropLast()
    let changed = state.replacing("hnsctl/pod/allow-app", with: name)
    #expect(changed != state)
    try workspace.write(changed, to: "host.json")
    let run = try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--format", "markdown").exits(
      0)
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
    let fence = try #require(lines.firstIndex { $0.hasPrefix("```") })
    let end = try #require(lines.lastIndex { $0.hasPrefix("```") })
    // The block is closed by its own fence only, which is longer than that of the name.
    let mark = lines[fence].prefix { $0 == "`" }
    #expect(mark.count > 4 && lines[end] == mark)
    #expect(lines[(fence + 1)..<end].allSatisfy { !$0.contains(mark) })
    #expect(lines[fence...end].joined().contains("<img src=x>"))
    // Outside of it no character of the name is markup.
    for line in lines[..<fence] + lines[(end + 1)...] {
      #expect(!line.contains("<img") && !line.contains("[a]") && !line.contains("@team"), "\(line)")
      if line.hasPrefix("|") { #expect(line.count { $0 == "|" } == 4, "\(line)") }
    }
    #expect(lines.suffix(2) == ["</details>", ""])
  }

  @Test func isAFormatOfItsOwn() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.hnsctl("plan", "pod.yaml", "--format", "markdown", "--json").exits(64)
    try workspace.hnsctl("plan", "pod.yaml", "--format", "markdown", "--rollback").exits(64)
    let part = try workspace.hnsctl("plan", "pod.yaml", "--format", "markdown", "--endpoint", "api").exits(0)
    #expect(part.output.contains("<code>api</code>"))
    try workspace.hnsctl("plan", "pod.yaml", "--format", "markdown", "--detailed-exitcode").exits(2)
  }
}
