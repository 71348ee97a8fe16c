public import NetworkTypes

/// The networks and endpoints of a host, and the compartments they are in.
///
/// It contains no rules; those are looked up by endpoint.
public struct HostTopology: Sendable {
  /// A network of the host.
  public struct Network: Sendable {
    /// The network's id.
    public var id: GUID
    /// The network's name.
    public var name: String
    /// The network driver.
    public var driver: NetworkDriver
    /// The subnets with the gateway of each.
    public var subnets: [Subnet]
    /// The subnets of other hosts, by RemoteSubnetRoute policies.
    public var remoteSubnets: [RemoteSubnet]
    /// Whether packets between its endpoints and the host have a route of their own, a HostRoute policy.
    public var hasHostRoute: Bool

    package init(
      id: GUID, name: String, driver: NetworkDriver, subnets: [Subnet], remoteSubnets: [RemoteSubnet] = [],
      hasHostRoute: Bool = false
    ) {
      self.id = id
      self.name = name
      self.driver = driver
      self.subnets = subnets
      self.remoteSubnets = remoteSubnets
      self.hasHostRoute = hasHostRoute
    }

    /// Whether an address is in one of the subnets.
    ///
    /// - Parameter address: The address.
    public func contains(_ address: IPAddress) -> Bool { subnets.contains { $0.prefix.contains(address) } }
  }

  /// A subnet of a network.
  public struct Subnet: Sendable {
    /// The addresses of the subnet.
    public var prefix: IPPrefix
    /// The next hop of its default route.
    public var gateway: IPAddress?

    package init(prefix: IPPrefix, gateway: IPAddress?) {
      self.prefix = prefix
      self.gateway = gateway
    }
  }

  /// A subnet of another host, and the address that packets to it are encapsulated for (reference: hns, 1.9).
  public struct RemoteSubnet: Hashable, Sendable {
    /// The addresses of the subnet.
    public var prefix: IPPrefix
    /// The other host.
    public var provider: IPAddress

    package init(prefix: IPPrefix, provider: IPAddress) {
      self.prefix = prefix
      self.provider = provider
    }
  }

  /// An endpoint of the host.
  public struct Endpoint: Sendable {
    /// The endpoint's id.
    public var id: GUID
    /// The endpoint's name: that of its container or pod.
    public var name: String
    /// Its owner.
    public var owner: String
    /// The index of its network in ``HostTopology/networks``.
    public var network: Int
    /// Its addresses; empty if a DHCP server outside the host assigns them.
    public var addresses: [IPAddress]
    /// The isolation of its container; nil for an endpoint outside any namespace.
    public var isolation: Isolation?
    /// The namespace it is in.
    public var namespace: GUID?
    /// Whether its compartment is open, so that its rules are in effect.
    public var isAttached: Bool
    /// Whether it is on another host.
    public var isRemote: Bool
    /// The address of its host that packets to it are encapsulated for, by a ProviderAddress policy.
    public var providerAddress: IPAddress?
    /// Its DNS servers.
    public var dnsServers: [IPAddress]
    /// Its published ports.
    public var mappings: [PortMapping]
    /// The NAT of its outbound traffic.
    public var outboundNAT: [OutboundNAT]
    /// The rules of its tiers and of its network's ACLs.
    package var unevaluatedRules: [UnevaluatedRule]
    /// The rule types of its ACLs that are stored but do not take effect.
    public var unenforcedRuleTypes: [RuleType]
    /// Whether its compartment is only assumed to be open, because no container of its namespace has started.
    public var isStartAssumed: Bool

    package init(
      id: GUID, name: String, owner: String, network: Int, addresses: [IPAddress], isolation: Isolation?,
      namespace: GUID?, isAttached: Bool, isRemote: Bool, dnsServers: [IPAddress], mappings: [PortMapping],
      outboundNAT: [OutboundNAT], unevaluatedRules: [UnevaluatedRule] = [],
      unenforcedRuleTypes: [RuleType] = [], isStartAssumed: Bool = false, providerAddress: IPAddress? = nil
    ) {
      self.id = id
      self.name = name
      self.owner = owner
      self.network = network
      self.addresses = addresses
      self.isolation = isolation
      self.namespace = namespace
      self.isAttached = isAttached
      self.isRemote = isRemote
      self.dnsServers = dnsServers
      self.mappings = mappings
      self.outboundNAT = outboundNAT
      self.unevaluatedRules = unevaluatedRules
      self.unenforcedRuleTypes = unenforcedRuleTypes
      self.isStartAssumed = isStartAssumed
      self.providerAddress = providerAddress
    }

    /// The first address of a family.
    ///
    /// - Parameter family: The family.
    public func address(_ family: AddressFamily) -> IPAddress? { addresses.first { $0.family == family } }
  }

  /// A namespace of the host with what runs in it.
  public struct Namespace: Sendable {
    /// The namespace's id.
    public var id: GUID
    /// Whether it is the host's own compartment.
    public var isHost: Bool
    /// The indices of its endpoints in ``HostTopology/endpoints``.
    public var endpoints: [Int]
    /// The containers that run in it.
    public var containers: [String]

    package init(id: GUID, isHost: Bool, endpoints: [Int], containers: [String]) {
      self.id = id
      self.isHost = isHost
      self.endpoints = endpoints
      self.containers = containers
    }
  }

  /// A load balancer: the packets it takes, and where it sends them (reference: hns, 1.7;
  /// windows-firewall-and-vfp, 10.2).
  public struct LoadBalancer: Sendable {
    /// A port that it forwards.
    public struct Port: Hashable, Sendable {
      /// The protocol.
      public var `protocol`: IPProtocol
      /// The port that clients dial.
      public var externalPort: UInt16
      /// The port of the backends.
      public var internalPort: UInt16
      /// Whether packets of one client go to one backend.
      public var hasAffinity: Bool
      /// Whether this host routes the addresses itself, as those of a node port.
      public var isLocalRouted: Bool
      /// Whether backends see the address of the client.
      public var preservesClient: Bool
      /// Whether its addresses are external ones, at which clients from outside dial the service.
      public var isExternal: Bool

      package init(
        protocol: IPProtocol, externalPort: UInt16, internalPort: UInt16, hasAffinity: Bool = false,
        isLocalRouted: Bool = false, preservesClient: Bool = false, isExternal: Bool = false
      ) {
        self.protocol = `protocol`
        self.externalPort = externalPort
        self.internalPort = internalPort
        self.hasAffinity = hasAffinity
        self.isLocalRouted = isLocalRouted
        self.preservesClient = preservesClient
        self.isExternal = isExternal
      }
    }

    /// The load balancer's id.
    public var id: GUID
    /// Its name: that of its service.
    public var name: String
    /// Its owner.
    public var owner: String
    /// The index of its network in ``HostTopology/networks``; nil if it states none.
    public var network: Int?
    /// Its virtual addresses; empty for a node port, which has every address of the host.
    public var addresses: [IPAddress]
    /// Its ports.
    public var ports: [Port]
    /// The indices of its backends in ``HostTopology/endpoints``.
    public var backends: [Int]
    /// The source address of what it forwards without direct server return; nil means an address of the host.
    public var sourceVIP: IPAddress?
    /// Whether backends answer clients directly (direct server return).
    public var isDSR: Bool
    /// The family of a load balancer without addresses.
    public var family: AddressFamily

    package init(
      id: GUID, name: String, owner: String = "", network: Int? = nil, addresses: [IPAddress], ports: [Port],
      backends: [Int], sourceVIP: IPAddress? = nil, isDSR: Bool, family: AddressFamily = .ipv4
    ) {
      self.id = id
      self.name = name
      self.owner = owner
      self.network = network
      self.addresses = addresses
      self.ports = ports
      self.backends = backends
      self.sourceVIP = sourceVIP
      self.isDSR = isDSR
      self.family = family
    }
  }

  /// The host's own addresses, the management address first.
  public var addresses: [IPAddress]
  /// The networks oldest first.
  public var networks: [Network]
  /// The endpoints oldest first.
  public var endpoints: [Endpoint]
  /// The namespaces oldest first.
  public var namespaces: [Namespace]
  /// The load balancers oldest first; of two with one address and port, the older one takes effect.
  public var loadBalancers: [LoadBalancer]
  /// Whether overlay switches have a port of a distributed router, through which the host sends to other hosts.
  public var hasRouter: Bool

  package init(
    addresses: [IPAddress], networks: [Network], endpoints: [Endpoint], namespaces: [Namespace],
    loadBalancers: [LoadBalancer] = [], hasRouter: Bool = false
  ) {
    self.addresses = addresses
    self.networks = networks
    self.endpoints = endpoints
    self.namespaces = namespaces
    self.loadBalancers = loadBalancers
    self.hasRouter = hasRouter
  }
}

extension HostTopology {
  /// The host's own addresses: the given ones, and the gateways of nat networks, which are vNICs of the host.
  package var hostAddresses: [IPAddress] {
    addresses + networks.filter { $0.driver == .nat }.flatMap(\.subnets).compactMap(\.gateway)
  }
}
