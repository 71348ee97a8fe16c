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
import TestSupport
import Testing

/// A checked profile.
func checkedProfile(_ text: String) throws -> Profile { try Profile.checked(text, file: "web.yaml") }

/// The host after applying a profile to an empty host; nil if the profile is refused.
///
/// - Parameter changed: A change to the host before packets are evaluated against it.
func testSubject(
  _ profile: Profile, changed: (any FilteredHost) -> any FilteredHost = { $0 }
) -> TestSubject? {
  guard let made = try? ProfileHost(profile, file: "web.yaml") else { return nil }
  return TestSubject(
    file: "web.yaml", evaluator: PacketEvaluator(changed(made.named)) { HostWithRuleNames.origin(of: $0) },
    profile: profile)
}

/// A profile with a web server and a worker on one l2bridge network, with tests.
func webProfile(_ tests: String = "", isolation: String = "process", web: String = "") -> String {
  """
  apiVersion: hnsctl/v1
  kind: HostProfile
  name: web
  host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet]}
  addressSets: {corp: [10.0.0.0/8]}
  networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
  containers:
    - name: web
      network: podnet
      isolation: \(isolation)
      addresses: [10.244.7.10]
      defaults: {in: block}
      acls:
        - {name: allow-http, direction: in, action: allow, protocols: [tcp], localPorts: [80], remoteAddresses: [corp]}
        - {name: allow-more, direction: in, action: allow, protocols: [tcp], localPorts: [80, 81], remoteAddresses: [10.0.0.0/9]}
        - {name: never-met, direction: in, action: allow, protocols: [tcp], localPorts: [80], remoteAddresses: [10.5.0.0/16]}
    - name: worker
      network: podnet
      addresses: [10.244.7.11]
      acls: [{name: no-mail, direction: out, action: block, protocols: [tcp], remotePorts: [25]}]
  pods:
    - {name: api, network: podnet, addresses: [10.244.7.20], containers: [{name: app}, {name: sidecar}]}
  tests:
    \(tests)
  """
}

/// The tests of a profile, run against its host.
func run(
  _ text: String, filter: String? = nil, _ location: SourceLocation = #_sourceLocation
) throws -> (outcomes: [TestOutcome], problems: [TestProblem]) {
  let profile = try checkedProfile(text)
  let subject = try #require(testSubject(profile), sourceLocation: location)
  var runner = TestRunner(profile.tests, of: subject)
  return runner.run(filter: filter.map { TestFilter($0) })
}

/// A host whose VFP ports have lost their catch-all rules, with an undetermined default action.
struct UndecidedHost: FilteredHost {
  var host: any FilteredHost

  var build: WindowsBuild { host.build }
  var assumptions: Assumptions { host.assumptions }
  var topology: HostTopology { host.topology }
  var hostFirewall: FirewallInstance { host.hostFirewall }
  func firewall(of endpoint: GUID) -> FirewallInstance? { host.firewall(of: endpoint) }
  func under(_ assumptions: Assumptions) -> any FilteredHost { UndecidedHost(host: host.under(assumptions)) }

  func switchPort(of endpoint: GUID) -> SwitchPort? {
    host.switchPort(of: endpoint).map { port in
      SwitchPort(
        id: port.id, name: port.name, endpoint: port.endpoint, network: port.network, driver: port.driver,
        isolation: port.isolation, mac: port.mac, groups: port.groups,
        rules: port.rules.filter { !$0.name.contains("default-") }, unmatchedInbound: .unknown,
        unmatchedOutbound: .unknown)
    }
  }
}
