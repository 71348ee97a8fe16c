import JSONText
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyPlan

extension AdoptionDraft {
  /// Adds the networks of the drivers for containers.
  mutating func addNetworks() {
    for record in documents.networks {
      guard let driver = record.driver else {
        omit(.network, record.name, "networks of type \(record.network.mode.rawValue) are not for containers")
        continue
      }
      networkIDs[record.id] = networks.count
      networks.append(declaration(of: record, driver))
      for policy in record.network.policies where !isStated(policy, driver) {
        omit(
          .network, record.name, "its policy \(policy.document["Type"]?.string ?? "") has no key in a profile"
        )
      }
    }
  }

  private func isStated(_ policy: HCNPolicy, _ driver: NetworkDriver) -> Bool {
    policy.type == .vxlanPort || policy.type.map { PolicyTable.network.adds($0, on: driver) } ?? false
  }

  private func declaration(of record: NetworkRecord, _ driver: NetworkDriver) -> NetworkDeclaration {
    let network = record.network
    func setting(_ policies: [HCNPolicy], _ type: PolicyType, _ member: String) -> Int64? {
      policies.first { $0.type == type }?.settings[member]?.integer
    }
    let adapters = network.policies.first { $0.type == .netAdapterName }?.settings["NetworkAdapterName"]?
      .string
    let dns = statedDNS(of: record)
    return NetworkDeclaration(
      name: Located(network.name), driver: Located(driver),
      adapters: (adapters ?? "").split(separator: ",")
        .map { Located(VirtualAdapter.physical(String($0.drop { $0 == " " }))) },
      subnets: network.subnets.filter { !$0.isUnspecified }.map { subnet in
        SubnetDeclaration(
          prefix: Located(subnet.prefix), gateway: subnet.gateway.map { Located($0) },
          vsid: setting(subnet.policies, .vsid, "IsolationId").flatMap { UInt32(exactly: $0) }.map {
            Located($0)
          },
          vlan: setting(subnet.policies, .vlan, "IsolationId").flatMap { UInt16(exactly: $0) }.map {
            Located($0)
          })
      },
      endpointGateway: endpointGateway(of: record, driver).map { Located($0) },
      vxlanPort: setting(network.policies, .vxlanPort, "Port").flatMap { UInt16(exactly: $0) }.map {
        Located($0)
      },
      ipam: network.ipams.contains { $0.type == .dhcp } ? Located(.dhcp) : nil,
      macPool: statedPool(network).map { Located($0) },
      dnsServers: dns.servers.compactMap { IPAddress($0) }.map { Located($0) },
      dnsSearch: dns.search.map { Located($0) })
  }

  /// The DNS settings, unless endpoints have others: those of another owner's network are then not stated.
  private func statedDNS(of record: NetworkRecord) -> DNSSettings {
    let dns = record.network.dns
    guard record.owner != owner else { return dns }
    let isCommon = documents.endpoints.filter { $0.network == record.id && !$0.endpoint.isRemote }
      .allSatisfy { $0.dnsServers == dns.servers && $0.dnsSearch == dns.search }
    return isCommon ? dns : DNSSettings()
  }

  /// The MAC addresses of a network, unless HNS chose them: it takes a block of 4096 (reference: hns, 1.2).
  private func statedPool(_ network: HostComputeNetwork) -> ClosedRange<MACAddress>? {
    guard network.macPool.count == 1, let pool = network.macPool.first else { return nil }
    let isBlock = pool.lowerBound & 0xfff == 0 && pool.upperBound == pool.lowerBound + 0xfff
    return isBlock ? nil : MACAddress(pool.lowerBound)...MACAddress(pool.upperBound)
  }

  /// The gateway that the endpoints of an l2bridge network have in common, if it is not the network's.
  private func endpointGateway(of record: NetworkRecord, _ driver: NetworkDriver) -> IPAddress? {
    guard driver == .l2bridge else { return nil }
    let own = record.network.subnets.compactMap(\.gateway)
    let gateways = documents.endpoints.filter { $0.network == record.id && !$0.endpoint.isRemote }
      .map { Set($0.gateways) }.filter { !$0.isEmpty }
    guard let first = gateways.first, gateways.allSatisfy({ $0 == first }), first.count == 1 else {
      return nil
    }
    return first.first.flatMap { IPAddress($0) }.flatMap { own.contains($0) ? nil : $0 }
  }
}
