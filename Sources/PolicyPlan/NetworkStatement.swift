import HostModel
import JSONText
import NetworkTypes

/// What a network's document says that a profile can state, in one spelling.
struct NetworkStatement: Hashable {
  struct Subnet: Hashable {
    var prefix: String
    var gateway: String?
    var vsid: Int64?
    var vlan: Int64?
  }

  var adapter: String?
  var subnets: [Subnet]
  var vxlanPort: Int64?
  var dnsServers: [String]
  var dnsSearch: [String]
  var macPool: String?
  var isDHCP: Bool

  init(_ network: HostComputeNetwork) {
    func setting(_ policies: [HCNPolicy], _ type: PolicyType, _ member: String) -> JSON? {
      policies.first { $0.type == type }?.settings[member]
    }
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

  /// Whether this network is what another statement asks for: equal in all that the other states.
  ///
  /// Subnets and MAC pools that nobody stated were chosen by HNS.
  func satisfies(_ wanted: NetworkStatement) -> Bool {
    adapter == wanted.adapter
      && (wanted.subnets.isEmpty || Set(subnets) == Set(wanted.subnets))
      && isDHCP == wanted.isDHCP
      && (wanted.vxlanPort == nil || vxlanPort == wanted.vxlanPort)
      && (wanted.macPool == nil || macPool == wanted.macPool)
  }

  /// Whether name servers or search domains are stated.
  var statesDNS: Bool { !dnsServers.isEmpty || !dnsSearch.isEmpty }

  /// Whether the name servers and search domains are those of another statement.
  func hasDNS(of wanted: NetworkStatement) -> Bool {
    dnsServers == wanted.dnsServers && dnsSearch == wanted.dnsSearch
  }
}
