import HNSStore
import JSONText
import PolicyPlan
import PolicyViews

/// The documents that this program writes, as opposed to profiles, which can also be JSON.
package enum DocumentKind {
  case state
  case savedPlan
  /// One with a format version but no sign of which it is: damaged, or of a later version.
  case other

  /// The kind of a text; nil if it is not a document of this program.
  package init?(_ bytes: [UInt8]) {
    var reader = JSONReader(bytes)
    guard let kind = FileHead(&reader).document else { return nil }
    self = kind
  }

  /// The kind of a file, reading no more of it than needed; nil if it is not a document of this program or
  /// cannot be read.
  package init?(file path: String) {
    let files = SystemFileSystem()
    guard path != "-", let descriptor = try? files.open(path, .read) else { return nil }
    defer { try? files.close(descriptor) }
    guard (try? files.status(descriptor))?.kind == .regular else { return nil }
    var reader = JSONReader { (try? files.read(descriptor, count: 1 << 16)) ?? [] }
    guard let kind = FileHead(&reader).document else { return nil }
    self = kind
  }

  /// Whether a document with these members is that of `show`, which lists objects of a host as its tools do.
  static func isOutputOfShow(_ names: Set<String>) -> Bool {
    let subjects = names.subtracting(["formatVersion", "portBlocks", "captured", "diagnostics"])
    return subjects.count == 1 && subjects.allSatisfy { HostView.Subject(rawValue: $0) != nil }
  }

  /// The kind of a document with a member `kind`.
  init?(named kind: String) {
    switch kind {
    case HostState.kind: self = .state
    case Plan.kind: self = .savedPlan
    default: return nil
    }
  }

  /// The kind of a document of a former version, by its members.
  init?(formerWith names: Set<String>) {
    if names.contains("serial") {
      self = .state
    } else if names.contains("profile") {
      self = .savedPlan
    } else {
      return nil
    }
  }

  /// What it is, in words.
  package var title: String {
    switch self {
    case .state: "a state file"
    case .savedPlan: "a saved plan"
    case .other: "a state or a saved plan, damaged or of another version"
    }
  }

  /// How to use one.
  package func help(_ path: String) -> String? {
    switch self {
    case .state: "pass it with `--state \(path)`"
    case .savedPlan:
      "show it with `hnsctl show plan --plan \(path)`, or apply it with `hnsctl apply \(path) --state FILE`"
    case .other: nil
    }
  }
}
