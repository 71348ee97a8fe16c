import Foundation

/// The targets of Package.swift in order, parsed from its text in any layout.
struct Manifest {
  struct Target {
    /// How it is declared: `target`, `executableTarget`, `testTarget`, `systemLibrary`.
    var kind: String
    var name: String
    var folder: String
    /// The declared targets and products that it uses.
    var dependencies: Set<String>
    /// The excluded parts of its folder.
    var excluded: [String]
  }

  let targets: [Target]

  init(_ text: String) {
    var rest = Self.withoutComments(text)[...]
    var targets: [Target] = []
    while let start = rest.firstMatch(of: /\.(target|executableTarget|testTarget|systemLibrary)\(/) {
      let inner = Self.balanced(rest[start.range.upperBound...])
      rest = rest[inner.endIndex...]
      let arguments = Self.arguments(of: inner)
      guard let name = arguments["name"].flatMap(Self.strings)?.first else { continue }
      let kind = String(start.1)
      targets.append(
        Target(
          kind: kind, name: name,
          folder: arguments["path"].flatMap(Self.strings)?.first
            ?? (kind == "testTarget" ? "Tests/" : "Sources/") + name,
          dependencies: Set((arguments["dependencies"].map(Self.elements) ?? []).compactMap(Self.dependency)),
          excluded: arguments["exclude"].map(Self.strings) ?? []))
    }
    self.targets = targets
  }

  /// The text up to the bracket that closes the last opened one.
  private static func balanced(_ text: Substring) -> Substring {
    var depth = 0
    var isInString = false
    for index in text.indices {
      switch text[index] {
      case "\"": isInString.toggle()
      case "(" where !isInString, "[" where !isInString: depth += 1
      case ")" where !isInString, "]" where !isInString:
        if depth == 0 { return text[..<index] }
        depth -= 1
      default: break
      }
    }
    return text
  }

  /// The parts between the commas outside of brackets and strings.
  private static func parts(of text: Substring) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var depth = 0
    var isInString = false
    for index in text.indices {
      switch text[index] {
      case "\"": isInString.toggle()
      case "(" where !isInString, "[" where !isInString: depth += 1
      case ")" where !isInString, "]" where !isInString: depth -= 1
      case "," where depth == 0 && !isInString:
        parts.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
    }
    return parts + [text[start...]]
  }

  private static func arguments(of text: Substring) -> [String: Substring] {
    var result: [String: Substring] = [:]
    for part in parts(of: text) {
      guard let label = part.prefixMatch(of: /\s*(\w+)\s*:/) else { continue }
      result[String(label.1)] = part[label.range.upperBound...]
    }
    return result
  }

  private static func elements(of array: Substring) -> [Substring] {
    guard let start = array.firstIndex(of: "[") else { return [] }
    return parts(of: balanced(array[array.index(after: start)...]))
  }

  private static func strings(in text: Substring) -> [String] {
    text.matches(of: /"([^"]*)"/).map { String($0.1) }
  }

  /// The name in `"Name"`, `.product(name: "Name", package: "package")` or `.target(name: "Name")`.
  private static func dependency(_ element: Substring) -> String? {
    strings(in: element).first
  }

  private static func withoutComments(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> Substring in
      var isInString = false
      for index in line.indices {
        if line[index] == "\"" { isInString.toggle() }
        if !isInString, line[index...].hasPrefix("//") { return line[..<index] }
      }
      return line
    }.joined(separator: "\n")
  }
}
