import Diagnostics
import HNSStore
import HostImport
import JSONText
import PolicyViews

/// What a file is by its first lines; nil for one that may be a capture, or anything else.
package enum StatedKind: Hashable {
  /// A state, a saved plan, or one that is damaged.
  case document(DocumentKind)
  /// A profile, or tests of one.
  case profile
  /// A Kubernetes or Calico object.
  case manifest

  /// Finds out what a text is.
  ///
  /// - Parameter bytes: The text.
  package init?(_ bytes: [UInt8]) { self.init(FileHead(bytes)) }

  /// What a text with a head is.
  init?(_ head: FileHead) {
    if let document = head.document {
      self = .document(document)
    } else if let version = head.apiVersion {
      self = version.hasPrefix("hnsctl/") ? .profile : .manifest
    } else {
      return nil
    }
  }

  /// Whether a text is a profile or a state, and no part of a cluster; a saved plan is refused in their place.
  package static func isHost(_ bytes: [UInt8]) -> Bool {
    let head = FileHead(bytes)
    switch StatedKind(head) {
    case .profile?: return head.kind?.hasPrefix("HostProfile") == true
    case .document(.state)?, .document(.savedPlan)?: return true
    default: return false
    }
  }

  /// Whether a text is a file of tests.
  package static func isTests(_ bytes: [UInt8]) -> Bool { FileHead(bytes).isTests }

  /// What the file is called.
  var title: String {
    switch self {
    case .document(let kind): kind.title
    case .profile: "a profile"
    case .manifest: "a Kubernetes manifest"
    }
  }

  /// The problem of files of different kinds; nil if all are of one.
  ///
  /// - Parameters:
  ///   - files: The files with what they state that they are.
  ///   - bytes: The text of a file by its index; nil for one that counts as none of them.
  ///   - isWanted: Whether the file with an index is one that the command takes.
  static func mixture(
    of files: [(file: String, kind: StatedKind?)], bytes: (Int) -> [UInt8]?, isWanted: (Int) -> Bool
  ) -> Diagnostic? {
    guard let first = files.first(where: { $0.kind != nil }), let kind = first.kind else { return nil }
    for (index, (file, own)) in files.enumerated() where own?.title != kind.title {
      let what: String
      if let own {
        what = own.title
      } else if let bytes = bytes(index), HostImport.isCapture(bytes) {
        what = "a capture of a host"
      } else {
        continue
      }
      return Diagnostic(
        .mixedSources, "this is \(kind.title), but \(printable(file)) is \(what)", file: first.file,
        help: pattern(of: files.map(\.file), isWanted).map { "name the files of one kind, such as \($0)" }
          ?? "name the files of one kind, or a folder with nothing else")
    }
    return nil
  }

  /// The pattern such as `nodes/*.yaml` that matches the most of some files, and only wanted ones.
  private static func pattern(of files: [String], _ isWanted: (Int) -> Bool) -> String? {
    var counts: [String: Int] = [:]
    var patterns: [String] = []
    for (index, file) in files.enumerated() {
      guard let dot = file.lastIndex(of: "."), !file[dot...].contains("/") else { continue }
      let folder = file.lastIndex(of: "/").map { file[...$0] } ?? ""
      let pattern = "\(folder)*\(file[dot...])"
      let known = counts[pattern]
      if known == nil { patterns.append(pattern) }
      // One that is not wanted spoils the pattern.
      counts[pattern] = isWanted(index) ? known.map { $0 < 0 ? $0 : $0 + 1 } ?? 1 : -1
    }
    // One in which a shell would see more than one asterisk is of no use.
    let best = patterns.filter { pattern in
      counts[pattern, default: 0] > 0 && pattern.count { "*?[]'\"\\".contains($0) } == 1
        && printable(pattern) == pattern
    }.max { counts[$0, default: 0] < counts[$1, default: 0] }
    return best.map { $0.contains { $0.isWhitespace } ? "'\($0)'" : $0 }
  }
}

/// A file with what it says it is.
struct StatedFile {
  /// The file.
  let file: HostImport.File
  /// What it is by its first lines; nil for one that may be a capture, or anything else.
  let kind: StatedKind?

  init(_ name: String, _ bytes: [UInt8]) {
    file = HostImport.File(name: name, bytes: bytes)
    kind = StatedKind(bytes)
  }
}

extension SourceReader {
  /// Ends the command if files are of different kinds, or of one that is not a capture of a host.
  func refuseOthers(among files: [StatedFile]) throws {
    let mixture = StatedKind.mixture(of: files.map { ($0.file.name, $0.kind) }) {
      files[$0].file.bytes
    } isWanted: {
      files[$0].kind == nil && HostImport.isCapture(files[$0].file.bytes)
    }
    if let mixture { throw console.end(mixture) }
    guard let (file, kind) = files.lazy.compactMap({ file in file.kind.map { (file.file, $0) } }).first else {
      return
    }
    var help = "name the files of one host, or a folder with nothing else"
    switch kind {
    case .document(.state):
      // One that is damaged is refused as such.
      _ = try state(file.bytes, file: file.name)
      help =
        "other commands take it as it is; `hnsctl import \(file.name) --as-profile FILE` writes a profile of it"
    case .manifest: help = "clusters are not supported yet: name a profile, a state or a capture"
    case .profile, .document: break
    }
    throw console.end(
      Diagnostic(
        .mixedSources, "this is \(kind.title), not a capture of a host", file: file.name, help: help))
  }

  /// The files of a folder, or the end of the command if it cannot be read as a whole.
  package func files(inFolder path: String) throws -> [String] {
    let listing = FolderListing(path)
    if let problem = listing.problems.first { throw console.end(problem) }
    return listing.files
  }
}
