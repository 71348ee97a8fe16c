package import Diagnostics
package import FilterEngine
package import HNSEmulator
package import NetworkProfile
package import PolicyCompiler
package import PolicyPlan

/// A profile with the host that results from applying it to an empty host.
package struct ProfileHost: Sendable {
  /// The profile.
  package let profile: Profile
  /// The desired host.
  package let desired: DesiredHost
  /// The resulting host.
  package var service: HostNetworkingService
  /// Ownership of ACLs, for hosts that do not keep Ids.
  package let ledger: OwnershipLedger

  /// Loads, compiles and tries the text of a profile that must be valid.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - file: The file name for diagnostics.
  /// - Throws: ``ProfileRefused`` if it is not.
  package init(_ text: String, file: String = "test.yaml") throws {
    try self.init(try Profile.checked(text, file: file), file: file)
  }

  /// Compiles and tries a profile that must be valid.
  ///
  /// - Parameters:
  ///   - profile: The profile.
  ///   - file: The file name for diagnostics.
  /// - Throws: ``ProfileRefused`` if it is not.
  package init(_ profile: Profile, file: String = "test.yaml") throws {
    let profile = try profile.resolved(file: file)
    self.profile = profile
    desired = try DesiredHost.compiled(profile, file: file)
    let (trial, problems) = Trial.run(
      desired, on: desired.emptyHost, ledger: OwnershipLedger(), file: file)
    guard let trial else { throw ProfileRefused(problems) }
    service = trial.host
    ledger = trial.ledger
  }

  /// The host with the names of its rules.
  package var named: HostWithRuleNames { HostWithRuleNames(service, ledger: ledger) }

  /// A new evaluator without cached results.
  package var evaluator: PacketEvaluator { named.evaluator }
}

/// Why a profile that must be valid is not.
package struct ProfileRefused: Error, CustomStringConvertible {
  /// What is wrong with it.
  package let diagnostics: [Diagnostic]

  init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  package var description: String {
    diagnostics.map { "\($0.code.id): \($0.message)" }.joined(separator: "\n")
  }
}

extension Profile {
  /// The profile of a text that must be valid.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - file: The file name for diagnostics.
  /// - Throws: ``ProfileRefused`` if it is not.
  package static func checked(_ text: String, file: String = "test.yaml") throws -> Profile {
    let (profile, problems) = Profile.load(bytes: Array(text.utf8), file: file)
    guard let profile else { throw ProfileRefused(problems) }
    return profile
  }
}

extension Profile {
  /// The profile with the addresses that a host assigns in place of names in ACLs.
  ///
  /// - Parameters:
  ///   - host: The host; nil for an empty one.
  ///   - file: The file name for diagnostics.
  /// - Throws: ``ProfileRefused`` if the host refuses the profile.
  package func resolved(on host: HostNetworkingService? = nil, file: String = "test.yaml") throws -> Profile {
    guard hasUnresolvedPeers else { return self }
    let desired = try DesiredHost.compiled(withoutPolicy, file: file)
    let (profile, problems) = resolvingPeers(
      assignedBy: desired, on: host ?? desired.emptyHost, ledger: OwnershipLedger(), file: file)
    guard let profile else { throw ProfileRefused(problems) }
    return profile
  }
}

extension DesiredHost {
  /// The desired host of a profile text that must be valid.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - file: The file name for diagnostics.
  /// - Throws: ``ProfileRefused`` if it is not.
  package static func compiled(_ text: String, file: String = "test.yaml") throws -> DesiredHost {
    try compiled(try Profile.checked(text, file: file), file: file)
  }

  /// The desired host of a profile that must be valid.
  ///
  /// - Parameters:
  ///   - profile: The profile.
  ///   - file: The file name for diagnostics.
  /// - Throws: ``ProfileRefused`` if it is not.
  package static func compiled(_ profile: Profile, file: String = "test.yaml") throws -> DesiredHost {
    let (desired, problems) = ProfileCompiler.compile(profile, file: file)
    guard let desired else { throw ProfileRefused(problems) }
    return desired
  }
}
