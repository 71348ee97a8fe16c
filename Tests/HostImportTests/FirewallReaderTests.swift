import Foundation
import HostImport
import HostModel
import JSONText
import NetworkTypes
import Testing

/// The readers of the firewall of real hosts.
@Suite struct FirewallReaderTests {
  static func bytes(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/firewall")
    return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// The text of a fixture, whatever its encoding.
  static func text(_ name: String) throws -> String {
    let bytes = try bytes(name)
    guard bytes.starts(with: [0xff, 0xfe]) else { return String(decoding: bytes, as: UTF8.self) }
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map {
      UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
    }
    return String(decoding: units, as: UTF16.self)
  }

  static func lines(_ name: String) throws -> [String] {
    try text(name).replacingOccurrences(of: "\r\n", with: "\n").components(separatedBy: "\n")
  }

  /// Reads the objects of a JSON text, however deep they are.
  static func parts(_ names: String...) throws -> FirewallParts {
    var parts = FirewallParts()
    func read(_ json: JSON) {
      switch json {
      case .array(let elements): elements.forEach(read)
      case .object(let object):
        if !NetFirewallObjects.read(object, into: &parts) { object.members.forEach { read($0.value) } }
      default: break
      }
    }
    for name in names { read(try JSON(parsing: Array(text(name).utf8))) }
    return parts
  }

  static func rule(_ name: String, _ parts: FirewallParts) throws -> CapturedFirewallRule {
    try #require(parts.firewall?.rules.first { $0.name == name })
  }

  // MARK: Get-NetFirewallRule

  @Test func rulesAreJoinedWithTheirFilters() throws {
    let parts = try Self.parts("rules-2016.json")
    #expect(parts.firewall?.rules.count == 5)
    let smb = try Self.rule("FPS-SMB-In-TCP", parts)
    #expect(smb.protocolText == "TCP")
    #expect(smb.localPorts == ["445"])
    #expect(smb.remoteAddresses == ["10.0.0.0/255.255.255.0"])
    #expect(smb.profiles == [.domain, .private])
    #expect(smb.conditions == [])
    #expect(smb.missing == [])
    #expect(smb.action == .allow && smb.direction == .in && smb.isEnabled == true && smb.store == .local)
    let telnet = try Self.rule("{1f0d7b3e-1111-4222-8333-0123456789ab}", parts)
    #expect(telnet.localPorts == ["23", "2323"] && telnet.action == .block)
    let desktop = try Self.rule("RemoteDesktop-UserMode-In-TCP", parts)
    #expect(desktop.conditions.map(\.kind) == [.program, .service])
    let echo = try Self.rule("CoreNet-ICMP4-DUFRAG-In", parts)
    #expect(echo.icmpTypes == ["3:4"] && echo.localPorts == [] && echo.contradictions == [])
    #expect(try Self.rule("disabled-all", parts).isEnabled == false)
  }

  @Test func oneRuleCanHaveItsFiltersInside() throws {
    let rule = try Self.rule("web-in", Self.parts("rule-2022.json"))
    #expect(rule.localPorts == ["80", "443", "8000-8100"])
    #expect(rule.remoteAddresses == ["LocalSubnet"])
    #expect(rule.missing == [] && rule.conditions == [])
  }

  @Test func wordsAndHostileNamesAreRead() throws {
    let parts = try Self.parts("rules-2025.json")
    let hostile = try #require(parts.firewall?.rules.first)
    #expect(hostile.name == "a\"; $(Remove-Item C:\\) \u{202e}\nx")
    #expect(hostile.profiles == [.domain, .private] && hostile.store == .groupPolicy)
    let contradictory = try Self.rule("no-protocol-ports", parts)
    #expect(contradictory.contradictions == ["it has ports, which only TCP and UDP have"])
    #expect(try Self.rule("bypass", parts).action == .bypass)
    #expect(parts.firewall?.rules.last?.conditions == [.init(.interface, "vEthernet (nat)")])
  }

  @Test func aRuleWithoutFiltersIsUnknown() throws {
    let text = #"{"Name":"x","Enabled":1,"Direction":1,"Action":2,"Profile":0,"InstanceID":"x"}"#
    var parts = FirewallParts()
    let object = try #require(try JSON(parsing: Array(text.utf8)).object)
    let isKnown = NetFirewallObjects.read(object, into: &parts)
    #expect(isKnown)
    let rule = try Self.rule("x", parts)
    #expect(rule.protocolText == nil && rule.localPorts == nil && rule.remoteAddresses == nil)
    #expect(rule.missing.count == 5)
  }

  // MARK: Get-NetFirewallProfile

  @Test func profilesAreRead() throws {
    let usual = try Self.parts("profiles-2022.json").profiles
    #expect(usual.count == 3 && usual.values.allSatisfy { $0 == FirewallProfileSettings() })
    let special = try Self.parts("profiles-shielded.json").profiles
    #expect(special[.domain]?.outbound == .block)
    #expect(special[.private]?.isEnabled == false && special[.private]?.inbound == .allow)
    #expect(special[.public]?.allowsInboundRules == false && special[.public]?.allowsLocalRules == false)
    let one = try Self.parts("profile-one.json").profiles
    #expect(Array(one.keys) == [.public])
  }

  // MARK: netsh

  @Test func rulesOfNetshAreRead() throws {
    let lines = try Self.lines("netsh-verbose.txt")
    let start = try #require(lines.indices.first { NetshRules.begins(lines, at: $0) })
    let (rules, end) = try NetshRules.read(lines, from: start)
    #expect(rules.map(\.name) == ["Remote Desktop (TCP-In)", "Block SMTP", "Echo Request (ICMPv4-In)"])
    #expect(lines[end...].allSatisfy { $0.isEmpty })
    #expect(rules[0].remoteAddresses == ["10.1.0.0/16", "LocalSubnet"] && rules[0].localPorts == ["3389"])
    #expect(rules[0].profiles == [] && rules[0].store == .local && rules[0].missing == [])
    #expect(rules[1].remotePorts == ["25", "465"] && rules[1].action == .block && rules[1].direction == .out)
    #expect(rules[1].profiles == [.domain] && rules[1].store == .groupPolicy)
    #expect(rules[2].icmpTypes == ["8"] && rules[2].isEnabled == false)
    #expect(rules[2].conditions == [.init(.program, "System")])
  }

  @Test func withoutVerboseProgramsAreUnknown() throws {
    let lines = try Self.lines("netsh-short.txt")
    let (rules, _) = try NetshRules.read(lines, from: 1)
    #expect(rules[0].localPorts == ["5000-5010"] && rules[0].missing.count == 5)
  }

  @Test func rulesOfNetshCanShareAName() throws {
    func rule(_ port: Int) -> [String] {
      [
        "Rule Name:                            Web", String(repeating: "-", count: 70),
        "Enabled:                              Yes", "Direction:                            In",
        "Profiles:                             Public", "LocalIP:                              Any",
        "RemoteIP:                             Any", "Protocol:                             TCP",
        "LocalPort:                            \(port)", "RemotePort:                           Any",
        "Action:                               Block", "",
      ]
    }
    var parts = FirewallParts()
    for rule in try NetshRules.read(rule(80) + rule(443), from: 0).rules { parts.add(rule) }
    let rules = try #require(parts.firewall).rules
    #expect(rules.map(\.name) == ["Web", "Web (2)"] && rules.map(\.displayName) == [nil, "Web"])
    #expect(!rules.flatMap(\.missing).contains { $0.contains("its name") })
  }

  @Test func netshInAnotherLanguageIsRefused() throws {
    let lines = try Self.lines("netsh-french.utf16")
    let problem = #expect(throws: NetshRules.Problem.self) { try NetshRules.read(lines, from: 1) }
    #expect(problem?.reason.contains("another language") == true)
    #expect(problem?.help?.contains("Get-NetFirewallRule") == true)
  }

  @Test func aCutRuleOfNetshIsRefused() throws {
    let lines = Array(try Self.lines("netsh-verbose.txt").prefix(10))
    let problem = #expect(throws: NetshRules.Problem.self) { try NetshRules.read(lines, from: 1) }
    #expect(problem?.reason.contains("cut off") == true)
  }

  // MARK: Registry

  @Test func ruleStringsOfExportsAreRead() throws {
    var parts = FirewallParts()
    let unread = RegistryExport.read(try Self.lines("rules-v2.26.reg"), into: &parts)
    #expect(unread.isEmpty)
    let web = try Self.rule("web", parts)
    #expect(web.localPorts == ["80", "8000-8010"])
    #expect(web.remoteAddresses == ["10.0.0.0/255.0.0.0", "LocalSubnet"])
    #expect(web.profiles == [.domain, .private] && web.displayName == "Web" && web.store == .local)
    #expect(parts.profiles[.domain] == FirewallProfileSettings())
    let dns = try Self.rule("{ab}", parts)
    #expect(dns.direction == .out && dns.action == .block && dns.remotePorts == ["53"])
  }

  @Test func compartmentsAndProfilesOfExportsAreRead() throws {
    var parts = FirewallParts()
    let unread = RegistryExport.read(try Self.lines("rules-v2.30.reg"), into: &parts)
    #expect(unread.isEmpty)
    #expect(parts.firewall?.rules.map(\.name) == ["dosvc", "Compartment 3 - in", "q\"\\"])
    #expect(try Self.rule("Compartment 3 - in", parts).compartment == 3)
    #expect(try Self.rule("dosvc", parts).conditions.map(\.kind) == [.program, .service])
    #expect(parts.profiles[.private]?.isEnabled == false)
    #expect(
      parts.profiles[.public]?.allowsInboundRules == false && parts.profiles[.public]?.outbound == .block)
  }

  @Test func unknownFieldsOfARuleStringAreConditions() throws {
    var parts = FirewallParts()
    let unread = RegistryExport.read(try Self.lines("rules-policies.reg"), into: &parts)
    #expect(unread.isEmpty)
    let rule = try Self.rule("gpo", parts)
    #expect(rule.store == .groupPolicy && rule.action == .bypass && rule.localPorts == ["RPC"])
    #expect(rule.conditions.map(\.kind) == [.remoteMachine, .other])
  }

  @Test(arguments: [("policy-v2.26.wfw", 1), ("policy-v2.30.wfw", 2), ("policy-v2.33.wfw", 1)])
  func exportedPoliciesAreRead(_ name: String, rules: Int) throws {
    let bytes = try Self.bytes(name)
    #expect(RegistryHive.recognizes(bytes))
    var parts = FirewallParts()
    let unread = try ExportedPolicy.read(bytes, into: &parts)
    #expect(unread == (name == "policy-v2.33.wfw" ? ["broken"] : []))
    #expect(parts.firewall?.rules.count == rules)
    #expect(parts.profiles.count == 3)
    if name == "policy-v2.30.wfw" { #expect(parts.profiles[.public]?.outbound == .block) }
    if name == "policy-v2.33.wfw" { #expect(parts.firewall?.rules.first?.remoteAddresses?.count == 2000) }
  }

  @Test func damagedHivesAreRefused() throws {
    let bytes = try Self.bytes("policy-v2.30.wfw")
    for count in stride(from: 0, to: bytes.count, by: 7) {
      var parts = FirewallParts()
      // What is left out at the end can be padding.
      _ = try? ExportedPolicy.read(Array(bytes.prefix(count)), into: &parts)
    }
    for index in stride(from: 0x1000, to: 0x1600, by: 3) {
      var damaged = bytes
      damaged[index] ^= 0xff
      var parts = FirewallParts()
      _ = try? ExportedPolicy.read(damaged, into: &parts)
    }
    var parts = FirewallParts()
    let problem = #expect(throws: RegistryHive.Problem.self) {
      try ExportedPolicy.read(Array(bytes.prefix(0x1100)), into: &parts)
    }
    #expect(problem?.reason == "the hive is cut off")
  }

  @Test func tenThousandRulesAreReadInTime() throws {
    var text = "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\X\\FirewallRules]\n"
    for index in 0..<10_000 {
      text +=
        "\"r\(index)\"=\"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=\(index)|RA4=LocalSubnet|Name=n|\"\n"
    }
    let lines = text.components(separatedBy: "\n")
    var parts = FirewallParts()
    let time = ContinuousClock().measure { _ = RegistryExport.read(lines, into: &parts) }
    #expect(parts.rules.count == 10_000)
    #expect(time < .seconds(10), "\(time)")
  }
}
