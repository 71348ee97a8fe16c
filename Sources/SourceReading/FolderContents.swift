import Diagnostics
import NetworkProfile
import NetworkTypes
import PolicyViews
import YAMLSyntax

/// The files in a folder by their kind.
///
/// One is in memory at a time.
struct FolderContents {
  private struct File {
    let path: String
    /// What the file states that it is.
    var kind: StatedKind?
    var isTests = false
    /// Whether it is a document of this program that cannot be read as one, or a file that cannot be read at all.
    var isDamaged = false
  }

  private let folder: String
  private let files: [File]

  /// Finds out what files are.
  ///
  /// - Parameters:
  ///   - paths: The files.
  ///   - folder: The folder that they are in.
  init(_ paths: [String], in folder: String) {
    self.folder = folder
    files = paths.map { path in
      guard case .success(let bytes) = ProfileFile.read(path) else {
        return File(path: path, isDamaged: true)
      }
      let head = FileHead(bytes)
      let kind = StatedKind(head)
      guard kind != .document(.other) else { return File(path: path, isDamaged: true) }
      return File(path: path, kind: kind, isTests: kind == .profile && head.isTests)
    }
  }

  /// What the first file is that states it.
  var kind: StatedKind? { files.lazy.compactMap(\.kind).first }

  /// The files of that kind, and those that are damaged or seem to be meant as such; with a note on other documents,
  /// which are skipped.
  ///
  /// - Parameter withTests: Whether files of tests are included.
  func sources(withTests: Bool) -> (paths: [String], note: Diagnostic?) {
    var (paths, skipped) = ([String](), [String]())
    for file in files {
      if file.kind != nil {
        if withTests || !file.isTests { paths.append(file.path) }
      } else if file.isDamaged || FolderListing.isDocument(file.path) {
        if file.isDamaged || Self.isMeant(file.path) {
          paths.append(file.path)
        } else {
          skipped.append(file.path)
        }
      }
    }
    return (paths, note(skipped))
  }

  private func note(_ skipped: [String]) -> Diagnostic? {
    switch skipped.count {
    case 0: nil
    case 1:
      Diagnostic(.fileSkipped, "this is not a document of hnsctl, and is skipped", file: skipped[0])
    default:
      Diagnostic(
        .fileSkipped,
        "\(skipped.count) files are not documents of hnsctl, and are skipped: "
          + Listing.text(skipped.map { printable($0) }, limit: 3), file: folder)
    }
  }

  /// The problem of files of different kinds; nil if all are of one.
  ///
  /// - Parameter isWanted: Whether the command takes files of a kind, and which may be tests.
  func mixture(_ isWanted: (_ kind: StatedKind, _ isTests: Bool) -> Bool) -> Diagnostic? {
    StatedKind.mixture(of: files.map { ($0.path, $0.kind) }) { index in
      guard !files[index].isDamaged else { return nil }
      return try? ProfileFile.read(files[index].path).get()
    } isWanted: { index in
      files[index].kind.map { isWanted($0, files[index].isTests) } ?? false
    }
  }

  /// Whether a document that does not state what it is cannot be parsed, or has keys of a profile.
  private static func isMeant(_ path: String) -> Bool {
    guard let bytes = try? ProfileFile.read(path).get() else { return true }
    let (document, problems) = YAMLDocument.parseAll(bytes, file: path)
    guard let document, !problems.contains(where: { $0.severity == .error }) else { return true }
    return document.withReader { yaml in
      // One without contents may have lost them.
      guard let root = yaml.roots.first else { return true }
      guard yaml.kind(root) == .mapping else { return false }
      var key: YAMLNode?
      for node in yaml.children(root) {
        guard let name = key.map(yaml.string) else {
          key = node
          continue
        }
        key = nil
        switch yaml.kind(node) {
        case .scalar: if isOwn(yaml.string(node)) { return true }
        case .sequence: if listKeys.contains(name) { return true }
        case .mapping: if mappingKeys.contains(name) { return true }
        }
      }
      return false
    }
  }

  private static func isOwn(_ value: String) -> Bool {
    value.hasPrefix("hnsctl/") || value == "HostProfile" || value == "PolicyTests"
  }

  /// The keys of lists in profiles; other formats have mappings under some of them.
  private static let listKeys: Set<String> = ["networks", "containers", "pods", "services", "acls"]
  /// The keys of mappings in profiles that other formats do not have.
  private static let mappingKeys: Set<String> = ["addressSets", "aclSets"]
}
