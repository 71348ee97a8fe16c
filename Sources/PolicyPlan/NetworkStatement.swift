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

  init(_ document: JSON) {
    let policies = document["Policies"]?.array ?? []
    func setting(_ policies: [JSON], _ type: PolicyType, _ member: String) -> JSON? {
      policies.first { $0["Type"]?.string?.uppercased() == type.rawValue.uppercased() }?["Settings"]?[member]
    }
    adapter = setting(policies, .netAdapterName, "NetworkAdapterName")?.string
    vxlanPort = setting(policies, .vxlanPort, "Port")?.integer
    dnsServers = (document["Dns"]?["ServerList"]?.array ?? []).compactMap(\.string)
    dnsSearch = (document["Dns"]?["Search"]?.array ?? []).compactMap(\.string)
    macPool = document["MacPool"]?["Ranges"]?.array?.first.map { range in
      "\(range["StartMacAddress"]?.string ?? "")-\(range["EndMacAddress"]?.string ?? "")".uppercased()
    }
    isDHCP = (document["Ipams"]?.array ?? []).contains { $0["Type"]?.string?.uppercased() == "DHCP" }
    subnets = (document["Ipams"]?.array ?? []).flatMap { $0["Subnets"]?.array ?? [] }.map { subnet in
      let policies = subnet["Policies"]?.array ?? []
      let text = subnet["IpAddressPrefix"]?.string ?? ""
      let route = (subnet["Routes"]?.array ?? []).first {
        ["0.0.0.0/0", "::/0"].contains($0["DestinationPrefix"]?.string)
      }
      return Subnet(
        prefix: IPPrefix(text)?.description ?? text,
        gateway: route?["NextHop"]?.string.map { IPAddress($0)?.description ?? $0 },
        vsid: setting(policies, .vsid, "IsolationId")?.integer,
        vlan: setting(policies, .vlan, "IsolationId")?.integer)
    }
  }

  /// What keeps this network from being what another statement asks for, in what the other states; nil for
  /// nothing.
  ///
  /// Subnets and MAC pools that nobody stated were chosen by HNS.
  func difference(from wanted: NetworkStatement) -> ReplacementReason? {
    if adapter != wanted.adapter { return .adapter }
    if !wanted.subnets.isEmpty, Set(subnets) != Set(wanted.subnets) { return .subnets }
    if isDHCP != wanted.isDHCP { return .dhcp }
    if let port = wanted.vxlanPort, vxlanPort != port { return .vxlanPort }
    if let pool = wanted.macPool, macPool != pool { return .macPool }
    return nil
  }

  /// Whether name servers or search domains are stated.
  var statesDNS: Bool { !dnsServers.isEmpty || !dnsSearch.isEmpty }

  /// Whether the name servers and search domains are those of another statement.
  func hasDNS(of wanted: NetworkStatement) -> Bool {
    dnsServers == wanted.dnsServers && dnsSearch == wanted.dnsSearch
  }
}
