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

  init?(_ bytes: [UInt8]) {
    if let kind = DocumentKind(bytes) {
      self = .document(kind)
      return
    }
    guard let version = Self.member("apiVersion", bytes) else { return nil }
    self = version.hasPrefix("hnsctl/") ? .profile : .manifest
  }

  /// A member such as `apiVersion` of an object in JSON or YAML.
  static func member(_ key: String, _ bytes: [UInt8]) -> String? {
    if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
      var reader = JSONReader(bytes)
      do throws(JSONError) {
        try reader.enter()
        while let name = try reader.nextMember() {
          guard name != key else { return try reader.value().string }
          try reader.skip()
        }
      } catch {}
      return nil
    }
    let mark = Array("\(key):".utf8)
    for line in bytes.split(separator: 0x0a, maxSplits: 200).prefix(200) where line.starts(with: mark) {
      let text = String(decoding: line.dropFirst(mark.count), as: UTF8.self)
      return String(text.drop { " \"'".contains($0) })
    }
    return nil
  }

  /// Whether a text is a profile or a state: a host that this program can read as it is.
  package static func isHost(_ bytes: [UInt8]) -> Bool {
    switch StatedKind(bytes) {
    case .profile?: member("kind", bytes)?.hasPrefix("HostProfile") == true
    case .document(.state)?: true
    default: false
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

extension SourceReader {
  /// The files that a command for profiles reads: a folder stands for the profiles in it.
  ///
  /// - Parameter paths: Files and folders.
  package func filesOfProfiles(_ paths: [String]) throws -> [String] {
    try paths.flatMap { path -> [String] in
      guard Self.isDirectory(path) else { return [path] }
      let files = try files(inFolder: path).map { HostImport.File(name: $0, bytes: try read($0)) }
      let profiles = files.filter { StatedKind($0.bytes) == .profile }
      // A folder without any is one source, and read as such.
      guard !profiles.isEmpty else { return [path] }
      try refuseMixture(files)
      return profiles.map(\.name)
    }
  }

  /// Ends the command if files are of different kinds, or of one that is not from a real host.
  func refuseOthers(among files: [HostImport.File]) throws {
    try refuseMixture(files)
    guard let file = files.first(where: { StatedKind($0.bytes) != nil }), let kind = StatedKind(file.bytes)
    else {
      return
    }
    let help =
      switch kind {
      case .manifest: "clusters are not supported yet: name a profile, a state or a capture"
      case .profile, .document: "name the files of one host, or a folder with nothing else"
      }
    throw console.end(
      Diagnostic(.mixedSources, "this is \(kind.title), not from a real host", file: file.name, help: help))
  }

  /// Ends the command if files are of different kinds.
  private func refuseMixture(_ files: [HostImport.File]) throws {
    let stated = files.map { StatedKind($0.bytes) }
    guard let position = stated.firstIndex(where: { $0 != nil }), let kind = stated[position] else { return }
    var other: (file: String, title: String)?
    for (file, own) in zip(files, stated) where own?.title != kind.title && other == nil {
      if let own {
        other = (file.name, "is \(own.title)")
      } else if HostImport.isCapture(file.bytes) {
        other = (file.name, "is from a real host")
      }
    }
    guard let other else { return }
    throw console.end(
      Diagnostic(
        .mixedSources, "this is \(kind.title), but \(printable(other.file)) \(other.title)",
        file: files[position].name, help: "name the files of one kind, or a folder with nothing else"))
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
