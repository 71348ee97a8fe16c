import Foundation
import Testing

/// A page of the documentation, with its fenced blocks.
struct DocumentationPage: CustomTestStringConvertible {
  /// A fenced block.
  struct Block {
    /// The word after the fence, such as `console`; empty if there is none.
    let language: String
    /// The contents, with a line end after every line.
    let text: String
    /// The number of its first line on the page.
    let line: Int

    var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    /// Whether a YAML block is a complete document.
    var isDocument: Bool { lines.contains { $0.hasPrefix("kind: ") } }

    /// The commands of a console block, each with the output that is shown.
    var commands: [(command: String, output: String)] {
      var result: [(command: String, output: String)] = []
      for line in lines {
        if line.hasPrefix("$ ") {
          result.append((String(line.dropFirst(2)), ""))
        } else if !result.isEmpty {
          result[result.count - 1].output += line + "\n"
        }
      }
      return result
    }
  }

  /// Relative to the repository.
  let path: String
  let text: String
  let blocks: [Block]

  var testDescription: String { path }

  init(path: String) throws {
    self.path = path
    text = try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
    blocks = Self.blocks(text)
  }

  private static func blocks(_ text: String) -> [Block] {
    var blocks: [Block] = []
    var open: (language: String, line: Int, lines: [Substring])?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard line.hasPrefix("```") else {
        open?.lines.append(line)
        continue
      }
      if let block = open {
        let text = block.lines.map { $0 + "\n" }.joined()
        blocks.append(Block(language: block.language, text: text, line: block.line))
        open = nil
      } else {
        open = (String(line.dropFirst(3)), index + 2, [])
      }
    }
    return blocks
  }

  /// Compared with the output of the command that writes it; its examples are tests of the catalogue.
  static let generated = "Sources/Diagnostics/Documentation/codes.md"

  /// Every page of the repository but the generated one.
  static let all: [DocumentationPage] = {
    let files = FileManager.default
    var paths = ((try? files.contentsOfDirectory(atPath: repository.path)) ?? [])
      .filter { $0.hasSuffix(".md") }
    for folder in [".github", "Sources", "Tests", "emulator"] {
      let inside = files.enumerator(atPath: repository.appendingPathComponent(folder).path)
      for case let name as String in inside ?? FileManager.DirectoryEnumerator()
      where name.hasSuffix(".md") {
        paths.append("\(folder)/\(name)")
      }
    }
    return paths.filter { $0 != generated }.sorted().compactMap { try? DocumentationPage(path: $0) }
  }()
}
