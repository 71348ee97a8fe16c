/// Why a network or an endpoint cannot be changed in place, so that a plan deletes it and creates it under
/// the same name.
package enum ReplacementReason: String, Sendable, Hashable, CaseIterable {
  // Of a network.
  case driver
  case adapter
  case subnets
  case dhcp
  case vxlanPort
  case macPool
  // Of an endpoint.
  case networkReplaced
  case network
  case addresses
  case macAddress
  case gateway
  case dns
  case isolation
  // Of a load balancer.
  case notModifiable
}

/// The objects that a plan deletes and creates under the same name, because they cannot be changed in place.
struct Replacements {
  /// Networks by name.
  var networks: [String: ReplacementReason] = [:]
  /// Endpoints by name, with everything that belongs to them.
  var endpoints: [String: ReplacementReason] = [:]
  /// Load balancers, which HNS cannot modify before a certain version (reference: hns, 10).
  var loadBalancers: Set<LoadBalancerName> = []

  /// How plans name a load balancer.
  struct LoadBalancerName: Hashable {
    /// The service.
    var target: String
    /// The addresses and ports.
    var name: String
  }

  /// Why the objects of a section are replaced; nil if they are not.
  func reason(for section: HostInventory.Section, of owner: String) -> ReplacementReason? {
    switch section.subject {
    case .network: networks[section.target]
    case .endpoint: section.owner == owner ? endpoints[section.target] : nil
    case .serviceEndpoint, .service, .host: nil
    }
  }
}
