import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

/// A random Kubernetes node with services, in plain numbers, and what happens to its packets.
///
/// Addresses are numbers of 32 bits; on a node of IPv6 they are the last bits of addresses in 2001:db8::/96.
///
/// ``verdicts(_:)`` shares no code with the evaluator, and no data but the documents that
/// ``programmed(on:)`` sends: it applies the rules of the reference one after the other (reference:
/// windows-firewall-and-vfp, 3.6, 10.2 and 10.4).
struct OracleNode {
  /// An ACL of a pod, whose ports are destination ports.
  struct Rule {
    var isInbound: Bool
    var allows: Bool
    var isOfHostType: Bool
    var `protocol`: Int?
    var peer: (base: UInt32, length: UInt32)?
    var ports: ClosedRange<Int>?
    var priority: Int
  }

  /// A pod of the node.
  struct Pod {
    var address: UInt32
    var rules: [Rule]
  }

  /// A load balancer; without addresses it is a node port.
  struct Balancer {
    var addresses: [UInt32]
    var isExternal: Bool
    var `protocol`: Int
    var externalPort: Int
    var internalPort: Int
    var isDirect: Bool
    var preservesClient: Bool
    var sourceAddress: UInt32?
    /// Positions of pods, and after those of remote endpoints.
    var backends: [Int]
  }

  /// A sender.
  enum Sender {
    case pod(Int)
    case host
    case outside(UInt32)
  }

  /// The first packet of a flow.
  struct Packet {
    var sender: Sender
    var destination: UInt32
    var `protocol`: Int
    var port: Int
  }

  /// The words of a verdict.
  enum Word: String { case allow, block, mixed }

  /// The verdict on a packet, and the verdict at each backend if a load balancer takes it.
  struct Answer {
    var verdict: Word
    var backends: [Word]
    var isBalanced: Bool
  }

  static let address: UInt32 = 0x0af0_0005
  private static let ports = [80, 443, 8080]
  private static let outside: [UInt32] = [0xcb00_7107, 0xcb00_7109]
  private static let virtual: [UInt32] = [0x0a60_0001, 0x0a60_0002, 0x0a60_0103]
  private static let external: [UInt32] = [0xc633_6401, 0xc633_6402]
  private static let sourceAddress: UInt32 = 0x0af4_07fe
  private static let nodePorts = [30080, 30443]

  let isOverlay: Bool
  /// Whether packets are of IPv6, which containers have on l2bridge from Windows Server 2022 on.
  let isIPv6: Bool
  let pods: [Pod]
  let remotes: [UInt32]
  let balancers: [Balancer]

  init(using random: inout SeededGenerator) {
    isOverlay = random.once(in: 2)
    isIPv6 = !isOverlay && random.once(in: 2)
    remotes = (0..<random.below(3)).map { 0x0af4_0900 + UInt32($0) + 2 }
    let count = 1 + random.below(4)
    let addresses = (0..<count).map { 0x0af4_0700 + UInt32($0) + 10 }
    let peers = addresses + Self.virtual + Self.outside + [Self.address, Self.sourceAddress] + remotes
    pods = addresses.map { Pod(address: $0, rules: Self.rules(peers, using: &random)) }
    let (overlay, endpoints) = (isOverlay, count + remotes.count)
    balancers = (0..<random.below(6)).map { _ in
      Self.balancer(isOverlay: overlay, endpoints: endpoints, using: &random)
    }
  }

  private static func balancer(
    isOverlay: Bool, endpoints: Int, using random: inout SeededGenerator
  ) -> Balancer {
    let kind = random.below(4)
    let pool = kind == 1 ? external : virtual
    let addresses = kind == 0 ? [] : (0...random.below(2)).map { _ in random.one(of: pool) }
    return Balancer(
      addresses: Array(Set(addresses)).sorted(), isExternal: kind == 1, protocol: random.one(of: [6, 6, 17]),
      externalPort: random.one(of: kind == 0 ? nodePorts : ports), internalPort: random.one(of: ports),
      isDirect: random.once(in: 2), preservesClient: random.once(in: 5),
      sourceAddress: kind > 1 && random.once(in: 2) ? sourceAddress : nil,
      backends: (0..<endpoints).filter { _ in random.once(in: 2) })
  }

  /// Rules of both types with different priorities; every direction of a type ends with a rule for all packets.
  private static func rules(_ peers: [UInt32], using random: inout SeededGenerator) -> [Rule] {
    var rules: [Rule] = []
    for isInbound in [true, false] {
      for isOfHostType in [false, true] where !random.once(in: 3) {
        for number in 0..<random.below(5) {
          let proto = random.one(of: [6, 17, nil])
          rules.append(
            Rule(
              isInbound: isInbound, allows: !isOfHostType && random.once(in: 2), isOfHostType: isOfHostType,
              protocol: proto,
              peer: random.once(in: 4)
                ? nil : (random.one(of: peers), random.one(of: [32, 32, 32, 24, 16] as [UInt32])),
              ports: proto == nil || random.once(in: 2)
                ? nil : { $0...($0 + random.one(of: [0, 0, 400])) }(random.one(of: ports)),
              priority: 100 + number))
        }
        rules.append(
          Rule(
            isInbound: isInbound, allows: isOfHostType || !random.once(in: 3), isOfHostType: isOfHostType,
            protocol: nil, peer: nil, ports: nil, priority: 60000))
      }
    }
    return rules
  }

  /// A packet whose end is decided by load balancers, filters of pods, or nothing.
  func packet(using random: inout SeededGenerator) -> Packet {
    let sender: Sender =
      switch random.below(4) {
      case 0: .host
      case 1: .outside(random.one(of: Self.outside))
      default: .pod(random.below(pods.count))
      }
    // Whether unrequested packets enter the host itself is another question.
    if random.once(in: 4), let balancer = balancers.first(where: \.addresses.isEmpty) {
      return Packet(
        sender: sender, destination: Self.address, protocol: balancer.protocol, port: balancer.externalPort)
    }
    let destinations =
      Self.virtual + Self.external + pods.map(\.address) + remotes + Self.virtual + Self.external
    return Packet(
      sender: sender, destination: random.one(of: destinations), protocol: random.one(of: [6, 6, 17]),
      port: random.one(of: Self.ports))
  }

  // MARK: The oracle

  /// What happens to a packet; nil if no filter of the node sees it.
  func answer(to packet: Packet) -> Answer? {
    guard let balancer = balancer(of: packet) else {
      let receiver = pods.firstIndex { $0.address == packet.destination }
      switch packet.sender {
      case .outside: guard receiver != nil || isVirtual(packet.destination) else { return nil }
      case .pod(let sender) where sender == receiver:
        return Answer(verdict: .allow, backends: [], isBalanced: false)
      default: break
      }
      var passes = leaves(packet, atSwitch: (packet.destination, packet.port))
      if let receiver {
        passes = passes && enters(receiver, from: source(of: packet), packet.protocol, packet.port)
      }
      return Answer(verdict: passes ? .allow : .block, backends: [], isBalanced: false)
    }
    guard !balancer.backends.isEmpty else {
      let passes = leaves(packet, atSwitch: (packet.destination, packet.port))
      return Answer(verdict: passes ? .allow : .block, backends: [], isBalanced: true)
    }
    let words = balancer.backends.map { backend -> Word in
      let address = backend < pods.count ? pods[backend].address : remotes[backend - pods.count]
      let seen = balancer.isDirect ? (address, balancer.internalPort) : (packet.destination, packet.port)
      guard leaves(packet, atSwitch: seen) else { return .block }
      guard backend < pods.count else { return .allow }
      let source = source(of: packet, through: balancer, to: backend)
      return enters(backend, from: source, packet.protocol, balancer.internalPort) ? .allow : .block
    }
    let verdict = Set(words).count == 1 ? words[0] : .mixed
    return Answer(verdict: verdict, backends: words, isBalanced: true)
  }

  /// The first load balancer of a destination.
  private func balancer(of packet: Packet) -> Balancer? {
    balancers.first {
      let addresses = $0.addresses.isEmpty ? [Self.address] : $0.addresses
      return $0.protocol == packet.protocol && $0.externalPort == packet.port
        && addresses.contains(packet.destination)
    }
  }

  /// Whether a load balancer has an address.
  private func isVirtual(_ address: UInt32) -> Bool { balancers.contains { $0.addresses.contains(address) } }

  private func source(of packet: Packet) -> UInt32 {
    switch packet.sender {
    case .pod(let index): pods[index].address
    case .host: Self.address
    case .outside(let address): address
    }
  }

  /// The source that a backend sees.
  private func source(of packet: Packet, through balancer: Balancer, to backend: Int) -> UInt32 {
    let node = balancer.sourceAddress ?? Self.address
    if case .pod(backend) = packet.sender { return node }
    if balancer.preservesClient { return source(of: packet) }
    if balancer.isExternal { return node }
    if case .host = packet.sender, isOverlay { return node }
    return balancer.isDirect ? source(of: packet) : node
  }

  /// Whether a packet passes the filters of its sender: the firewall of the compartment sees it as it was sent,
  /// the port of the switch sees the given destination.
  private func leaves(_ packet: Packet, atSwitch destination: (address: UInt32, port: Int)) -> Bool {
    guard case .pod(let index) = packet.sender else { return true }
    return Self.passesFirewall(
      pods[index].rules, inbound: false, packet.destination, packet.protocol, packet.port)
      && Self.passesSwitch(
        pods[index].rules, inbound: false, destination.address, packet.protocol, destination.port)
  }

  private func enters(_ pod: Int, from source: UInt32, _ proto: Int, _ port: Int) -> Bool {
    Self.passesSwitch(pods[pod].rules, inbound: true, source, proto, port)
      && Self.passesFirewall(pods[pod].rules, inbound: true, source, proto, port)
  }

  private static func passesSwitch(
    _ rules: [Rule], inbound: Bool, _ peer: UInt32, _ proto: Int, _ port: Int
  ) -> Bool {
    let matching = rules.filter { !$0.isOfHostType && $0.matches(inbound, peer, proto, port) }
    return matching.min { $0.priority < $1.priority }?.allows ?? true
  }

  private static func passesFirewall(
    _ rules: [Rule], inbound: Bool, _ peer: UInt32, _ proto: Int, _ port: Int
  ) -> Bool {
    !rules.contains { $0.isOfHostType && !$0.allows && $0.matches(inbound, peer, proto, port) }
  }
}

extension OracleNode.Rule {
  fileprivate func matches(_ inbound: Bool, _ other: UInt32, _ proto: Int, _ port: Int) -> Bool {
    guard inbound == isInbound, `protocol` == nil || `protocol` == proto else { return false }
    if let peer, (other ^ peer.base) >> (32 - peer.length) != 0 { return false }
    return ports?.contains(port) ?? true
  }
}

// MARK: - Documents

extension OracleNode {
  /// The name of an endpoint: `pod-0`, and after those of this node `remote-0`.
  func name(_ endpoint: Int) -> String {
    endpoint < pods.count ? "pod-\(endpoint)" : "remote-\(endpoint - pods.count)"
  }

  /// An address of the node's family.
  func address(_ number: UInt32) -> IPAddress { Self.address(number, isIPv6: isIPv6) }

  fileprivate static func address(_ number: UInt32, isIPv6: Bool) -> IPAddress {
    isIPv6
      ? IPAddress(.ipv6, 0x2001_0db8 << 96 | UInt128(number)) : IPAddress(.ipv4, UInt128(number))
  }

  /// The number as an IPv4 address and, on a node of IPv6, as one of that too.
  private func addresses(_ number: UInt32) -> [IPAddress] {
    [Self.address(number, isIPv6: false)] + (isIPv6 ? [address(number)] : [])
  }

  /// The node on an emulated host, programmed with the documents that a network plugin and kube-proxy send.
  func programmed(on build: WindowsBuild) throws -> HostNetworkingService {
    var assumptions = Assumptions()
    assumptions[.duplicateLoadBalancer] = "accepted"
    var service = HostNetworkingService(
      HostConfiguration(
        build: build, assumptions: assumptions,
        addresses: addresses(Self.address), seed: 1))
    let isolation = isOverlay ? #","Policies":[{"Type":"VSID","Settings":{"IsolationId":4096}}]"# : ""
    let subnet =
      isIPv6
      ? """
      ,{"IpAddressPrefix":"\(address(0x0af4_0700))/120",
        "Routes":[{"NextHop":"\(address(0x0af4_0701))","DestinationPrefix":"::/0"}]}
      """ : ""
    let network = try service.create(
      .network,
      settings: JSON(
        parsing: """
          {"Name":"net","Type":"\(isOverlay ? "Overlay" : "L2Bridge")",
           "Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}],
           "Ipams":[{"Type":"Static","Subnets":[{"IpAddressPrefix":"10.244.7.0/24",
             "Routes":[{"NextHop":"10.244.7.1","DestinationPrefix":"0.0.0.0/0"}]\(isolation)}\(subnet)]}],
           "SchemaVersion":{"Major":2,"Minor":0}}
          """))
    var endpoints: [GUID] = []
    for (index, pod) in pods.enumerated() {
      let policies = pod.rules.map { $0.document(isIPv6: isIPv6) }.joined(separator: ",")
      let configurations = addresses(pod.address).map { #"{"IpAddress":"\#($0)"}"# }.joined(separator: ",")
      let endpoint = try service.create(
        .endpoint, network: network,
        settings: JSON(
          parsing: """
            {"Name":"\(name(index))","IpConfigurations":[\(configurations)],
             "Policies":[\(policies)]}
            """))
      endpoints.append(endpoint)
      let namespace = try service.create(.namespace, settings: ["Type": "Host"])
      for (type, member, value) in [
        ("Endpoint", "EndpointId", endpoint.description), ("Container", "ContainerId", "c\(index)"),
      ] {
        try service.modify(
          .namespace, namespace,
          settings: JSON(
            parsing:
              #"{"ResourceType":"\#(type)","RequestType":"Add","Settings":{"\#(member)":"\#(value)"}}"#))
      }
    }
    for (index, number) in remotes.enumerated() {
      let policy =
        isOverlay ? #"{"Type":"ProviderAddress","Settings":{"ProviderAddress":"10.240.0.9"}}"# : ""
      endpoints.append(
        try service.create(
          .endpoint, network: network,
          settings: JSON(
            parsing: """
              {"Name":"\(name(pods.count + index))","Flags":1,"MacAddress":"00-11-22-33-44-55",
               "IpConfigurations":[{"IpAddress":"\(address(number))"}],"Policies":[\(policy)]}
              """)))
    }
    for balancer in balancers {
      _ = try service.create(
        .loadBalancer, settings: JSON(parsing: balancer.document(network, endpoints, isIPv6: isIPv6)))
    }
    return service
  }
}

extension OracleNode.Rule {
  fileprivate func document(isIPv6: Bool) -> String {
    var members = [
      #""Action":"\#(allows ? "Allow" : "Block")""#, #""Direction":"\#(isInbound ? "In" : "Out")""#,
      #""RuleType":"\#(isOfHostType ? "Host" : "Switch")""#,
    ]
    if !isOfHostType { members.append(#""Priority":\#(priority)"#) }
    if let `protocol` { members.append(#""Protocols":"\#(`protocol`)""#) }
    if let peer {
      let base = (peer.base >> (32 - peer.length)) << (32 - peer.length)
      let length = Int(peer.length) + (isIPv6 ? 96 : 0)
      members.append(#""RemoteAddresses":"\#(OracleNode.address(base, isIPv6: isIPv6))/\#(length)""#)
    }
    if let ports {
      let text = ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
      members.append(#""\#(isInbound ? "LocalPorts" : "RemotePorts")":"\#(text)""#)
    }
    return #"{"Type":"ACL","Settings":{"# + members.joined(separator: ",") + "}}"
  }
}

extension OracleNode.Balancer {
  fileprivate func document(_ network: GUID, _ endpoints: [GUID], isIPv6: Bool) -> String {
    func text(_ number: UInt32) -> String { "\(OracleNode.address(number, isIPv6: isIPv6))" }
    // Local routed virtual IP 2, preserved DIP 8, external virtual IP 16 (reference: hns, 1.7).
    let flags = (addresses.isEmpty ? 2 : 0) | (preservesClient ? 8 : 0) | (isExternal ? 16 : 0)
    return """
      {"HostComputeNetwork":"\(network)",
       "HostComputeEndpoints":[\(backends.map { "\"\(endpoints[$0])\"" }.joined(separator: ","))],
       "SourceVIP":"\(sourceAddress.map(text) ?? "")",
       "FrontendVIPs":[\(addresses.map { "\"\(text($0))\"" }.joined(separator: ","))],
       "PortMappings":[{"Protocol":\(`protocol`),"InternalPort":\(internalPort),
         "ExternalPort":\(externalPort),"DistributionType":0,"Flags":\(flags)}],
       "SchemaVersion":{"Major":2,"Minor":0},"Flags":\((isDirect ? 1 : 0) | (isIPv6 ? 2 : 0))}
      """
  }
}
