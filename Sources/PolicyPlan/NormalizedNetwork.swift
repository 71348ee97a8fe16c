package import HostModel
import JSONText
import NetworkTypes

/// The part of a network's document that a profile can specify, in normal form.
package struct NormalizedNetwork: Sendable, Hashable {
  package struct Subnet: Sendable, Hashable {
    package var prefix: String
    package var gateway: String?
    package var vsid: Int64?
    package var vlan: Int64?

    package init(prefix: String, gateway: String?, vsid: Int64?, vlan: Int64?) {
      self.prefix = prefix
      self.gateway = gateway
      self.vsid = vsid
      self.vlan = vlan
    }
  }

  package var driver: NetworkDriver

  package var adapter: String?
  package var subnets: [Subnet]
  package var vxlanPort: Int64?
  package var dnsServers: [String]
  package var dnsSearch: [String]
  package var macPool: String?
  package var isDHCP: Bool

  package var owner = ""

  /// Creates a network without subnets and settings.
  package init(driver: NetworkDriver) {
    self.driver = driver
    subnets = []
    dnsServers = []
    dnsSearch = []
    isDHCP = false
  }

  init(_ network: HostComputeNetwork) {
    func setting(_ policies: [HCNPolicy], _ type: PolicyType, _ member: String) -> JSON? {
      policies.first { $0.type == type }?.settings[member]
    }
    driver = network.mode.behavior
    owner = network.owner
    adapter = setting(network.policies, .netAdapterName, "NetworkAdapterName")?.string
    vxlanPort = setting(network.policies, .vxlanPort, "Port")?.integer
    dnsServers = network.dns.servers
    dnsSearch = network.dns.search
    macPool = network.macPool.first.map { "\(MACAddress($0.lowerBound))-\(MACAddress($0.upperBound))" }
    isDHCP = network.ipams.contains { $0.type == .dhcp }
    subnets = network.subnets.map { subnet in
      Subnet(
        prefix: subnet.prefix.description,
        gateway: subnet.routes.first(where: \.isDefault)?.nextHop.description,
        vsid: setting(subnet.policies, .vsid, "IsolationId")?.integer,
        vlan: setting(subnet.policies, .vlan, "IsolationId")?.integer)
    }
  }

  /// Why this network does not satisfy a desired one, considering only what the desired one specifies; nil if
  /// it does.
  ///
  /// Subnets and MAC pools that were not specified were chosen by HNS.
  func difference(from wanted: NormalizedNetwork) -> ReplacementReason? {
    if adapter.map(Self.adapters) != wanted.adapter.map(Self.adapters) { return .adapter }
    if !wanted.subnets.isEmpty, Set(subnets) != Set(wanted.subnets) { return .subnets }
    if isDHCP != wanted.isDHCP { return .dhcp }
    if let port = wanted.vxlanPort, vxlanPort != port { return .vxlanPort }
    if let pool = wanted.macPool, macPool != pool { return .macPool }
    return nil
  }

  /// The adapters of a network in any order; the vEthernet adapter of a switch stands for the switch's own
  /// (reference: hns, 10.2).
  private static func adapters(_ list: String) -> Set<String> {
    let names = list.split(separator: ",").map { String($0.drop { $0 == " " }) }
    return Set(names.map { VirtualAdapter.physical($0).lowercased() })
  }

  /// Whether name servers or search domains are specified.
  var statesDNS: Bool { !dnsServers.isEmpty || !dnsSearch.isEmpty }

  /// Whether the name servers and search domains are equal to the desired ones.
  func hasDNS(of wanted: NormalizedNetwork) -> Bool {
    dnsServers == wanted.dnsServers && dnsSearch == wanted.dnsSearch
  }
}
