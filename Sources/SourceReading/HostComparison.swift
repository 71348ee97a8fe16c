import Diagnostics
import HNSEmulator
package import HNSStore
import HostModel
package import NetworkProfile
package import PacketSpace
package import PolicyPlan

/// Two hosts to compare, as named on the command line; a pair means the same in every command.
///
/// A state is a host as it is. A profile compared with a state is that state after an apply of the profile;
/// compared with another profile it is the host that it creates from an empty one.
package struct HostComparison {
  /// One of the two hosts.
  package struct Side {
    /// The file as the user named it.
    package let file: String
    /// The host.
    package let host: HostState
    /// The profile; nil for a state.
    package let profile: Profile?
  }

  /// What the pair means.
  package enum Meaning: Sendable {
    /// From a state to that state after an apply of the profile.
    case apply
    /// From the state after an apply of the profile to the state as it is.
    case undo
    /// From one profile to another, each applied to an empty host.
    case profiles
    /// From one state to another.
    case states
  }

  package let before: Side
  package let after: Side
  package let meaning: Meaning
  /// The trial of an apply of one side to the other; nil if the pair does not mean that.
  private let trial: Trial<HostNetworkingService>?

  /// Reads both sides.
  ///
  /// - Parameters:
  ///   - left: The first file.
  ///   - right: The second file.
  ///   - session: Reads them.
  package init(_ left: String, _ right: String, session: SourceReader<some SourceReport>) throws {
    let documents = (try session.document(left), try session.document(right))
    switch documents {
    case (.state(let state), .profile(let profile, _)):
      let applied = try session.applied(profile, to: state, file: right)
      meaning = .apply
      trial = applied.trial
      before = Side(file: left, host: state.seen(by: applied.trial), profile: nil)
      after = Side(file: right, host: applied.host, profile: profile)
    case (.profile(let profile, _), .state(let state)):
      let applied = try session.applied(profile, to: state, file: left)
      meaning = .undo
      trial = applied.trial
      before = Side(file: left, host: applied.host, profile: profile)
      after = Side(file: right, host: state.seen(by: applied.trial), profile: nil)
    case (.profile(let first, _), .profile(let second, _)):
      meaning = .profiles
      trial = nil
      before = Side(file: left, host: try session.applied(first, to: nil, file: left).host, profile: first)
      // Two profiles are compared by their contents, whatever their names.
      var renamed = second
      renamed.name = first.name
      after = Side(
        file: right, host: try session.applied(renamed, to: nil, file: right).host, profile: second)
    case (.state(let first), .state(let second)):
      meaning = .states
      trial = nil
      before = Side(file: left, host: first, profile: nil)
      after = Side(file: right, host: second, profile: nil)
    }
  }

  /// The file that a host was read from: of an applied profile, that of the state.
  ///
  /// - Parameter host: The host.
  package func source(of host: ComparedHost) -> String {
    switch meaning {
    case .apply: before.file
    case .undo: after.file
    case .profiles, .states: host == .before ? before.file : after.file
    }
  }

  /// The differences in configuration: for an apply those that it makes, replaced objects included.
  package func changes(_ session: SourceReader<some SourceReport>) throws -> ChangeList {
    if let trial, case .apply = meaning {
      do { return try trial.changes() } catch {
        throw session.console.end(Plan.refusal("reading the host", error, file: after.file))
      }
    }
    let contents = (
      try session.contents(before.host, file: before.file), try session.contents(after.host, file: after.file)
    )
    let changes = ChangeList.between(contents.0, contents.1)
    // An apply of the second profile after the first one could not modify them either.
    let configuration = after.host.service.configuration
    guard meaning == .profiles,
      !configuration.build.hnsVersion.modifiesLoadBalancers(configuration.assumptions)
    else { return changes }
    return changes.replacingLoadBalancers(from: contents.0, to: contents.1)
  }

  /// The endpoints that an apply replaces, which restarts their containers, with the reasons; by name.
  package var replacedEndpoints: [(name: String, reason: ReplacementReason)] {
    if case .apply = meaning { trial?.replacedEndpoints ?? [] } else { [] }
  }

  /// What the ACLs of other owners on the endpoints of an applied profile open and close.
  ///
  /// - Parameter budget: The work limit.
  package func effectOfOthers(within budget: Budget) -> EffectOfOthers {
    trial?.effectOfOthers(within: budget) ?? EffectOfOthers()
  }
}

extension HostState {
  /// The state as a profile sees it that owns the endpoints it adopts.
  fileprivate func seen(by trial: Trial<HostNetworkingService>) -> HostState {
    var copy = self
    copy.service = trial.start
    return copy
  }
}
