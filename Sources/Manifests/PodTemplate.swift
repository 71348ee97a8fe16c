package import Diagnostics

/// A pod, or the pod that a workload makes.
package struct PodTemplate: Sendable {
  /// The object that is the pod or contains its template.
  package var object: ManifestObject
  package var spec: ManifestValue
  /// The metadata of the pod, which for a workload are those of the template.
  package var metadata: ManifestValue?
  /// Where the specification is in the object: `spec`, `spec.template.spec`.
  package var path: String
  /// Whether a controller makes the pod.
  package var isGenerated: Bool

  /// The kinds of objects with a pod, and where it is.
  private static let places: [String: [String]] = [
    "Pod": [], "PodTemplate": ["template"], "Deployment": ["spec", "template"],
    "ReplicaSet": ["spec", "template"], "StatefulSet": ["spec", "template"],
    "DaemonSet": ["spec", "template"], "Job": ["spec", "template"],
    "ReplicationController": ["spec", "template"], "CronJob": ["spec", "jobTemplate", "spec", "template"],
  ]

  /// The groups of these kinds.
  private static let groups: Set = ["", "apps", "batch", "extensions"]

  /// Where the pod is in an object of a kind that has one: `["spec", "template"]`; nil for other kinds.
  package static func place(of object: ManifestObject) -> [String]? {
    groups.contains(object.group) ? places[object.kind] : nil
  }

  /// The kind that an object has but for the case of its letters, which matters; nil for other objects.
  package static func kind(meantBy object: ManifestObject) -> String? {
    guard groups.contains(object.group), places[object.kind] == nil else { return nil }
    let kind = object.kind.lowercased()
    return places.keys.first { $0.lowercased() == kind }
  }

  /// The pod of an object; nil if it has none.
  package init?(_ object: ManifestObject) {
    guard let place = Self.place(of: object), let pod = object.value[path: place], let spec = pod["spec"],
      spec.isMap
    else { return nil }
    self.object = object
    self.spec = spec
    metadata = pod["metadata"]
    path = (place + ["spec"]).joined(separator: ".")
    isGenerated = !place.isEmpty
  }

  /// An annotation of the pod.
  package func annotation(_ name: String) -> ManifestValue? { metadata?["annotations"]?[name] }

  /// The containers that run one after the other before the others, those that run together, and those that
  /// are added for debugging.
  package enum ContainerList: String, Sendable, CaseIterable {
    case containers, initContainers, ephemeralContainers
  }

  /// The containers of a list; elements that are not mappings are none.
  package func containers(_ list: ContainerList) -> [PodContainer] {
    (spec[list.rawValue]?.elements ?? []).enumerated().compactMap { index, value in
      guard value.isMap else { return nil }
      return PodContainer(value: value, list: list, path: "\(path).\(list.rawValue)[\(index)]")
    }
  }
}

/// A container of a pod.
package struct PodContainer: Sendable {
  package var value: ManifestValue
  package var list: PodTemplate.ContainerList
  /// Where it is in the object.
  package var path: String

  package var name: String { value["name"]?.scalarText ?? "unnamed" }
  package var image: ManifestValue? { value["image"] }
  package var securityContext: ManifestValue? { value["securityContext"] }

  /// Where a member of the security context stands; of one that is missing, the closest place that is there.
  ///
  /// - Parameter member: The member; nil if it is missing.
  package func place(ofSecurityMember member: ManifestValue?) -> SourceRange {
    (member ?? securityContext ?? value).location
  }
}
