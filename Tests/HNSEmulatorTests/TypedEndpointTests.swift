import HNSEmulator
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Testing

/// Typed calls against the same calls with documents: they result in equal services and equal errors.
@Suite struct TypedEndpointTests {
  static let builds = ["1809", "ltsc2022", "ltsc2025"]

  @Test(arguments: builds, [1, 2, 3, 4] as [UInt64]) func randomCalls(_ build: String, _ seed: UInt64) throws
  {
    var random = SeededGenerator(seed: seed)
    let scope = seed % 2 == 0 ? "all" : "typesPresent"
    var typed = host(build, seed: seed, assumptions: [.policyUpdateScope: scope])
    var networks: [GUID] = []
    for (index, type) in ["NAT", "L2Bridge", "Overlay"].enumerated() {
      networks.append(
        try typed.makeNetwork(type, type, prefix: "10.\(index).0.0/26", gateway: "10.\(index).0.1"))
      guard build != "1809" else { continue }
      try typed.policies(
        networks[index], "Add",
        #"[{"Type":"SetPolicy","Settings":{"Id":"peers","Name":"p","Values":"10.9.0.0/16","PolicyType":"IPSET"}}]"#,
        kind: .network)
    }
    var documents = typed
    var taken = 0
    for step in 0..<300 {
      let context = Comment("build \(build), seed \(seed), step \(step)")
      let endpoint = try typed.enumerate(.endpoint).randomElement(using: &random) ?? GUID(1)
      let left: Result<GUID, Refusal>
      let right: Result<GUID, Refusal>
      switch Int.random(in: 0..<6, using: &random) {
      case 0...2:
        let settings = Self.settings(networks.randomElement(using: &random) ?? GUID(1), &random)
        left = Self.outcome { () throws(HCNError) in try typed.createEndpoint(settings) }
        right = Self.outcome { () throws(HCNError) in
          try documents.create(.endpoint, settings: Self.document(settings))
        }
      case 3, 4:
        let acls = (0..<Int.random(in: 0..<5, using: &random)).map { _ in Self.acl(&random) }
        left = Self.outcome { () throws(HCNError) in
          try typed.setACLs(acls, ofEndpoint: endpoint)
          return endpoint
        }
        let elements = acls.map { JSON.object(["Type": "ACL", "Settings": $0.settings]) }
        right = Self.outcome { () throws(HCNError) in
          try documents.modify(
            .endpoint, endpoint,
            settings: [
              "ResourceType": "Policy", "RequestType": "Update", "Settings": ["Policies": .array(elements)],
            ])
          return endpoint
        }
      default:
        left = Self.outcome { () throws(HCNError) in
          try typed.delete(.endpoint, endpoint)
          return endpoint
        }
        right = Self.outcome { () throws(HCNError) in
          try documents.delete(.endpoint, endpoint)
          return endpoint
        }
      }
      #expect(left == right, context)
      if case .success = left { taken += 1 }
      #expect(typed == documents, context)
      #expect(typed.snapshot.bytes(.compact) == documents.snapshot.bytes(.compact), context)
      guard let after = try? typed.endpoint(endpoint) else { continue }
      #expect(try Self.isDescribed(after, by: documents.document(.endpoint, endpoint)), context)
      #expect(try typed.acls(ofEndpoint: endpoint) == documents.acls(ofEndpoint: endpoint), context)
      if left != right || typed != documents { return }
    }
    #expect(typed.invariantViolations() == [])
    #expect(taken > 60 && taken < 290, "\(taken) of 300 calls were accepted")
  }

  /// A set that matches nothing cannot be expressed in a document, where it would mean "any".
  @Test func emptySetsAreRefused() throws {
    var service = host()
    let network = try service.makeNetwork()
    let endpoint = try service.makeEndpoint(network)
    let none = PolicySetsOfNothing.matches
    for (member, match) in none {
      let acl = PortACL(match: match, action: .allow, direction: .in)
      let error = service.refusal { try $0.setACLs([acl], ofEndpoint: endpoint) }
      #expect(error?.code == .invalidPolicy)
      #expect(error?.detail?.contains("\(member) is empty") ?? false, "\(member): \(error?.detail ?? "")")
    }
  }

  @Test func idsOfSetsMustBeRecognizable() throws {
    var service = host("ltsc2025")
    let network = try service.makeNetwork()
    let endpoint = try service.makeEndpoint(network)
    for name in ["", "10.0.0.1", "10.0.0.0/8", "Any", "a,b"] {
      var acl = PortACL(action: .block, direction: .out)
      acl.remoteSets = [name]
      let error = service.refusal { try $0.setACLs([acl], ofEndpoint: endpoint) }
      #expect(error?.code == .invalidPolicy)
      #expect(error?.detail?.contains("not the id of an IP set") ?? false, "'\(name)'")
    }
  }

  @Test func missingObjects() throws {
    var service = host()
    #expect(throws: HCNError.self) { try service.endpoint(GUID(9)) }
    #expect(
      service.refusal { _ = try $0.createEndpoint(EndpointSettings(network: GUID(9))) }?.code
        == .networkNotFound)
    #expect(service.refusal { try $0.setACLs([], ofEndpoint: GUID(9)) }?.code == .endpointNotFound)
    #expect(service.refusal { _ = try $0.acls(ofEndpoint: GUID(9)) }?.code == .endpointNotFound)
  }

  @Test func stateAndNamespaceMatchTheHost() throws {
    var service = host()
    let network = try service.makeNetwork()
    let id = try service.createEndpoint(EndpointSettings(network: network, name: "web"))
    #expect(try service.endpoint(id).state == .created)
    let namespace = try service.makeNamespace()
    try service.join(namespace, id)
    try service.start(namespace, "c1")
    #expect(try service.endpoint(id).state == .attachedSharing)
    #expect(try service.endpoint(id).namespace == namespace)
  }

  // MARK: Random inputs

  /// The code of a refusal; the explanation may refer to a member of the document or to a property.
  private struct Refusal: Error, Equatable {
    let code: HCNErrorCode
  }

  private static func outcome(_ body: () throws(HCNError) -> GUID) -> Result<GUID, Refusal> {
    do throws(HCNError) { return .success(try body()) } catch { return .failure(Refusal(code: error.code)) }
  }

  private static func settings(_ network: GUID, _ random: inout SeededGenerator) -> EndpointSettings {
    func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }
    let number = Int.random(in: 0..<12, using: &random)
    var result = EndpointSettings(
      network: chance(15) ? GUID(9) : network, name: chance(4) ? "" : "e\(number)")
    if chance(5) { result.id = GUID(UInt128(0x7000 + number)) }
    if chance(3) { result.owner = "somebody" }
    if chance(3) {
      let subnet = UInt128(0x0a00_0000 + number % 3 << 16 + Int.random(in: 0..<70, using: &random))
      let length = [0, 26, 24, 32, 33].randomElement(using: &random) ?? 0
      result.addresses = [IPConfiguration(address: IPAddress(.ipv4, subnet), length: length)]
      if chance(6) { result.addresses.append(result.addresses[0]) }
      if chance(8) { result.addresses[0].ipSubnet = GUID(5) }
    }
    if chance(4) { result.mac = MACAddress(0x0015_5d00_0000 + UInt64(number) + (chance(5) ? 1 << 40 : 0)) }
    if chance(6) { result.flags = UInt32(number) }
    for _ in 0..<Int.random(in: 0..<3, using: &random) {
      if chance(3) {
        let port: JSON = .integer(chance(2) ? 0 : 8000 + Int64(number))
        result.policies.append(
          .document([
            "Type": .string(chance(9) ? "Nothing" : "PortMapping"),
            "Settings": ["Protocol": 6, "InternalPort": 80, "ExternalPort": port],
          ]))
      } else {
        result.policies.append(.acl(acl(&random)))
      }
    }
    return result
  }

  /// The document equivalent to settings.
  private static func document(_ settings: EndpointSettings) -> JSON {
    var result: JSONObject = [
      "HostComputeNetwork": .string(settings.network.lowercase), "Name": .string(settings.name),
      "Owner": .string(settings.owner), "Flags": .number(settings.flags),
      "SchemaVersion": ["Major": 2, "Minor": 0],
    ]
    if !settings.id.isZero { result.append("ID", .string(settings.id.uppercase)) }
    result.append("MacAddress", settings.mac.map { .string($0.description) })
    result.append(
      "IpConfigurations",
      .array(
        settings.addresses.map { ipConfiguration in
          var part: JSONObject = [
            "IpAddress": .string(ipConfiguration.address.description),
            "PrefixLength": .number(ipConfiguration.length),
          ]
          part.append("IpSubnetId", ipConfiguration.ipSubnet.map { .string($0.uppercase) })
          return .object(part)
        }))
    result.append(
      "Policies",
      .array(
        settings.policies.map { policy in
          switch policy {
          case .acl(let acl): ["Type": "ACL", "Settings": acl.settings]
          case .document(let document): document
          }
        }))
    return .object(result)
  }

  private static func acl(_ random: inout SeededGenerator) -> PortACL {
    func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }
    func addresses() -> AddressSet? {
      guard chance(2) else { return nil }
      if chance(12) { return .all(chance(2) ? .ipv4 : .ipv6) }
      return AddressSet(
        (0..<Int.random(in: 1..<3, using: &random)).map { _ in
          let four = UInt128.random(in: 0..<1 << 32, using: &random)
          let six = UInt128.random(in: .min ... .max, using: &random)
          let address = chance(4) ? IPAddress(.ipv6, six) : IPAddress(.ipv4, four)
          let length = Int.random(in: 1...address.family.bitWidth, using: &random)
          return IPPrefix(containing: address, length: length).range
        })
    }
    func ports() -> PortSet? {
      guard chance(3) else { return nil }
      let low = UInt16.random(in: 0...65000, using: &random)
      return PortSet([PortRange(low, low + (chance(2) ? 0 : 500)), PortRange(9)])
    }
    var acl = PortACL(action: chance(2) ? .allow : .block, direction: chance(2) ? .in : .out)
    acl.id = chance(2) ? nil : chance(6) ? "" : "rule \(Int.random(in: 0..<9, using: &random))"
    acl.priority =
      chance(3) ? nil : chance(9) ? 0 : chance(2) ? 100 : UInt16.random(in: 1...65500, using: &random)
    acl.ruleType = chance(3) ? nil : chance(3) ? .host : .switch
    acl.match.localPorts = ports()
    acl.match.remotePorts = ports()
    let hasPorts = acl.match.localPorts != nil || acl.match.remotePorts != nil
    if hasPorts ? !chance(9) : chance(2) {
      acl.match.protocols =
        chance(9) ? ProtocolSet(0, 40) : chance(9) ? ProtocolSet(250, 252) : ProtocolSet([.tcp])
    }
    acl.match.localAddresses = addresses()
    acl.match.remoteAddresses = addresses()
    if chance(5) {
      acl.remoteSets = [chance(5) ? "strangers" : "peers"]
      if chance(2) { acl.match.remoteAddresses = AddressSet() }
    }
    return acl
  }

  /// Whether an endpoint matches its document.
  private static func isDescribed(_ endpoint: Endpoint, by document: JSON) -> Bool {
    let addresses = (document["IpConfigurations"]?.array ?? []).map {
      "\($0["IpAddress"]?.string ?? "")/\($0["PrefixLength"]?.integer ?? 0)"
    }
    return endpoint.id.lowercase == document["ID"]?.string && endpoint.name == document["Name"]?.string
      && endpoint.network.lowercase == document["HostComputeNetwork"]?.string
      && endpoint.mac.description == document["MacAddress"]?.string
      && Int64(endpoint.flags) == document["Flags"]?.integer ?? 0
      && endpoint.state.rawValue == document["State"]?.integer
      && endpoint.addresses.map { "\($0.address)/\($0.length)" } == addresses
  }
}

/// Matches with one empty set.
private enum PolicySetsOfNothing {
  static let matches: [(member: String, match: RuleMatch)] = [
    ("Protocols", RuleMatch(protocols: ProtocolSet())),
    ("LocalAddresses", RuleMatch(localAddresses: AddressSet())),
    ("RemoteAddresses", RuleMatch(remoteAddresses: AddressSet())),
    ("LocalPorts", RuleMatch(protocols: ProtocolSet([.tcp]), localPorts: PortSet())),
    ("RemotePorts", RuleMatch(protocols: ProtocolSet([.tcp]), remotePorts: PortSet())),
  ]
}
