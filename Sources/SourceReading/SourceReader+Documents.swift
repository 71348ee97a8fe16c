import Diagnostics
import HNSEmulator
package import HNSStore
package import NetworkProfile
package import PolicyPlan

/// A profile or a host, as a file on the command line can be either.
package enum SourceDocument {
  /// A profile with its text.
  case profile(Profile, text: [UInt8])
  /// The host of a state or a capture.
  case state(HostState)
}

extension SourceReader {
  /// Reads a profile, a state or a capture.
  ///
  /// - Parameter path: The file, `-` for standard input.
  package func document(_ path: String) throws -> SourceDocument {
    try document(of: try source(path), file: path)
  }

  /// Reads the text of a profile, a state or a capture; for a stream, which cannot be read again.
  package func document(_ bytes: [UInt8], file: String) throws -> SourceDocument {
    try document(of: try source(bytes, file: file), file: file)
  }

  private func document(of source: Source, file path: String) throws -> SourceDocument {
    switch source {
    case .host(let host): return .state(host)
    case .profile(let bytes): return .profile(try profile(bytes, file: path), text: bytes)
    }
  }

  /// How a host differs from what a profile owns there.
  ///
  /// - Parameters:
  ///   - profile: The profile.
  ///   - state: The host.
  ///   - file: The profile's file.
  package func drift(from profile: Profile, of state: HostState, file: String) throws -> Drift {
    let trial = try applied(profile, to: state, file: file).trial
    do { return try trial.drift(within: budget) } catch {
      throw console.end(Diagnostic(.hostRefused, error.reason, file: file))
    }
  }
}
