import HostModel
import JSONText
import NetworkTypes

/// The part of a network's document that a profile can specify, in normal form.
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

  /// Why this network does not satisfy a desired one, considering only what the desired one specifies; nil if
  /// it does.
  ///
  /// Subnets and MAC pools that were not specified were chosen by HNS.
  func difference(from wanted: NetworkStatement) -> ReplacementReason? {
    if adapter != wanted.adapter { return .adapter }
    if !wanted.subnets.isEmpty, Set(subnets) != Set(wanted.subnets) { return .subnets }
    if isDHCP != wanted.isDHCP { return .dhcp }
    if let port = wanted.vxlanPort, vxlanPort != port { return .vxlanPort }
    if let pool = wanted.macPool, macPool != pool { return .macPool }
    return nil
  }

  /// Whether name servers or search domains are specified.
  var statesDNS: Bool { !dnsServers.isEmpty || !dnsSearch.isEmpty }

  /// Whether the name servers and search domains are equal to the desired ones.
  func hasDNS(of wanted: NetworkStatement) -> Bool {
    dnsServers == wanted.dnsServers && dnsSearch == wanted.dnsSearch
  }
}
