import Diagnostics
import HostExport
import HostModel
import JSONText
import NetworkTypes
import TestSupport
import Testing

/// What scripts know of objects that a plan deletes and creates again, or changes.
@Suite struct ReplacementScriptTests {
  /// A script as its objects, each with its states; an object that does not exist has the state nil.
  private struct Objects {
    var kinds: [String] = []
    var states: [[JSON?]] = []
    var restored: [Bool] = []

    init(_ script: String) {
      var isWithin = false
      for line in script.split(separator: "\n") {
        let text = line.drop { $0 == " " }
        if text.hasPrefix("Kind = ") {
          kinds.append(String(text.dropFirst(8).prefix { $0 != "'" }))
          states.append([])
        }
        if text.hasPrefix("Policies = ") { restored.append(text.hasSuffix("IsRestored = $true")) }
        if isWithin, text == ")" { isWithin = false }
        if isWithin {
          states[states.count - 1].append(
            text == "''" ? nil : try? JSON(parsing: String(text.dropFirst().dropLast())))
        }
        if text == "States = @(" { isWithin = true }
        if text == "$steps = @(" { return }
      }
    }

    /// Whether the first and the last state of an object exclude each other, in the way the script compares them.
    func areDistinct(_ kind: String) -> Bool {
      kinds.indices.contains { index in
        let states = states[index]
        guard kinds[index] == kind, !restored[index], let first = states.first??.object,
          let last = states.last??.object
        else { return false }
        return last.members.contains { first[$0.key] != $0.value }
      }
    }
  }

  private static func script(from before: String, to after: String) throws -> Objects {
    let made = try ExportCase(from: before, to: after, label: "script", isScript: true)
    #expect(!made.calls.steps.isEmpty)
    let (script, problems) = PowerShellScript.make(made.calls, profile: "test", file: nil)
    return Objects(try #require(script, "\(problems)").text)
  }

  private static func profile(
    windows: String, driver: String = "l2bridge", network: String,
    container: String = "addresses: [10.244.7.10]"
  ) -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: test
    host: {windows: \(windows), addresses: [10.240.0.5], adapters: [Ethernet, Ethernet 2]}
    networks:
      - {name: podnet, driver: \(driver), \(network)}
    containers:
      - {name: web, network: podnet, \(container)}
    """
  }

  private static let subnet = "subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]"

  /// What makes a plan replace a network, before and after.
  static let networks: [(driver: String, before: String, after: String)] = [
    (
      "l2bridge", "adapter: Ethernet, \(subnet)",
      "adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.254}]"
    ),
    ("l2bridge", "adapter: Ethernet, \(subnet)", "adapter: Ethernet 2, \(subnet)"),
    (
      "l2bridge", "adapter: Ethernet, \(subnet)",
      "adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1, vlan: 7}]"
    ),
    (
      "l2bridge", "adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1, vlan: 8}]",
      "adapter: Ethernet, \(subnet)"
    ),
    (
      "overlay", "adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1, vsid: 4096}]",
      "adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1, vsid: 4097}]"
    ),
    (
      "l2bridge",
      "adapter: Ethernet, \(subnet), macPool: {start: 00-15-5D-52-C0-00, end: 00-15-5D-52-CF-FF}",
      "adapter: Ethernet, \(subnet), macPool: {start: 00-15-5D-53-C0-00, end: 00-15-5D-53-CF-FF}"
    ),
    (
      "l2bridge", "adapter: Ethernet, \(subnet), dns: {servers: [10.96.0.10], search: [a.example]}",
      "adapter: Ethernet, \(subnet), dns: {servers: [10.96.0.10], search: [b.example]}"
    ),
  ]

  @Test(arguments: networks.indices, ["ltsc2022", "1709"])
  func aReplacedNetworkIsNotTakenForItself(row: Int, windows: String) throws {
    let (driver, before, after) = Self.networks[row]
    let objects = try Self.script(
      from: Self.profile(windows: windows, driver: driver, network: before),
      to: Self.profile(windows: windows, driver: driver, network: after))
    #expect(objects.areDistinct("Network"))
  }

  /// What makes a plan replace an endpoint, before and after.
  static let endpoints: [(network: String, before: String, after: String)] = [
    ("", "addresses: [10.244.7.10]", "addresses: [10.244.7.11]"),
    (
      "", "addresses: [10.244.7.10], mac: 00-15-5D-52-C0-0A",
      "addresses: [10.244.7.10], mac: 00-15-5D-52-C0-0B"
    ),
    (", endpointGateway: 10.244.7.2", "addresses: [10.244.7.10]", "addresses: [10.244.7.10]"),
  ]

  @Test(arguments: endpoints.indices, ["ltsc2022", "1709"])
  func aReplacedEndpointIsNotTakenForItself(row: Int, windows: String) throws {
    let (network, before, after) = Self.endpoints[row]
    let objects = try Self.script(
      from: Self.profile(windows: windows, network: "adapter: Ethernet, \(Self.subnet)", container: before),
      to: Self.profile(
        windows: windows, network: "adapter: Ethernet, \(Self.subnet)\(network)", container: after))
    #expect(objects.areDistinct("Endpoint"))
  }

  /// The namespace of a replaced endpoint has it before the plan, loses it with its deletion, and gets it again.
  @Test func theFirstStateIsThatBeforeThePlan() throws {
    let objects = try Self.script(
      from: Self.profile(windows: "ltsc2022", network: "adapter: Ethernet, \(Self.subnet)"),
      to: Self.profile(
        windows: "ltsc2022", network: "adapter: Ethernet, \(Self.subnet)",
        container: "addresses: [10.244.7.11]"))
    let index = try #require(objects.kinds.firstIndex(of: "Namespace"))
    let counts = objects.states[index].map { $0?["endpoints"]?.array?.count }
    #expect(counts.first == 1 && counts.last == 1 && counts.contains(0), "\(counts)")
  }

  /// HNS v1 cannot remove the last policy of a type: a script that adds one could not take it back.
  @Test func aStepThatCannotBeTakenBackIsRefused() throws {
    let network = "adapter: Ethernet, \(Self.subnet)"
    let made = try ExportCase(
      from: Self.profile(windows: "1709", network: network),
      to: Self.profile(
        windows: "1709", network: network,
        container: """
          addresses: [10.244.7.10], policies: [{type: QOS, settings: {MaximumOutgoingBandwidthInBytes: 125000}}]
          """), label: "undo", isScript: true)
    #expect(made.calls.requests(for: .hnsV1, file: nil).0 != nil)
    let (script, problems) = PowerShellScript.make(made.calls, profile: "test", file: "test.yaml")
    #expect(script == nil)
    #expect(problems.map(\.code.id) == ["export-not-expressible"])
    #expect(problems.first?.message.contains("QOS") == true, "\(problems)")
  }

  /// Before HNS 7.2 an ACL has one port, one protocol and one prefix; those of other clients may claim more.
  @Test(arguments: [
    #""LocalPorts":"80,443","Protocols":"6""#, #""RemotePorts":"80,90","Protocols":"17""#,
    #""LocalPorts":"80","Protocols":"6,17""#,
  ])
  func listsAreRefusedBeforeHNS72(members: String) throws {
    let network = "adapter: Ethernet, \(Self.subnet)"
    let acl =
      #"{"Type":"ACL","Settings":{"Action":"Allow","Direction":"In","RuleType":"Switch","Priority":100,\#(members)}}"#
    let policy = HCNPolicy(document: try JSON(parsing: acl))
    for (windows, isRefused) in [("1709", true), ("1803", false)] {
      let made = try ExportCase(
        Self.profile(windows: windows, network: network), label: "lists", addingToEndpoint: policy)
      let (requests, problems) = made.calls.requests(for: .hnsV1, file: nil)
      #expect((requests == nil) == isRefused, "\(windows): \(problems)")
    }
  }
}
