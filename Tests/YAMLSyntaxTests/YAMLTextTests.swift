import Testing
import YAMLSyntax

/// YAML that is written and read again.
@Suite struct YAMLTextTests {
  /// The texts of a list, written and read again.
  private func readBack(_ texts: [String], _ layout: YAMLText.Layout) throws -> [String] {
    let text = YAMLText.list(texts.map { .scalar($0) }, layout).lines().map { $0 + "\n" }.joined()
    let (document, problems) = YAMLDocument.parse(Array(text.utf8), file: "test.yaml")
    #expect(problems.isEmpty, "\(text)")
    return try #require(document).withReader { reader in
      reader.children(reader.root).map { reader.string($0) }
    }
  }

  @Test("A text is read as it was written, whatever is in it.", arguments: [YAMLText.Layout.lines, .compact])
  func hostileTexts(layout: YAMLText.Layout) throws {
    let texts = [
      "web", "8080:80/tcp", "2001:db8::", "::1", "a: b", "a #b", "#", "- a", "-1", "?", "@a", "`a", "%a",
      "&a", "*a",
      "!a", "|", ">", "'a'", "\"a\"", "{a}", "[a]", "a,b", "null", "~", "", " ", "yes", "No", "0022", "1e3",
      "$(rm)", "`rm`", "line\nline", "tab\t", "\u{202e}abc", "\u{85}", "\u{2028}", "\u{feff}", "é", "🙂",
      "\u{1}", "\\",
      "a\\nb", "vEthernet (Ethernet)", "---", "...", String(repeating: "x", count: 9_999),
    ]
    #expect(try readBack(texts, layout) == texts)
  }

  @Test("What does not fit on a line is written over several.")
  func layout() {
    let long = YAMLText.mapping(
      [
        .init("name", .scalar("web")),
        .init("addresses", .words((0..<40).map { "10.0.0.\($0)" })),
      ], .compact)
    let lines = YAMLText.mapping([.init("acls", .list([long], .lines))], .lines).lines()
    #expect(lines.prefix(4) == ["acls:", "  - name: web", "    addresses:", "      - 10.0.0.0"])
    #expect(YAMLText.words(["a", "b"]).lines() == ["[a, b]"])
  }
}
