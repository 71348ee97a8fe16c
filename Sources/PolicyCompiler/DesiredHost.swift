package import Diagnostics
package import HostModel
package import NetworkProfile
package import NetworkTypes

/// The desired state of a host: the HNS objects of a profile with every policy compiled.
package struct DesiredHost: Sendable {
  /// The profile's name.
  package var profile: String
  /// The HNS owner of all objects.
  package var owner: String
  package var windows: WindowsBuild
  /// Where the build is written in the profile; nil if it is the default one.
  package var windowsLocation: SourceRange?
  package var assumptions: Assumptions
  package var adapters: [String]
  package var addresses: [IPAddress]
  /// The node's own DNS settings.
  package var dns = HostDNS()
  /// The ports that the node itself holds, and those that Windows excludes.
  package var listens: [HostPorts] = []
  package var excludedPorts: [HostPorts] = []
  package var networks: [DesiredNetwork]
  /// The endpoints in the profile's order.
  package var endpoints: [DesiredEndpoint]
  /// Pods in the host's own compartment, which have no endpoint.
  package var hostProcessPods: [DesiredHostProcessPod]
  /// The endpoints that services need besides those of containers.
  package var serviceEndpoints: [DesiredServiceEndpoint] = []
  /// The load balancers of services, those of one service together.
  package var loadBalancers: [DesiredLoadBalancer] = []
  /// The addresses assigned by HNS that the ACLs contain, by endpoint.
  package var assignedAddresses: [String: [IPAddress]] = [:]
}

/// A host-process pod: a namespace of type HostDefault, that is, the host's own compartment (reference: hns,
/// 6.4).
package struct DesiredHostProcessPod: Sendable {
  package var name: String
  package var namespaceId: GUID
  /// The containers in the order they start.
  package var containers: [String]
}

/// A desired network.
package struct DesiredNetwork: Sendable {
  package var name: String
  package var id: GUID
  package var driver: NetworkDriver
  /// The document to create it with.
  package var wanted: HostComputeNetwork
  package var location: SourceRange
}

/// A desired endpoint, with its namespace and containers.
package struct DesiredEndpoint: Sendable {
  package var name: String
  /// The container or pod it belongs to; endpoints of one share its namespace.
  package var workload: String
  package var id: GUID
  /// Whether another owner may have created it: of that one, the profile owns what it states.
  package var isAdopted = false
  package var namespaceId: GUID
  /// The network's name.
  package var network: String
  package var cell: PlatformCell
  /// The addresses in the profile; empty if HNS assigns them.
  package var addresses: [Located<IPAddress>]
  package var mac: MACAddress?
  /// The gateway of the endpoints instead of the network's, l2bridge only.
  package var gateway: IPAddress?
  /// The prefix length of the subnet of each address in the profile.
  package var prefixLengths: [Int]
  /// Endpoint policies other than ACLs.
  package var policies: [HCNPolicy]
  package var policy: CompiledPolicy
  /// The meaning of the profile for the endpoint's packets; nil if its rules are refused.
  package var intent: EndpointIntent?
  /// The published ports, for which Windows Firewall has rules too.
  package var firewallPorts: Set<PublishDeclaration>
  /// The containers in the order they start.
  package var containers: [String]
  package var location: SourceRange
}

/// The ACLs of an endpoint; equal endpoints share one value, and others share their common entries.
package struct CompiledPolicy: Sendable, Hashable {
  /// One HNS ACL with the rules of the profile it comes from.
  package struct Entry: Sendable, Hashable {
    /// The contents of an entry, shared by all endpoints with it.
    private final class Storage: Sendable {
      let acl: PortACL
      let origins: [String]
      let isCatchAll: Bool

      init(_ acl: PortACL, _ origins: [String], _ isCatchAll: Bool) {
        self.acl = acl
        self.origins = origins
        self.isCatchAll = isCatchAll
      }
    }

    private let storage: Storage

    package init(acl: PortACL, origins: [String], isCatchAll: Bool) {
      storage = Storage(acl, origins, isCatchAll)
    }

    package var acl: PortACL { storage.acl }
    /// The rule it comes from, then rules that could match its packets but decide none of them: ACL names of
    /// the profile, or `default-in`, `default-out`, `published`.
    package var origins: [String] { storage.origins }
    /// Whether it is a catch-all for packets that no ACL of the profile matches.
    package var isCatchAll: Bool { storage.isCatchAll }

    package static func == (left: Self, right: Self) -> Bool {
      left.storage === right.storage
        || left.acl == right.acl && left.origins == right.origins && left.isCatchAll == right.isCatchAll
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(acl) }
  }

  package var entries: [Entry] = []
  /// The directions with a default action in the profile.
  package var statedDefaults: Set<Direction> = []
  /// The rules whose blocks Windows Firewall does not carry completely, without duplicates.
  ///
  /// They would need too many Windows Firewall rules; VFP carries them. Only in cells with both enforcement
  /// points.
  package var carriedByVFPOnly: [String] = []

  package init() {}
}

extension DesiredHost {
  /// Removes everything of this profile from the desired host.
  package mutating func removeEverything() {
    networks = []
    endpoints = []
    hostProcessPods = []
    serviceEndpoints = []
    loadBalancers = []
    assignedAddresses = [:]
  }
}

extension DesiredHost {
  /// The endpoints by container or pod; those of one are listed together.
  package var workloads: [ArraySlice<DesiredEndpoint>] {
    var parts: [ArraySlice<DesiredEndpoint>] = []
    parts.reserveCapacity(endpoints.count)
    var start = 0
    while start < endpoints.count {
      var end = start + 1
      while end < endpoints.count, endpoints[end].namespaceId == endpoints[start].namespaceId { end += 1 }
      parts.append(endpoints[start..<end])
      start = end
    }
    return parts
  }

  /// Where the network or endpoint that an object belongs to is written in the profile.
  package func location(of id: GUID) -> SourceRange? {
    networks.first { $0.id == id }?.location
      ?? endpoints.first { $0.id == id || $0.namespaceId == id }?.location
      ?? loadBalancers.first { $0.id == id }?.location
      ?? serviceEndpoints.first { $0.id == id }?.location
  }
}
