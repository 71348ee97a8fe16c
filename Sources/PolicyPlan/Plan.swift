package import Diagnostics
import FilterEngine
package import HNSEmulator
package import HostModel
package import JSONText
package import NetworkTypes
import PacketSpace
package import PolicyCompiler

/// What separates a host from the one a profile wants, as data: what changes, what that means, and the
/// calls that bring it about.
package struct Plan: Sendable, Hashable {
  /// The format of the JSON document.
  package static let formatVersion = 1

  /// What a plan does to the rules of one endpoint, in words.
  package struct Effect: Sendable, Hashable {
    package var endpoint: String
    package var lines: [String]
  }

  /// A change of what decides where no rule of an endpoint matches.
  package struct PostureChange: Sendable, Hashable {
    package var endpoint: String
    package var direction: Direction
    package var before: String
    package var after: String
  }

  /// The profile's name.
  package var profile: String
  package var windows: WindowsBuild
  package var switches: HostSwitches
  package var adapters: [String]
  package var addresses: [IPAddress]
  /// The digest of the state the plan was made against; nil for an empty host.
  package var base: String?
  package var changes: [Change]
  package var operations: [Operation]
  package var effects: [Effect]
  /// What is proven of each endpoint of the profile, in its order.
  package var proofs: [EndpointProof]
  /// The packets whose verdict changes, as a difference of two hosts prints them.
  package var verdictChanges: [JSON]
  package var postures: [PostureChange]
  /// What is on the host, is not of the profile, and stays as it is.
  package var leftAlone: [HostItem]
  /// The switches that the result depends on.
  package var dependsOn: [HostSwitch]
  /// Ownership of ACLs after the plan, for hosts that keep no Ids.
  package var ledger: OwnershipLedger

  /// The host the plan is for, as it is before anything is made on it.
  package var configuration: HostConfiguration {
    HostConfiguration(build: windows, switches: switches, adapters: adapters, addresses: addresses)
  }

  /// Whether there is nothing to do.
  package var isEmpty: Bool { operations.isEmpty }

  /// How many changes there are of an action.
  package func count(_ action: ChangeAction) -> Int { changes.count { $0.action == action } }
}

extension Plan {
  /// A plan with the host it leads to.
  package struct Outcome<Host: HostNetworking>: Sendable {
    package var plan: Plan
    /// The host after the plan.
    package var host: Host
  }

  /// Makes the plan that turns a host into the one a profile wants, and tries it on a copy.
  ///
  /// The changes are what the trial changed, so that a plan never promises what an apply would not do.
  ///
  /// - Parameters:
  ///   - desired: What the profile wants.
  ///   - host: The host; it is copied and not changed.
  ///   - base: The digest of the state the host was read from; nil for an empty host.
  ///   - ledger: Whose ACLs are whose, where the host keeps no Ids.
  ///   - file: The profile's file, for diagnostics.
  /// - Returns: The plan, or nil when it is refused; and what there is to say.
  package static func make<Host: HostNetworking>(
    _ desired: DesiredHost, for host: Host, base: String?, ledger: OwnershipLedger, file: String
  ) -> (Outcome<Host>?, [Diagnostic]) {
    let configuration = host.configuration
    if let mismatch = mismatch(desired, configuration, file: file) { return (nil, [mismatch]) }
    let before: HostReading
    do { before = try HostReading(host, ledger: ledger) } catch {
      return (nil, [refusal("reading the host", error, file: file)])
    }
    var planner = Planner(
      desired: desired, reading: before, build: configuration.build, switches: configuration.switches,
      ledger: ledger, file: file)
    planner.plan()
    guard !planner.diagnostics.hasErrors else { return (nil, planner.diagnostics.sorted) }

    var trial = host
    let operations = planner.operations
    for operation in operations {
      do { try operation.perform(on: &trial) } catch {
        let place = desired.place(of: operation.id)
        return (nil, planner.diagnostics.sorted + [refusal(operation.summary, error, file: file, at: place)])
      }
    }
    let after: HostReading
    do { after = try HostReading(trial, ledger: planner.ledger) } catch {
      return (nil, [refusal("reading the host after the plan", error, file: file)])
    }
    let build = configuration.build
    let switches = configuration.switches
    let changes = Change.between(
      HostContents(before, build: build, switches: switches).items,
      HostContents(after, build: build, switches: switches).items,
      isMadeAnew: { planner.madeAnew.contains($0, of: desired.owner) })
    var first = NamedHost(host.filters, ledger: ledger).evaluator
    var second = NamedHost(trial.filters, ledger: planner.ledger).evaluator
    let proofs = desired.proofs(on: &second)
    let defects = proofs.compactMap { defect($0, desired, file: file) }
    guard defects.isEmpty else { return (nil, planner.diagnostics.sorted + defects) }
    let verdicts = verdictChanges(
      from: &first, to: &second, of: desired.owner, among: Set(changes.map(\.target)))
    let meaning = PlanMeaning(
      of: desired.owner, before: before, after: after, changes: changes, verdicts: verdicts, build: build,
      switches: switches)
    let plan = Plan(
      profile: desired.profile, windows: build, switches: switches, adapters: configuration.adapters,
      addresses: configuration.addresses, base: base, changes: changes, operations: operations,
      effects: meaning.effects, proofs: proofs, verdictChanges: verdicts.map(\.document),
      postures: meaning.postures, leftAlone: HostContents.items(in: after, notOf: desired),
      dependsOn: meaning.dependsOn, ledger: planner.ledger)
    return (Outcome(plan: plan, host: trial), planner.diagnostics.sorted)
  }

  /// The packets of the profile's endpoints whose verdict changes; of an endpoint that comes or goes there
  /// is more to say than that everything does, and of one that nothing changes there is nothing.
  private static func verdictChanges(
    from before: inout PacketEvaluator, to after: inout PacketEvaluator, of owner: String,
    among changed: Set<String>
  ) -> [VerdictChange] {
    func names(_ evaluator: PacketEvaluator) -> Set<String> {
      Set(evaluator.topology.endpoints.filter { $0.owner == owner && $0.isAttached }.map(\.name))
    }
    let kept = names(before).intersection(names(after)).intersection(changed)
    guard !kept.isEmpty else { return [] }
    return HostEffect(from: &before, to: &after, scope: HostEffect.Scope(endpoints: kept, owner: owner))
      .changes
  }

  /// What is said of an endpoint that would do other than the profile says.
  private static func defect(_ proof: EndpointProof, _ desired: DesiredHost, file: String) -> Diagnostic? {
    guard case .different(let found) = proof.outcome else { return nil }
    let change = VerdictChange(
      endpoint: proof.endpoint, direction: found.direction,
      change: found.passes ? .newlyAllowed : .newlyBlocked, packets: [], witnesses: [found.witness],
      before: found.stated, after: found.found)
    return Diagnostic(
      .compileDefect,
      "the rules for '\(proof.endpoint)' would not do what the profile says: \(change.sentence(found.witness)) "
        + "would be \(found.passes ? "allowed" : "blocked") by \(found.found), and \(found.stated) says otherwise",
      file: file, at: desired.endpoints.first { $0.name == proof.endpoint }?.place,
      remedy: "nothing was changed; this is a defect of hnsctl, please report it with the profile")
  }

  private static func mismatch(
    _ desired: DesiredHost, _ configuration: HostConfiguration, file: String
  ) -> Diagnostic? {
    let host = configuration.build
    let wanted = desired.windows
    if wanted.build != host.build || wanted.revision != nil && wanted.revision != host.revision {
      return Diagnostic(
        .hostMismatch, "the profile is for Windows \(wanted) and the state holds a host with \(host)",
        file: file, at: desired.windowsPlace,
        remedy: "write `windows: \(host)` under `host`, or use the state of another host")
    }
    for (key, value) in desired.switches.changed where configuration.switches[key] != value {
      return Diagnostic(
        .hostMismatch,
        "the profile sets the switch \(key.rawValue) to '\(value)' and the state's host has "
          + "'\(configuration.switches[key])'",
        file: file, remedy: "state the switch as the host has it, or use the state of another host")
    }
    return nil
  }

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
