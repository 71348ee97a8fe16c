import Diagnostics
import Manifests

/// Finds the resources of Azure in a document: single ones, lists, answers of Resource Graph, templates.
struct AzureDocument {
  /// How deeply templates and lists can be nested in each other.
  private static let depthLimit = 16

  private(set) var resources: [AzureResource] = []
  /// Whether plans come from a list, so that a plan that is not in it does not exist.
  private(set) var isList = false
  /// Whether the document has a form of Azure, even if nothing in it is audited.
  private(set) var isRecognized = false

  init(_ value: ManifestValue) { read(value, depth: 0, parent: nil, isInTemplate: false) }

  private mutating func read(
    _ value: ManifestValue, depth: Int, parent: String?, isInTemplate: Bool
  ) {
    guard depth < Self.depthLimit else { return }
    if value.isList {
      isList = true
      // What `az` prints where there is nothing.
      if value.elements.isEmpty { isRecognized = true }
      for element in value.elements {
        read(element, depth: depth + 1, parent: parent, isInTemplate: isInTemplate)
      }
      return
    }
    guard value.isMap else { return }
    if isTemplate(value) {
      isRecognized = true
      readTemplate(value, depth: depth)
      return
    }
    for wrapper in ["value", "data"] {
      guard let inner = value.member(ignoringCase: wrapper), value.member(ignoringCase: "type") == nil,
        inner.isList || inner.isMap
      else { continue }
      if inner.isList { isRecognized = true }
      read(inner, depth: depth + 1, parent: parent, isInTemplate: isInTemplate)
      return
    }
    readResource(value, depth: depth, parent: parent, isInTemplate: isInTemplate)
  }

  private func isTemplate(_ value: ManifestValue) -> Bool {
    guard let resources = value.member(ignoringCase: "resources"), resources.isList || resources.isMap else {
      return false
    }
    return value.member(ignoringCase: "contentVersion") != nil
      || value["$schema"]?.text?.lowercased().contains("deploymenttemplate") == true
  }

  /// The resources of a template: a list, or a mapping of symbolic names.
  private mutating func readTemplate(_ template: ManifestValue, depth: Int) {
    guard let resources = template.member(ignoringCase: "resources") else { return }
    let list = resources.isList ? resources.elements : resources.members.map(\.value)
    for resource in list { readResource(resource, depth: depth + 1, parent: nil, isInTemplate: true) }
  }

  private mutating func readResource(
    _ value: ManifestValue, depth: Int, parent: String?, isInTemplate: Bool
  ) {
    guard depth < Self.depthLimit, value.isMap else { return }
    guard var type = value.member(ignoringCase: "type")?.text else {
      // `az` leaves out the type of plans in some versions.
      if value.member(ignoringCase: "pricingTier") != nil {
        isRecognized = true
        resources.append(
          AzureResource(
            kind: .plan, value: value, type: "Microsoft.Security/pricings", isInTemplate: isInTemplate))
      }
      return
    }
    if let parent, !type.lowercased().hasPrefix(parent.lowercased()) { type = "\(parent)/\(type)" }
    let lower = type.lowercased()
    if lower.contains("/") { isRecognized = true }
    if let kind = AzureResource.Kind(rawValue: lower) {
      resources.append(AzureResource(kind: kind, value: value, type: type, isInTemplate: isInTemplate))
    }
    if lower == "microsoft.resources/deployments",
      let template = value.member(ignoringCase: "properties")?.member(ignoringCase: "template")
    {
      readTemplate(template, depth: depth + 1)
    }
    guard isInTemplate, let children = value.member(ignoringCase: "resources"), children.isList else {
      return
    }
    for child in children.elements { readResource(child, depth: depth + 1, parent: type, isInTemplate: true) }
  }
}
