/// The documents this program writes, told from profiles, which may be JSON too.
enum OwnDocument {
  case state
  case savedPlan
  /// One that starts as they do and goes on in another way: damaged, or of a later version.
  case other

  /// Tells by the first two members; nil for what does not start as a document of this program.
  init?(_ bytes: [UInt8]) {
    let start = bytes.prefix(200).filter { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
    let first = Array("{\"formatVersion\":".utf8)
    guard start.starts(with: first) else { return nil }
    let rest = start.dropFirst(first.count).drop { (0x30...0x39).contains($0) }
    if rest.starts(with: ",\"serial\":".utf8) {
      self = .state
    } else if rest.starts(with: ",\"profile\":".utf8) {
      self = .savedPlan
    } else {
      self = .other
    }
  }

  /// What it is, in words.
  var title: String {
    switch self {
    case .state: "the state of a host"
    case .savedPlan: "a saved plan"
    case .other: "a state or a saved plan, damaged or of another version"
    }
  }

  /// What to do with one.
  func remedy(_ path: String) -> String? {
    switch self {
    case .state: "name it with `--state \(path)`"
    case .savedPlan:
      "look at it with `hnsctl show plan --plan \(path)`, or carry it out with `hnsctl apply \(path)`"
    case .other: nil
    }
  }
}
