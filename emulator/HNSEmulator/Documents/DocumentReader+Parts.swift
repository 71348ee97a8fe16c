import HostModel
import JSONText
import NetworkTypes

extension DocumentReader {
  func dns(_ key: String = "Dns") throws(HCNError) -> DNSSettings {
    guard let reader = try child(key) else { return DNSSettings() }
    return try reader.dnsSettings()
  }

  /// Reads the object itself as DNS settings.
  ///
  /// `Suffix` of old documents is read as the domain (reference: hns, 1.2).
  func dnsSettings() throws(HCNError) -> DNSSettings {
    let suffix = try text("Suffix")
    return DNSSettings(
      domain: try text("Domain") ?? suffix ?? "", search: try texts("Search"),
      servers: try texts("ServerList"), options: try texts("Options"))
  }

  func schemaVersion() throws(HCNError) -> SchemaVersion {
    guard let reader = try child("SchemaVersion") else { return SchemaVersion() }
    let version = SchemaVersion(
      major: try reader.word("Major") ?? 0, minor: try reader.word("Minor") ?? 0)
    return version.major == 2 ? version : SchemaVersion()
  }

  /// The routes under `Routes`.
  ///
  /// A route without a next hop is skipped: clients written in Go send empty members, and only hcsshim's own
  /// check refuses them (reference: hns, 1.1 and 1.2).
  func routes() throws(HCNError) -> [HCNRoute] {
    var result: [HCNRoute] = []
    for reader in try children("Routes") {
      guard let hop = try reader.text("NextHop"), !hop.isEmpty else { continue }
      guard let address = IPAddress(hop) else {
        throw HCNError(.invalidIP, detail: "the next hop '\(hop)' is not an address")
      }
      let destination = try reader.text("DestinationPrefix") ?? ""
      guard destination.isEmpty || Self.isPrefix(destination) else {
        throw HCNError(.invalidPrefix, detail: "the destination '\(destination)' is not a prefix")
      }
      result.append(
        HCNRoute(
          nextHop: address,
          destination: destination.isEmpty ? HCNRoute.default(via: address).destination : destination,
          metric: UInt16(try reader.integer("Metric", upTo: 65535) ?? 0)))
    }
    return result
  }

  private static func isPrefix(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    switch AddressText(parsing: bytes.span) {
    case .prefix, .hostBitsSet: return true
    default: return false
    }
  }

  /// A prefix; it must not have host bits set.
  func prefix(_ key: String) throws(HCNError) -> IPPrefix {
    let text = try text(key) ?? ""
    guard let prefix = IPPrefix(text) else {
      throw HCNError(.invalidPrefix, detail: "member '\(key)' is '\(text)', not a prefix")
    }
    return prefix
  }
}

extension HostNetworkingService {
  /// A subnet as a network of this host stores it, from the requested one.
  ///
  /// Its own id and that of its IpSubnet are drawn from the network's id and the prefix where none is stated;
  /// an IpSubnet that equals the subnet is added (reference: hns, 1.2).
  func subnet(_ stated: Subnet, network: GUID, driver: NetworkDriver) throws(HCNError) -> Subnet {
    var subnet = Subnet(
      id: stated.id.isZero ? drawnID("subnet", network, stated.prefix) : stated.id, prefix: stated.prefix,
      routes: stated.routes, flags: stated.flags)
    let policies = PolicyReader(configuration: configuration, driver: driver, table: .subnet)
    subnet.policies = try policies.validated(stated.policies)
    subnet.ipSubnets = try ipSubnets(stated.ipSubnets, of: subnet)
    if subnet.ipSubnets.isEmpty {
      subnet.ipSubnets = [
        IPSubnet(
          id: drawnID("ipSubnet", subnet.id, subnet.prefix), prefix: subnet.prefix,
          flags: addedIPSubnetFlags(driver))
      ]
    }
    return subnet
  }

  /// The flags of an IpSubnet that the service adds: EnableBroadcast and ReserveNetworkAddress on overlay, and
  /// on nat from HNS 13.3 on (reference: hns, 1.2 and 10.3).
  private func addedIPSubnetFlags(_ driver: NetworkDriver) -> UInt32 {
    driver == .overlay || driver == .nat && v1Form.isNewest ? 3 : 0
  }

  /// The IpSubnets as a subnet stores them; each must be within it.
  func ipSubnets(_ stated: [IPSubnet], of subnet: Subnet) throws(HCNError) -> [IPSubnet] {
    var result: [IPSubnet] = []
    for part in stated {
      guard part.prefix.length >= subnet.prefix.length, subnet.prefix.contains(part.prefix.address) else {
        throw HCNError(.invalidIPSubnet, detail: "\(part.prefix) is not in \(subnet.prefix)")
      }
      let id = part.id.isZero ? drawnID("ipSubnet", subnet.id, part.prefix) : part.id
      result.append(IPSubnet(id: id, prefix: part.prefix, flags: part.flags))
    }
    return result
  }

  private func drawnID(_ purpose: String, _ owner: GUID, _ prefix: IPPrefix) -> GUID {
    var digest = SeededDigest(configuration.seed, purpose)
    digest.combine(owner)
    digest.combine(prefix.description)
    return digest.guid
  }
}
