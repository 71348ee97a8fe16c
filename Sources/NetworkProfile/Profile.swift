package import Diagnostics
package import HostModel
package import JSONText
package import NetworkTypes

/// A value of a profile with its location in the file.
package struct Located<Value: Sendable>: Sendable {
  package var value: Value
  package var location: SourceRange

  package init(_ value: Value, at location: SourceRange) {
    self.value = value
    self.location = location
  }
}

extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}

/// A `kind: HostProfile` document, checked as far as a single file can be.
///
/// Every name in it resolves: references to networks, address sets and ACL sets are indices.
package struct Profile: Sendable {
  /// The name that owns what the profile creates.
  package var name: Located<String>
  /// The host it is for.
  package var host: HostDeclaration
  package var addressSets: [AddressSetDeclaration]
  package var aclSets: [ACLSetDeclaration]
  package var networks: [NetworkDeclaration]
  /// Containers in listing order, then the pods that have an endpoint.
  package var endpoints: [EndpointDeclaration]
  /// Pods that run in the host's own compartment and have no endpoint.
  package var hostProcessPods: [HostProcessPod]
  package var services: [ServiceDeclaration]
  package var tests: [TestDeclaration]

  /// Whether some ACL names containers or pods whose addresses HNS assigns; see ``resolvingPeers(_:)``.
  package var hasUnresolvedPeers = false
  /// The assigned addresses that ACLs were resolved with, by endpoint.
  package var assignedAddresses: [String: [IPAddress]] = [:]

  package init(
    name: Located<String>, host: HostDeclaration, addressSets: [AddressSetDeclaration] = [],
    aclSets: [ACLSetDeclaration] = [], networks: [NetworkDeclaration] = [],
    endpoints: [EndpointDeclaration] = [], hostProcessPods: [HostProcessPod] = [],
    services: [ServiceDeclaration] = [], tests: [TestDeclaration] = [], hasUnresolvedPeers: Bool = false,
    assignedAddresses: [String: [IPAddress]] = [:]
  ) {
    self.name = name
    self.host = host
    self.addressSets = addressSets
    self.aclSets = aclSets
    self.networks = networks
    self.endpoints = endpoints
    self.hostProcessPods = hostProcessPods
    self.services = services
    self.tests = tests
    self.hasUnresolvedPeers = hasUnresolvedPeers
    self.assignedAddresses = assignedAddresses
  }

  /// The HNS owner of everything the profile creates.
  package var owner: String { Self.owner(ofProfile: name.value) }

  /// The start of every owner that is a profile.
  package static let ownerPrefix = "hnsctl/"

  /// The HNS owner of everything a profile creates.
  ///
  /// - Parameter name: The name of the profile.
  package static func owner(ofProfile name: String) -> String { ownerPrefix + name }

  /// The name of the profile that is an owner; nil for other owners.
  ///
  /// - Parameter owner: The HNS owner of an object.
  package static func name(ofOwner owner: String) -> Substring? {
    owner.hasPrefix(ownerPrefix) ? owner.dropFirst(ownerPrefix.count) : nil
  }
}

package struct HostDeclaration: Sendable {
  package var windows: WindowsBuild
  /// Where the build is specified; nil if it is the default.
  package var windowsLocation: SourceRange?
  package var addresses: [Located<IPAddress>]
  package var adapters: [Located<String>]
  package var assumptions: Assumptions
  /// The node's own name servers, which endpoints of a network without DNS use.
  package var dnsServers: [Located<IPAddress>] = []
  /// The node's own search domains.
  package var dnsSearch: [Located<String>] = []
  /// The ports that processes of the node hold.
  package var listens: [Located<HostPorts>] = []
  /// The port ranges that Windows keeps from being used.
  package var excludedPorts: [Located<HostPorts>] = []

  package init(
    windows: WindowsBuild, windowsLocation: SourceRange? = nil, addresses: [Located<IPAddress>] = [],
    adapters: [Located<String>] = [], assumptions: Assumptions, dnsServers: [Located<IPAddress>] = [],
    dnsSearch: [Located<String>] = [], listens: [Located<HostPorts>] = [],
    excludedPorts: [Located<HostPorts>] = []
  ) {
    self.windows = windows
    self.windowsLocation = windowsLocation
    self.addresses = addresses
    self.adapters = adapters
    self.assumptions = assumptions
    self.dnsServers = dnsServers
    self.dnsSearch = dnsSearch
    self.listens = listens
    self.excludedPorts = excludedPorts
  }
}

package struct AddressSetDeclaration: Sendable {
  package var name: Located<String>
  package var addresses: AddressSet
}

package struct ACLSetDeclaration: Sendable {
  package var name: Located<String>
  package var acls: [ACLDeclaration]
}

/// One ACL as the profile states it.
package struct ACLDeclaration: Sendable {
  package var name: Located<String>
  package var direction: Direction
  package var action: RuleAction
  /// What it matches; address sets and the known addresses of containers and pods are already expanded.
  package var match: RuleMatch
  /// The explicit priority; nil if the ACL is numbered by its position.
  package var priority: UInt16?
  /// The containers, pods and endpoints among its addresses whose addresses HNS assigns.
  package var unresolved: UnresolvedPeers?

  package init(
    name: Located<String>, direction: Direction, action: RuleAction, match: RuleMatch, priority: UInt16?,
    unresolved: UnresolvedPeers? = nil
  ) {
    self.name = name
    self.direction = direction
    self.action = action
    self.match = match
    self.priority = priority
    self.unresolved = unresolved
  }
}

/// Names in an ACL that stand for addresses which HNS assigns.
package final class UnresolvedPeers: Sendable {
  package let local: [Located<String>]
  package let remote: [Located<String>]

  package init(local: [Located<String>], remote: [Located<String>]) {
    self.local = local
    self.remote = remote
  }
}

/// One subnet of a network.
package struct SubnetDeclaration: Sendable {
  package var prefix: Located<IPPrefix>
  package var gateway: Located<IPAddress>?
  /// The virtual subnet ID (VSID); overlay only.
  package var vsid: Located<UInt32>?
  package var vlan: Located<UInt16>?

  package init(
    prefix: Located<IPPrefix>, gateway: Located<IPAddress>? = nil, vsid: Located<UInt32>? = nil,
    vlan: Located<UInt16>? = nil
  ) {
    self.prefix = prefix
    self.gateway = gateway
    self.vsid = vsid
    self.vlan = vlan
  }
}

/// How endpoints get their addresses.
package enum AddressManagement: String, Sendable, CaseIterable {
  case `static`
  case dhcp
}

package struct NetworkDeclaration: Sendable {
  package var name: Located<String>
  package var driver: Located<NetworkDriver>
  /// The host's adapters; several form a team.
  package var adapters: [Located<String>]
  package var subnets: [SubnetDeclaration]
  package var endpointGateway: Located<IPAddress>?
  package var vxlanPort: Located<UInt16>?
  package var ipam: Located<AddressManagement>?
  package var macPool: Located<ClosedRange<MACAddress>>?
  package var dnsServers: [Located<IPAddress>]
  package var dnsSearch: [Located<String>]

  package init(
    name: Located<String>, driver: Located<NetworkDriver>, adapters: [Located<String>] = [],
    subnets: [SubnetDeclaration] = [], endpointGateway: Located<IPAddress>? = nil,
    vxlanPort: Located<UInt16>? = nil, ipam: Located<AddressManagement>? = nil,
    macPool: Located<ClosedRange<MACAddress>>? = nil, dnsServers: [Located<IPAddress>] = [],
    dnsSearch: [Located<String>] = []
  ) {
    self.name = name
    self.driver = driver
    self.adapters = adapters
    self.subnets = subnets
    self.endpointGateway = endpointGateway
    self.vxlanPort = vxlanPort
    self.ipam = ipam
    self.macPool = macPool
    self.dnsServers = dnsServers
    self.dnsSearch = dnsSearch
  }
}

/// A published port: an external port of the host mapped to an internal port of the endpoint.
package struct PublishDeclaration: Sendable, Hashable {
  package var external: UInt16
  package var `internal`: UInt16
  /// TCP or UDP.
  package var `protocol`: IPProtocol

  package init(external: UInt16, internal: UInt16, protocol: IPProtocol) {
    self.external = external
    self.internal = `internal`
    self.protocol = `protocol`
  }
}

/// The default actions when no rule matches; nil is the platform's default.
package struct DefaultsDeclaration: Sendable {
  package var inbound: Located<RuleAction>?
  package var outbound: Located<RuleAction>?
  /// The location of the `defaults` key.
  package var location: SourceRange

  package init(
    inbound: Located<RuleAction>? = nil, outbound: Located<RuleAction>? = nil, location: SourceRange
  ) {
    self.inbound = inbound
    self.outbound = outbound
    self.location = location
  }
}

package struct RouteDeclaration: Sendable, Hashable {
  package var destination: IPPrefix
  package var encap: Bool

  package init(destination: IPPrefix, encap: Bool) {
    self.destination = destination
    self.encap = encap
  }
}

/// An HNS endpoint policy that is passed through.
package struct PolicyDeclaration: Sendable {
  package var type: Located<PolicyType>
  package var settings: JSON

  package init(
    type: Located<PolicyType>, settings: JSON
  ) {
    self.type = type
    self.settings = settings
  }
}

package struct OutboundNATDeclaration: Sendable {
  /// The destinations that are not translated.
  package var exceptions: [IPPrefix]
  /// The destinations that are translated even if they are excepted, in a policy of their own.
  package var destinations: [IPPrefix]
  package var location: SourceRange

  package init(
    exceptions: [IPPrefix] = [], destinations: [IPPrefix] = [], location: SourceRange
  ) {
    self.exceptions = exceptions
    self.destinations = destinations
    self.location = location
  }
}

/// A container of a pod.
package struct PodContainerDeclaration: Sendable {
  package var name: Located<String>
  package var listens: [Located<Listen>]

  package init(
    name: Located<String>, listens: [Located<Listen>] = []
  ) {
    self.name = name
    self.listens = listens
  }
}

/// A port a container listens on.
package struct Listen: Sendable, Hashable {
  package var port: UInt16
  package var `protocol`: IPProtocol

  package init(port: UInt16, protocol: IPProtocol) {
    self.port = port
    self.protocol = `protocol`
  }
}

/// The attachment of a container or a pod to a network: one endpoint.
///
/// A workload with several networks has several of these in a row, which share its namespace.
package struct EndpointDeclaration: Sendable {
  /// What the endpoint belongs to.
  package enum Workload: Sendable {
    case container
    /// A pod with its containers, the infrastructure container not among them.
    case pod([PodContainerDeclaration])
  }

  package var workload: Workload
  /// The name of the container or pod.
  package var workloadName: Located<String>
  /// The endpoint's name: that of its workload, or NAME@NETWORK if the workload has several networks.
  package var name: Located<String>
  /// The network, by its index in the profile.
  package var network: Int
  package var isolation: Isolation
  /// The id of the endpoint, if another owner may have created it; nil if the profile creates it.
  package var endpointId: Located<GUID>?
  package var addresses: [Located<IPAddress>]
  package var mac: Located<MACAddress>?
  package var publish: [Located<PublishDeclaration>]
  package var defaults: DefaultsDeclaration?
  /// The ACL sets, by their index in the profile, each with the location of the reference.
  package var aclSets: [Located<Int>]
  package var acls: [ACLDeclaration]
  package var outboundNat: OutboundNATDeclaration?
  package var routes: [RouteDeclaration]
  package var policies: [PolicyDeclaration]

  package init(
    workload: Workload, workloadName: Located<String>, name: Located<String>, network: Int,
    isolation: Isolation, endpointId: Located<GUID>? = nil, addresses: [Located<IPAddress>] = [],
    mac: Located<MACAddress>? = nil, publish: [Located<PublishDeclaration>] = [],
    defaults: DefaultsDeclaration? = nil, aclSets: [Located<Int>] = [], acls: [ACLDeclaration] = [],
    outboundNat: OutboundNATDeclaration? = nil, routes: [RouteDeclaration] = [],
    policies: [PolicyDeclaration] = []
  ) {
    self.workload = workload
    self.workloadName = workloadName
    self.name = name
    self.network = network
    self.isolation = isolation
    self.endpointId = endpointId
    self.addresses = addresses
    self.mac = mac
    self.publish = publish
    self.defaults = defaults
    self.aclSets = aclSets
    self.acls = acls
    self.outboundNat = outboundNat
    self.routes = routes
    self.policies = policies
  }

  /// The containers that run in the endpoint's namespace, in the order they start: a pod's
  /// infrastructure container comes first (reference: network-isolation, "Isolation").
  package var containerIds: [String] {
    switch workload {
    case .container: [workloadName.value]
    case .pod(let containers):
      ["\(workloadName.value)/\(Self.infrastructureName)"]
        + containers.map { "\(workloadName.value)/\($0.name.value)" }
    }
  }

  /// The name of the container that opens a pod's namespace; other containers cannot use it.
  package static let infrastructureName = "infrastructure"
}

package struct HostProcessPod: Sendable {
  package var name: Located<String>
  package var containers: [PodContainerDeclaration]

  package init(
    name: Located<String>, containers: [PodContainerDeclaration] = []
  ) {
    self.name = name
    self.containers = containers
  }
}
