import Foundation
import JSONText
import Testing

/// The words of traces in tests, and mistakes that are explained, through the built binary.
@Suite struct CommonLanguageTests {
  static func profile(
    _ test: String = "{name: one, always: {from: any, to: web, protocol: tcp, port: 80, verdict: allow}}",
    windows: String = "ltsc2022", defaults: String = "{in: block}", direction: String = "direction: in",
    remote: String = "0.0.0.0/1"
  ) -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: web
    host: {windows: \(windows), adapters: [Ethernet]}
    networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
    containers:
      - name: web
        network: podnet
        isolation: hyperv
        addresses: [10.244.7.10]
        defaults: \(defaults)
        acls:
          - {name: http, \(direction), action: allow, protocols: [tcp], localPorts: [80]}
          - {name: dns, direction: in, action: allow, protocols: [udp], localPorts: [53], remoteAddresses: ["\(remote)"]}
    tests:
      - \(test)

    """
  }

  @Test(arguments: [
    "{name: one, always: {from: any, to: web, protocol: tcp, port: 80, sourcePort: any, verdict: allow}}",
    "{name: one, never: {from: any, to: web, protocol: any, port: 443, verdict: allow}}",
    "{name: one, never: {from: 10.1.2.3, to: web, protocol: icmp, verdict: allow}}",
  ])
  func testsTakeAny(_ test: String) throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile(test), to: "web.yaml")
    let run = try workspace.hnsctl("test", "web.yaml").exits(0)
    #expect(run.output.contains("1 passed"), "\(run.output)\(run.errors)")
  }

  @Test func aPacketHasSingleValues() throws {
    let workspace = try Workspace()
    try workspace.write(
      Self.profile("{name: one, packet: {from: any, to: web, protocol: tcp, port: 80}, expect: allow}"),
      to: "web.yaml")
    let run = try workspace.hnsctl("validate", "web.yaml").exits(1)
    #expect(
      run.errors.contains("a packet has a single value here, not 'any' [invalid-test]"), "\(run.errors)")
    #expect(run.errors.contains("use 'always' or 'never' for a set of packets"))
  }

  static let mistakes: [(text: String, code: String, help: String)] = [
    (profile(windows: "2022"), "unknown-windows", "did you mean 'ltsc2022'?"),
    (profile(windows: "Server 2019"), "unknown-windows", "did you mean 'ltsc2019'?"),
    (profile(direction: "directoin: in"), "unknown-key", "did you mean 'direction'?"),
    (profile(defaults: "block"), "wrong-type", "write {in: block, out: block}, or one of the two"),
    (profile(remote: "*"), "invalid-address", "remove the key to match any address"),
    (profile(remote: "10.0.0.0/255.0.0.0"), "invalid-address", "'10.0.0.0/8'"),
    (profile(remote: "010.0.0.0"), "invalid-address", "write '10.0.0.0', without leading zeros"),
    (
      profile().replacing("name: http", with: "name: http\u{a0}"), "invalid-name", "a no-break space (U+00A0)"
    ),
    (
      profile().replacing("isolation: ", with: "isolation:\u{a0}"), "yaml-syntax", "a no-break space (U+00A0)"
    ),
    (
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\nspec: {}\n", "wrong-kind",
      "hnsctl does not read Kubernetes manifests"
    ),
  ]

  @Test(arguments: mistakes)
  func everyMistakeIsOneErrorWithHelp(_ text: String, _ code: String, _ help: String) throws {
    let workspace = try Workspace()
    try workspace.write(text, to: "web.yaml")
    let run = try workspace.hnsctl("validate", "web.yaml").exits(1)
    #expect(run.errors.contains("[\(code)]") && run.errors.contains(help), "\(run.errors)")
    #expect(run.errors.components(separatedBy: ": error: ").count == 2, "\(run.errors)")
  }

  @Test func closedOutboundTrafficWithoutDNSIsFound() throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile(defaults: "{in: block, out: block}"), to: "web.yaml")
    let run = try workspace.hnsctl("lint", "web.yaml").exits(2)
    #expect(
      run.output.contains(
        "'web' cannot query any DNS server: 'default-out' blocks port 53 to every address, and no server is "
          + "specified [dns-blocked]"), "\(run.output)")
  }
}
