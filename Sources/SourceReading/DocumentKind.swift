import HNSStore
import JSONText
import PolicyPlan
import PolicyViews

/// The documents this program writes, told from profiles, which may be JSON too.
package enum DocumentKind {
  case state
  case savedPlan
  /// One that has a format version as they do, and nothing else that tells which it is: damaged, or of a later
  /// version.
  case other

  /// Tells what a text holds; nil for what is not a document of this program.
  package init?(_ bytes: [UInt8]) {
    var reader = JSONReader(bytes)
    self.init(&reader)
  }

  /// Tells what a file holds, of which no more is read than that takes; nil for what is not a document of this
  /// program, and for what cannot be read.
  package init?(file path: String) {
    let files = SystemFileSystem()
    guard path != "-", let descriptor = try? files.open(path, .read) else { return nil }
    defer { try? files.close(descriptor) }
    guard (try? files.status(descriptor))?.kind == .regular else { return nil }
    var reader = JSONReader { (try? files.read(descriptor, count: 1 << 16)) ?? [] }
    self.init(&reader)
  }

  /// Tells by the kind, which may stand anywhere; documents of former versions have none, and are told by the
  /// members that only they have.
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
    guard names.contains("formatVersion") else { return nil }
    self = .other
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

  /// What to do with one.
  package func remedy(_ path: String) -> String? {
    switch self {
    case .state: "name it with `--state \(path)`"
    case .savedPlan:
      "look at it with `hnsctl show plan --plan \(path)`, or carry it out with `hnsctl apply \(path)`"
    case .other: nil
    }
  }
}
