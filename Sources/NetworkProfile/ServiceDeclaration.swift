package import NetworkTypes

/// A service: virtual addresses whose packets load balancers forward to backends (reference: hns, 1.7).
package struct ServiceDeclaration: Sendable {
  package var name: Located<String>
  /// The cluster address, which the pods of this host dial.
  package var address: Located<IPAddress>
  package var ports: [ServicePortDeclaration] = []
  package var backends: [BackendDeclaration] = []
  /// The network of the backends, by its index in the profile; nil without backends.
  package var network: Int?
  /// The source address of what is forwarded without direct server return.
  package var sourceVIP: Located<IPAddress>?
  /// Whether backends answer the pods of this host directly (direct server return).
  package var isDSR = false
  package var affinity = SessionAffinity.none
  /// Addresses outside the cluster that the service answers too.
  package var externalAddresses: [Located<IPAddress>] = []
}

/// A port of a service.
package struct ServicePortDeclaration: Sendable {
  package var port: Located<UInt16>
  /// The port of the backends.
  package var targetPort: UInt16
  /// TCP or UDP.
  package var `protocol`: IPProtocol
  /// The port of the host's own addresses that is forwarded too.
  package var nodePort: Located<UInt16>?
}

/// Whether packets of one client go to one backend.
package enum SessionAffinity: String, Sendable, CaseIterable {
  case none
  case clientIP
}

/// What a service forwards to.
package enum BackendDeclaration: Sendable {
  /// An endpoint of this host, by its index in the profile.
  case endpoint(Int)
  /// An address of another host.
  case remote(RemoteBackendDeclaration)

  /// Whether it is an endpoint of this host.
  var isOnHost: Bool {
    switch self {
    case .endpoint: true
    case .remote: false
    }
  }
}

/// A backend on another host, for which HNS needs a remote endpoint (reference: hns, 10.1).
package struct RemoteBackendDeclaration: Sendable {
  package var address: Located<IPAddress>
  /// The network, by its index in the profile.
  package var network: Int
  /// The MAC address of the endpoint; never on the wire.
  package var mac: MACAddress
  /// The host that packets are encapsulated to; overlay only.
  package var providerAddress: IPAddress?

  /// The MAC address that stands for an address of another host: 02-11 and the last four bytes of the address.
  ///
  /// It is never on the wire; kube-proxy makes it in the same way.
  ///
  /// - Parameter address: The address.
  /// - Returns: The MAC address.
  package static func mac(for address: IPAddress) -> MACAddress {
    MACAddress(0x0211_0000_0000 | UInt64(truncatingIfNeeded: address.value & 0xffff_ffff))
  }
}
