import Diagnostics
import Manifests

/// The types of the members of Kubernetes objects that the checks read.
///
/// The API server rejects an object with another type, so that a verdict on it would be about something that cannot
/// exist. What is missing or null is not checked: it has its default.
indirect enum ManifestShape: Sendable {
  /// Text, a number or a truth value.
  case scalar
  case list(ManifestShape)
  /// A mapping; members that are not named can be anything.
  case map([String: ManifestShape])
  /// A mapping whose members are all alike.
  case dictionary(ManifestShape)

  /// A part of a value that has another type than the API server accepts.
  struct Problem {
    var message: String
    var location: SourceRange
  }

  /// Checks a value and what is in it.
  struct Check {
    /// Where the value is in its object; only a problem needs it as text.
    private enum Step {
      case member(String)
      case element(Int)
    }

    private var path: [Step]
    private(set) var problems: [Problem] = []

    /// - Parameter path: Where the values are that are checked.
    init(in path: [String] = []) { self.path = path.map { .member($0) } }

    /// Checks that a value has a shape.
    mutating func check(_ value: ManifestValue, _ shape: ManifestShape) {
      switch shape {
      case .scalar:
        if value.scalarText == nil { report(value, "text") }
      case .list(let shape):
        guard value.isList else { return report(value, "a list") }
        for (index, element) in value.elements.enumerated() {
          path.append(.element(index))
          check(element, shape)
          path.removeLast()
        }
      case .map(let members):
        guard value.isMap else { return report(value, "a mapping") }
        for member in value.members where !member.value.isNull {
          if let shape = members[member.key] { check(member, shape) }
        }
      case .dictionary(let shape):
        guard value.isMap else { return report(value, "a mapping") }
        for member in value.members where !member.value.isNull { check(member, shape) }
      }
    }

    private mutating func check(_ member: ManifestValue.Member, _ shape: ManifestShape) {
      path.append(.member(member.key))
      check(member.value, shape)
      path.removeLast()
    }

    private mutating func report(_ value: ManifestValue, _ expected: String) {
      var text = ""
      for step in path {
        switch step {
        case .member(let key): text += text.isEmpty ? key : ".\(key)"
        case .element(let index): text += "[\(index)]"
        }
      }
      let shown = value.scalarText.map { "'\($0)'" } ?? value.kind
      problems.append(
        Problem(message: "\(text) must be \(expected), not \(shown)", location: value.location))
    }
  }
}

extension ManifestShape {
  /// The metadata of an object or of the template of a pod.
  private static let metadata = map([
    "name": .scalar, "namespace": .scalar, "annotations": .dictionary(.scalar),
    "labels": .dictionary(.scalar),
  ])

  private static let windowsOptions = map(["runAsUserName": .scalar, "hostProcess": .scalar])

  private static let container = map([
    "name": .scalar, "image": .scalar,
    "ports": .list(
      .map(["containerPort": .scalar, "hostPort": .scalar, "protocol": .scalar, "name": .scalar])),
    "resources": .map(["limits": .dictionary(.scalar), "requests": .dictionary(.scalar)]),
    "volumeMounts": .list(.map(["name": .scalar, "mountPath": .scalar, "readOnly": .scalar])),
    "securityContext": .map([
      "privileged": .scalar, "allowPrivilegeEscalation": .scalar, "readOnlyRootFilesystem": .scalar,
      "runAsUser": .scalar, "runAsGroup": .scalar, "runAsNonRoot": .scalar,
      "capabilities": .map(["add": .list(.scalar), "drop": .list(.scalar)]),
      "appArmorProfile": .map(["type": .scalar, "localhostProfile": .scalar]),
      "windowsOptions": windowsOptions,
    ]),
  ])

  /// The specification of a pod.
  private static let pod = map([
    "containers": .list(container), "initContainers": .list(container),
    "ephemeralContainers": .list(container),
    "hostNetwork": .scalar, "hostPID": .scalar, "hostIPC": .scalar,
    "nodeSelector": .dictionary(.scalar), "os": .map(["name": .scalar]), "runtimeClassName": .scalar,
    "volumes": .list(.map(["name": .scalar, "hostPath": .map(["path": .scalar])])),
    "securityContext": .map([
      "runAsUser": .scalar, "runAsGroup": .scalar, "runAsNonRoot": .scalar, "fsGroup": .scalar,
      "supplementalGroups": .list(.scalar), "windowsOptions": windowsOptions,
      "appArmorProfile": .map(["type": .scalar, "localhostProfile": .scalar]),
    ]),
  ])

  private static let service = map([
    "ports": .list(.map(["port": .scalar, "targetPort": .scalar, "nodePort": .scalar, "protocol": .scalar])),
    "selector": .dictionary(.scalar), "externalIPs": .list(.scalar), "clusterIP": .scalar,
    "clusterIPs": .list(.scalar),
  ])

  private static let ingress = map([
    "tls": .list(.map([:])),
    "rules": .list(.map(["http": .map(["paths": .list(.map(["backend": .map([:])]))])])),
    "defaultBackend": .map([:]), "backend": .map([:]),
  ])

  /// The objects that are checked, whole.
  private static let podObject = map(["metadata": metadata, "spec": pod])
  private static let serviceObject = map(["metadata": metadata, "spec": service])
  private static let ingressObject = map(["metadata": metadata, "spec": ingress])

  /// The parts of an object that have another type than the API server accepts; none for other kinds of objects.
  static func problems(of object: ManifestObject) -> [Problem] {
    if let kind = PodTemplate.kind(meantBy: object) {
      return [
        Problem(
          message: "'\(object.kind)' is not a kind of Kubernetes: did you mean '\(kind)'?",
          location: (object.value["kind"] ?? object.value).location)
      ]
    }
    if let place = PodTemplate.place(of: object) { return problems(of: object, podAt: place) }
    let shape: ManifestShape? =
      object.kind == "Service" && object.group.isEmpty
      ? serviceObject : object.isIngress ? ingressObject : nil
    guard let shape else { return [] }
    var check = Check()
    check.check(object.value, shape)
    return check.problems
  }

  private static func problems(of object: ManifestObject, podAt place: [String]) -> [Problem] {
    var value = object.value
    for depth in place.indices {
      var check = Check(in: Array(place[...depth]))
      guard let next = value[place[depth]] else { return [missing(place[...depth], object)] }
      check.check(next, .map([:]))
      guard check.problems.isEmpty else { return check.problems }
      value = next
    }
    guard value["spec"] != nil else { return [missing(place + ["spec"], object)] }
    var check = Check(in: place)
    check.check(value, podObject)
    guard !place.isEmpty else { return check.problems }
    var outer = Check()
    outer.check(object.value, .map(["metadata": metadata]))
    return check.problems + outer.problems
  }

  private static func missing(_ path: some Sequence<String>, _ object: ManifestObject) -> Problem {
    Problem(
      message: "the \(object.kind) has no \(path.joined(separator: "."))", location: object.value.location)
  }
}
