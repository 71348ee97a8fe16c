import Diagnostics
import HNSEmulator
package import HNSStore
package import NetworkProfile
package import PolicyPlan

/// A profile or a host, as a file on the command line can be either.
package enum SourceDocument {
  /// A profile with its text.
  case profile(Profile, text: [UInt8])
  case state(HostState)
}

extension SourceReader {
  /// Reads a file that is a profile or a state.
  ///
  /// - Parameter path: The file, `-` for standard input.
  package func document(_ path: String) throws -> SourceDocument {
    if let state = try stateIfAny(path) { return .state(state) }
    let bytes = try read(path)
    switch DocumentKind(bytes) {
    case nil: return .profile(try profile(bytes, file: path), text: bytes)
    case .savedPlan?: throw console.end(wrongKind(.savedPlan, not: "a profile or a state", file: path))
    default: return .state(try state(bytes, file: path))
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
      throw console.end(Plan.refusal("reading the host", error, file: file))
    }
  }
}
