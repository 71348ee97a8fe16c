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
  /// An object of Kubernetes or Calico.
  case manifest

  init?(_ bytes: [UInt8]) { self.init(FileHead(bytes)) }

  private init?(_ head: FileHead) {
    if let document = head.document {
      self = .document(document)
    } else if let version = head.apiVersion {
      self = version.hasPrefix("hnsctl/") ? .profile : .manifest
    } else {
      return nil
    }
  }

  /// Whether a text is a profile or a state: a host that this program can read as it is.
  package static func isHost(_ bytes: [UInt8]) -> Bool {
    let head = FileHead(bytes)
    switch StatedKind(head) {
    case .profile?: return head.kind?.hasPrefix("HostProfile") == true
    case .document(.state)?: return true
    default: return false
    }
  }

  /// What the file is called.
  var title: String {
    switch self {
    case .document(let kind): kind.title
    case .profile: "a profile"
    case .manifest: "a Kubernetes manifest"
    }
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
  /// The files that a command for profiles reads: a folder stands for the profiles in it.
  ///
  /// - Parameter paths: Files and folders.
  package func filesOfProfiles(_ paths: [String]) throws -> [String] {
    try paths.flatMap { path -> [String] in
      guard Self.isDirectory(path) else { return [path] }
      let files = try files(inFolder: path).map { StatedFile($0, try read($0)) }
      let profiles = files.filter { $0.kind == .profile }
      // A folder without any is one source, and read as such.
      guard !profiles.isEmpty else { return [path] }
      try refuseMixture(files)
      return profiles.map(\.file.name)
    }
  }

  /// Ends the command if files are of different kinds, or of one that is not a capture of a host.
  func refuseOthers(among files: [StatedFile]) throws {
    try refuseMixture(files)
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

  /// Ends the command if files are of different kinds.
  private func refuseMixture(_ files: [StatedFile]) throws {
    guard let (file, kind) = files.lazy.compactMap({ file in file.kind.map { (file.file, $0) } }).first else {
      return
    }
    var other: (file: String, title: String)?
    for file in files where file.kind?.title != kind.title && other == nil {
      if let own = file.kind {
        other = (file.file.name, own.title)
      } else if HostImport.isCapture(file.file.bytes) {
        other = (file.file.name, "a capture of a host")
      }
    }
    guard let other else { return }
    throw console.end(
      Diagnostic(
        .mixedSources, "this is \(kind.title), but \(printable(other.file)) is \(other.title)",
        file: file.name, help: "name the files of one kind, or a folder with nothing else"))
  }

  /// The regular files of a folder and the folders in it, in the order of their names.
  ///
  /// Each file and folder is read once, however many links lead to it. Folders below the eighth level are left out.
  package func files(inFolder path: String) throws -> [String] {
    var seen: Set<[UInt64]> = []
    return try files(inFolder: path, level: 0, &seen)
  }

  private func files(inFolder path: String, level: Int, _ seen: inout Set<[UInt64]>) throws -> [String] {
    let system = SystemFileSystem()
    let names: [String]
    do throws(SystemError) { names = try system.names(in: path) } catch {
      throw console.end(Diagnostic(.fileUnreadable, "the folder cannot be read: \(error.text)", file: path))
    }
    var result: [String] = []
    for name in names.sorted() where !name.hasPrefix(".") {
      let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
      guard let status = try? system.status(of: file), seen.insert(status.identity).inserted else { continue }
      switch status.kind {
      case .regular: result.append(file)
      case .directory: if level < 8 { result += try files(inFolder: file, level: level + 1, &seen) }
      case .other: break
      }
    }
    return result
  }
}
