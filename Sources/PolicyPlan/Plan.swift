package import Diagnostics
package import HNSEmulator
package import HostModel
package import PacketSpace
package import PolicyCompiler

/// The difference between a host and the one a profile describes, as data: the changes, their impact, and the
/// calls that make them.
package struct Plan: Sendable, Hashable {
  /// The format of the JSON document.
  package static let formatVersion = 1

  /// The profile's name.
  package var profile: String
  /// The host the plan is for.
  package var configuration: HostConfiguration
  /// The digest of the state the plan was made against; nil for an empty host.
  package var base: String?
  package var operations: [Operation]
  /// Ownership of ACLs after the plan, for hosts that do not store Ids.
  package var ledger: OwnershipLedger
  package var changes = ChangeList()
  package var effects: [EndpointEffect] = []
  /// The proof for each endpoint of the profile, in its order.
  package var proofs: [EndpointProof] = []
  /// The packets whose verdict changes.
  package var verdictChanges: [VerdictChange] = []
  /// The endpoints that the changed verdicts assume to have a running container, because none has started.
  package var notStarted: [String] = []
  package var defaultActions: [DefaultActionChange] = []
  /// Objects on the host that do not belong to the profile and are not changed.
  package var unmanaged: [HostObject] = []
  /// What ACLs of other owners on the profile's endpoints open and close: from the verdicts that the profile
  /// alone would give to those after the plan.
  package var unmanagedEffect = EffectOfOthers()
  /// The assumptions that the result depends on.
  package var dependsOn: [Assumption] = []
  /// The assumptions that the result may depend on: this was not decided within the budget.
  package var mayDependOn: [Assumption] = []

  /// Creates a plan without explanations.
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
    self.configuration = configuration
    self.base = base
    self.operations = operations
    self.ledger = ledger
  }

  package var windows: WindowsBuild { configuration.build }
  package var assumptions: Assumptions { configuration.assumptions }

  /// Whether there is nothing to do.
  package var isEmpty: Bool { operations.isEmpty }
}

extension Plan {
  /// A plan with the resulting host.
  package struct Outcome<Host: HCNClient>: Sendable {
    package var plan: Plan
    /// The host after the plan.
    package var host: Host
  }

  /// Creates the plan that turns a host into the one a profile describes: tries it on a copy and explains it.
  ///
  /// - Parameters:
  ///   - desired: The desired host.
  ///   - host: The host; it is copied and not changed.
  ///   - base: The digest of the state the host was read from; nil for an empty host.
  ///   - ledger: The owners of ACLs, for hosts that do not store Ids.
  ///   - file: The profile's file, for diagnostics.
  ///   - budget: The work limit for all proofs and comparisons.
  /// - Returns: The plan, or nil if it is refused; and diagnostics.
  package static func make<Host: HCNClient>(
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
  /// The diagnostic for a call that the host refuses.
  package static func refusal(
    _ summary: String, _ error: HCNError, file: String?, at location: SourceRange? = nil
  ) -> Diagnostic {
    Diagnostic(.hostRefused, "\(summary): \(error.summary)", file: file, at: location)
  }
}

extension HCNError {
  /// The error as text: its message, the emulator's own explanation, name and HRESULT.
  package var summary: String {
    "\(text)\(detail.map { " (\($0))" } ?? "") [\(name), 0x\(String(code.rawValue, radix: 16))]"
  }
}

/// The progress of an apply.
package struct ApplyReport: Sendable {
  /// The number of operations performed.
  package var done: Int
  /// The operation that failed, with the host's error; nil if all were performed.
  package var failure: (operation: Operation, error: HCNError)?
}

extension Plan {
  /// Performs the operations of the plan in order, and stops at the first that fails.
  ///
  /// What was done before a failure stays done: a second plan completes it.
  ///
  /// - Parameter host: The host.
  package func carryOut(on host: inout some HCNClient) -> ApplyReport {
    for (index, operation) in operations.enumerated() {
      do { try operation.perform(on: &host) } catch {
        return ApplyReport(done: index, failure: (operation, error))
      }
    }
    return ApplyReport(done: operations.count, failure: nil)
  }
}
