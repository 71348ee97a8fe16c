import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  mutating func readSubnets(
    _ fields: Record<NetworkKey>, _ driver: NetworkDriver?, _ network: inout NetworkDeclaration,
    _ facts: inout NetworkFacts
  ) {
    guard let node = fields[.subnets] else {
      // HNS gives a nat network without a subnet a private /20 (reference: hns, 6.2).
      facts.hasAllSubnets = !fields.has(.subnets) && driver != .nat
      if let driver, driver != .nat, !fields.has(.subnets), network.ipam?.value != .dhcp {
        report(
          .missingKey, "a network with static addresses needs the key 'subnets'",
          at: startLocation(of: fields.node),
          help: "write 'subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]'")
        facts.hasAllSubnets = false
      }
      return
    }
    facts.subnetsLocation = keyLocation(node)
    guard yaml.kind(node) != .sequence || yaml.count(node) > 0 else {
      emptyOrNoList(node, "a list of subnets", help: "write at least one subnet")
      facts.hasAllSubnets = false
      return
    }
    let before = errors
    forEach(node, "a list of subnets") { decoder, element in
      if let subnet = decoder.subnet(element, driver) { network.subnets.append(subnet) }
    }
    facts.hasAllSubnets = network.subnets.count == yaml.count(node)
    guard errors == before, let driver else { return }
    checkFamilies(of: network.subnets, driver)
  }

  private mutating func subnet(_ node: YAMLNode, _ driver: NetworkDriver?) -> SubnetDeclaration? {
    guard let fields = record(node, SubnetKey.table) else { return nil }
    let prefixNode = fields[.prefix]
    let prefix = prefixNode.flatMap { self.prefix($0, "a subnet") }
    let gatewayNode = fields[.gateway]
    let gateway = gatewayNode.flatMap { self.address($0, "a gateway") }
    let vsid = readVSID(fields, driver)
    let vlan = readVLAN(fields, driver)
    guard let prefix, let prefixNode else { return nil }
    let location = yaml.location(prefixNode)
    if let driver,
      !PlatformCell(driver: driver, isolation: .process).addressFamilies(host.windows).contains(prefix.family)
    {
      refuseIPv6(driver, at: location)
    } else if let kind = unusableKind(prefix.range) {
      report(.invalidAddress, "the subnet \(prefix) contains \(kind)", at: location)
    } else if prefix.length > prefix.family.bitWidth - 2 {
      report(
        .subnetTooSmall,
        "the subnet \(prefix) is too small for a gateway and an endpoint", at: location,
        help: "use a prefix length of at most \(prefix.family.bitWidth - 2)")
    } else if let gateway, let gatewayNode {
      if prefix.contains(gateway) {
        checkNotEdge(gateway, prefix, "the gateway", at: yaml.location(gatewayNode))
      } else {
        report(
          .addressOutsideSubnet, "the gateway \(gateway) is outside the subnet \(prefix)",
          at: yaml.location(gatewayNode), notes: [.init("the subnet is here", location)])
      }
    }
    return SubnetDeclaration(
      prefix: Located(prefix, at: location),
      gateway: gateway.flatMap { value in gatewayNode.map { located(value, $0) } },
      vsid: vsid, vlan: vlan)
  }

  private mutating func readVSID(_ fields: Record<SubnetKey>, _ driver: NetworkDriver?) -> Located<UInt32>? {
    guard let node = fields[.vsid] else {
      if driver == .overlay, !fields.has(.vsid) {
        report(
          .missingKey, "a subnet of an overlay network needs the key 'vsid'",
          at: startLocation(of: fields.node),
          help: "write a virtual subnet ID of 4096 or more, as in 'vsid: 4096'")
      }
      return nil
    }
    guard driver == nil || driver == .overlay else {
      report(
        .keyNotSupported, "only subnets of overlay networks have a virtual subnet ID", at: keyLocation(node),
        help: driver == .nat ? "remove the key" : "remove the key, or write 'vlan'")
      return nil
    }
    return number(node, "a virtual subnet ID", Self.virtualSubnets).map { located(UInt32($0), node) }
  }

  private mutating func readVLAN(_ fields: Record<SubnetKey>, _ driver: NetworkDriver?) -> Located<UInt16>? {
    guard let node = fields[.vlan] else { return nil }
    guard driver != .overlay, driver != .nat else {
      report(
        .keyNotSupported, "subnets of \(driver?.rawValue ?? "") networks have no VLAN", at: keyLocation(node),
        help: driver == .overlay ? "write 'vsid'" : "remove the key")
      return nil
    }
    return number(node, "a VLAN ID", 1...4094).map { located(UInt16($0), node) }
  }

  /// Refuses IPv6 on networks where containers do not have it.
  mutating func refuseIPv6(_ driver: NetworkDriver, at location: SourceRange) {
    report(
      .ipv6NotAvailable,
      driver == .l2bridge
        ? "l2bridge networks have IPv6 from ltsc2022 on, but the host is \(hostTitle)"
        : "containers on \(driver.rawValue) networks have no IPv6",
      at: location, notes: driver == .l2bridge ? hostNotes : [])
  }

  private mutating func checkFamilies(of subnets: [SubnetDeclaration], _ driver: NetworkDriver) {
    if !driver.filtersWithVFP {
      for family in AddressFamily.allCases {
        let same = subnets.filter { $0.prefix.value.family == family }
        if same.count > 1 {
          report(
            .multipleSubnets, "a network with driver \(driver.rawValue) can have only one subnet per family",
            at: same[1].prefix.location,
            notes: [.init("the first is here", same[0].prefix.location)],
            help: "only l2bridge, l2tunnel and overlay networks can have several subnets")
        }
      }
    }
    let families = Set(subnets.map(\.prefix.value.family))
    if families.count == 2, let second = subnets.first(where: { $0.prefix.value.family == .ipv6 }) {
      requireFeature(.ipv6DualStack, "IPv6 alongside IPv4", at: second.prefix.location)
    }
  }

  /// Refuses overlapping subnets, unless virtual subnet IDs or VLANs separate them.
  mutating func checkSubnetOverlaps() {
    /// The highest address of the subnets so far, and the subnet that contains it.
    struct Reach {
      var last: IPAddress
      var prefix: Located<IPPrefix>
    }
    var subnets: [(prefix: Located<IPPrefix>, isolation: UInt64?)] = []
    for network in networks {
      for subnet in network.subnets { subnets.append((subnet.prefix, Self.isolation(of: subnet))) }
    }
    guard subnets.count > 1 else { return }
    subnets.sort {
      ($0.prefix.value.family, $0.prefix.value.address, $0.prefix.value.length, $0.prefix.location)
        < ($1.prefix.value.family, $1.prefix.value.address, $1.prefix.value.length, $1.prefix.location)
    }
    var any: Reach?
    var plain: Reach?
    var isolated: [UInt64: Reach] = [:]
    for (prefix, isolation) in subnets {
      let first = prefix.value.range.first
      let candidates = isolation.map { [plain, isolated[$0]] } ?? [any]
      if let other = candidates.compactMap({ $0 }).first(where: {
        $0.last.family == first.family && first <= $0.last
      }) {
        let (earlier, later) =
          other.prefix.location < prefix.location ? (other.prefix, prefix) : (prefix, other.prefix)
        report(
          .overlappingSubnets, "the subnet \(later.value) overlaps \(earlier.value)",
          at: later.location,
          notes: [.init("\(earlier.value) is here", earlier.location)],
          help: "overlapping subnets need different virtual subnet IDs or VLANs")
      }
      let reach = Reach(last: prefix.value.range.last, prefix: prefix)
      func farther(_ old: Reach?) -> Reach { old.map { $0.last < reach.last ? reach : $0 } ?? reach }
      any = farther(any)
      if let isolation { isolated[isolation] = farther(isolated[isolation]) } else { plain = farther(plain) }
    }
  }

  /// What separates a subnet from others with the same addresses.
  static func isolation(of subnet: SubnetDeclaration) -> UInt64? {
    subnet.vsid.map { UInt64($0.value) } ?? subnet.vlan.map { 1 << 32 | UInt64($0.value) }
  }
}
