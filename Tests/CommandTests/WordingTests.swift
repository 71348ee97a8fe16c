import Foundation
import JSONText
import Testing

/// Holds what users read against phrases that an English-speaking network engineer would not write;
/// `.github/CONTRIBUTING.md` has the rules, and better words.
@Suite struct WordingTests {
  /// The phrases, in lower case; they match whole words in any case, across line ends, within a clause.
  static let phrases = [
    "is no", "are no", "was no", "knows no", "no question is asked", "has no place",
    "of others", "whom", "on its own account",
    "is told", "are told", "told apart", "speaks of", "speak of", "says of",
    "judged", "judges",
    "meets a", "meets an", "goes on", "stands in", "stands at", "stands beside", "stands twice",
    "lies in", "lies outside",
    "is meant", "was meant", "what is meant", "in the likeness", "wants of",
    "so that none", "of which none", "in vain", "hardly", "once more", "anew", "put right",
    "by its end", "come to its end", "posture",
  ]

  /// Correct English that has the words of a phrase.
  static let idioms = [
    "there is no", "there are no", "there was no", "is no longer", "are no longer", "was no longer",
    "is no more", "is no later", "is no less",
  ]

  /// The words of a text in lower case; punctuation is a word that no phrase contains.
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    for character in text.lowercased() + " " {
      if character.isLetter || character.isNumber || character == "'" || character == "-" {
        word.append(character)
        continue
      }
      if !word.isEmpty { words.append(word) }
      word = ""
      if !character.isWhitespace, words.last != "." { words.append(".") }
    }
    return words
  }

  private static let phraseWords = Dictionary(grouping: phrases.map(words), by: { $0[0] })
  private static let idiomWords = idioms.map(words)

  /// The phrases in a text, each with some of the words around it.
  static func findings(_ text: String) -> [(phrase: String, excerpt: String)] {
    let words = words(text)
    var findings: [(phrase: String, excerpt: String)] = []
    for (index, word) in words.enumerated() {
      for phrase in phraseWords[word] ?? [] where words[index...].starts(with: phrase) {
        let isIdiom = idiomWords.contains { idiom in
          words[index...].starts(with: idiom) || words[max(0, index - 1)...].starts(with: idiom)
        }
        guard !isIdiom else { continue }
        let excerpt = words[max(0, index - 8)..<min(words.count, index + 10)]
        findings.append((phrase.joined(separator: " "), excerpt.joined(separator: " ")))
      }
    }
    return findings
  }

  /// Reports every phrase in a text.
  private func check(_ text: String, _ name: String, _ location: SourceLocation = #_sourceLocation) {
    for (phrase, excerpt) in Self.findings(text) {
      Issue.record(
        "\(name) says '\(phrase)', which .github/CONTRIBUTING.md advises against: ...\(excerpt)...",
        sourceLocation: location)
    }
  }

  /// Reports every phrase in the strings of a document.
  private func check(_ document: JSON, _ name: String) {
    if let text = document.string { check(text, name) }
    for (index, element) in (document.array ?? []).enumerated() { check(element, "\(name)[\(index)]") }
    for member in document.object?.members ?? [] { check(member.value, "\(name).\(member.key)") }
  }

  @Test("Phrases are found as whole words, in any case, across lines and not across clauses")
  func matching() {
    func found(_ text: String) -> [String] { Self.findings(text).map(\.phrase) }
    #expect(found("'70000' Is\n  no port") == ["is no"])
    #expect(found("there is no port, and it is no longer open; what it is: no port") == [])
    #expect(
      found("the address lies in no subnet, whom the ACLs of others block").sorted()
        == ["lies in", "of others", "whom"])
    #expect(found("this nose, Whomever, misjudged") == [])
    for phrase in Self.phrases { #expect(found("(\(phrase.uppercased()))").contains(phrase)) }
  }

  @Test("The catalogue of diagnostics")
  func catalogue() throws {
    let document = try Workspace().hnsctl("explain", "--json").exits(0).json()
    let codes = document["codes"]?.array ?? []
    #expect(codes.count > 50)
    for code in codes { check(code, code["code"]?.string ?? "") }
  }

  @Test("The help of every command")
  func help() throws {
    let helps = try DiscoverabilityTests.helpTexts(Workspace())
    #expect(helps.count >= 10)
    for (name, text) in helps { check(text, "hnsctl \(name) --help") }
  }

  @Test(
    "Documents that describe the program",
    arguments: [["schema"], ["capabilities", "--json"], ["serve", "--openapi"]])
  func documents(_ arguments: [String]) throws {
    let document = try Workspace().start(arguments).finish().exits(0).json()
    check(document, arguments.joined(separator: " "))
  }

  /// The page that gives the advice quotes what it advises against.
  @Test("The pages and the recorded output")
  func pages() throws {
    let pages = DocumentationPage.all.filter { $0.path != ".github/CONTRIBUTING.md" }
    for page in pages { check(page.text, page.path) }
    check(try DocumentationPage(path: DocumentationPage.generated).text, DocumentationPage.generated)
    let golden = repository.appendingPathComponent("Tests/CommandTests/Golden")
    let texts = try FileManager.default.contentsOfDirectory(at: golden, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "txt" }
    for text in texts { check(try String(contentsOf: text, encoding: .utf8), text.lastPathComponent) }
    #expect(pages.count > 20 && texts.count > 5)
  }
}
