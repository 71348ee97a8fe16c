import Diagnostics
import FilterEngine
import Foundation
import HNSEmulator
import HNSStore
import HostImport
import HostModel
import NetworkTypes
import Testing

/// The firewall of a host is evaluated with its containers once the source contains the rules.
@Suite struct FirewallImportTests {
  /// A transparent network with one process isolated container; invented.
  private static let host = """
    [{"ID": "2F3A4B5C-6D7E-4F80-9102-132435465768", "Name": "lab", "Type": "Transparent",
      "NetworkAdapterName": "Ethernet", "Version": 55834574851, "Subnets": [
        {"AddressPrefix": "192.0.2.0/24", "GatewayAddress": "192.0.2.1", "Policies": []}],
      "MacPools": [{"StartMacAddress": "00-15-5D-00-00-00", "EndMacAddress": "00-15-5D-00-0F-FF"}]},
     {"ID": "30415263-7485-4960-8172-839405162738", "Name": "web", "Version": 55834574851, "State": 3,
      "VirtualNetwork": "2f3a4b5c-6d7e-4f80-9102-132435465768", "VirtualNetworkName": "lab", "Policies": [],
      "IPAddress": "192.0.2.10", "PrefixLength": 24, "GatewayAddress": "192.0.2.1",
      "MacAddress": "00-15-5D-00-00-0A", "SharedContainers": ["c1"]}]
    """

  private func imported(_ rules: String...) throws -> ImportedHost {
    let texts = [("host.json", Self.host)] + rules.enumerated().map { ("rules\($0).txt", $1) }
    let (host, diagnostics) = HostImport.host(
      texts.map { HostImport.File(name: $0.0, bytes: Array($0.1.utf8)) })
    #expect(!diagnostics.contains { $0.severity == .error })
    return try #require(host)
  }

  private static let strings = """
    Windows Registry Editor Version 5.00

    [HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules]
    "block-telnet"="v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=23|Name=block-telnet|"
    "browser"="v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=8080|App=C:\\\\browser.exe|Name=browser|"
    """

  @Test("A rule of the host that is certain to match blocks; one bound to a program may.")
  func registryRules() throws {
    let host = try imported(Self.strings)
    #expect(host.service.gaps.firewall == nil)
    let blocked = try host.trace(from: "198.51.100.1", to: "web", port: 23)
    #expect(blocked.verdict == .block)
    #expect(blocked.rule?.contains("block-telnet") == true)
    let doubtful = try host.trace(from: "198.51.100.1", to: "web", port: 8080)
    #expect(doubtful.verdict == .unknown)
    #expect(doubtful.reason?.description.contains("browser") == true)
  }

  /// A rule of Get-NetFirewallRule that blocks telnet, with its filters.
  private static func listed(_ members: String) -> String {
    """
    [{"Name": "block-telnet", "InstanceID": "block-telnet", "Enabled": 1, "Direction": 1, "Action": 4, "Profile": 0,
      "EdgeTraversalPolicy": 0, "Protocol": "TCP", "LocalPort": "23", "RemotePort": "Any", "IcmpType": "Any",
      "LocalAddress": "Any", "RemoteAddress": "Any", "Program": "Any", "Service": "Any", "InterfaceAlias": "Any",
      "InterfaceType": 0, "Authentication": 0, "Encryption": 0, \(members)}]
    """
  }

  /// A rule of the local store in the registry, with the same name.
  private static func local(_ fields: String) -> String {
    strings.components(separatedBy: "\"block")[0]
      + "\"block-telnet\"=\"v2.30|Dir=In|Protocol=6|LPort=23|Name=block-telnet|\(fields)|\""
  }

  @Test(
    "A rule of another store with the same name is another rule; one of the same store that differs makes both unknown.",
    arguments: [
      (#""PolicyStoreSourceType": 2"#, "Action=Allow|Active=TRUE", .block),
      (#""PolicyStoreSourceType": 2"#, "Action=Block|Active=FALSE", .block),
      (#""PolicyStoreSourceType": 1"#, "Action=Block|Active=TRUE", .block),
      (#""PolicyStoreSourceType": 1"#, "Action=Block|Active=FALSE", .unknown),
      (#""PolicyStoreSourceType": 1"#, "Action=Allow|Active=TRUE", .unknown),
      (#""PolicyStoreSourceType": 1"#, "Action=Block|Active=TRUE|RA4=203.0.113.0/24", .unknown),
      (#""Description": """#, "Action=Allow|Active=TRUE", .unknown),
    ] as [(String, String, Verdict)])
  func namesakes(_ listed: String, _ local: String, _ verdict: Verdict) throws {
    let host = try imported(Self.local(local), Self.listed(listed))
    #expect(try host.trace(from: "198.51.100.1", to: "web", port: 23).verdict == verdict)
    #expect(try host.restored().service == host.service)
  }

  @Test("Two sources that say the same of a rule are one rule.")
  func sameRule() throws {
    let host = try imported(
      Self.local("Action=Block|Active=TRUE|comptid=3"), Self.listed(#""PolicyStoreSourceType": 1"#))
    let rules = try #require(host.service.configuration.firewall).rules
    #expect(rules.map(\.compartment) == [3] && rules.allSatisfy(\.missing.isEmpty))
  }

  @Test("The firewall is part of the state that is written.")
  func restored() throws {
    let host = try imported(Self.strings)
    #expect(try host.restored().service == host.service)
  }

  @Test("Rules in another language are refused with what to do.")
  func otherLanguage() throws {
    let french = """
      Nom de la regle :                     Bloc
      ----------------------------------------------------------------------
      Active :                              Oui
      """
    let (host, diagnostics) = HostImport.host([
      HostImport.File(name: "regles.txt", bytes: Array(french.utf8))
    ])
    #expect(host == nil)
    let problem = try #require(diagnostics.first { $0.severity == .error })
    #expect(problem.message.contains("another language"))
    #expect(problem.help?.contains("Get-NetFirewallRule") == true)
  }
}
