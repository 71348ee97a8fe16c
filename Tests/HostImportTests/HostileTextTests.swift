import Diagnostics
import HNSEmulator
import HNSStore
import HostImport
import HostModel
import NetworkTypes
import Testing

/// Text that is cut off, wrapped, hostile or long.
@Suite struct HostileTextTests {
  private static let files = [
    "logs/dockerd-2019.log", "logs/json-2022.log", "logs/wrapped-2025.txt", "logs/go-bytes-2025.log",
    "lists/pods-2019.txt", "lists/endpoint-2025.txt", "vfp/commands-2019.txt", "vfp/vfpOutput-2022.txt",
    "vfp/changed-2025.txt", "compartments/ipconfig-2022.txt", "compartments/list-2019.txt",
    "firewall/list-2025.txt", "captures/capture-2022.json",
  ]

  @Test("A text that ends anywhere is an error or a host, and never more than the whole", arguments: files)
  func cut(_ path: String) throws {
    let file = try Fixtures.file(path)
    let documents = try Fixtures.file("documents/pods-2022-ps7.json")
    for part in stride(from: 3, to: file.bytes.count, by: max(1, file.bytes.count / 37)) {
      let cut = HostImport.File(name: path, bytes: Array(file.bytes.prefix(part)))
      let (host, diagnostics) = HostImport.host([cut])
      #expect(host != nil || diagnostics.contains { $0.severity == .error })
      _ = HostImport.host([documents, cut])
    }
  }

  @Test("Damaged bytes are an error or a host", arguments: files)
  func damaged(_ path: String) throws {
    let file = try Fixtures.file(path)
    for seed in 0..<20 {
      var bytes = file.bytes
      for step in 0..<8 {
        let position = (seed &* 7_919 &+ step &* 104_729) % bytes.count
        bytes[position] = [0x22, 0x5c, 0x7b, 0x5d, 0x3a, 0x0a, 0xff, 0x20][(seed + step) % 8]
      }
      let (host, diagnostics) = HostImport.host([HostImport.File(name: path, bytes: bytes)])
      #expect(host != nil || diagnostics.contains { $0.severity == .error })
    }
  }

  @Test("A name in a record of vfpctrl ends no record and begins no other one")
  func names() {
    let name = "a : RULE : b\u{202e} \"$(x)\" Command list-rule succeeded!"
    let text = """
      vfpctrl /port A /layer ACL_ENDPOINT_LAYER /list-rule
       ITEM LIST
      ===========

        GROUP : ACL_ENDPOINT_GROUP_IPV4_IN
            Friendly name : ACL_ENDPOINT_GROUP_IPV4_IN
          RULE : 1
              Friendly name : \(name)
              Priority : 1
              Flags : 8195 terminating stateful 
              Type : allow
              Conditions:
                  <none>
              Flow TTL: 240
              FlagsEx : 0 
      Command list-rule succeeded!
      """
    let vfp = VFPReadBack(text).vfp
    #expect(vfp.replies.map(\.rules.count) == [1])
    #expect(vfp.replies.first?.rules.first?.friendlyName == name)
    #expect(vfp.replies.first?.isComplete == true)
  }

  @Test("Bodies of requests are no facts, and an object in two replies of a log is one")
  func requests() throws {
    let host = try Fixtures.host("logs/dockerd-2019.log")
    #expect(host.service.topology.endpoints.map(\.name) == ["web"])
    let file = try Fixtures.file("logs/dockerd-2019.log")
    let twice = HostImport.File(name: "twice.log", bytes: file.bytes + file.bytes)
    let (again, diagnostics) = HostImport.host([twice])
    #expect(try #require(again).service.topology.endpoints.map(\.name) == ["web"])
    #expect(!diagnostics.contains { $0.code == .captureContradiction })
  }

  @Test("Many lines are read in time")
  func manyLines() throws {
    let rule = """
          RULE : 6D0F2B3C-0000-4000-8000-000000000001\r
              Friendly name : allow\r
              Priority : 900\r
              Flags : 8195 terminating stateful \r
              Type : allow\r
              Conditions:\r
                  Protocols : 6\r
                  Source IP : 10.0.0.0/8\r
                  Destination ports : 80-80\r
              Flow TTL: 240\r
              FlagsEx : 0 \r
      \r

      """
    let text =
      "vfpctrl /port A /layer ACL_ENDPOINT_LAYER /group ACL_ENDPOINT_GROUP_IPV4_IN /list-rule\r\n ITEM LIST\r\n"
      + "===========\r\n\r\n" + String(repeating: rule, count: 20_000) + "Command list-rule succeeded!\r\n"
    let list = String(repeating: "Label : value\n", count: 100_000)
    let log = String(repeating: "x {\"Success\":1,\n", count: 20_000)
    let time = ContinuousClock().measure {
      #expect(VFPReadBack(text).vfp.replies.first?.rules.count == 20_000)
      _ = VFPReadBack(list)
      _ = VFPReadBack(log)
    }
    #expect(time < .seconds(60), "\(time)")
  }
}
