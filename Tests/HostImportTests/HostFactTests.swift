import FilterEngine
import HNSEmulator
import HNSStore
import HostImport
import HostModel
import NetworkTypes
import Testing

/// What sources say about a host beside HNS and the firewall becomes a part of the host.
@Suite struct HostFactTests {
  @Test(arguments: ["2019", "2022", "2025"]) func sectionsOfTheCaptureScript(_ name: String) throws {
    let configuration = try Fixtures.host("captures/capture-\(name).json").service.configuration
    #expect(configuration.listens == [HostPorts("tcp/3389"), HostPorts("udp/5353")])
    #expect(configuration.excludedPorts == [HostPorts("tcp/50000-50059")])
    #expect(configuration.dns.servers.map(\.description) == ["10.0.0.2", "10.0.0.3"])
    #expect(configuration.dns.suffixes == ["corp.example", "node.example"])
    #expect(configuration.adapters == ["Ethernet"])
    // The address of the management network first; that of the container and loopback are not the host's.
    let last = ["2019": "11", "2022": "12", "2025": "13"][name] ?? ""
    #expect(configuration.addresses.map(\.description) == ["10.240.0.\(last)", "10.240.9.\(last)"])
  }

  @Test(arguments: ["2019", "2022", "2025"]) func ipconfigInAnyLanguage(_ name: String) throws {
    let host = try Fixtures.host("documents/pods-\(name)-ps7.json", "compartments/ipconfig-\(name).txt")
    let configuration = host.service.configuration
    #expect(configuration.dns.servers.map(\.description) == ["10.0.0.2", "10.0.0.3"])
    #expect(configuration.addresses.count == 1)
  }

  @Test func aCompartmentIsJoinedByItsID() throws {
    let host = try Fixtures.host("documents/pods-2022-ps7.json", "compartments/list-2022.txt")
    #expect(host.service.compartments.contains { $0.id == 4 })
    #expect(host.service.gaps.endpoints.isEmpty)
  }

  @Test("A contradiction about a compartment counts where a rule is for one compartment.")
  func contradiction() throws {
    let files = ["documents/pods-2025-ps7.json", "compartments/ipconfig-2025.txt"]
    let rules = "firewall/rules-v2.30.reg"
    let known = try Fixtures.host(files[0], rules)
    #expect(known.service.gaps.endpoints.isEmpty)
    let host = try Fixtures.host(files[0], files[1], rules)
    #expect(host.service.gaps.endpoints.values.joined().map(\.kind) == [.compartment])
    #expect(try host.verdict(from: "10.1.2.3", to: "web", port: 80) == .unknown)
    #expect(try host.verdict(from: "10.1.2.3", to: "web", port: 22) == .block)
  }

  @Test("A rule string of a capture has the compartment that Get-NetFirewallRule cannot show.")
  func ruleStrings() throws {
    let file = try Fixtures.file("captures/capture-2022.json")
    let text = String(decoding: file.bytes, as: UTF8.self)
    for (number, verdict) in [("4", Verdict.block), ("7", .allow)] {
      let rule =
        #""ruleStrings":{"x":"v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=x|comptid=\#(number)|"}"#
      let changed = text.replacing(#""ruleStrings":{}"#, with: rule)
      let (host, _) = HostImport.host([HostImport.File(name: "x.json", bytes: Array(changed.utf8))])
      #expect(try #require(host).verdict(from: "10.1.2.3", to: "web", port: 80) == verdict)
    }
  }
}
