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

/// A desired endpoint that stands for a backend on another host.
package struct DesiredRemoteEndpoint: Sendable {
  package var name: String
  package var id: GUID
  /// The network's name.
  package var network: String
  package var address: IPAddress
  package var mac: MACAddress
  /// The host that packets are encapsulated to; overlay only.
  package var providerAddress: IPAddress?
  package var location: SourceRange
}
