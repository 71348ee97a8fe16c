package import Diagnostics
package import HNSEmulator
package import HostModel
package import NetworkTypes
package import PacketSpace
package import PolicyCompiler

/// What separates a host from the one a profile wants, as data: what changes, what that means, and the
/// calls that bring it about.
package struct Plan: Sendable, Hashable {
  /// The format of the JSON document.
  package static let formatVersion = 1

  /// The profile's name.
  package var profile: String
  package var windows: WindowsBuild
  package var assumptions: Assumptions
  package var adapters: [String]
  package var addresses: [IPAddress]
  /// The digest of the state the plan was made against; nil for an empty host.
  package var base: String?
  package var operations: [Operation]
  /// Ownership of ACLs after the plan, for hosts that keep no Ids.
  package var ledger: OwnershipLedger
  package var changes = ChangeList()
  package var effects: [EndpointEffect] = []
  /// What is proven of each endpoint of the profile, in its order.
  package var proofs: [EndpointProof] = []
  /// The packets whose verdict changes.
  package var verdictChanges: [VerdictChange] = []
  package var defaultActions: [DefaultActionChange] = []
  /// What is on the host, is not of the profile, and stays as it is.
  package var leftAlone: [HostItem] = []
  /// The assumptions that the result depends on.
  package var dependsOn: [Assumption] = []

  /// Makes a plan of which nothing is explained yet.
  ///
  /// - Parameters:
  ///   - profile: The profile's name.
  ///   - configuration: The host the plan is for.
  ///   - base: The digest of the state the plan was made against; nil for an empty host.
  ///   - operations: The calls.
  ///   - ledger: Ownership of ACLs after them.
  package init(
    profile: String, for configuration: HostConfiguration, base: String?, operations: [Operation],
    ledger: OwnershipLedger
  ) {
    self.profile = profile
    windows = configuration.build
    assumptions = configuration.assumptions
    adapters = configuration.adapters
    addresses = configuration.addresses
    self.base = base
    self.operations = operations
    self.ledger = ledger
  }

  /// The host the plan is for, as it is before anything is made on it.
  package var configuration: HostConfiguration {
    HostConfiguration(build: windows, assumptions: assumptions, adapters: adapters, addresses: addresses)
  }

  /// Whether there is nothing to do.
  package var isEmpty: Bool { operations.isEmpty }
}

extension Plan {
  /// A plan with the host it leads to.
  package struct Outcome<Host: HostNetworking>: Sendable {
    package var plan: Plan
    /// The host after the plan.
    package var host: Host
  }

  /// Makes the plan that turns a host into the one a profile wants: tries it on a copy and explains it.
  ///
  /// - Parameters:
  ///   - desired: What the profile wants.
  ///   - host: The host; it is copied and not changed.
  ///   - base: The digest of the state the host was read from; nil for an empty host.
  ///   - ledger: Whose ACLs are whose, where the host keeps no Ids.
  ///   - file: The profile's file, for diagnostics.
  ///   - budget: The work allowed for all proofs and comparisons.
  /// - Returns: The plan, or nil when it is refused; and what there is to say.
  package static func make<Host: HostNetworking>(
    _ desired: DesiredHost, for host: Host, base: String?, ledger: OwnershipLedger, file: String,
    within budget: Budget = Budget()
  ) -> (Outcome<Host>?, [Diagnostic]) {
    let (trial, problems) = Trial.run(desired, on: host, ledger: ledger, file: file)
    guard let trial else { return (nil, problems) }
    let (plan, more) = trial.explain(base: base, within: budget)
    return (plan.map { Outcome(plan: $0, host: trial.host) }, problems + more)
  }
}

extension Plan {
  /// What is said of a call that the host refuses.
  package static func refusal(
    _ summary: String, _ error: HCNError, file: String?, at place: Place? = nil
  ) -> Diagnostic {
    Diagnostic(.hostRefused, "\(summary): \(error.summary)", file: file, at: place)
  }
}

extension HCNError {
  /// The error for people: its text, the emulator's own explanation, name and HRESULT.
  package var summary: String {
    "\(text)\(detail.map { " (\($0))" } ?? "") [\(name), 0x\(String(code.rawValue, radix: 16))]"
  }
}

/// How far an apply came.
package struct ApplyReport: Sendable {
  /// How many operations were carried out.
  package var done: Int
  /// The operation that failed, with the host's answer; nil when all were carried out.
  package var failure: (operation: Operation, error: HCNError)?
}

extension Plan {
  /// Carries the plan out, operation by operation, and stops at the first that fails.
  ///
  /// What was done before a failure stays done: a second plan completes it.
  ///
  /// - Parameter host: The host.
  package func carryOut(on host: inout some HostNetworking) -> ApplyReport {
    for (index, operation) in operations.enumerated() {
      do { try operation.perform(on: &host) } catch {
        return ApplyReport(done: index, failure: (operation, error))
      }
    }
    return ApplyReport(done: operations.count, failure: nil)
  }
}
