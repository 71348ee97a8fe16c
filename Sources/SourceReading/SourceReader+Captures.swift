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
  ///   - text: What standard input is, if it was read.
  ///   - windows: The build of Windows, if the user specified one.
  ///   - listsUnread: Whether the command itself lists what was not understood, so that it is not reported.
  package func imported(
    _ paths: [String], text: [UInt8]? = nil, windows: WindowsBuild? = nil, listsUnread: Bool = false
  ) throws -> ImportedHost {
    var files: [StatedFile] = []
    for path in paths {
      let names = try FolderListing.isFolder(path) ? self.files(inFolder: path) : [path]
      guard !names.isEmpty else {
        throw console.end(
          Diagnostic(
            .nothingInFolder, "there is no file in this folder", file: path,
            help: "name the file of a state, or a folder with the files of one host"))
      }
      for file in names { files.append(StatedFile(file, try file == "-" ? text ?? read(file) : read(file))) }
    }
    try refuseOthers(among: files)
    return try imported(HostImport.capture(files.map(\.file)), windows: windows, listsUnread: listsUnread)
  }

  /// The host of a capture, or the end of the command.
  package func capture(_ paths: [String]) throws -> HostState {
    HostState(service: try imported(paths).service)
  }

  /// The host of a capture that was parsed, or the end of the command.
  func host(of capture: consuming HostImport.Capture) throws -> HostState {
    HostState(service: try imported(capture, windows: nil).service)
  }

  private func imported(
    _ capture: consuming HostImport.Capture, windows: WindowsBuild?, listsUnread: Bool = false
  ) throws -> ImportedHost {
    let (host, diagnostics) = HostImport.host(of: capture, windows: windows)
    console.report(listsUnread ? diagnostics.filter { $0.code != .captureUnread } : diagnostics)
    guard var host else { throw console.end() }
    host.service = assuming(host.service)
    return host
  }
}
