import JSONText

/// Documents as Format-List of PowerShell prints them.
enum FormatList {
  /// How many elements of a list are shown; PowerShell's `$FormatEnumerationLimit`.
  private static let limit = 4

  /// Objects one after the other, each with an empty line before it and one after the last
  /// (reference: windows-firewall-and-vfp, 10.3).
  static func lines(_ objects: [[(String, String)]]) -> [String] {
    objects.isEmpty ? [] : objects.flatMap { [""] + formatList($0) } + [""]
  }

  /// The members of a document with their values.
  static func fields(_ document: JSON) -> [(String, String)] {
    (document.object?.members ?? []).map { ($0.key, text($0.value)) }
  }

  /// A value of a member: a list in braces, cut after four elements, an object as `@{name=value; ...}`.
  private static func text(_ value: JSON) -> String {
    guard let elements = value.array else { return element(value) }
    let more = elements.count > limit ? "..." : ""
    return "{\(elements.prefix(limit).map(element).joined(separator: ", "))\(more)}"
  }

  private static func element(_ value: JSON) -> String {
    guard let object = value.object, !object.members.isEmpty else { return scalar(value) }
    return "@{\(object.members.map { "\($0.key)=\(scalar($0.value))" }.joined(separator: "; "))}"
  }

  /// A value within an object: lists and objects are not written out, as in lists pasted from real hosts.
  private static func scalar(_ value: JSON) -> String {
    switch value {
    case .bool(let flag): flag ? "True" : "False"
    case .string(let text): text
    case .null, .object: ""
    case .array: "System.Object[]"
    case .integer, .number: value.text()
    }
  }
}
