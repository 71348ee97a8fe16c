import Diagnostics
import HNSEmulator
import HostImport
import HostModel
import JSONText
import NetworkTypes
import Testing

/// Readers name every line by its own number, keep what they do not read, and do bounded work.
@Suite struct ReaderBoundsTests {
  private func captured(_ text: String) throws -> CapturedHost {
    var host = CapturedHost()
    try CaptureForms.read(Array(text.utf8), file: "x", into: &host)
    return host
  }

  @Test(
    "Many firewall rules of one name, and filters of one rule, take time in proportion.",
    .timeLimit(.minutes(1)))
  func namesakes() throws {
    let ports = 1...20_000
    let rules = ports.map { #""x"="v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=\#($0)|""# }
    let filters = ports.map { #"{"InstanceID": "x", "Protocol": "TCP", "LocalPort": "\#($0)"}"# }
    let listed = #"{"Name": "x", "InstanceID": "x", "Enabled": 1, "Direction": 1, "Action": 4, "Profile": 0}"#
    var host = try captured(
      "Windows Registry Editor Version 5.00\n\n[HKLM\\FirewallRules]\n\(rules.joined(separator: "\n"))\n")
    host.firewall.add(try captured("[\(listed), \(filters.joined(separator: ", "))]").firewall)
    let firewall = try #require(host.firewall.firewall)
    #expect(
      firewall.rules.count == 20_001
        && firewall.rules.allSatisfy { $0.missing.contains { $0.contains("its name") } })
  }

  @Test("Lines after JSON have their own numbers.")
  func lines() throws {
    let host = try captured("{\"a\":\n 1}\n\n\nfirst\nsecond\n{\"b\": 2} tail\n\nlast\n")
    let texts = host.unread.map { "\($0.place) \($0.text ?? "")" }
    #expect(texts.contains { $0.hasPrefix("x:5 first") }, "\(texts)")
    #expect(texts.contains { $0.hasPrefix("x:7 ") && $0.contains("tail") }, "\(texts)")
  }

  @Test("Values that are not objects, and lists of them, are kept.")
  func scalars() throws {
    let host = try captured(#"[[1, 2], 3, [[{"ID": "x"}]], "text"]"#)
    #expect(host.unread.map(\.text) == ["[1,2]", "3", #"{"ID":"x"}"#, "\"text\""])
  }

  @Test(
    "A list of listeners has any of the shapes in which Windows PowerShell writes lists.",
    arguments: [
      #"[{"LocalPort": 3389}]"#, #"{"LocalPort": 3389}"#, #"{"value": [{"LocalPort": 3389}], "Count": 1}"#,
      #"{"value": {"LocalPort": 3389}, "Count": 1}"#,
    ])
  func listeners(_ list: String) throws {
    let host = try captured("{\"tcp\": \(list), \"udp\": {\"value\": [], \"Count\": 0}}")
    #expect(host.facts.listens == [HostPorts("tcp/3389")])
  }

  @Test(
    "What is kept and not evaluated says why.",
    arguments: [
      (
        "vfpctrl /port A /list-rule /format 1\n{\"Rules\":[{\"Id\":\"1\"}]}\nCommand list-rule succeeded!\n",
        "JSON of `vfpctrl /format 1` is not evaluated"
      ), (#"{"Ports":[{"Name":"A","VmsPortId":3}]}"#, "JSON of `vfpctrl /format 1` is not evaluated"),
      ("Name   Type\n----   ----\npodnet l2bridge\n", "tables are not evaluated"),
      ("\0\u{1}HNSDATA\0", "it is not text"), ("some words\n", "the text is in no known form"),
    ])
  func keptParts(_ text: String, _ reason: String) throws {
    let host = try captured(text)
    #expect(
      host.unread.count == 1 && host.unread.allSatisfy { $0.reason.hasPrefix(reason) }, "\(host.unread)")
  }

  @Test("UTF-16 is decoded as everywhere, with a replacement for half of a pair.", arguments: [true, false])
  func wideText(_ isLittleEndian: Bool) {
    let units = Array("a\u{e9}\u{20ac}\u{1f600}\r\n".utf16) + [0xd83d, 0x41, 0xde00, 0xd83d]
    let mark: UInt16 = 0xfeff
    var raw = ([mark] + units).flatMap { unit in
      let bytes = [UInt8(unit & 0xff), UInt8(unit >> 8)]
      return isLittleEndian ? bytes : bytes.reversed()
    }
    raw.append(0x41)
    #expect(CapturedText(raw, file: "x").bytes == Array(String(decoding: units, as: UTF16.self).utf8))
  }

  @Test("What a string of a document contains is where the document stands.")
  func stringsInDocuments() throws {
    let reply = #"ITEM LIST\n=========\n\nRULE : x\n  Priority : 1\n"#
    let host = try captured(
      "\n\n[{\"command\": \"vfpctrl /port A /list-rule\", \"reply\": \"\(reply)\"}]\n")
    #expect(host.vfp.replies.map { "\($0.place)" } == ["x:3"])
    #expect(host.vfp.replies.map { "\($0.text.place(3))" } == ["x:3"])
    #expect(host.vfp.replies.first?.text.lines.text(3) == "RULE : x")
  }

  @Test("A profile with a setting that cannot be read is kept, and not known.")
  func unreadProfile() throws {
    let host = try captured(
      #"{"Name": "Public", "Enabled": 9, "DefaultInboundAction": 4, "DefaultOutboundAction": 2}"#)
    #expect(host.firewall.profiles.isEmpty)
    #expect(host.unread.count == 1)
  }

  @Test("A mask with other bits than those of profiles is not known.", arguments: [8, 16, 15])
  func unknownProfiles(_ mask: Int64) throws {
    var parts = FirewallParts()
    let rule: JSONObject = [
      "Name": "x", "Enabled": 1, "Direction": 1, "Action": 2, "Profile": .integer(mask), "InstanceID": "x",
    ]
    #expect(NetFirewallObjects.read(rule, into: &parts))
    #expect(parts.firewall?.rules.first?.missing.contains("its profiles") == true)
  }

  @Test("A policy's setting replaces the local one, in whatever order they stand.")
  func policyOrder() throws {
    let local = """
      [HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\PublicProfile]
      "EnableFirewall"=dword:00000000
      """
    let policy = """
      [HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\PublicProfile]
      "EnableFirewall"=dword:00000001
      """
    for text in [local + "\n" + policy, policy + "\n" + local] {
      let host = try captured("Windows Registry Editor Version 5.00\n\n" + text + "\n")
      #expect(host.firewall.profiles[.public]?.isEnabled == true)
    }
  }

  @Test("The state of WFP is found by its root, in UTF-16 too, and not by a word in other text.")
  func recognition() {
    var wide: [UInt8] = [0xff, 0xfe]
    for unit in "<?xml version=\"1.0\"?>\r\n<wfpstate></wfpstate>".utf16 {
      wide += [UInt8(unit & 0xff), UInt8(unit >> 8)]
    }
    #expect(WFPState.recognizes(wide))
    #expect(!WFPState.recognizes(Array("# what <wfpstate shows\nname: x\n".utf8)))
  }

  @Test("A hive whose values share one large text is refused, not expanded.")
  func sharedCells() {
    var bytes = [UInt8](repeating: 0, count: 0x1000)
    bytes.replaceSubrange(0..<4, with: Array("regf".utf8))
    func put(_ value: UInt32, _ offset: Int) {
      for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(byte))) }
    }
    let (values, size) = (20_000, 0x10000)
    // The root, a value, its text, and a list that names the value again and again.
    let (node, value, text) = (0x20, 0xa0, 0x100)
    let list = text + size + 0x20
    bytes += [UInt8](repeating: 0x41, count: list + 4 * values + 0x40)
    func cell(_ offset: Int) -> Int { 0x1000 + offset + 4 }
    put(UInt32(node), 0x24)
    for offset in cell(node)..<cell(node) + 0x60 { bytes[offset] = 0 }
    bytes.replaceSubrange(cell(node)..<cell(node) + 2, with: Array("nk".utf8))
    put(UInt32(values), cell(node) + 0x24)
    put(UInt32(list), cell(node) + 0x28)
    for offset in cell(value)..<cell(value) + 0x20 { bytes[offset] = 0 }
    bytes.replaceSubrange(cell(value)..<cell(value) + 2, with: Array("vk".utf8))
    put(UInt32(size), cell(value) + 4)
    put(UInt32(text), cell(value) + 8)
    put(1, cell(value) + 0xc)
    for index in 0..<values { put(UInt32(value), cell(list) + 4 * index) }
    let problem = #expect(throws: RegistryHive.Problem.self) { try RegistryHive.read(bytes) { _, _ in } }
    #expect(problem?.reason.contains("share their contents") == true)
  }

  @Test("A hive without keys of the firewall says nothing about rules.")
  func otherHive() throws {
    var bytes = [UInt8](repeating: 0, count: 0x1100)
    bytes.replaceSubrange(0..<4, with: Array("regf".utf8))
    bytes[0x24] = 0x20
    bytes.replaceSubrange(0x1024..<0x1026, with: Array("nk".utf8))
    var parts = FirewallParts()
    _ = try ExportedPolicy.read(bytes, into: &parts)
    #expect(parts.firewall == nil)
  }

  @Test("Many passages of netsh are read in time.")
  func manyPassages() throws {
    let rule = """
      Rule Name:                            x
      ----------------------------------------------------------------------
      Enabled:                              Yes
      Direction:                            In
      Profiles:                             Domain
      LocalIP:                              Any
      RemoteIP:                             Any
      Protocol:                             Any
      Action:                               Allow
      Ok.

      another line

      """
    let text = String(repeating: rule, count: 3_000)
    var count = 0
    let time = try ContinuousClock().measure { count = try captured(text).firewall.rules.count }
    #expect(count == 3_000)
    #expect(time < .seconds(20), "\(time)")
  }
}
