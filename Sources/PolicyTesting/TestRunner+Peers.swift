import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes

extension TestRunner {
  private var topology: HostTopology { subject.evaluator.topology }

  private func addressSet(_ name: String) -> AddressSet? {
    subject.profile?.addressSets.first { $0.name.value == name }?.addresses
  }

  /// The ends of a packet that a test specifies: one, or every endpoint of a container or pod.
  ///
  /// Nil if the name is unknown, which is reported.
  mutating func peers(_ stated: Located<String>) -> [Peer]? {
    let name = stated.value
    let finding = subject.directory.find(name)
    switch finding {
    case .peer, .endpoints, .addresses: return finding.peers
    case .ambiguous(let candidates): report(.ambiguousPeer(name, candidates), at: stated.location)
    case .ambiguousService(let addresses): report(.ambiguousService(name, addresses), at: stated.location)
    case .unknown where addressSet(name) != nil: report(.addressSet(name), at: stated.location)
    case .unknown: report(.unknownPeer(name, names: subject.directory.names), at: stated.location)
    }
    return nil
  }

  /// The ends that a test specifies as senders; a service is reported, because it sends nothing.
  mutating func senders(_ stated: Located<String>) -> [Peer]? {
    guard subject.directory.service(stated.value) == nil else {
      report(.sendingService(stated.value), at: stated.location)
      return nil
    }
    return peers(stated)
  }

  /// The destination port of a packet: as stated, or the only one that a service has of the protocol.
  ///
  /// Nil without one, which is reported for a service.
  mutating func port(_ expectation: PacketExpectation) -> UInt16? {
    let proto = expectation.protocol
    guard expectation.port == nil, proto.hasPorts,
      let service = subject.directory.service(expectation.to.value)
    else { return expectation.port }
    let only = service.onlyPort(of: proto)
    if only == nil { report(.servicePort(service, proto), at: expectation.to.location) }
    return only
  }

  /// The ends of packets in a set; nil if one is unknown, which is reported.
  mutating func selection(_ set: PeerSet?) -> PeerSelection? {
    switch set {
    case nil: return everyone
    case .addresses(let addresses): return PeerSelection(addresses: addresses)
    case .named(let name): return named(name)
    case .union(let members):
      var result: PeerSelection? = PeerSelection()
      for member in members {
        let selection = selection(member)
        guard let selection, let former = result else {
          result = nil
          continue
        }
        result = PeerSelection(
          addresses: former.addresses.union(selection.addresses),
          endpoints: former.endpoints.union(selection.endpoints),
          includesHost: former.includesHost || selection.includesHost)
      }
      return result
    case .complement(let inner): return selection(inner).map(complement)
    }
  }

  private mutating func named(_ name: Located<String>) -> PeerSelection? {
    let finding = subject.directory.find(name.value)
    switch finding {
    case .peer, .endpoints, .addresses:
      var selection = PeerSelection()
      for peer in finding.peers ?? [] { selection.insert(peer) }
      return selection
    case .ambiguous(let candidates):
      report(.ambiguousPeer(name.value, candidates), at: name.location)
      return nil
    case .ambiguousService(let addresses):
      report(.ambiguousService(name.value, addresses), at: name.location)
      return nil
    case .unknown:
      if let addresses = addressSet(name.value) { return PeerSelection(addresses: addresses) }
      let sets = subject.profile?.addressSets.map(\.name.value) ?? []
      report(.unknownPeer(name.value, names: (subject.directory.names + sets).sorted()), at: name.location)
      return nil
    }
  }

  /// Every address, on the host or not, and every endpoint with an unknown address.
  private var everyone: PeerSelection {
    let unaddressed = topology.endpoints.indices.filter { index in
      let endpoint = topology.endpoints[index]
      return endpoint.addresses.isEmpty && endpoint.isAttached && !endpoint.isRemote
    }
    return PeerSelection(addresses: .all, endpoints: Set(unaddressed))
  }

  /// Everything except a selection: a name excludes all its addresses.
  private func complement(_ selection: PeerSelection) -> PeerSelection {
    var addresses = selection.addresses.ranges
    for index in selection.endpoints {
      addresses += topology.endpoints[index].addresses.map { AddressRange($0) }
    }
    if selection.includesHost {
      addresses += topology.hostAddresses.map { AddressRange($0) }
    }
    var result = everyone
    result.addresses = result.addresses.subtracting(AddressSet(addresses))
    result.endpoints.subtract(selection.endpoints)
    return result
  }
}
