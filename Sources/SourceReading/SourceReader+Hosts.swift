import Diagnostics
import HNSEmulator
package import HNSStore
import HostImport
import HostModel

extension SourceReader {
  /// A file that a command takes as a source.
  package enum Source {
    /// A host: a state or a capture.
    case host(HostState)
    /// The text of a profile, not yet checked.
    case profile([UInt8])
  }

  /// Reads a file that can be a state, a capture or a profile; it is recognized by its contents.
  package func source(_ path: String) throws -> Source {
    if let state = try stateIfAny(path) { return .host(assuming(state)) }
    if FolderListing.isFolder(path) { return .host(try capture([path])) }
    return try source(try read(path), file: path)
  }

  /// Reads the text of a file that can be a state, a capture or a profile; for a stream, which cannot be read again.
  package func source(_ bytes: [UInt8], file path: String) throws -> Source {
    switch StatedKind(bytes) {
    case nil:
      let file = HostImport.File(name: path, bytes: bytes)
      guard let capture = HostImport.captureIfAny(file) else { return .profile(bytes) }
      return .host(try host(of: capture))
    case .profile?, .manifest?: return .profile(bytes)
    case .document(.savedPlan)?:
      throw console.end(wrongKind(.savedPlan, not: "a profile or a host", file: path))
    case .document?: return .host(assuming(try state(bytes, file: path)))
    }
  }

  /// The host of a state or a capture; nil if there is no such file.
  ///
  /// - Parameter path: The file, `-` for standard input.
  package func host(_ path: String) throws -> HostState? {
    guard Self.isStream(path) else { return try captureIfAny(path) ?? state(path) }
    let bytes = try read(path)
    guard StatedKind(bytes) == nil,
      let capture = HostImport.captureIfAny(HostImport.File(name: path, bytes: bytes))
    else { return try state(bytes, file: path) }
    return try host(of: capture)
  }

  /// Whether a path is standard input or a pipe of the shell, which can be read once only.
  ///
  /// A pipe with a name is not a source: without a writer, it would be waited for forever.
  package static func isStream(_ path: String) -> Bool {
    path == "-" || ["/dev/stdin", "/proc/self/fd/0"].contains(path)
      || path.hasPrefix("/dev/fd/") && !isRegular(path)
  }

  /// The host of a capture, under the assumptions that the user specified; nil if the file is not one.
  private func captureIfAny(_ path: String) throws -> HostState? {
    guard DocumentKind(file: path) == nil else { return nil }
    if FolderListing.isFolder(path) { return try capture([path]) }
    guard Self.isRegular(path) else { return nil }
    let bytes = try read(path)
    try refuseEncoding(ofState: bytes, file: path)
    guard StatedKind(bytes) == nil else { return nil }
    return try HostImport.captureIfAny(HostImport.File(name: path, bytes: bytes)).map { try host(of: $0) }
  }

  /// Ends the command if the text of a state is packed, or was rewritten as UTF-16.
  func refuseEncoding(ofState bytes: [UInt8], file: String) throws {
    if let format = PackedFormat(bytes) {
      throw console.end(
        Diagnostic(.stateUnreadable, format.message, file: file, help: PackedFormat.help))
    }
    guard FileHead.isUTF16(bytes), case .document? = StatedKind(bytes) else { return }
    throw console.end(
      Diagnostic(
        .stateUnreadable, "the state is UTF-16, not UTF-8", file: file, help: "save the file as UTF-8"))
  }

  /// The host of a state under the assumptions that the user specified.
  private func assuming(_ host: HostState) -> HostState {
    var host = host
    host.service = assuming(host.service)
    return host
  }

  /// A host under the assumptions that the user specified.
  func assuming(_ service: HostNetworkingService) -> HostNetworkingService {
    guard !console.assumed.isEmpty else { return service }
    var service = service
    var assumptions = service.assumptions
    for (key, value) in console.assumed { assumptions[key] = value }
    service.assume(assumptions)
    return service
  }

  /// The host of a state or a capture, which must exist.
  package func existingHost(_ path: String) throws -> HostState {
    guard let state = try host(path).map(assuming) else {
      throw console.end(
        Diagnostic(
          .fileUnreadable, "there is no such state file", file: path,
          help: Self.creationHelp(path)))
    }
    return state
  }
}
