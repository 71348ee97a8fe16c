import Diagnostics
import PolicyLint
import Testing
import YAMLSyntax

/// What comments allow, and what is not a comment.
@Suite struct SuppressionTests {
  /// A redundant rule on line 13, with comments around it.
  private func profile(above: String = "", behind: String = "") -> String {
    webProfile([
      "name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80]",
      "name: deny-mail, direction: in, action: block, protocols: [tcp], localPorts: [25]",
    ]).replacing("      - {name: deny-mail", with: "\(above)      - {name: deny-mail")
      .replacing("localPorts: [25]}", with: "localPorts: [25]}\(behind)")
  }

  private func found(_ text: String) throws -> [String] { try lint(text).findings.map(describe) }

  @Test func aCommentAllowsAFinding() throws {
    #expect(try found(profile()) == ["13:16 redundant-rule [web] deny-mail"])
    let comment = "# hnsctl: allow redundant-rule documents the intent"
    for text in [profile(above: "      \(comment)\n"), profile(behind: "  \(comment)")] {
      let report = try lint(text)
      #expect(report.findings.isEmpty)
      #expect(report.suppressed.map(\.reason) == ["documents the intent"])
      #expect(report.suppressed.map { $0.finding.rule } == ["deny-mail"])
    }
    // Several comments above can apply to the same line, with other comments in between.
    let stacked = "      \(comment)\n      # hnsctl: allow family-gap nothing to see\n"
    #expect(try found(profile(above: stacked)) == ["14:7 unused-suppression [] -"])
    #expect(try found(profile(above: "\(comment)\n").replacing("\n", with: "\r\n")).isEmpty)
  }

  @Test func aCommentOnAnotherLineAllowsNothing() throws {
    let far = profile(above: "      # hnsctl: allow redundant-rule too far away\n\n")
    #expect(try found(far) == ["13:7 unused-suppression [] -", "15:16 redundant-rule [web] deny-mail"])
    let other = profile(behind: " # hnsctl: allow unreachable-rule another code")
    #expect(try found(other) == ["13:16 redundant-rule [web] deny-mail", "13:93 unused-suppression [] -"])
  }

  @Test(arguments: [
    ("# hnsctl: allow redundant-rule", "suppression-without-reason"),
    ("# hnsctl: allow redundant-rule ...", "suppression-without-reason"),
    ("# hnsctl: allow redundent-rule because", "unknown-suppression"),
    ("# hnsctl: allow ambiguous-priority because", "unknown-suppression"),
    ("# hnsctl: allow", "unknown-suppression"),
    ("# hnsctl: permit redundant-rule because", "unknown-suppression"),
  ])
  func aCommentThatIsWrong(_ comment: String, _ code: String) throws {
    let findings = try lint(profile(above: "      \(comment)\n")).findings
    #expect(findings.map(\.code.id) == [code, "redundant-rule"])
    #expect(findings.first?.location?.line == 13)
    if comment.contains("redundent") {
      #expect(findings.first?.help == "did you mean 'redundant-rule'? `hnsctl explain` lists every code")
    }
  }

  // MARK: Comment syntax

  private func comments(_ text: String) -> [String] {
    YAMLComments.find(in: Array(text.utf8), containing: "hnsctl:").map {
      "\($0.location.line):\($0.location.column)\($0.isOnOwnLine ? " alone" : "") \($0.text)"
    }
  }

  @Test func textInScalarsIsNotAComment() {
    #expect(comments("a: \"x # hnsctl: one\"\nb: 'y # hnsctl: two'\n") == [])
    #expect(comments("a: |\n  text\n  # hnsctl: one\nb: >-\n  # hnsctl: two\n") == [])
    #expect(comments("a: \"first\n  # hnsctl: still the text\n  last\"\n") == [])
    #expect(comments("a: x#hnsctl: no\n") == [])
    #expect(comments("a: http://host/#hnsctl: no\n") == [])
    #expect(comments("# nothing of it\na: 1 # nor this\n") == [])
    #expect(comments("") == [])
  }

  @Test func commentsAreFoundEverywhere() {
    #expect(comments("# hnsctl: first\na: 1") == ["1:1 alone # hnsctl: first"])
    #expect(comments("\u{feff}# hnsctl: behind a mark\na: 1") == ["1:1 alone # hnsctl: behind a mark"])
    #expect(comments("a: [1, # hnsctl: in a list\n  2]\n") == ["1:8 # hnsctl: in a list"])
    #expect(comments("a: {b: 'q'} # hnsctl: behind quotes") == ["1:13 # hnsctl: behind quotes"])
    #expect(
      comments("a: é # hnsctl: ü\nb: \"ß\"\t# hnsctl: tab") == ["1:6 # hnsctl: ü", "2:8 # hnsctl: tab"])
    #expect(comments("a: |\n  text\n# hnsctl: after a block\nb: 1") == ["3:1 alone # hnsctl: after a block"])
    #expect(
      comments("a: &x 1 # hnsctl: anchor\nb: *x # hnsctl: alias") == [
        "1:9 # hnsctl: anchor", "2:7 # hnsctl: alias",
      ])
    #expect(comments("a:\n  # hnsctl: before a value\n  - 1\n") == ["2:3 alone # hnsctl: before a value"])
    #expect(comments("a: 1\n# hnsctl: last") == ["2:1 alone # hnsctl: last"])
    #expect(comments("a: 1 # twice # hnsctl: inside") == ["1:6 # twice # hnsctl: inside"])
  }

  @Test func onlyTheStartOfACommentCounts() throws {
    #expect(
      try found(profile(behind: "  # see the docs # hnsctl: allow redundant-rule because"))
        == ["13:16 redundant-rule [web] deny-mail"])
  }
}
