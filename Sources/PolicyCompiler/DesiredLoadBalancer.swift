package import Diagnostics
package import HostModel
package import NetworkTypes

/// A desired load balancer: one port of one address of a service, as kube-proxy makes them.
package struct DesiredLoadBalancer: Sendable {
  /// What the load balancer forwards to.
  package enum Backend: Sendable, Hashable {
    /// An endpoint of this host, by name.
    case endpoint(String)
    /// A remote endpoint, by name.
    case remote(String)
  }

  /// The service's name.
  package var service: String
  /// The document to create it with, without its endpoints.
  package var wanted: HostComputeLoadBalancer
  package var backends: [Backend]
  package var location: SourceRange
  /// Where the virtual address is written; nil for a node port.
  package var addressLocation: SourceRange?
  /// Where the source VIP is written; nil without one.
  package var sourceLocation: SourceRange?

  package var id: GUID { wanted.id }
}

/// A desired endpoint that load balancers need besides those of containers (reference: hns, 10.1).
package struct DesiredServiceEndpoint: Sendable {
  /// What it stands for.
  package enum Role: Sendable, Hashable {
    /// A backend on another host.
    case backend
    /// The cluster address of a service, on overlay.
    case virtualAddress
    /// The source address of what load balancers forward, on overlay: an endpoint of this host that is in no
    /// namespace.
    case sourceVIP
  }

  package var name: String
  package var id: GUID
  package var role: Role
  /// The network's name.
  package var network: String
  package var address: IPAddress
  /// The MAC address; nil if HNS assigns it.
  package var mac: MACAddress?
  /// The host that packets are encapsulated to; overlay only.
  package var providerAddress: IPAddress?
  package var location: SourceRange

  /// Whether it is an endpoint of another host for HNS.
  package var isRemote: Bool { role != .sourceVIP }
}
