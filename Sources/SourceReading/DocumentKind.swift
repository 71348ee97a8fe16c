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
    self.init(&reader)
  }

  /// The kind of a file, reading no more of it than needed; nil if it is not a document of this program or
  /// cannot be read.
  package init?(file path: String) {
    let files = SystemFileSystem()
    guard path != "-", let descriptor = try? files.open(path, .read) else { return nil }
    defer { try? files.close(descriptor) }
    guard (try? files.status(descriptor))?.kind == .regular else { return nil }
    var reader = JSONReader { (try? files.read(descriptor, count: 1 << 16)) ?? [] }
    self.init(&reader)
  }

  /// Decides by the member `kind`, in any position; documents of former versions have none and are
  /// recognized by the members that only they have.
  private init?(_ reader: inout JSONReader) {
    guard reader.peek() == UInt8(ascii: "{") else { return nil }
    var names: Set<String> = []
    do throws(JSONError) {
      try reader.enter()
      while let name = try reader.nextMember() {
        names.insert(name)
        guard name != "kind" else {
          switch try reader.value().string {
          case HostState.kind: self = .state
          case Plan.kind: self = .savedPlan
          default: return nil
          }
          return
        }
        if names.contains("formatVersion"), let former = Self(formerWith: names) {
          self = former
          return
        }
        try reader.skip()
      }
    } catch {}
    guard names.contains("formatVersion"), !Self.isOutputOfShow(names) else { return nil }
    self = .other
  }

  /// Whether a document with these members is that of `show`, which lists objects of a host as its tools do.
  private static func isOutputOfShow(_ names: Set<String>) -> Bool {
    let subjects = names.subtracting(["formatVersion", "portBlocks", "captured", "diagnostics"])
    return subjects.count == 1 && subjects.allSatisfy { HostView.Subject(rawValue: $0) != nil }
  }

  private init?(formerWith names: Set<String>) {
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
    case .state: "the state of a host"
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
