import Diagnostics
import FilterEngine
import HNSEmulator
import HNSStore
import HostImport
import HostModel
import NetworkTypes
import Testing

/// The rules of VFP beside the documents of the endpoints that they are of.
@Suite struct VFPImportTests {
  /// An l2bridge network with one utility VM, which VFP alone filters; invented.
  private static let documents = """
    [{"ID": "2F3A4B5C-6D7E-4F80-9102-132435465768", "Name": "podnet", "Type": "L2Bridge",
      "NetworkAdapterName": "Ethernet", "Version": 55834574851, "Subnets": [
        {"AddressPrefix": "10.244.7.0/24", "GatewayAddress": "10.244.7.1", "Policies": []}],
      "MacPools": [{"StartMacAddress": "00-15-5D-00-00-00", "EndMacAddress": "00-15-5D-00-0F-FF"}]},
     {"ID": "30415263-7485-4960-8172-839405162738", "Name": "web", "Version": 55834574851, "State": 2,
      "VirtualNetwork": "2f3a4b5c-6d7e-4f80-9102-132435465768", "VirtualNetworkName": "podnet",
      "IPAddress": "10.244.7.10", "PrefixLength": 24, "GatewayAddress": "10.244.7.1",
      "MacAddress": "00-15-5D-00-00-0A", "SharedContainers": [],
      "Namespace": {"ID": "a1b2c3d4-0000-4000-8000-000000000001"},
      "Resources": {"Allocators": [{"Tag": "Endpoint Port",
        "EndpointPortGuid": "5C3E1A90-1111-4222-8333-444455556666"}]},
      "Policies": [{"Type": "ACL", "Id": "allow-web", "Action": "Allow", "Direction": "In", "Protocol": 6,
        "LocalPorts": "80", "RuleType": "Switch", "Priority": 900}]},
     {"ID": "a1b2c3d4-0000-4000-8000-000000000001", "Type": "Guest", "NamespaceId": 0,
      "Resources": [{"Type": "Endpoint", "Data": {"Id": "30415263-7485-4960-8172-839405162738"}}],
      "SchemaVersion": {"Major": 2, "Minor": 0}}]
    """
  private static let port = "5C3E1A90-1111-4222-8333-444455556666"

  /// A reply with the rules of one group each, in the captured form.
  private static func reply(inbound: [String], outbound: [String]? = nil) -> String {
    var lines = ["", " ITEM LIST", "===========", ""]
    for (word, rules) in [("IN", inbound), ("OUT", outbound ?? [platform])] {
      lines += [
        "  GROUP : ACL_ENDPOINT_GROUP_IPV4_\(word)",
        "      Friendly name : ACL_ENDPOINT_GROUP_IPV4_\(word)", "      Priority : 1",
        "      Direction : \(word)", "      Type : IPv4", "        Conditions:", "            <none>",
        "      Match type : Priority-based match", "",
      ]
      for rule in rules { lines += [rule, ""] }
    }
    return (lines + ["Command list-rule succeeded!", ""]).joined(separator: "\r\n")
  }

  private static func rule(
    _ name: String, _ priority: Int, type: String = "allow", flags: String = "8195 terminating stateful ",
    _ conditions: String...
  ) -> String {
    let conditions = conditions.isEmpty ? ["<none>"] : conditions
    return """
          RULE : 6D0F2B3C-0000-4000-8000-000000000001\r
              Friendly name : \(name)\r
              Priority : \(priority)\r
              Flags : \(flags)\r
              Type : \(type)\r
              Conditions:\r

      """
        + conditions.map { "            \($0)\r\n" }.joined()
        + "        Flow TTL: 240\r\n        FlagsEx : 0 "
  }

  private static let platform = rule("ACL Policy", 65500)
  private static let web = rule("allow-web", 900, "Protocols : 6", "Destination ports : 80-80")

  private func host(_ text: String) throws -> (host: ImportedHost, diagnostics: [Diagnostic]) {
    let (host, diagnostics) = HostImport.host([
      HostImport.File(name: "host.json", bytes: Array(Self.documents.utf8)),
      HostImport.File(name: "vfp.txt", bytes: Array(text.utf8)),
    ])
    return (try #require(host), diagnostics)
  }

  private func verdicts(_ host: ImportedHost) throws -> [Verdict] {
    try [80, 22].map { try host.verdict(from: "10.1.2.3", to: "web", port: $0) }
  }

  private static let command = "vfpctrl /port \(port) /layer ACL_ENDPOINT_LAYER /list-rule\r\n"

  @Test(
    "Rules that are those of the ACLs change nothing, wherever the port is named",
    arguments: [
      command, "PS C:\\k> vfpctrl.exe /list-rule /layer ACL_ENDPOINT_LAYER /port \"\(port)\"\r\n",
      "Policy for port : \(port)\r\n",
    ])
  func agreement(_ heading: String) throws {
    let (host, diagnostics) = try host(heading + Self.reply(inbound: [Self.web]))
    #expect(!diagnostics.contains { $0.code == .captureContradiction })
    #expect(try verdicts(host) == [.allow, .block])
    #expect(host.service.gaps.endpoints.isEmpty)
    #expect(host.forms["vfpctrl"] == 1)
  }

  @Test(
    "Rules that differ are named, and what VFP does at that endpoint is unknown",
    arguments: [
      [web, rule("extra", 800, type: "block", "Source IP : 10.1.0.0/16")], [],
      [rule("allow-web", 901, "Protocols : 6")],
      [rule("allow-web", 900, type: "block", "Protocols : 6", "Destination ports : 80-80")],
      [rule("allow-web", 900, flags: "2 stateful ", "Protocols : 6", "Destination ports : 80-80")],
      [rule("allow-web", 900, "Protocols : 6", "Destination ports : 80-80", "GRE key : 7")],
    ])
  func difference(_ inbound: [String]) throws {
    let (host, diagnostics) = try host(Self.command + Self.reply(inbound: inbound))
    let problem = try #require(diagnostics.first { $0.code == .captureContradiction })
    #expect(problem.message.contains("the VFP rules of endpoint 'web' are not those of its ACLs"))
    #expect(try verdicts(host) == [.unknown, .unknown])
    let trace = try host.trace(from: "10.1.2.3", to: "web", port: 80)
    #expect(trace.reason?.description.contains("the captured VFP rules of web") == true)
    #expect(try host.restored().service == host.service)
  }

  @Test("The platform's own rules decide the assumption about them.")
  func assumption() throws {
    let (host, diagnostics) = try host(Self.command + Self.reply(inbound: [Self.web, Self.platform]))
    #expect(!diagnostics.contains { $0.code == .captureContradiction })
    #expect(diagnostics.contains { $0.code == .captureAssumptionInferred })
    #expect(host.service.assumptions.implicitDeny == .never)
    #expect(try verdicts(host) == [.allow, .allow])
  }

  @Test("A group alone is compared alone.")
  func oneGroup() throws {
    let command =
      "vfpctrl /port \(Self.port) /layer ACL_ENDPOINT_LAYER /group ACL_ENDPOINT_GROUP_IPV4_IN /list-rule"
    let frame = "\r\n ITEM LIST\r\n===========\r\n\r\n"
    for (rule, differs) in [(Self.web, false), (Self.platform, true)] {
      let (_, diagnostics) = try host(command + frame + rule + "\r\n\r\nCommand list-rule succeeded!\r\n")
      #expect(diagnostics.contains { $0.code == .captureContradiction } == differs)
    }
  }

  @Test("Rules without a port are kept and not evaluated; so is a reply without its last line.")
  func noPort() throws {
    let text = Self.reply(inbound: [Self.rule("other", 100, type: "block")])
    let (host, diagnostics) = try host(text)
    #expect(!diagnostics.contains { $0.code == .captureContradiction })
    #expect(try verdicts(host) == [.allow, .block])
    let kept = try #require(host.service.gaps.unread.first { $0.reason.contains("which port") })
    #expect(kept.text?.contains("Friendly name : other") == true)
    let cut = Self.command + text.prefix(text.count - 32)
    let (other, _) = try self.host(cut)
    #expect(other.service.gaps.endpoints.isEmpty)
    #expect(other.service.gaps.unread.contains { $0.reason.contains("ends before") })
  }

  @Test("Rules of an unknown port and of no document are kept.")
  func unknown() throws {
    let other = Self.command.replacing(Self.port, with: "99999999-1111-4222-8333-444455556666")
    let (host, _) = try host(other + Self.reply(inbound: [Self.web]))
    #expect(
      host.service.gaps.unread.contains { $0.reason.contains("no endpoint in the capture has the port") })
    let layer = "vfpctrl /port \(Self.port) /layer SLB_NAT_LAYER /list-rule\r\n"
    let text = Self.reply(inbound: [Self.rule("manual", 7)], outbound: [])
      .replacing("ACL_ENDPOINT_GROUP_IPV4", with: "SLB_GROUP_NAT_IPv4")
    let (second, diagnostics) = try self.host(layer + text)
    #expect(!diagnostics.contains { $0.code == .captureContradiction })
    #expect(second.service.gaps.unread.contains { $0.text?.contains("manual") == true })
  }

  @Test("A port that is blocked drops everything: VFP's verdict is unknown.")
  func blockedPort() throws {
    let state = """
      vfpctrl /port \(Self.port) /get-port-state\r
      \r
       PORT STATE\r
      ===========\r
      \r
          Enabled : TRUE\r
          Blocked : TRUE\r
      Command get-port-state succeeded!\r

      """
    let (host, diagnostics) = try host(state)
    #expect(diagnostics.contains { $0.code == .captureContradiction && $0.message.contains("is blocked") })
    #expect(try verdicts(host) == [.unknown, .unknown])
  }

  @Test("The table of ports in vfpOutput.txt gives a port its endpoint by the MAC address.")
  func portTable() throws {
    let port = "77777777-1111-4222-8333-444455556666"
    let table = """
      \r
      Port name                            Mac Address       PortId\r
      ---------                            -----------       ------\r
      \(port) 00-15-5D-00-00-0A 3\r
      \r
      \r
      Policy for port : \(port)\r

      """
    let (host, diagnostics) = try host(table + Self.reply(inbound: [Self.rule("other", 1)]))
    #expect(diagnostics.contains { $0.code == .captureContradiction && $0.message.contains("'other'") })
    #expect(host.service.gaps.unread.isEmpty)
  }
}
