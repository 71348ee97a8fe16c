import Diagnostics
import Manifests

/// What a check says of one resource.
enum CheckResult {
  case pass
  case fail([Violation])
  case notApplicable(String)
  case unconfigured(String)
  case notEvaluated(String)
  /// Only an ACL would fix it, and the platform cannot program one, for the reason given.
  case unenforceable([Violation], String)

  /// Passes without violations.
  init(_ violations: [Violation]) { self = violations.isEmpty ? .pass : .fail(violations) }

  /// The result for an object with parts of another type, which hide what decides: it does not pass.
  func unlessMalformed(_ isMalformed: Bool) -> CheckResult {
    guard isMalformed, case .pass = self else { return self }
    return .notEvaluated("the object has members of another type")
  }
}

/// One reason why a resource does not comply.
struct Violation {
  /// Where in the resource: `spec.containers[0].image`.
  var path: String
  var location: SourceRange?
  /// One sentence in lower case without a full stop.
  var message: String
  /// The definition for Windows that decides in place of the row's own.
  var windows: WindowsDefinition?
  /// What the rules of a host do, for a violation that they show.
  var network: NetworkEvidence?
  /// What to do about it, if that is not what the row says.
  var remediation: String?

  init(_ path: String, at location: SourceRange?, _ message: String, windows: WindowsDefinition? = nil) {
    self.path = path
    self.location = location
    self.message = message
    self.windows = windows
  }

  /// A violation at a member of a value, or where the member is missing.
  init(
    _ path: String, _ member: String, of value: ManifestValue, _ message: String,
    windows: WindowsDefinition? = nil
  ) {
    self.init("\(path).\(member)", at: (value[member] ?? value).location, message, windows: windows)
  }
}

/// A check of pods.
protocol PodCheck: SendableMetatype {
  init(_ settings: RowSettings)
  func evaluate(_ pod: AuditedPod) -> CheckResult
  /// The check of a Windows pod in the benchmarks that know Windows.
  func evaluateWindows(_ pod: AuditedPod) -> CheckResult
}

extension PodCheck {
  func evaluateWindows(_ pod: AuditedPod) -> CheckResult { evaluate(pod) }
}

/// A check of other Kubernetes objects.
protocol ObjectCheck: SendableMetatype {
  init(_ settings: RowSettings)
  func evaluate(_ object: ManifestObject) -> CheckResult
}

/// A check of a resource of Azure.
protocol AzureCheck: SendableMetatype {
  init(_ settings: RowSettings)
  func evaluate(_ resource: AzureResource) throws(UnresolvedExpression) -> CheckResult
}
