package import Diagnostics
package import FilterEngine
package import HNSEmulator
package import NetworkProfile
package import PolicyCompiler
package import PolicyPlan

/// A profile with the host that it makes of an empty one.
package struct ProfileHost: Sendable {
  /// The profile.
  package let profile: Profile
  /// What it wants of a host.
  package let desired: DesiredHost
  /// The host that it makes.
  package var service: HostNetworkingService
  /// Ownership of ACLs, for hosts that keep no Ids.
  package let ledger: OwnershipLedger

  /// Loads, compiles and tries the text of a profile that must be right.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - file: The file that diagnostics name.
  /// - Throws: ``ProfileRefused`` when it is not.
  package init(_ text: String, file: String = "test.yaml") throws {
    try self.init(try Profile.checked(text, file: file), file: file)
  }

  /// Compiles and tries a profile that must be right.
  ///
  /// - Parameters:
  ///   - profile: The profile.
  ///   - file: The file that diagnostics name.
  /// - Throws: ``ProfileRefused`` when it is not.
  package init(_ profile: Profile, file: String = "test.yaml") throws {
    self.profile = profile
    desired = try DesiredHost.compiled(profile, file: file)
    let (trial, problems) = Trial.run(
      desired, on: desired.emptyHost, ledger: OwnershipLedger(), file: file)
    guard let trial else { throw ProfileRefused(problems) }
    service = trial.host
    ledger = trial.ledger
  }

  /// The host with its rules named.
  package var named: NamedHost { NamedHost(service, ledger: ledger) }

  /// A fresh evaluator that nothing was asked of.
  package var evaluator: PacketEvaluator { named.evaluator }
}

/// Why a profile that must be right is not.
package struct ProfileRefused: Error, CustomStringConvertible {
  /// What is wrong with it.
  package let diagnostics: [Diagnostic]

  init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  package var description: String {
    diagnostics.map { "\($0.code.id): \($0.message)" }.joined(separator: "\n")
  }
}

extension Profile {
  /// The profile of a text that must be right.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - file: The file that diagnostics name.
  /// - Throws: ``ProfileRefused`` when it is not.
  package static func checked(_ text: String, file: String = "test.yaml") throws -> Profile {
    let (profile, problems) = Profile.load(bytes: Array(text.utf8), file: file)
    guard let profile else { throw ProfileRefused(problems) }
    return profile
  }
}

extension DesiredHost {
  /// What the text of a profile that must be right wants of a host.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - file: The file that diagnostics name.
  /// - Throws: ``ProfileRefused`` when it is not.
  package static func compiled(_ text: String, file: String = "test.yaml") throws -> DesiredHost {
    try compiled(try Profile.checked(text, file: file), file: file)
  }

  /// What a profile that must be right wants of a host.
  ///
  /// - Parameters:
  ///   - profile: The profile.
  ///   - file: The file that diagnostics name.
  /// - Throws: ``ProfileRefused`` when it is not.
  package static func compiled(_ profile: Profile, file: String = "test.yaml") throws -> DesiredHost {
    let (desired, problems) = ProfileCompiler.compile(profile, file: file)
    guard let desired else { throw ProfileRefused(problems) }
    return desired
  }
}
