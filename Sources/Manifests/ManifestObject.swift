import Diagnostics

/// A Kubernetes object.
package struct ManifestObject: Sendable {
  /// How deeply lists can be nested in lists.
  private static let listDepthLimit = 16

  /// The group and version, such as `apps/v1`.
  package var apiVersion: String
  package var kind: String
  package var value: ManifestValue

  /// The object of a value; nil if it does not have the members of one.
  package init?(_ value: ManifestValue) {
    guard let version = value["apiVersion"]?.scalarText, let kind = value["kind"]?.text else { return nil }
    apiVersion = version
    self.kind = kind
    self.value = value
  }

  /// The group of the version: `apps`; empty for the core group.
  package var group: String { apiVersion.firstIndex(of: "/").map { String(apiVersion[..<$0]) } ?? "" }

  /// Whether it is an ingress, of any group that has had them.
  package var isIngress: Bool { kind == "Ingress" && ["extensions", "networking.k8s.io"].contains(group) }

  /// The name; that of a generated one ends with a `*`.
  package var name: String {
    value[path: ["metadata", "name"]]?.scalarText
      ?? value[path: ["metadata", "generateName"]]?.scalarText.map { "\($0)*" } ?? "unnamed"
  }

  /// The namespace, which is `default` unless it is stated.
  package var namespace: String { value[path: ["metadata", "namespace"]]?.scalarText ?? "default" }

  /// An annotation of the object.
  package func annotation(_ name: String) -> ManifestValue? {
    value[path: ["metadata", "annotations"]]?[name]
  }

  /// The objects of a document: itself, or those of a list in order; lists can contain lists.
  ///
  /// - Parameters:
  ///   - value: The document, or a sequence of them.
  ///   - unknown: Called with each item of a list that is not an object.
  package static func objects(
    in value: ManifestValue, unknown: (ManifestValue) -> Void = { _ in }
  ) -> [ManifestObject] {
    var result: [ManifestObject] = []
    collect(value, depth: 0, &result, unknown)
    return result
  }

  private static func collect(
    _ value: ManifestValue, depth: Int, _ result: inout [ManifestObject], _ unknown: (ManifestValue) -> Void
  ) {
    if value.isList, depth == 0 {
      for element in value.elements { collect(element, depth: 1, &result, unknown) }
      return
    }
    guard depth < listDepthLimit, let object = ManifestObject(value) else { return unknown(value) }
    guard object.kind.hasSuffix("List"), let items = value["items"], items.isList else {
      result.append(object)
      return
    }
    for item in items.elements {
      // The items of a typed list need not repeat its kind.
      if object.kind != "List", item["kind"] == nil, item.isMap {
        var typed = item
        typed.content = .map(
          item.members + [
            .init("apiVersion", ManifestValue(.text(object.apiVersion), at: item.location)),
            .init("kind", ManifestValue(.text(String(object.kind.dropLast(4))), at: item.location)),
          ])
        collect(typed, depth: depth + 1, &result, unknown)
      } else {
        collect(item, depth: depth + 1, &result, unknown)
      }
    }
  }
}
