import Diagnostics
import Glibc
import HNSEmulator
package import HNSStore
package import HostImport
package import HostModel
import PolicyViews

extension SourceReader {
  /// The host of the files and folders of a capture, or the end of the command.
  ///
  /// - Parameters:
  ///   - paths: The files and folders, `-` for standard input.
  ///   - windows: The build of Windows, if the user specified one.
  package func imported(_ paths: [String], windows: WindowsBuild? = nil) throws -> ImportedHost {
    var files: [HostImport.File] = []
    for path in paths {
      let names = try Self.isDirectory(path) ? self.files(inFolder: path) : [path]
      guard !names.isEmpty else {
        throw console.end(
          Diagnostic(
            .captureNotRecognized, "there is no file in this folder", file: path,
            help: "name the file of a state, or a folder with the files of one host"))
      }
      for file in names {
        files.append(HostImport.File(name: file, bytes: try read(file)))
      }
    }
    try refuseOwnDocuments(among: files)
    return try imported(files, windows: windows)
  }

  /// Ends the command if a file is not from a real host, but one that this program writes or a profile.
  private func refuseOwnDocuments(among files: [HostImport.File]) throws {
    for file in files {
      guard let title = Self.ownTitle(file.bytes) else { continue }
      let captured = files.first { Self.ownTitle($0.bytes) == nil && HostImport.isCapture($0.bytes) }
      throw console.end(
        Diagnostic(
          .mixedSources,
          captured.map { "this is \(title), but \(printable($0.name)) is from a real host" }
            ?? "this is \(title), not from a real host",
          file: file.name, help: "name the files of one host, or a folder with nothing else"))
    }
  }

  /// What a profile, or a document of this program, is called; nil for any other file.
  private static func ownTitle(_ bytes: [UInt8]) -> String? {
    if let kind = DocumentKind(bytes) { return kind.title }
    let isProfile = bytes.split(separator: 0x0a, maxSplits: 200).prefix(200)
      .contains { $0.starts(with: Array("apiVersion: hnsctl/".utf8)) }
    return isProfile ? "a profile" : nil
  }

  /// The host of a capture, or the end of the command.
  package func capture(_ paths: [String]) throws -> HostState {
    HostState(service: try imported(paths).service)
  }

  /// The host of a file that is a capture, or the end of the command.
  func capture(_ file: HostImport.File) throws -> HostState {
    HostState(service: try imported([file], windows: nil).service)
  }

  private func imported(_ files: [HostImport.File], windows: WindowsBuild?) throws -> ImportedHost {
    let (host, diagnostics) = HostImport.host(files, windows: windows)
    console.report(diagnostics)
    guard var host else { throw console.end() }
    var assumptions = host.service.assumptions
    for (key, value) in console.assumed { assumptions[key] = value }
    host.service.assume(assumptions)
    return host
  }

  /// Whether a path is a folder.
  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return path != "-" && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The regular files of a folder and the folders in it, in the order of their names.
  ///
  /// Folders below the eighth level are left out, as those of a folder that contains itself.
  private func files(inFolder path: String, level: Int = 0) throws -> [String] {
    var result: [String] = []
    for name in try names(inFolder: path) where !name.hasPrefix(".") {
      let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
      if Self.isDirectory(file) {
        if level < 8 { result += try files(inFolder: file, level: level + 1) }
      } else if Self.isRegular(file) {
        result.append(file)
      }
    }
    return result
  }

  private func names(inFolder path: String) throws -> [String] {
    guard let folder = opendir(path) else {
      let reason = String(cString: strerror(errno))
      throw console.end(Diagnostic(.fileUnreadable, "the folder cannot be read: \(reason)", file: path))
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { name in
          name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }
}
