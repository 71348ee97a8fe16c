import Diagnostics
import FilterEngine
import HNSEmulator
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import PolicyTesting
import PolicyViews
import Testing

/// A checked profile.
func checkedProfile(_ text: String, _ location: SourceLocation = #_sourceLocation) throws -> Profile {
  let (profile, problems) = Profile.load(bytes: Array(text.utf8), file: "web.yaml")
  return try #require(profile, "\(problems.map(\.message))", sourceLocation: location)
}

/// The host that a profile makes of an empty one; nil when the profile is refused.
func subject(of profile: Profile) -> TestSubject? {
  let (desired, _) = ProfileCompiler.compile(profile, file: "web.yaml")
  guard let desired else { return nil }
  let host = HostNetworkingService(
    HostConfiguration(
      build: desired.windows, switches: desired.switches, adapters: desired.adapters,
      addresses: desired.addresses))
  let (outcome, _) = Plan.make(desired, for: host, base: nil, ledger: OwnershipLedger(), file: "web.yaml")
  guard let outcome else { return nil }
  let named = NamedHost(outcome.host, ledger: outcome.plan.ledger)
  return TestSubject(
    file: "web.yaml", evaluator: PacketEvaluator(named) { NamedHost.origin(of: $0) }, profile: profile)
}
