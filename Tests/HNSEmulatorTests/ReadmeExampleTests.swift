import Foundation
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// Runs the example of the README; a second test checks that it is the one shown there.
@Suite struct ReadmeExampleTests {
  @Test func theExampleWorks() throws {
    // README: begin
    var host = HostNetworkingService(HostConfiguration(build: .standard))
    let network = try host.create(.network, settings: ["Name": "nat", "Type": "NAT"])
    let endpoint = try host.create(.endpoint, network: network, settings: ["Name": "web"])
    let namespace = try host.create(.namespace, settings: [:])
    func add(_ type: JSON, _ settings: JSON) throws {
      try host.modify(
        .namespace, namespace,
        settings: ["RequestType": "Add", "ResourceType": type, "Settings": settings])
    }
    try add("Endpoint", ["EndpointId": .string(endpoint.lowercase)])
    #expect(host.compartments.count == 1)  // a compartment is opened by the first container
    try add("Container", ["ContainerId": "web"])
    #expect(host.compartments.count == 2)
    #expect(host.firewall(of: endpoint)?.rules.first?.isPlatformDefault == true)
    // README: end
  }

  @Test func theExampleIsTheOneShown() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let source = try String(contentsOf: URL(fileURLWithPath: #filePath), encoding: .utf8)
    let example = source.components(separatedBy: "// README: begin\n")[1]
      .components(separatedBy: "    // README: end")[0]
      .split(separator: "\n", omittingEmptySubsequences: false).map { $0.dropFirst(4) }.joined(
        separator: "\n")
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    #expect(
      readme.contains(
        "```swift\nimport HNSEmulator\nimport HostModel\nimport JSONText\nimport NetworkTypes\n\n\(example)```\n"
      ))
  }
}
