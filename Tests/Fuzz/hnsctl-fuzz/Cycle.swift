import Diagnostics
import HNSEmulator
import HNSStore
import HostModel
import JSONText
import NetworkProfile
import PacketSpace
import PolicyCompiler
import PolicyPlan
import PolicyViews

/// Applies random profiles to one host, one after another; the input determines them.
///
/// Each is loaded, planned, proved, applied and planned again. In between, another agent may add an ACL.
func fuzzCycle(_ input: [UInt8]) {
  var profiles = RandomProfiles(from: InputNumbers(input))
  var cycle: PlanCycle?
  for _ in 0..<3 {
    let text = profiles.next()
    let bytes = Array(text.utf8)
    let lengths = lineLengths(bytes)
    let (profile, problems) = Profile.load(bytes: bytes, file: "p.yaml")
    check(problems, refuse: profile == nil, inLinesOf: lengths)
    guard let profile else { continue }
    let (desired, refusals) = ProfileCompiler.compile(profile, file: "p.yaml")
    check(refusals, refuse: desired == nil, inLinesOf: lengths)
    guard let desired else { continue }
    var next = cycle ?? PlanCycle(on: desired.emptyHost)
    check(next.carryOut(desired, text), refuse: next.isRefused, inLinesOf: lengths)
    if profiles.addsForeignACL { next.addForeignACL() }
    cycle = next
  }
}

/// A host to which profiles are applied.
struct PlanCycle {
  /// The host.
  private(set) var host: HostNetworkingService
  /// Whether the last profile was refused.
  private(set) var isRefused = false
  private var ledger = OwnershipLedger()

  /// Starts on a host.
  ///
  /// - Parameter host: The host.
  init(on host: HostNetworkingService) { self.host = host }

  /// Plans a profile, applies the plan after saving and loading it, and plans again, which must find no changes.
  ///
  /// - Parameters:
  ///   - desired: What the profile wants.
  ///   - text: The profile, for messages.
  /// - Returns: The diagnostics.
  mutating func carryOut(_ desired: DesiredHost, _ text: String = "") -> [Diagnostic] {
    let before = host
    // Mutated profiles can be too large to compare in the time an input may take.
    let (outcome, said) = Plan.make(
      desired, for: host, base: nil, ledger: ledger, file: "p.yaml", within: Budget(nodes: 200_000))
    require(host == before, "planning changed the host\n\(text)")
    require(!said.contains { $0.code == .compileDefect }, "\(said)\n\(text)")
    isRefused = outcome == nil
    guard let outcome else { return said }
    guard case .success(let plan) = Plan.load(outcome.plan.savedText, file: "plan.json") else {
      require(false, "a saved plan is refused\n\(text)")
      return said
    }

    // A saved witness does not contain the endpoint's own address, so compare the texts.
    require(plan.savedText == outcome.plan.savedText, "a saved plan reads back differently\n\(text)")
    let report = plan.carryOut(on: &host)
    require(report.failure == nil, "the host refuses \(String(describing: report.failure))\n\(text)")
    require(host == outcome.host, "the apply and the plan have different results\n\(text)")
    check(host)
    ledger = plan.ledger

    var state = HostState(service: host)
    ledger.write(to: &state.annotations)
    guard let stored = try? HostState(document: state.document) else {
      require(false, "a written state is refused\n\(text)")
      return said
    }
    require(stored == state, "a state reads back differently\n\(text)")
    let (again, _) = Trial.run(
      desired, on: stored.service, ledger: OwnershipLedger(annotations: stored.annotations), file: "p.yaml")
    let left = again?.operations.map(\.summary)
    require(left == [], "the next plan would \(left.map(String.init(describing:)) ?? "be refused")\n\(text)")
    return said
  }

  /// Another agent adds an ACL to the first endpoint.
  mutating func addForeignACL() {
    guard let endpoint = try? host.enumerate(.endpoint, query: nil).first else { return }
    let acl: JSON = [
      "Type": "ACL",
      "Settings": [
        "Action": "Allow", "Direction": "In", "Protocols": "6", "LocalPorts": "22", "Priority": 200,
      ],
    ]
    let request: JSON = [
      "ResourceType": "Policy", "RequestType": "Add", "Settings": ["Policies": [acl]],
    ]
    try? host.modify(.endpoint, endpoint, settings: request)
  }
}
