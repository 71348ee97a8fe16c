import JSONText
import Testing

/// Every policy type that a profile passes through, on every driver: the next plan finds what was applied.
@Suite struct PassThroughPolicyTests {
  /// A type with two settings, and the first of ``builds`` that supports it.
  struct PassThrough: Sendable {
    let type: String
    let since: String
    let settings: String
    let other: String

    init(_ type: String, since: String = "1709", _ settings: String, _ other: String) {
      self.type = type
      self.since = since
      self.settings = settings
      self.other = other
    }
  }

  static let builds = ["1709", "ltsc2019", "1903", "2004", "ltsc2022", "23H2", "ltsc2025"]
  static let drivers = ["nat", "transparent", "l2bridge", "l2tunnel", "overlay"]

  static let types = [
    PassThrough(
      "QOS", "{MaximumOutgoingBandwidthInBytes: 1250000}",
      "{MaximumOutgoingBandwidthInBytes: 18446744073709551615}"),
    PassThrough("L2Driver", "{}", "{}"),
    PassThrough(
      "L4Proxy", since: "ltsc2022", "{Port: '80', Protocol: 6, Destination: '10.0.0.5:15001'}",
      "{IP: 10.0.0.9, Exceptions: [10.1.0.0/16], OutboundNAT: true}"),
    PassThrough(
      "L4WFPPROXY", since: "ltsc2022",
      "{OutboundProxyPort: '15001', FilterTuple: {Protocols: '6', Priority: 0}, UserSID: S-1-5-32-556}",
      "{InboundProxyPort: '15003', InboundExceptions: {PortExceptions: ['22']}}"),
    PassThrough("ProviderAddress", "{ProviderAddress: 192.0.2.4}", "{ProviderAddress: 192.0.2.5}"),
    PassThrough("PortName", "{Name: first}", "{Name: ''}"),
    PassThrough("EncapOverhead", "{Overhead: 50}", "{Overhead: 0}"),
    PassThrough(
      "InterfaceConstraint", "{InterfaceAlias: Ethernet 2, InterfaceIndex: 0}",
      "{InterfaceGuid: E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017, InterfaceLuid: 7}"),
    PassThrough(
      "Encryption", since: "2004",
      "{EncryptionMethodType: Ipsec, AuthenticationMethods: [{Type: PresharedKey, Settings: {Key: k1}}]}",
      "{EncryptionMethodType: Ipsec, AuthenticationMethods: [], Endpoints1: [10.0.0.0/8], Name: e1}"),
    PassThrough("VLAN", since: "2004", "{IsolationId: 12}", "{IsolationId: 0}"),
    PassThrough("InterfaceParameters", since: "2004", "{Mtu: 1400}", "{Mtu: 9000}"),
    PassThrough(
      "Iov", since: "ltsc2022", "{IovOffloadWeight: 100, InterruptModeration: 0}", "{QueuePairsRequested: 8}"),
    PassThrough(
      "TierAcl", since: "23H2",
      "{Name: t1, Direction: In, Order: 1001, TierAclRules: [{Id: r1, TierAclRuleAction: Pass, Priority: 0}]}",
      "{Name: t1, Direction: Out, Order: 0, TierAclRules: []}"),
    PassThrough("VmNic", "{}", "{}"),
    PassThrough(
      "Firewall", since: "ltsc2025", "{VmCreatorId: 40e0ac32-46a5-438a-a0b2-2b479e8f2e90, PolicyFlags: 0}",
      "{VmType: WSL, FirewallPolicyFlags: 1}"),
  ]

  private static func profile(_ driver: String, _ build: String, _ settings: (PassThrough) -> String?)
    -> String
  {
    let known = types.filter { type in
      builds.firstIndex(of: build) ?? 0 >= builds.firstIndex(of: type.since) ?? 0
    }
    let containers = known.map { type in
      let policies = settings(type).map { ", policies: [{type: \(type.type), settings: \($0)}]" } ?? ""
      return "  - {name: with-\(type.type.lowercased()), network: n\(policies)}"
    }
    return """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: passed
      host: {windows: \(build), adapters: [Ethernet], addresses: [10.240.0.5]}
      networks:
        - {name: n, driver: \(driver)\(driver == "nat" ? "" : ", adapter: Ethernet"), subnets: [{prefix: 10.1.0.0/16, gateway: 10.1.0.1\(driver == "overlay" ? ", vsid: 4096" : "")}]}
      containers:
      \(containers.joined(separator: "\n"))
      """
  }

  @Test func theListMatchesTheProfileSchema() throws {
    let schema = try Workspace().hnsctl("schema").exits(0).json()
    let types = schema["$defs"]?["policy"]?["properties"]?["type"]?["enum"]?.array ?? []
    #expect(types.compactMap(\.string) == Self.types.map(\.type))
  }

  /// Policies are added, changed, removed and added again; one apply is enough each time.
  @Test(arguments: drivers, builds)
  func oneApplyIsEnough(_ driver: String, _ build: String) throws {
    let workspace = try Workspace()
    let steps: [(String, (PassThrough) -> String?)] = [
      ("stated", \.settings), ("changed", \.other), ("gone", { _ in nil }), ("back", \.settings),
    ]
    for (name, settings) in steps {
      let file = try workspace.write(Self.profile(driver, build, settings), to: "\(name).yaml")
      try workspace.hnsctl("apply", file, "--state", "host.json").exits(0)
      let again = try workspace.hnsctl("plan", file, "--state", "host.json", "--detailed-exitcode")
      #expect(again.status == 0, "\(driver) on \(build), \(name): \(again.output)\(again.errors)")
    }
  }

  /// The type is on the host after an apply that includes it, and not otherwise, except for the one that the
  /// service adds by itself.
  @Test(arguments: drivers)
  func policiesOfTheProfileAreApplied(_ driver: String) throws {
    let workspace = try Workspace()
    for (isStated, name) in [(true, "stated.yaml"), (false, "gone.yaml")] {
      let file = try workspace.write(
        Self.profile(driver, "ltsc2025") { isStated ? $0.settings : nil }, to: name)
      try workspace.hnsctl("apply", file, "--state", "host.json").exits(0)
      let state = try workspace.read("host.json")
      // l2bridge and overlay networks have a provider address too.
      for type in Self.types where type.type != "ProviderAddress" {
        let isAdded = type.type == "L2Driver" && driver == "l2bridge"
        let isThere =
          state.contains("\"Type\":\"\(type.type)\"") || state.contains("\"Type\": \"\(type.type)\"")
        #expect(isThere == (isStated || isAdded), "\(type.type) on \(driver), \(name)")
      }
    }
  }
}
