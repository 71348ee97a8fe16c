import Diagnostics
import Manifests

/// Row 20: users and groups other than root.
struct RootUser: PodCheck {
  private let settings: RowSettings
  private let user: IDRule
  private let groups: [(member: String, rule: IDRule)]

  init(_ settings: RowSettings) {
    self.settings = settings
    user = IDRule("runAsUser", settings) ?? IDRule(kind: .mustRunAsNonRoot, ranges: [])
    groups = ["runAsGroup", "supplementalGroups", "fsGroup"].map { member in
      (member, IDRule(member, settings) ?? IDRule(kind: .runAsAny, ranges: []))
    }
  }

  func evaluate(_ pod: AuditedPod) -> CheckResult {
    CheckResult(
      pod.all.flatMap { container in userViolations(container, pod) + groupViolations(container, pod) })
  }

  private func userViolations(_ container: PodContainer, _ pod: AuditedPod) -> [Violation] {
    let value = pod.effective("runAsUser", of: container)
    let place = container.place(ofSecurityMember: value)
    let path = "\(container.path).securityContext.runAsUser"
    switch user.kind {
    case .runAsAny: return []
    case .mustRunAsNonRoot:
      if let value {
        guard value.integer == 0 || value.integer == nil else { return [] }
        return [Violation(path, at: place, "container '\(container.name)' runs as root")]
      }
      // The library accepts this, the template of 2021 does not.
      if !settings.isExact2021, pod.effective("runAsNonRoot", of: container)?.bool == true { return [] }
      return [
        Violation(path, at: place, "container '\(container.name)' can run as root: runAsUser is not set")
      ]
    case .mustRunAs, .mayRunAs:
      guard let value else {
        guard user.kind == .mustRunAs else { return [] }
        return [Violation(path, at: place, "container '\(container.name)' does not set runAsUser")]
      }
      guard !user.contains(value) else { return [] }
      return [
        Violation(
          path, at: place,
          "the runAsUser \(value.scalarText ?? "") of container '\(container.name)' is not allowed")
      ]
    }
  }

  private func groupViolations(_ container: PodContainer, _ pod: AuditedPod) -> [Violation] {
    groups.compactMap { member, rule in
      guard rule.kind != .runAsAny else { return nil }
      let value = pod.effective(member, of: container)
      // Only the group of the process is a field of containers.
      let path = member == "runAsGroup" ? "\(container.path).securityContext" : "\(pod.path).securityContext"
      guard let value else {
        guard rule.kind == .mustRunAs else { return nil }
        return Violation(
          "\(path).\(member)", at: (container.securityContext ?? container.value).location,
          "container '\(container.name)' does not set \(member)")
      }
      let outside = (value.isList ? value.elements : [value]).first { !rule.contains($0) }
      guard let outside else { return nil }
      return Violation(
        "\(path).\(member)", at: outside.location,
        "the \(member) \(outside.scalarText ?? "") of container '\(container.name)' is not allowed")
    }
  }

  // MARK: Windows

  func evaluateWindows(_ pod: AuditedPod) -> CheckResult {
    var violations: [Violation] = []
    var unknown: [String] = []
    for container in pod.all {
      let value = pod.effectiveWindowsOption("runAsUserName", of: container)
      let name =
        value?.scalarText
        ?? (pod.effective("runAsNonRoot", of: container)?.bool == true ? "ContainerUser" : nil)
        ?? settings["windowsDefaultUser"]?.scalarText
      guard let name else {
        unknown.append(container.name)
        continue
      }
      guard let definition = Self.definition(forbidding: name) else { continue }
      violations.append(
        Violation(
          "\(container.path).securityContext.windowsOptions.runAsUserName",
          at: (value ?? container.value).location, "container '\(container.name)' runs as \(name)",
          windows: definition))
    }
    if !violations.isEmpty { return .fail(violations) }
    guard let first = unknown.first else { return .pass }
    return .notEvaluated(
      "the user of container '\(first)' is that of its image: runAsUserName is not set")
  }

  /// The definition that forbids a user; nil if none does.
  private static func definition(forbidding name: String) -> WindowsDefinition? {
    switch name.lowercased() {
    case "containeradministrator", "user manager\\containeradministrator": .containerAdministrator
    case "nt authority\\system", "system", "localsystem": .allowedUsers
    default: nil
    }
  }
}

/// A rule about the number of a user or group.
struct IDRule {
  enum Kind: String, CaseIterable {
    case mustRunAs = "MustRunAs"
    case mustRunAsNonRoot = "MustRunAsNonRoot"
    case mayRunAs = "MayRunAs"
    case runAsAny = "RunAsAny"
  }

  var kind: Kind
  /// The allowed numbers; a highest one of -1 stands for no limit.
  var ranges: [(min: Int64, max: Int64)]

  /// The rule of a member.
  ///
  /// The template has one parameter for it, the policy two.  The initiative's rule applies even without
  /// `--policy-defaults`: the row says something without parameters.
  init?(_ member: String, _ settings: RowSettings) {
    let own = settings.values[member] ?? settings.values["\(member)Rule"]
    guard let value = own ?? settings.initiativeValue(member),
      let name = value["rule"]?.text ?? value.text,
      let kind = Kind.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() })
    else { return nil }
    self.kind = kind
    let list = settings.values["\(member)Ranges"] ?? value
    ranges = (list["ranges"]?.elements ?? list.elements).compactMap { range in
      guard let min = range["min"]?.integer, let max = range["max"]?.integer else { return nil }
      return (min, max)
    }
  }

  init(kind: Kind, ranges: [(min: Int64, max: Int64)]) {
    self.kind = kind
    self.ranges = ranges
  }

  func contains(_ value: ManifestValue) -> Bool {
    guard let number = value.integer else { return false }
    return ranges.contains { number >= $0.min && ($0.max == -1 || number <= $0.max) }
  }
}
