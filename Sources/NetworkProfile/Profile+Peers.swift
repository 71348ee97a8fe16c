import HostModel
package import NetworkTypes

extension Profile {
  /// The endpoints that a name refers to: an endpoint, all endpoints of a container or pod, or those of the
  /// pod of a container (`pod/container`).
  package func endpoints(named name: String) -> [EndpointDeclaration] {
    let workload = name.split(separator: "/", maxSplits: 1).first.map(String.init) ?? name
    return endpoints.filter { $0.name.value == name || $0.workloadName.value == workload }
  }

  /// The same profile with assigned addresses in place of the names that stand for them in ACLs.
  ///
  /// A name without addresses stays unresolved; such a profile cannot be compiled.
  ///
  /// - Parameter addresses: The addresses of endpoints by name.
  package func resolvingPeers(_ addresses: [String: [IPAddress]]) -> Profile {
    guard hasUnresolvedPeers else { return self }
    var resolver = PeerResolver(self, addresses)
    var copy = self
    for index in copy.aclSets.indices { resolver.resolve(&copy.aclSets[index].acls) }
    for index in copy.endpoints.indices { resolver.resolve(&copy.endpoints[index].acls) }
    copy.hasUnresolvedPeers = !resolver.isComplete
    copy.assignedAddresses = resolver.used
    return copy
  }

  /// The same profile without any ACLs and default actions, as far as addresses depend on it.
  package var withoutPolicy: Profile {
    var copy = self
    for index in copy.aclSets.indices { copy.aclSets[index].acls = [] }
    for index in copy.endpoints.indices {
      copy.endpoints[index].acls = []
      copy.endpoints[index].defaults = nil
    }
    copy.hasUnresolvedPeers = false
    return copy
  }
}

/// Puts addresses in place of names, each name looked up once.
private struct PeerResolver {
  private let profile: Profile
  private let addresses: [String: [IPAddress]]
  private var known: [String: AddressSet?] = [:]
  /// The addresses that were used, by endpoint.
  private(set) var used: [String: [IPAddress]] = [:]
  private(set) var isComplete = true

  init(_ profile: Profile, _ addresses: [String: [IPAddress]]) {
    self.profile = profile
    self.addresses = addresses
  }

  mutating func resolve(_ acls: inout [ACLDeclaration]) {
    for index in acls.indices {
      guard let peers = acls[index].unresolved else { continue }
      let local = set(of: peers.local)
      let remote = set(of: peers.remote)
      guard let local, let remote else {
        isComplete = false
        continue
      }
      acls[index].unresolved = nil
      // An ACL without an address member matches any address, so only a present one is extended.
      acls[index].match.localAddresses = acls[index].match.localAddresses?.union(local)
      acls[index].match.remoteAddresses = acls[index].match.remoteAddresses?.union(remote)
    }
  }

  /// The addresses of all names; nil if those of one are not known.
  private mutating func set(of names: [Located<String>]) -> AddressSet? {
    var result = AddressSet()
    for name in names {
      guard let set = set(of: name.value) else { return nil }
      result = result.union(set)
    }
    return result
  }

  private mutating func set(of name: String) -> AddressSet? {
    if let found = known[name] { return found }
    var ranges: [AddressRange] = []
    var isKnown = true
    for endpoint in profile.endpoints(named: name) {
      let found = addresses[endpoint.name.value] ?? []
      if found.isEmpty { isKnown = false }
      used[endpoint.name.value] = found
      ranges += found.map { AddressRange($0) }
    }
    let set = isKnown && !ranges.isEmpty ? AddressSet(ranges) : nil
    known[name] = .some(set)
    return set
  }
}
