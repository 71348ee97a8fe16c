import Diagnostics
import Manifests

/// A value that only a deployment knows.
struct UnresolvedExpression: Error {
  var text: String
}

/// A resource of Azure: as Resource Manager returns it, in a template, or as `az` prints it.
struct AzureResource {
  /// The kinds of resources that are audited.
  enum Kind: String {
    case cluster = "microsoft.containerservice/managedclusters"
    case registry = "microsoft.containerregistry/registries"
    case plan = "microsoft.security/pricings"
    case assessment = "microsoft.security/assessments"
    case subassessment = "microsoft.security/assessments/subassessments"
  }

  var kind: Kind
  var value: ManifestValue
  /// The type as it is written, or that of the parent with that of the child.
  var type: String
  var isInTemplate: Bool

  /// The id, or the type and the name.
  var id: String {
    if let id = value.member(ignoringCase: "id")?.text, id.hasPrefix("/") { return id }
    return "\(type)/\(value.member(ignoringCase: "name")?.scalarText ?? "unnamed")"
  }

  var name: String { value.member(ignoringCase: "name")?.scalarText ?? "unnamed" }

  /// A property; nil if it is missing or null.
  ///
  /// `az` prints properties as members of the resource, in another case.
  func property(_ path: String...) throws(UnresolvedExpression) -> ManifestValue? {
    if let properties = value.member(ignoringCase: "properties") {
      if let found = try read(path[...], of: try resolved(properties)) { return found }
    }
    return try read(path[...], of: value)
  }

  /// A member of a part of the resource, flattened by one level or not.
  func member(_ path: String..., of part: ManifestValue) throws(UnresolvedExpression) -> ManifestValue? {
    if let properties = part.member(ignoringCase: "properties") {
      if let found = try read(path[...], of: try resolved(properties)) { return found }
    }
    return try read(path[...], of: part)
  }

  private func read(
    _ path: ArraySlice<String>, of value: ManifestValue
  ) throws(UnresolvedExpression) -> ManifestValue? {
    var value = try resolved(value)
    for key in path {
      guard let next = value.member(ignoringCase: key) else { return nil }
      value = try resolved(next)
    }
    return value
  }

  /// A value that is not an expression of a template.
  func resolved(_ value: ManifestValue) throws(UnresolvedExpression) -> ManifestValue {
    if isInTemplate, let text = value.text, text.hasPrefix("["), text.hasSuffix("]"), !text.hasPrefix("[[") {
      throw UnresolvedExpression(text: text)
    }
    return value
  }

  /// Where a property is, or the resource if it is missing.
  func place(_ path: String...) -> SourceRange {
    var best = value.location
    for start in [value.member(ignoringCase: "properties"), value].compactMap(\.self) {
      var value = start
      for key in path {
        guard let next = value.member(ignoringCase: key) else { break }
        value = next
        best = next.location
      }
      if best != self.value.location { break }
    }
    return best
  }
}

extension ManifestValue {
  /// A property of a resource that is not in a template: of its `properties`, or, as `az` prints it, of the resource.
  func property(_ path: String...) -> ManifestValue? {
    for start in [member(ignoringCase: "properties"), self].compactMap(\.self) {
      var found: ManifestValue? = start
      for key in path { found = found?.member(ignoringCase: key) }
      if let found { return found }
    }
    return nil
  }

  /// A truth value, which Azure also writes as text.
  var truth: Bool? {
    switch content {
    case .bool(let value): value
    case .text(let text):
      switch text.lowercased() {
      case "true": true
      case "false": false
      default: nil
      }
    default: nil
    }
  }

  /// Whether a text equals another one, as policies compare: regardless of case.
  func equals(_ text: String) -> Bool { scalarText?.lowercased() == text.lowercased() }
}
