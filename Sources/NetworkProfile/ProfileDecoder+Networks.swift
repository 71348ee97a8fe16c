import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

/// What endpoint checks need to know about a network besides its declaration.
struct NetworkFacts {
  /// The driver; nil if it is invalid, in which case nothing that depends on it is checked.
  var driver: NetworkDriver?
  /// Whether every subnet was read.
  var hasAllSubnets = true
  /// The subnets by their first address.
  var sorted: [Int] = []
  var needsAddress = 0
  /// The explicit addresses of endpoints, by family.
  var explicit: [AddressFamily: Int] = [:]
  var needsMAC = 0
  var explicitMACs = 0
  /// The location of the `subnets` key.
  var subnetsLocation: SourceRange?
}

extension ProfileDecoder {
  /// The valid virtual subnet IDs; they have 24 bits.
  static let virtualSubnets = 4096...16_777_215

  /// Reads one network.
  mutating func readNetwork(_ node: YAMLNode) {
    guard let fields = record(node, NetworkKey.table) else { return }
    let name = fields[.name].flatMap { networkName($0) }
    let driver: NetworkDriver? = fields[.driver].flatMap { choice($0, "a network driver") }
    var facts = NetworkFacts(driver: driver)
    let location = yaml.location(fields[.driver] ?? node)
    var network = NetworkDeclaration(
      name: name ?? Located("", at: startLocation(of: node)), driver: Located(driver ?? .nat, at: location),
      adapters: [], subnets: [], endpointGateway: nil, vxlanPort: nil, ipam: nil, macPool: nil,
      dnsServers: [], dnsSearch: [])
    readAdapters(fields, driver, &network)
    if let node = fields[.ipam] {
      network.ipam = choice(node, "an IPAM type").map { located($0, node) }
      if network.ipam?.value == .dhcp, let driver, driver != .transparent {
        report(
          .keyNotSupported,
          "DHCP is available on transparent networks only, not on \(driver.rawValue)",
          at: yaml.location(node), help: "write 'ipam: static'")
      }
    }
    readSubnets(fields, driver, &network, &facts)
    if let node = fields[.endpointGateway] { readEndpointGateway(node, driver, facts, &network) }
    if let node = fields[.vxlanPort] { readVXLANPort(node, driver, &network) }
    if let node = fields[.macPool] { readMACPool(node, &network) }
    if let node = fields[.dns] { readDNS(node, &network) }
    if driver == .nat, let driverNode = fields[.driver], !host.windows.allowsSeveralNATNetworks {
      if let first = natNetwork {
        report(
          .multipleNATNetworks,
          "\(hostTitle) can have only one nat network, and the profile already has one",
          at: yaml.location(driverNode), notes: [.init("first defined here", first)] + hostNotes,
          help: "use the first network, or Windows Server 2022 or later")
      } else {
        natNetwork = yaml.location(driverNode)
      }
    }
    facts.sorted = network.subnets.indices.sorted {
      network.subnets[$0].prefix.value < network.subnets[$1].prefix.value
    }
    if let name {
      if let first = networkIndex[name.value] {
        duplicateName(name, of: "a network", first: networks[first].name.location)
      } else {
        networkIndex[name.value] = networks.count
      }
    }
    networks.append(network)
    networkFacts.append(facts)
  }

  private mutating func readEndpointGateway(
    _ node: YAMLNode, _ driver: NetworkDriver?, _ facts: NetworkFacts, _ network: inout NetworkDeclaration
  ) {
    guard driver == nil || driver == .l2bridge else {
      report(
        .keyNotSupported, "only l2bridge networks have an endpoint gateway", at: keyLocation(node),
        help: "remove the key; the subnet's gateway is used")
      return
    }
    guard let address = address(node, "an endpoint gateway") else { return }
    network.endpointGateway = located(address, node)
    guard facts.hasAllSubnets else { return }
    guard let subnet = network.subnets.first(where: { $0.prefix.value.contains(address) }) else {
      report(
        .addressOutsideSubnet, "the endpoint gateway \(address) is not in any subnet of the network",
        at: yaml.location(node))
      return
    }
    checkNotEdge(address, subnet.prefix.value, "the endpoint gateway", at: yaml.location(node))
  }

  /// Refuses the network address and the broadcast address of a subnet where a host address is needed.
  mutating func checkNotEdge(
    _ address: IPAddress, _ prefix: IPPrefix, _ what: String, at location: SourceRange
  ) {
    if address == prefix.range.first {
      report(.reservedAddress, "\(what) cannot be \(address), the network address of \(prefix)", at: location)
    } else if address == prefix.range.last, prefix.family == .ipv4 {
      report(
        .reservedAddress, "\(what) cannot be \(address), the broadcast address of \(prefix)", at: location)
    }
  }

  private mutating func readVXLANPort(
    _ node: YAMLNode, _ driver: NetworkDriver?, _ network: inout NetworkDeclaration
  ) {
    guard driver == nil || driver == .overlay else {
      report(
        .keyNotSupported, "only overlay networks have a VXLAN port", at: keyLocation(node),
        help: "remove the key")
      return
    }
    guard let port = number(node, "a port", 1...65535) else { return }
    network.vxlanPort = located(UInt16(port), node)
    requireFeature(.vxlanPort, "a VXLAN port", at: keyLocation(node))
  }

  /// Refuses a feature that the host's HNS version does not have.
  mutating func requireFeature(_ feature: HNSFeature, _ what: String, at location: SourceRange) {
    guard !host.windows.hnsVersion.has(feature) else { return }
    report(
      .featureNotAvailable,
      "\(what) needs HNS \(feature.introduction), but \(hostTitle) has HNS \(host.windows.hnsVersion)",
      at: location, notes: hostNotes)
  }

  private mutating func readMACPool(_ node: YAMLNode, _ network: inout NetworkDeclaration) {
    guard let fields = record(node, MACPoolKey.table), let startNode = fields[.start],
      let endNode = fields[.end]
    else { return }
    let start = mac(startNode)
    let end = mac(endNode)
    guard let start, let end else { return }
    guard start <= end else {
      report(
        .invertedRange, "the MAC pool ends before it starts", at: yaml.location(startNode),
        notes: [.init("the end is here", yaml.location(endNode))])
      return
    }
    guard start.value >> 40 == end.value >> 40 else {
      report(
        .invalidMAC, "the addresses of a MAC pool must have the same first byte", at: yaml.location(endNode),
        notes: [.init("the start is here", yaml.location(startNode))])
      return
    }
    network.macPool = located(start...end, node)
  }

  /// Reads a unicast MAC address.
  mutating func mac(_ node: YAMLNode) -> MACAddress? {
    guard isText(node, "a MAC address") else { return nil }
    guard let mac = MACAddress(yaml.string(node)) else {
      report(
        .invalidMAC, "\(quoted(node)) is not a MAC address", at: yaml.location(node),
        help: "write six pairs of hexadecimal digits, as in 00-15-5D-52-C0-0A")
      return nil
    }
    guard !mac.isMulticast, mac.value != 0 else {
      report(
        .invalidMAC,
        mac.value == 0
          ? "\(mac) is not a usable address"
          : "\(mac) is a multicast address and cannot be assigned to an endpoint",
        at: yaml.location(node))
      return nil
    }
    return mac
  }

  private mutating func readDNS(_ node: YAMLNode, _ network: inout NetworkDeclaration) {
    (network.dnsServers, network.dnsSearch) = dns(node)
  }

  /// Reads name servers and search domains.
  mutating func dns(_ node: YAMLNode) -> (servers: [Located<IPAddress>], search: [Located<String>]) {
    guard let fields = record(node, DNSKey.table) else { return ([], []) }
    let servers = fields[.servers].flatMap { servers in
      list(servers, "a list of addresses") { decoder, element in
        decoder.address(element, "a name server").map { decoder.located($0, element) }
      }
    }
    let search = fields[.search].flatMap { list($0, "a list of domains") { $0.domain($1) } }
    return (servers ?? [], search ?? [])
  }

  private mutating func domain(_ node: YAMLNode) -> Located<String>? {
    guard isText(node, "a domain") else { return nil }
    let text = yaml.string(node)
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    let isValid =
      text.utf8.count <= 253
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count)
          && label.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
              || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
          }
      }
    guard isValid else {
      report(.invalidName, "\(quoted(node)) is not a valid domain name", at: yaml.location(node))
      return nil
    }
    return located(text, node)
  }
}
