package import HostModel
package import NetworkTypes

extension PacketBox {
  /// The packets of a match, of some address families.
  ///
  /// A match with ports matches only TCP and UDP, whatever its protocols.
  ///
  /// - Parameters:
  ///   - match: The match.
  ///   - families: The families.
  package init(_ match: RuleMatch, families: [AddressFamily]) {
    let addresses = families.reduce(AddressSet()) { $0.union(.all($1)) }
    var protocols = match.protocols ?? .allProtocols
    if match.localPorts != nil || match.remotePorts != nil {
      protocols = protocols.intersection(.withPorts)
    }
    self.init(
      protocols: protocols,
      local: match.localAddresses.map(addresses.intersection) ?? addresses,
      remote: match.remoteAddresses.map(addresses.intersection) ?? addresses,
      localPorts: match.localPorts ?? .allPorts, remotePorts: match.remotePorts ?? .allPorts)
  }

  /// The matches that together are equal to this box, among the packets of some address families.
  ///
  /// A full set is omitted. VFP has a group of rules for each address family (reference:
  /// windows-firewall-and-vfp, 3.5), so a box with addresses becomes one match for each of its families. A
  /// box of one complete family out of two specifies that family on the remote side.
  ///
  /// - Parameter families: The families; every packet of the box belongs to one of them.
  package func matches(families: [AddressFamily]) -> [RuleMatch] {
    guard !isEmpty else { return [] }
    var match = RuleMatch(
      protocols: protocols == .allProtocols ? nil : protocols,
      localPorts: localPorts == .allPorts ? nil : localPorts,
      remotePorts: remotePorts == .allPorts ? nil : remotePorts)
    let own = self.families
    let isWhole = own.allSatisfy { family in
      local.only(family) == .all(family) && remote.only(family) == .all(family)
    }
    if isWhole, own == families.sorted() { return [match] }
    return own.map { family in
      let everything = AddressSet.all(family)
      let locals = local.only(family)
      let remotes = remote.only(family)
      match.localAddresses = locals == everything ? nil : locals
      match.remoteAddresses = remotes == everything ? nil : remotes
      if match.localAddresses == nil, match.remoteAddresses == nil, families.count > 1 {
        match.remoteAddresses = everything
      }
      return match
    }
  }
}
