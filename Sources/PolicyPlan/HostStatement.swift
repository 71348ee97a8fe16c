package import HostModel
package import NetworkTypes

/// The configuration of one item of a host, comparable with that of the same item on another host.
package enum HostStatement: Sendable, Hashable {
  case network(NormalizedNetwork)
  case endpoint(EndpointStatement)
  case namespace(NamespaceType)
  case container(String)
  case portMapping(PublishedPort)
  case loadBalancer(LoadBalancerStatement)
  case rule(RuleStatement)
  /// A captured rule or profile of the host's own firewall.
  case firewall(FirewallStatement)

  /// The configuration of a network; nil for other items.
  package var network: NormalizedNetwork? { if case .network(let network) = self { network } else { nil } }

  /// The configuration of an endpoint; nil for other items.
  package var endpoint: EndpointStatement? {
    if case .endpoint(let endpoint) = self { endpoint } else { nil }
  }

  /// The configuration of a load balancer; nil for other items.
  package var loadBalancer: LoadBalancerStatement? {
    if case .loadBalancer(let balancer) = self { balancer } else { nil }
  }

  /// A captured rule or profile of the host's own firewall; nil for other items.
  package var firewall: FirewallStatement? {
    if case .firewall(let firewall) = self { firewall } else { nil }
  }

  /// The contents of a rule; nil for other items.
  package var rule: RuleStatement? { if case .rule(let rule) = self { rule } else { nil } }
}

/// The configuration of an endpoint, without its ACLs and published ports.
package struct EndpointStatement: Sendable, Hashable {
  /// The name of its network.
  package var network: String
  /// Its driver and isolation; nil if the network is not a container network.
  package var cell: PlatformCell?
  /// Its addresses with their prefix lengths.
  package var addresses: [IPConfiguration]
  package var mac: MACAddress?
  package var gateways: [IPAddress]
  /// Its policies other than ACLs and port mappings.
  package var policies: [HCNPolicy]
  package var owner: String

  /// Creates the configuration of an endpoint.
  package init(
    network: String, cell: PlatformCell?, addresses: [IPConfiguration], mac: MACAddress?,
    gateways: [IPAddress], policies: [HCNPolicy], owner: String
  ) {
    self.network = network
    self.cell = cell
    self.addresses = addresses
    self.mac = mac
    self.gateways = gateways
    self.policies = policies
    self.owner = owner
  }
}
