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

  /// Reads a file that can be a state, a capture or a profile; what it is, is found by its content.
  package func source(_ path: String) throws -> Source {
    if let state = try stateIfAny(path) { return .host(assuming(state)) }
    if Self.isDirectory(path) { return .host(assuming(try capture([path]))) }
    let bytes = try read(path)
    switch DocumentKind(bytes) {
    case nil:
      guard HostImport.isCapture(bytes) else { return .profile(bytes) }
      return .host(assuming(try capture(HostImport.File(name: path, bytes: bytes))))
    case .savedPlan?: throw console.end(wrongKind(.savedPlan, not: "a profile or a host", file: path))
    default: return .host(assuming(try state(bytes, file: path)))
    }
  }

  /// The host of a state or a capture; nil if there is no such file.
  package func host(_ path: String) throws -> HostState? {
    if DocumentKind(file: path) == nil {
      if Self.isDirectory(path) { return try capture([path]) }
      if Self.isRegular(path), let bytes = bytes(path), HostImport.isCapture(bytes) {
        return try capture(HostImport.File(name: path, bytes: bytes))
      }
    }
    return try state(path)
  }

  /// The host under the assumptions that the user specified.
  private func assuming(_ host: HostState) -> HostState {
    guard !console.assumed.isEmpty else { return host }
    var host = host
    var assumptions = host.service.assumptions
    for (key, value) in console.assumed { assumptions[key] = value }
    host.service.assume(assumptions)
    return host
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
