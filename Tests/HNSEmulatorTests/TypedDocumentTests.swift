import HNSEmulator
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Testing

/// Typed documents of endpoints against the same documents as JSON: both are accepted equally and are
/// equivalent.
@Suite struct TypedDocumentTests {
  @Test(arguments: ["1809", "ltsc2022", "ltsc2025"], [1, 2, 3] as [UInt64])
  func randomRequests(_ build: String, _ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var typed = host(build, seed: seed)
    var networks: [GUID] = []
    for (index, type) in ["NAT", "L2Bridge", "Overlay"].enumerated() {
      networks.append(
        try typed.makeNetwork(type, type, prefix: "10.\(index).0.0/26", gateway: "10.\(index).0.1"))
    }
    var documents = typed
    var taken = 0
    for step in 0..<300 {
      let context = Comment("build \(build), seed \(seed), step \(step)")
      let endpoint = try typed.enumerate(.endpoint).randomElement(using: &random) ?? GUID(1)
      let left: HCNErrorCode?
      let right: HCNErrorCode?
      if Int.random(in: 0..<3, using: &random) == 0 {
        let wanted = Self.endpoint(networks.randomElement(using: &random) ?? GUID(1), step, &random)
        left = typed.outcome { _ = try $0.create(wanted) }
        right =
          documents.outcome {
            _ = try $0.create(.endpoint, id: wanted.id, network: wanted.network, settings: wanted.document)
          }
      } else {
        let type = [RequestType.add, .update, .remove].randomElement(using: &random) ?? .add
        var policies = Self.policies(&random)
        if type == .remove,
          let one = try? typed.hostComputeEndpoint(endpoint).policies.randomElement(using: &random)
        {
          policies = Array(policies.prefix(Int.random(in: 0..<2, using: &random))) + [one]
        }
        left = typed.outcome { try $0.modifyPolicies(ofEndpoint: endpoint, type, policies) }
        right =
          documents.outcome {
            try $0.modify(
              .endpoint, endpoint,
              settings: [
                "ResourceType": "Policy", "RequestType": .string(type.rawValue),
                "Settings": ["Policies": .array(policies.map(\.document))],
              ])
          }
      }
      #expect(left == right, context)
      if left == nil { taken += 1 }
      // Only the result of the comparison, so that a failure does not print two hosts.
      let areEqual = typed == documents
      #expect(areEqual, context)
      guard typed.snapshot.bytes(.compact) == documents.snapshot.bytes(.compact) else {
        Issue.record("the snapshots differ", sourceLocation: #_sourceLocation)
        return
      }
      for id in try typed.enumerate(.endpoint) {
        #expect(
          try typed.hostComputeEndpoint(id).document.text() == documents.document(.endpoint, id).text(),
          context
        )
      }
    }
    #expect(typed.invariantViolations() == [])
    #expect(taken > 60 && taken < 290, "\(taken) of 300 requests were accepted")
  }

  /// Endpoints created with one list of policies share that list.
  @Test func equalListsAreShared() throws {
    var service = host()
    let network = try service.makeNetwork("NAT", "NAT")
    let list = ACLList(
      (1...50).map { PortACL(priority: $0, action: .allow, direction: .in, ruleType: .switch) })
    let policies = list.policies
    for number in 1...3 {
      var endpoint = HostComputeEndpoint(id: GUID(UInt128(0x800 + number)), network: network)
      endpoint.policies = policies
      let id = try service.create(endpoint)
      let kept = try service.hostComputeEndpoint(id).policies
      let isShared = kept.withUnsafeBufferPointer { left in
        policies.withUnsafeBufferPointer { $0.baseAddress == left.baseAddress }
      }
      #expect(isShared)
    }
  }

  // MARK: Random inputs

  private static func endpoint(
    _ network: GUID, _ step: Int, _ random: inout SeededGenerator
  ) -> HostComputeEndpoint {
    let isClient = Bool.random(using: &random)
    var result = HostComputeEndpoint(
      id: GUID(UInt128(0x9000 + step)), network: network, author: isClient ? .client : .service)
    result.name = "e\(step % 40)"
    result.owner = ["", "somebody"].randomElement(using: &random) ?? ""
    if Bool.random(using: &random) { result.flags = 2 }
    if Bool.random(using: &random) { result.dns.servers = ["10.0.0.53"] }
    if Bool.random(using: &random) { result.routes = [HCNRoute.default(via: IPAddress(.ipv4, 0x0a00_0001))] }
    if Bool.random(using: &random) { result.mac = MACAddress(0x0015_5d01_0000 + UInt64(step)) }
    if Int.random(in: 0..<4, using: &random) == 0 {
      result.addresses = [
        IPConfiguration(address: IPAddress(.ipv4, 0x0a00_0002 + UInt128(step % 60)), length: 26)
      ]
    }
    result.policies = policies(&random)
    return result
  }

  private static func policies(_ random: inout SeededGenerator) -> [HCNPolicy] {
    let acls = (0..<Int.random(in: 0..<4, using: &random)).map { _ in acl(&random) }
    let others: [JSON] = [
      ["Type": "QOS", "Settings": ["MaximumOutgoingBandwidthInBytes": 0]],
      ["Type": "PortName", "Settings": ["Name": "a"]],
      ["Type": "PortMapping", "Settings": ["Protocol": 6, "InternalPort": 80, "ExternalPort": 0]],
      [
        "Type": "PortMapping",
        "Settings": [
          "Protocol": 6, "InternalPort": 80,
          "ExternalPort": .integer(8000 + .random(in: 0..<9, using: &random)),
        ],
      ],
      ["Type": "OutBoundNAT", "Settings": ["Exceptions": ["10.0.0.0/8"]]],
      ["Type": "acl", "Settings": ["Action": "allow", "Direction": "In", "Extra": 1, "Priority": 0]],
      ["Type": "Nothing", "Settings": ["A": 1]],
      ["Type": "EncapOverhead", "Settings": ["Overhead": 70000]],
    ]
    let count = [0, 0, 1, 2].randomElement(using: &random) ?? 0
    return (0..<count).map { _ in
      // The last two are refused, and therefore rare.
      let limit = Int.random(in: 0..<8, using: &random) == 0 ? others.count : others.count - 2
      return HCNPolicy(endpoint: others[Int.random(in: 0..<limit, using: &random)])
    } + ACLList(acls).policies
  }

  private static func acl(_ random: inout SeededGenerator) -> PortACL {
    var match = RuleMatch()
    if Bool.random(using: &random) {
      match.protocols = ProtocolSet([.tcp])
      match.localPorts = PortSet([PortRange(80)])
    }
    let type = [RuleType.switch, .switch, .host, nil].randomElement(using: &random) ?? nil
    return PortACL(
      id: ["", "a", "b"].randomElement(using: &random), match: match,
      priority: type == .host ? nil : [0, 100, 200].randomElement(using: &random),
      action: Bool.random(using: &random) ? .allow : .block,
      direction: Bool.random(using: &random) ? .in : .out, ruleType: type)
  }
}

extension HostNetworkingService {
  /// Performs a call: nil if it is accepted, otherwise the code of the refusal.
  fileprivate mutating func outcome(
    _ call: (inout HostNetworkingService) throws -> Void
  ) -> HCNErrorCode? {
    do {
      try call(&self)
      return nil
    } catch {
      return (error as? HCNError)?.code ?? .invalidArgument
    }
  }
}
