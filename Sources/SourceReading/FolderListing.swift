package import Diagnostics
import Glibc
import HNSStore
import PolicyViews

/// The regular files of a folder and the folders in it, in the order of their names.
///
/// Each file and folder is read once, however many links lead to it. Hidden ones and folders below the eighth level
/// are left out.
package struct FolderListing {
  /// The files.
  package private(set) var files: [String] = []
  /// The files and folders that could not be read.
  package private(set) var problems: [Diagnostic] = []
  private var seen: Set<[UInt64]> = []

  /// Lists a folder.
  package init(_ path: String) { read(path, level: 0) }

  private mutating func read(_ path: String, level: Int) {
    let system = SystemFileSystem()
    let names: [String]
    do throws(SystemError) { names = try system.names(in: path) } catch {
      problems.append(
        Diagnostic(.fileUnreadable, "the folder cannot be read: \(error.text.lowercased())", file: path))
      return
    }
    for name in names.sorted() where !name.hasPrefix(".") {
      let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
      let status: FileStatus
      do throws(SystemError) { status = try system.status(of: file) } catch {
        let reason =
          if name.contains("\u{fffd}") { "its name is not UTF-8" } else if let target = try? system.link(file)
          {
            "it is a link to '\(printable(target))', which cannot be found"
          } else { error.text.lowercased() }
        problems.append(Diagnostic(.fileUnreadable, "the file cannot be read: \(reason)", file: file))
        continue
      }
      guard seen.insert(status.identity).inserted else { continue }
      switch status.kind {
      case .regular: files.append(file)
      case .directory: if level < 8 { read(file, level: level + 1) }
      case .other: break
      }
    }
  }

  /// The path of a file without links; as it is given if there is no such file.
  package static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Whether a path is a folder.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return path != "-" && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether a name is that of a document: YAML or JSON.
  package static func isDocument(_ name: String) -> Bool {
    ["yaml", "yml", "json"].contains { name.lowercased().hasSuffix(".\($0)") }
  }
}
