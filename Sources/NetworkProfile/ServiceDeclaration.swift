import HostModel
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

  package init(
    name: Located<String>, address: Located<IPAddress>, ports: [ServicePortDeclaration] = [],
    backends: [BackendDeclaration] = [], network: Int? = nil, sourceVIP: Located<IPAddress>? = nil,
    isDSR: Bool = false, affinity: SessionAffinity = SessionAffinity.none,
    externalAddresses: [Located<IPAddress>] = []
  ) {
    self.name = name
    self.address = address
    self.ports = ports
    self.backends = backends
    self.network = network
    self.sourceVIP = sourceVIP
    self.isDSR = isDSR
    self.affinity = affinity
    self.externalAddresses = externalAddresses
  }
}

extension ServiceDeclaration {
  /// Whether a service uses direct server return if it does not state that: what no source says of l2tunnel is not
  /// assumed.
  ///
  /// - Parameters:
  ///   - driver: The driver of the network of its backends; nil without backends.
  ///   - windows: The Windows build.
  static func isDSRByDefault(_ driver: NetworkDriver?, _ windows: WindowsBuild) -> Bool {
    driver != .l2tunnel && windows.hnsVersion.has(.dsr)
  }
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

  package init(
    port: Located<UInt16>, targetPort: UInt16, `protocol`: IPProtocol, nodePort: Located<UInt16>? = nil
  ) {
    self.port = port
    self.targetPort = targetPort
    self.`protocol` = `protocol`
    self.nodePort = nodePort
  }
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

  package init(
    address: Located<IPAddress>, network: Int, mac: MACAddress, providerAddress: IPAddress? = nil
  ) {
    self.address = address
    self.network = network
    self.mac = mac
    self.providerAddress = providerAddress
  }

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
