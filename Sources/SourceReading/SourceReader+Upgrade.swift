package import Diagnostics
import HNSEmulator
import HNSStore
package import HostModel
import NetworkProfile
package import NetworkTypes
import PolicyCompiler
package import PolicyPlan
package import PolicyViews

/// What an upgrade changes, with what is known of the profile that it concerns.
package struct UpgradedSource {
  /// What changes.
  package let upgrade: Upgrade
  /// Where rules are written.
  package let origins: RuleOrigins
  /// Where an object is written in the profile; nil for a state.
  package let location: (GUID) -> SourceRange?
  /// The errors of the profile itself on the other build.
  package let problems: [Diagnostic]
  /// The warnings and notes that it has there, and not on its own build.
  package let warnings: [Diagnostic]
  /// What was tried and helps; nil if nothing is refused, or nothing helps.
  package let remedy: String?
}

extension SourceReader {
  /// Moves a profile or a state to another build of Windows.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - build: The other build.
  package func upgrade(_ path: String, to build: WindowsBuild) throws -> UpgradedSource {
    switch try document(path) {
    case .state(let state): return upgraded(state, nil, nil, found: [], file: path, to: build)
    case .profile(let profile, let text):
      let profile = try resolved(profile, on: nil, file: path)
      let desired = try desired(profile, on: nil, file: path)
      return upgraded(
        try host(desired, on: nil, file: path), profile, desired,
        found: diagnostics(text, path, on: build), file: path, to: build,
        known: diagnostics(text, path, on: profile.host.windows))
    }
  }

  private func upgraded(
    _ state: HostState, _ profile: Profile?, _ desired: DesiredHost?, found: [Diagnostic], file: String,
    to build: WindowsBuild, known: [Diagnostic] = []
  ) -> UpgradedSource {
    let problems = found.filter { $0.severity == .error }
    let upgrade = Upgrade(
      of: state.service, ledger: OwnershipLedger(annotations: state.annotations), to: build, within: budget)
    let isAcceptedAnew = profile != nil && problems.isEmpty && !upgrade.refused.isEmpty
    return UpgradedSource(
      upgrade: upgrade,
      origins: RuleOrigins(profile: profile, file: file, topology: state.service.topology),
      location: { desired?.location(of: $0) }, problems: problems,
      warnings: found.filter { $0.severity != .error && !known.contains($0) },
      remedy: isAcceptedAnew
        ? "write `windows: \(build)` under `host`: compiled for that build, the profile is accepted" : nil)
  }

  /// What there is to say of a profile, and of the host it creates, on another build.
  private func diagnostics(_ text: [UInt8], _ file: String, on build: WindowsBuild) -> [Diagnostic] {
    let (profile, found) = Profile.load(bytes: text, file: file, on: build)
    guard let profile else { return found }
    let quiet = SourceReader<CollectedReport>(
      console: CollectedReport(assumed: console.assumed), budget: budget)
    do {
      let resolved = try quiet.resolved(profile, on: nil, file: file)
      _ = try quiet.host(try quiet.desired(resolved, on: nil, file: file), on: nil, file: file)
    } catch {}
    return found + quiet.console.diagnostics
  }
}

/// Collects diagnostics of work that is tried.
private final class CollectedReport: SourceReport {
  let assumed: [(key: Assumption, value: String)]
  private(set) var diagnostics: [Diagnostic] = []

  init(assumed: [(key: Assumption, value: String)]) { self.assumed = assumed }

  private struct Ended: Error {}

  func report(_ diagnostics: [Diagnostic]) { self.diagnostics += diagnostics }
  func remember(_ bytes: [UInt8], as file: String) {}
  func end() -> any Error { Ended() }
}
