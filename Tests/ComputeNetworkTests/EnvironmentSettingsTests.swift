import HNSEmulator
import HostModel
import NetworkTypes
import Testing

@testable import ComputeNetwork

@Suite struct EnvironmentSettingsTests {
  private func settings(_ variables: [String: String]) throws(CallFailure) -> EnvironmentSettings {
    try EnvironmentSettings { variables[$0] }
  }

  @Test func anEmptyEnvironmentIsADefaultNode() throws {
    for variables in [[:], ["HNSCTL_WINDOWS": "", "HNSCTL_SEED": "", "HNSCTL_ADAPTERS": ""]] {
      let settings = try settings(variables)
      #expect(settings.configuration == HostConfiguration().asNode)
      #expect(settings.managementIPDelayMilliseconds == 0)
    }
  }

  @Test func everyVariableIsAccepted() throws {
    let settings = try settings([
      "HNSCTL_WINDOWS": "LTSC2019", "HNSCTL_ASSUMPTIONS": "implicitDeny=never, equalPriority = reversed",
      "HNSCTL_HOST_ADDRESSES": "192.0.2.10, 2001:db8::10", "HNSCTL_ADAPTERS": "Ethernet, Ethernet 2",
      "HNSCTL_HOST_DNS": "10.0.0.53", "HNSCTL_HOST_DNS_SUFFIXES": "corp.example",
      "HNSCTL_SEED": "18446744073709551615", "HNSCTL_MANAGEMENT_IP_DELAY": "250",
    ])
    var assumptions = Assumptions()
    assumptions.implicitDeny = .never
    assumptions.equalPriority = .reversed
    let addresses = ["192.0.2.10", "2001:db8::10"].compactMap { IPAddress($0) }
    #expect(
      settings.configuration
        == HostConfiguration(
          build: WindowsBuild(build: 17763), assumptions: assumptions, adapters: ["Ethernet", "Ethernet 2"],
          addresses: addresses,
          dns: HostDNS(servers: ["10.0.0.53"].compactMap { IPAddress($0) }, suffixes: ["corp.example"]),
          seed: .max))
    #expect(settings.managementIPDelayMilliseconds == 250)
  }

  @Test(arguments: [
    ("HNSCTL_WINDOWS", "xp", "write a Windows release or build"),
    ("HNSCTL_ASSUMPTIONS", "implicitDeny", "NAME=VALUE"),
    ("HNSCTL_ASSUMPTIONS", "noSuch=1", "the assumptions are implicitDeny, "),
    ("HNSCTL_ASSUMPTIONS", "implicitDeny=maybe", "the values of implicitDeny are anyAcl, never, unknown"),
    ("HNSCTL_ASSUMPTIONS", "implicitDeny=never,", "every comma must separate two items"),
    ("HNSCTL_HOST_ADDRESSES", "10.0.0.256", "write addresses such as"),
    ("HNSCTL_HOST_DNS", "dns.example", "write addresses such as"),
    ("HNSCTL_ADAPTERS", "a,,b", "every comma must separate two items"),
    ("HNSCTL_SEED", "-1", "a whole number from 0 to 18446744073709551615"),
    ("HNSCTL_SEED", "18446744073709551616", "a whole number"),
    ("HNSCTL_MANAGEMENT_IP_DELAY", "86400001", "a whole number from 0 to 86400000"),
  ])
  func aWrongValueIsNamedWithHelp(_ name: String, _ value: String, _ help: String) throws {
    let failure = try #require(throws: CallFailure.self) { try settings([name: value]) }
    #expect(failure.code == .invalidArgument)
    #expect(failure.text.hasPrefix("The parameter is incorrect. \(name) is '"))
    #expect(failure.text.contains(help), "\(failure.text)")
  }

  @Test func oldNamesAreUsedIfTheNewOnesAreUnset() throws {
    let former = ["HNSCTL_PERSONA": "1803", "HNSCTL_SETTLE": "20", "HNSCTL_SWITCHES": "implicitDeny=never"]
    let settings = try settings(former)
    #expect(settings.configuration.build == WindowsBuild("1803"))
    #expect(settings.configuration.assumptions.implicitDeny == .never)
    #expect(settings.managementIPDelayMilliseconds == 20)
    let both = ["HNSCTL_WINDOWS": "ltsc2019", "HNSCTL_MANAGEMENT_IP_DELAY": "0", "HNSCTL_ASSUMPTIONS": ""]
    let stated = try self.settings(former.merging(both) { $1 })
    #expect(stated.configuration.build == WindowsBuild("ltsc2019"))
    #expect(stated.managementIPDelayMilliseconds == 0)
    let failure = #expect(throws: CallFailure.self) { try self.settings(["HNSCTL_PERSONA": "xp"]) }
    #expect(failure?.text.contains("HNSCTL_PERSONA is 'xp'") == true)
  }

  @Test func aLongValueIsTruncated() throws {
    let failure = try #require(throws: CallFailure.self) {
      try settings(["HNSCTL_WINDOWS": String(repeating: "x", count: 1_000_000)])
    }
    #expect(failure.text.count < 300)
  }
}
