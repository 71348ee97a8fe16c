import HostModel
import NetworkTypes

extension HostNetworkingService {
  /// A free address of a subnet for an endpoint; nil if there is none.
  ///
  /// The first candidate is derived from the seed and the ids of network, subnet and endpoint, so an
  /// endpoint's address does not depend on other endpoints unless they use that very address. The order in
  /// which the real service assigns addresses is unknown (reference: hns, 6.2).
  func freeAddress(in subnet: Subnet, of network: NetworkObject, for endpoint: GUID) -> IPAddress? {
    var digest = SeededDigest(configuration.seed, "address")
    digest.combine(network.id)
    digest.combine(subnet.id)
    digest.combine(endpoint)
    let range = subnet.prefix.range
    let size = UInt64(clamping: range.upper - range.lower)
    // Every rejected candidate is a used or reserved address, so this many candidates suffice.
    let limit = network.addresses.count + network.remoteAddresses.count + hostAddresses.count + 4
    for offset in SeededPermutation(size: size == .max ? size : size + 1, digest: digest).prefix(limit) {
      let address = IPAddress(range.family, range.lower + UInt128(offset))
      if network.addresses[address] == nil, network.remoteAddresses[address] == nil, !isOfHost(address),
        !subnet.isReserved(address)
      {
        return address
      }
    }
    return nil
  }

  /// Whether an address is the host's own; most hosts have so few that a linear search is fastest.
  func isOfHost(_ address: IPAddress) -> Bool {
    configuration.addresses.count < 4
      ? configuration.addresses.contains(address) : hostAddresses.contains(address)
  }

  /// A free address of the network's MAC pool for an endpoint; nil if there is none.
  func freeMAC(of network: NetworkObject, for endpoint: GUID) -> MACAddress? {
    var digest = SeededDigest(configuration.seed, "mac")
    digest.combine(network.id)
    digest.combine(endpoint)
    var total: UInt64 = 0
    for range in network.macPool {
      // A document can list more ranges than there are addresses.
      let (sum, isTooMuch) = total.addingReportingOverflow(range.upperBound - range.lowerBound + 1)
      total = isTooMuch ? .max : sum
    }
    for drawn in SeededPermutation(size: total, digest: digest).prefix(network.macs.count + 2) {
      var offset = drawn
      for range in network.macPool {
        let size = range.upperBound - range.lowerBound + 1
        if offset >= size {
          offset -= size
          continue
        }
        let mac = MACAddress(range.lowerBound + offset)
        if network.macs[mac] == nil, mac.value != 0 { return mac }
        break
      }
    }
    return nil
  }

  /// A free external port for a mapping without one, from the dynamic range 49152 to 65535 (reference: hns,
  /// 6.5).
  func freePort(for mapping: PortMapping, taken: Set<PortMapping.Key>, endpoint: GUID) -> UInt16? {
    var digest = SeededDigest(configuration.seed, "port")
    digest.combine(endpoint)
    digest.combine(UInt64(mapping.internalPort) << 8 | UInt64(mapping.protocol.number))
    for offset in SeededPermutation(size: 16384, digest: digest) {
      var candidate = mapping
      candidate.externalPort = UInt16(49152 + offset)
      if publishedPorts[candidate.key] == nil, !taken.contains(candidate.key),
        !configuration.holds(candidate.externalPort, candidate.protocol)
      {
        return candidate.externalPort
      }
    }
    return nil
  }
}
