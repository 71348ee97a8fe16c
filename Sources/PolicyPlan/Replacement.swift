/// Why a host cannot change a network or an endpoint in place, so that a plan deletes it and creates it
/// under the same name.
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
}

/// What a plan deletes and creates under the same name, because the host cannot change it in place.
struct Replacements {
  /// Networks by name.
  var networks: [String: ReplacementReason] = [:]
  /// Endpoints by name, with all that belongs to them.
  var endpoints: [String: ReplacementReason] = [:]

  /// Why the things of a section are made anew; nil when they are not.
  func reason(for section: HostContents.Section, of owner: String) -> ReplacementReason? {
    section.isNetwork
      ? networks[section.target] : section.owner == owner ? endpoints[section.target] : nil
  }
}
