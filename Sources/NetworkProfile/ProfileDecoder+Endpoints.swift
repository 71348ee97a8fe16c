import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  /// Reads one attachment of a container or pod.
  mutating func endpoint(_ attachment: Attachment, of workload: AttachedWorkload) -> EndpointDeclaration? {
    let fields = attachment.fields
    let network = attachment.network
    let driver = network.flatMap { networkFacts[$0].driver }
    var endpoint = EndpointDeclaration(
      workload: workload.containers.map { .pod($0) } ?? .container, workloadName: workload.name,
      name: attachment.name, network: network ?? 0, isolation: workload.isolation ?? .process,
      endpointId: nil,
      addresses: [], mac: nil, publish: [], defaults: nil, aclSets: [], acls: [], outboundNat: nil,
      routes: [], policies: [])
    if let node = fields[.endpointId] { readEndpointId(node, &endpoint) }
    if let node = fields[.addresses] { readAddresses(node, network, &endpoint) }
    if let node = fields[.mac] { readMAC(node, network, &endpoint) }
    countUsage(fields, network)
    if let node = fields[.publish] { readPublish(node, driver, &endpoint) }
    let ownACLs = readPolicy(attachment, of: workload, &endpoint)
    readSwitchPolicies(fields, driver, &endpoint)
    if let node = fields[.policies] {
      readPolicies(node, PlatformCell(driver: driver ?? .l2bridge, isolation: endpoint.isolation), &endpoint)
    }
    checkJoinedACLs(endpoint, fields)
    if let driver, workload.isolation != nil {
      let cell = PlatformCell(driver: driver, isolation: endpoint.isolation)
      checkPlatform(endpoint, ownACLs: ownACLs, cell, fields)
    }
    return network == nil ? nil : endpoint
  }

  private mutating func readEndpointId(_ node: YAMLNode, _ endpoint: inout EndpointDeclaration) {
    guard isText(node, "the id of an endpoint") else { return }
    let location = yaml.location(node)
    guard let id = GUID(yaml.string(node)), !id.isZero else {
      report(
        .invalidName, "\(quoted(node)) is not the id of an endpoint", at: location,
        help: "write it as Get-HnsEndpoint shows it, without braces")
      return
    }
    if let first = usage.endpointIds[id] {
      report(
        .duplicateName, "the endpoint id \(id.lowercase) is used twice", at: location,
        notes: [.init("first used here", first)])
      return
    }
    usage.endpointIds[id] = location
    endpoint.endpointId = Located(id, at: location)
  }

  private mutating func readAddresses(
    _ node: YAMLNode, _ network: Int?, _ endpoint: inout EndpointDeclaration
  ) {
    guard yaml.kind(node) != .sequence || yaml.count(node) > 0 else {
      report(
        .emptyList, "the list of addresses cannot be empty", at: yaml.location(node),
        help: "remove the key to have an address allocated")
      return
    }
    endpoint.addresses =
      list(node, "a list of addresses") { decoder, element in
        decoder.address(element, "an endpoint's address").map { decoder.located($0, element) }
      } ?? []
    guard let network, let driver = networkFacts[network].driver else { return }
    for address in endpoint.addresses { check(address, network, driver) }
  }

  /// Checks an endpoint's address against its network and the addresses of other endpoints.
  private mutating func check(_ address: Located<IPAddress>, _ network: Int, _ driver: NetworkDriver) {
    let value = address.value
    let families = PlatformCell(driver: driver, isolation: .process).addressFamilies(host.windows)
    guard families.contains(value.family) else { return refuseIPv6(driver, at: address.location) }
    let facts = networkFacts[network]
    guard let subnet = subnet(of: value, network) else {
      guard facts.hasAllSubnets else { return }
      let notes = facts.subnetsLocation.map { [Diagnostic.Note("the subnets are here", $0)] } ?? []
      let known = networks[network].subnets.prefix(4).map { "\($0.prefix.value)" }.joined(separator: ", ")
      report(
        .addressOutsideSubnet,
        "the address \(value) is not in any subnet of network '\(networks[network].name.value)'",
        at: address.location, notes: notes,
        help: known.isEmpty ? "remove the address; it is assigned by DHCP" : "use an address in \(known)")
      return
    }
    if let gateway = subnet.gateway, gateway.value == value {
      report(
        .reservedAddress, "an endpoint cannot have \(value), the gateway's address", at: address.location,
        notes: [.init("the gateway is here", gateway.location)])
    } else if let gateway = networks[network].endpointGateway, gateway.value == value {
      report(
        .reservedAddress, "an endpoint cannot have \(value), the endpoint gateway's address",
        at: address.location,
        notes: [.init("the endpoint gateway is here", gateway.location)])
    } else {
      checkNotEdge(value, subnet.prefix.value, "an endpoint's address", at: address.location)
    }
    let isolation = Self.isolation(of: subnet)
    if let first = usage.addresses[.init(address: value, isolation: isolation)] {
      report(
        .duplicateAddress, "the address \(value) is used twice", at: address.location,
        notes: [.init("first used here", first)])
      return
    }
    usage.addresses[.init(address: value, isolation: isolation)] = address.location
    if isolation == nil, let own = host.addresses.first(where: { $0.value == value }) {
      report(
        .duplicateAddress, "the address \(value) is the host's own", at: address.location,
        notes: [.init("the host's address is here", own.location)])
    }
  }

  /// The subnet of a network that contains an address.
  private func subnet(of address: IPAddress, _ network: Int) -> SubnetDeclaration? {
    let sorted = networkFacts[network].sorted
    let subnets = networks[network].subnets
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if subnets[sorted[middle]].prefix.value.address <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let candidate = subnets[sorted[low - 1]]
    return candidate.prefix.value.contains(address) ? candidate : nil
  }

  private mutating func readMAC(_ node: YAMLNode, _ network: Int?, _ endpoint: inout EndpointDeclaration) {
    guard let mac = mac(node) else { return }
    let location = yaml.location(node)
    endpoint.mac = Located(mac, at: location)
    if let first = usage.macs[mac] {
      report(
        .duplicateMAC, "the MAC address \(mac) is used twice", at: location,
        notes: [.init("first used here", first)])
    } else {
      usage.macs[mac] = location
    }
    if let network, let pool = networks[network].macPool, !pool.value.contains(mac) {
      report(
        .macOutsidePool,
        "the MAC address \(mac) is outside the pool of network '\(networks[network].name.value)'",
        at: location,
        notes: [.init("the pool is here", pool.location)],
        help: "use an address from \(pool.value.lowerBound) to \(pool.value.upperBound)")
    }
  }

  /// Counts the addresses that the endpoint uses of its network, for ``checkCapacities()``.
  private mutating func countUsage(_ fields: AttachmentFields, _ network: Int?) {
    guard let network else { return }
    if fields.has(.mac) {
      networkFacts[network].explicitMACs += 1
    } else {
      networkFacts[network].needsMAC += 1
    }
    guard let node = fields[.addresses] else {
      if !fields.has(.addresses) { networkFacts[network].needsAddress += 1 }
      return
    }
    for element in yaml.children(node) {
      let text = AddressText(parsing: Span(_unsafeElements: yaml.bytes(element)))
      if case .address(let address) = text { networkFacts[network].explicit[address.family, default: 0] += 1 }
    }
  }

  /// Refuses networks whose endpoints need more IP or MAC addresses than are available.
  mutating func checkCapacities() {
    for (network, facts) in zip(networks, networkFacts) {
      if facts.hasAllSubnets, facts.driver != nil, !network.subnets.isEmpty, facts.needsAddress > 0 {
        let family = network.subnets.contains { $0.prefix.value.family == .ipv4 } ? AddressFamily.ipv4 : .ipv6
        let taken = facts.explicit[family] ?? 0
        let free = network.subnets.lazy.map(\.prefix.value).filter { $0.family == family }
          .reduce(UInt128(0)) { sum, prefix in
            let size = prefix.range.upper - prefix.range.lower + 1
            return min(1 << 100, sum + size - min(size, family == .ipv4 ? 2 : 1))
          }
        let gateways = network.subnets.count { $0.prefix.value.family == family && $0.gateway != nil }
        let reserved =
          gateways
          + (network.endpointGateway.map { gateway in
            gateway.value.family == family && !network.subnets.contains { $0.gateway?.value == gateway.value }
              ? 1 : 0
          } ?? 0)
        let available = Int(clamping: free) - taken - reserved
        if available < facts.needsAddress {
          report(
            .subnetFull,
            "network '\(network.name.value)' has too few free addresses for its endpoints without an explicit address: \(max(0, available)) for \(facts.needsAddress)",
            at: facts.subnetsLocation ?? network.name.location, help: "use a larger subnet, or add one")
        }
      }
      let pool = network.macPool.map { Int($0.value.upperBound.value - $0.value.lowerBound.value) + 1 }
      let wanted = facts.needsMAC + (pool == nil ? 0 : facts.explicitMACs)
      if wanted > pool ?? Self.standardMACPool {
        report(
          .macPoolTooSmall,
          "network '\(network.name.value)' has too few MAC addresses for its endpoints: \(pool ?? Self.standardMACPool) for \(wanted)",
          at: network.macPool?.location ?? network.name.location,
          help: pool == nil
            ? "without a 'macPool' there are 4096; specify a larger pool" : "use a larger pool")
      }
    }
  }

  /// How many MAC addresses a network without an explicit pool has (reference: hns, 1.2).
  static let standardMACPool = 4096

  /// Reads the policies that the switch applies: outbound NAT and routes.
  private mutating func readSwitchPolicies(
    _ fields: AttachmentFields, _ driver: NetworkDriver?, _ endpoint: inout EndpointDeclaration
  ) {
    if let node = fields[.outboundNat], isOnSwitch(node, driver, "outbound NAT"),
      let nat = record(node, OutboundNATKey.table)
    {
      let exceptions = nat[.exceptions].flatMap {
        list($0, "a list of prefixes") { $0.destination($1, driver) }
      }
      let destinations = nat[.destinations].flatMap {
        list($0, "a list of prefixes") { $0.destination($1, driver) }
      }
      endpoint.outboundNat = OutboundNATDeclaration(
        exceptions: exceptions ?? [], destinations: destinations ?? [], location: keyLocation(node))
    }
    if let node = fields[.routes], isOnSwitch(node, driver, "routing") {
      var seen: [IPPrefix: SourceRange] = [:]
      forEach(node, "a list of routes") { decoder, element in
        guard let route = decoder.record(element, RouteKey.table), let destination = route[.destination],
          let prefix = decoder.prefix(destination, "a destination")
        else { return }
        let location = decoder.yaml.location(destination)
        if let driver { decoder.checkFamily(prefix, driver, at: location) }
        let encap = route[.encap].flatMap { decoder.boolean($0, "encap") } ?? false
        if let first = seen[prefix] {
          decoder.report(
            .duplicateEntry, "there are two routes to \(prefix)", at: location,
            notes: [.init("the first is here", first)])
        } else {
          seen[prefix] = location
          endpoint.routes.append(RouteDeclaration(destination: prefix, encap: encap))
        }
      }
    }
  }

  private mutating func isOnSwitch(_ node: YAMLNode, _ driver: NetworkDriver?, _ what: String) -> Bool {
    guard let driver, !driver.filtersWithVFP else { return true }
    report(
      .keyNotSupported, "\(what) requires VFP, which \(driver.rawValue) networks do not have",
      at: keyLocation(node), help: "remove the key")
    return false
  }

  private mutating func checkFamily(_ prefix: IPPrefix, _ driver: NetworkDriver, at location: SourceRange) {
    let families = PlatformCell(driver: driver, isolation: .process).addressFamilies(host.windows)
    if !families.contains(prefix.family) { refuseIPv6(driver, at: location) }
  }

  /// Reads a destination: a prefix or an address.
  private mutating func destination(_ node: YAMLNode, _ driver: NetworkDriver?) -> IPPrefix? {
    var result: IPPrefix?
    if yaml.kind(node) == .scalar,
      case .address(let address) = AddressText(parsing: Span(_unsafeElements: yaml.bytes(node)))
    {
      result = IPPrefix(containing: address, length: address.family.bitWidth)
    } else {
      result = prefix(node, "a destination")
    }
    if let result, let driver { checkFamily(result, driver, at: yaml.location(node)) }
    return result
  }
}
