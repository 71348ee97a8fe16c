import Foundation
import Testing

/// Checks every citation of the reference pages against their headings.
@Suite struct ReferenceTests {
  static let folder = "emulator/Documentation/reference"

  /// The parts of a page that can be cited.
  struct Page {
    /// The numbers of its sections, and `0 rule 4` for the rules of the first.
    var sections: Set<String> = []
    /// Its headings without numbers, in lower case.
    var titles: Set<String> = []

    init(_ text: String) {
      var isFirst = false
      for line in text.split(separator: "\n") {
        if let heading = line.wholeMatch(of: /##+ (?:(\d[\d.]*?)\.? )?(.+)/) {
          isFirst = heading.1 == "0"
          if let number = heading.1 { sections.insert(String(number)) }
          titles.insert(heading.2.lowercased())
        } else if isFirst, let rule = line.prefixMatch(of: #/(\d+)\. /#) {
          sections.insert("0 rule \(rule.1)")
        }
      }
    }

    func has(_ item: String) -> Bool {
      item.hasPrefix("\"")
        ? titles.contains(item.dropFirst().dropLast().lowercased()) : sections.contains(item)
    }
  }

  /// The pages by name, without the index.
  static func pages() throws -> [String: Page] {
    let base = ArchitectureTests.root.appendingPathComponent(folder)
    let names = try FileManager.default.contentsOfDirectory(atPath: base.path)
    return Dictionary(
      uniqueKeysWithValues: try names.filter { $0.hasSuffix(".md") && $0 != "README.md" }.map { name in
        let text = try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
        return (String(name.dropLast(3)), Page(text))
      })
  }

  /// Every text of the package that can contain citations, by path, without comment markers and line breaks.
  static func texts() throws -> [(path: String, text: String)] {
    let kinds: Set = ["swift", "c", "h", "md", "txt"]
    let readme = ArchitectureTests.root.appendingPathComponent("README.md")
    var result = [(path: "README.md", text: flattened(try String(contentsOf: readme, encoding: .utf8)))]
    for folder in ["Sources", "emulator", "Tests"] {
      let base = ArchitectureTests.root.appendingPathComponent(folder)
      let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
      for name in names.sorted() where kinds.contains((name as NSString).pathExtension) {
        guard !name.hasSuffix("ReferenceTests.swift") else { continue }
        // Dumps of hosts cite nothing, and are in any encoding.
        guard !name.contains("/Fixtures/") || name.hasSuffix(".md") else { continue }
        let text = try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
        result.append(("\(folder)/\(name)", flattened(text)))
      }
    }
    return result
  }

  static func flattened(_ text: String) -> String {
    text.split(separator: "\n").map { line in
      var line = line.drop { $0 == " " || $0 == "/" || $0 == "*" }
      if line.hasSuffix(" \\") { line = line.dropLast(2) }
      return line
    }.joined(separator: " ")
  }

  /// The sections, rules and quoted headings of a page that a text cites: `PAGE, 6.5 and 9`, `PAGE 6.5, 9`,
  /// `PAGE.md 9`, `PAGE, "A heading"`.
  ///
  /// An empty list is a citation of the page as a whole.
  static func citations(of page: String, in text: String) -> [[String]] {
    var result: [[String]] = []
    var rest = text[...]
    while let match = rest.range(of: page) {
      let before =
        match.lowerBound == text.startIndex ? nil : text[text.index(before: match.lowerBound)]
      rest = rest[match.upperBound...]
      if let before, before.isLetter || before.isNumber || #"-_./\`"#.contains(before) { continue }
      let item = /\d+(?:\.\d+)*(?: rule \d+)?|"[^"]+"/
      guard let sign = rest.prefixMatch(of: #/(?:\.md)?,? /#),
        let first = rest[sign.range.upperBound...].prefixMatch(of: item)
      else {
        if rest.prefixMatch(of: /[-_\w]/) == nil { result.append([]) }
        continue
      }
      var items = [String(first.0)]
      rest = rest[first.range.upperBound...]
      while let joint = rest.prefixMatch(of: #/, (?:and )?| and | to /#),
        let next = rest[joint.range.upperBound...].prefixMatch(of: item)
      {
        items.append(String(next.0))
        rest = rest[next.range.upperBound...]
      }
      result.append(items)
    }
    return result
  }

  @Test func everyCitationHasItsSection() throws {
    let pages = try Self.pages()
    var count = 0
    for (path, text) in try Self.texts() {
      for (name, page) in pages {
        for item in Self.citations(of: name, in: text).joined() {
          count += 1
          let isThere = page.has(item)
          #expect(isThere, "\(path) cites \(name) \(item), which does not exist")
        }
      }
    }
    #expect(count > 400, "the citations are no longer found")
  }

  /// A comment with "reference:" cites a page and, if that has numbered sections, a section.
  @Test func everyReferenceCitesAPage() throws {
    let pages = try Self.pages()
    for (path, text) in try Self.texts() where path.hasSuffix(".swift") || path.hasSuffix(".c") {
      for part in text.split(separator: #/\([^()]*reference: /#).dropFirst() {
        let cited = part.prefix { $0 != ")" }
        guard let name = cited.prefixMatch(of: /[a-z][-a-z]*/)?.0, let page = pages[String(name)] else {
          Issue.record("\(path) cites no page: \(cited)")
          continue
        }
        let isWhole = Self.citations(of: String(name), in: String(cited)).first?.isEmpty ?? true
        #expect(!isWhole || page.sections.isEmpty, "\(path) cites no section: \(cited)")
      }
    }
  }

  /// The sources of assumptions, in the last column of their table, are cited in full.
  @Test func everyAssumptionHasItsSource() throws {
    let pages = try Self.pages()
    let path = "emulator/HNSEmulator/Documentation/assumptions.md"
    let text = try String(contentsOf: ArchitectureTests.root.appendingPathComponent(path), encoding: .utf8)
    let table = try #require(text.split(separator: "| Left open by |\n").last).split(separator: "\n")
    let rows = table.dropFirst().prefix { $0.hasPrefix("|") }
    #expect(rows.count > 30)
    for row in rows where !row.hasPrefix("|  |") {
      let cell = try #require(row.split(separator: "|").last).trimmingCharacters(in: .whitespaces)
      for source in cell.split(separator: "; ") {
        let name = String(source.prefix { $0 != " " })
        let page = try #require(pages[name], "\(row)")
        let items = Self.citations(of: name, in: String(source))
        let whole = items.joined().isEmpty ? name : "\(name) \(items.joined().joined(separator: ", "))"
        #expect(whole == source && (!items.joined().isEmpty || page.sections.isEmpty), "\(row)")
      }
    }
  }

  /// The sources that `hnsctl capabilities` prints with a heading: `network-isolation: a heading`.
  @Test func everyPrintedHeadingExists() throws {
    let pages = try Self.pages()
    var count = 0
    for (path, text) in try Self.texts() where path.hasPrefix("Sources/") {
      for match in text.matches(of: /"([a-z-]+): ([^"\\]+)"/) {
        guard let page = pages[String(match.1)] else { continue }
        count += 1
        let isThere = page.titles.contains(match.2.lowercased())
        #expect(isThere, "\(path) cites \(match.0)")
      }
    }
    #expect(count > 0)
  }

  /// The conformance suite identifies a row by its section in `hns.md`.
  @Test func everyRowOfTheConformanceSuiteHasItsSection() throws {
    let page = try #require(try Self.pages()["hns"])
    let files = try ArchitectureTests.files(in: "Tests/HNSConformanceTests")
    let rows = try #require(files.first { $0.name == "Rows.swift" }).text
      .matches(of: /"(\d+(?:\.\d+)*) [^"]*"/)
    #expect(rows.count > 200)
    for row in rows {
      let isThere = page.has(String(row.1))
      #expect(isThere, "\(row.0)")
    }
  }

  /// A correction refers to a section of its own page.
  @Test func everyCorrectionExists() throws {
    let base = ArchitectureTests.root.appendingPathComponent(Self.folder)
    for (name, page) in try Self.pages() {
      let text = try String(contentsOf: base.appendingPathComponent("\(name).md"), encoding: .utf8)
      for match in text.matches(of: /(?:corrected in|see|\() ?(10\.\d+(?:\.\d+)?)/) {
        let isThere = page.has(String(match.1))
        #expect(isThere, "\(name): \(match.0)")
      }
    }
  }
}
