import Manifests

/// Row 23: volumes of the host that are in a list.
struct HostPathVolumes: PodCheck {
  /// An entry of the list.
  private struct Allowed {
    var prefix: String
    var isReadOnly: Bool
  }

  private let settings: RowSettings
  private let linux: [Allowed]
  private let windows: [Allowed]

  init(_ settings: RowSettings) {
    self.settings = settings
    func list(_ name: String) -> [Allowed]? {
      guard let value = settings[name] else { return nil }
      return (value["paths"]?.elements ?? value.elements).compactMap { entry in
        guard let prefix = (entry["pathPrefix"] ?? entry).scalarText else { return nil }
        return Allowed(prefix: prefix, isReadOnly: entry["readOnly"]?.truth == true)
      }
    }
    linux = list("allowedHostPaths") ?? []
    windows = list("windowsAllowedHostPaths") ?? linux
  }

  func evaluate(_ pod: AuditedPod) -> CheckResult {
    evaluate(pod, linux) { path in
      settings.isExact2021 ? HostPath(exactly: path) : HostPath(linux: path)
    }
  }

  func evaluateWindows(_ pod: AuditedPod) -> CheckResult { evaluate(pod, windows) { HostPath(windows: $0) } }

  private func evaluate(_ pod: AuditedPod, _ allowed: [Allowed], _ read: (String) -> HostPath) -> CheckResult
  {
    CheckResult(
      (pod.spec["volumes"]?.elements ?? []).enumerated().compactMap { index, volume in
        guard let source = volume["hostPath"] else { return nil }
        let name = volume["name"]?.scalarText ?? "unnamed"
        let path = source["path"]?.scalarText ?? ""
        let matching = allowed.filter { read($0.prefix).covers(read(path)) }
        let message: String
        if matching.isEmpty {
          message = "volume '\(name)' mounts '\(path)' of the host, which is not in the list"
        } else if matching.allSatisfy(\.isReadOnly), isWritten(name, pod) {
          message = "volume '\(name)' mounts '\(path)' of the host writable, but it is listed as read-only"
        } else {
          return nil
        }
        return Violation("\(pod.path).volumes[\(index)].hostPath", "path", of: source, message)
      })
  }

  /// Whether a container mounts a volume without `readOnly`.
  private func isWritten(_ volume: String, _ pod: AuditedPod) -> Bool {
    pod.all.contains { container in
      (container.value["volumeMounts"]?.elements ?? []).contains {
        $0["name"]?.scalarText == volume && $0["readOnly"]?.bool != true
      }
    }
  }
}

/// A path of a host, in parts that are compared one by one.
struct HostPath {
  private var parts: [Substring]
  /// Whether it is a named pipe, which only an entry for pipes covers.
  private var isPipe = false

  /// A path as the template of 2021 compares it: `..` is a name like any other, and the prefix `/` covers itself
  /// only.
  init(exactly path: String) {
    parts = path.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count > 2, parts.last == "" { parts.removeLast() }
  }

  /// A path of Linux, without `.` and `..`.
  init(linux path: String) { parts = Self.normalized(path.split(separator: "/")) }

  /// A path of Windows: case and the direction of slashes do not matter.
  init(windows path: String) {
    var text = path.lowercased()
    text = String(text.map { $0 == "/" ? "\\" : $0 })
    for prefix in ["\\\\.\\pipe\\", "\\\\?\\pipe\\"] where text.hasPrefix(prefix) {
      isPipe = true
      parts = text.dropFirst(prefix.count).split(separator: "\\")
      return
    }
    for prefix in ["\\\\?\\", "\\\\.\\"] where text.hasPrefix(prefix) { text.removeFirst(prefix.count) }
    parts = Self.normalized(text.split(separator: "\\"))
  }

  private static func normalized(_ parts: [Substring]) -> [Substring] {
    var result: [Substring] = []
    for part in parts {
      switch part {
      case ".": break
      case "..": if !result.isEmpty, result.last?.hasSuffix(":") != true { result.removeLast() }
      default: result.append(part)
      }
    }
    return result
  }

  /// Whether another path is this one or below it.
  func covers(_ other: HostPath) -> Bool {
    isPipe == other.isPipe && other.parts.starts(with: parts) && !(isPipe && parts.isEmpty)
  }
}
