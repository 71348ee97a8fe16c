import Foundation
import HNSEmulator
import HNSStore
import JSONText
import Testing

/// A plan and a trace agree on the assumptions that a result depends on: both evaluate the same filters.
@Suite struct AssumptionDependencyTests {
  /// A host with one network and one endpoint, whose only ACL is another owner's.
  private func prepared(_ network: String) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: node
      host: {windows: ltsc2022, addresses: [192.0.2.5], adapters: [Ethernet]}
      networks: [{name: net, \(network), subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}]
      containers: [{name: web, network: net, addresses: [172.30.0.10]}]
      """, to: "node.yaml")
    try workspace.hnsctl("apply", "node.yaml", "--state", "host.json").exits(0)
    let file = StateFile(path: workspace.path("host.json"))
    var state = try #require(try file.load())
    let id = try #require(try state.service.enumerate(.endpoint).first)
    try state.service.modify(
      .endpoint, id,
      settings: [
        "ResourceType": "Policy", "RequestType": "Add",
        "Settings": [
          "Policies": [
            [
              "Type": "ACL",
              "Settings": [
                "Id": "agent", "Action": "Allow", "Direction": "Out", "RuleType": "Switch", "Priority": 200,
                "Protocols": "6", "RemotePorts": "443",
              ],
            ]
          ]
        ],
      ])
    try file.save(state)
    return workspace
  }

  /// The assumptions that a plan depends on, and whether a packet has the same verdict under all of them.
  private func asked(_ workspace: Workspace) throws -> (plan: [String], isSame: Bool?) {
    let plan = try workspace.hnsctl("plan", "node.yaml", "--state", "host.json", "--json").exits(0).json()
    let trace = try workspace.hnsctl(
      "trace", "host.json", "--from", "web", "--to", "203.0.113.7", "--protocol", "tcp", "--port", "80",
      "--all-assumptions", "--json"
    ).exits(0).json()
    let same = trace["allAssumptions"]?["same"]
    return ((plan["assumptions"]?.object?.members ?? []).map(\.key), same.map { $0 == true })
  }

  @Test func onNatAnotherOwnersSwitchACLHasNoEffect() throws {
    let (plan, isSame) = try asked(try prepared("driver: nat"))
    #expect(plan.isEmpty)
    #expect(isSame == true)
  }

  @Test func withVFPItClosesTheDirectionAccordingToImplicitDeny() throws {
    let (plan, isSame) = try asked(try prepared("driver: l2bridge, adapter: Ethernet"))
    #expect(plan.contains("implicitDeny"))
    #expect(isSame == false)
  }
}
