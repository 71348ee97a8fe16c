public import NetworkTypes

/// The translation of an endpoint's outbound traffic, from the settings of an OutBoundNAT policy.
public struct OutboundNAT: Hashable, Sendable {
  /// The bit of NatFlags for IPv6 (reference: hns, 1.8).
  package static let ipv6Flag: Int64 = 2

  /// The families it translates.
  public var families: Set<AddressFamily>
  /// The source address that replaces the endpoint's; nil means the host's own.
  public var virtualIP: IPAddress?
  /// Destinations that are not translated.
  public var exceptions: AddressSet
  /// The only destinations that are translated; nil means any.
  public var destinations: AddressSet?

  /// Makes the translation of one policy: of the families of its addresses, or of both if it has none and no flag
  /// of IPv6.
  package init(
    virtualIP: IPAddress?, exceptions: AddressSet, destinations: AddressSet?, isIPv6: Bool = false
  ) {
    self.virtualIP = virtualIP
    self.exceptions = exceptions
    self.destinations = destinations
    let named = AddressFamily.allCases.filter { family in
      virtualIP?.family == family || !exceptions.only(family).isEmpty
        || !(destinations?.only(family).isEmpty ?? true) || isIPv6 && family == .ipv6
    }
    families = named.isEmpty ? Set(AddressFamily.allCases) : Set(named)
  }

  /// Whether traffic to an address is translated.
  ///
  /// - Parameter destination: The address.
  public func translates(_ destination: IPAddress) -> Bool {
    families.contains(destination.family) && !exceptions.contains(destination)
      && (destinations?.contains(destination) ?? true)
  }

  /// The source address of translated packets; nil if it is the host's own and not known.
  ///
  /// - Parameters:
  ///   - family: The family of the packets.
  ///   - host: The host's own address of that family.
  public func source(_ family: AddressFamily, host: IPAddress?) -> IPAddress? {
    guard let virtualIP, virtualIP.family == family else { return host }
    return virtualIP
  }

  /// The translations of an endpoint with several policies.
  ///
  /// There is one list of exceptions per family: clients that write several policies intend all of their
  /// exceptions, and one of IPv6 says nothing about IPv4 (reference: hns, 10.4). A policy for some destinations
  /// translates these even if another excepts them: with it, clients make an endpoint reach itself through a load
  /// balancer (hns, 1.8).
  ///
  /// - Parameter policies: The translations of the policies, in order.
  /// - Returns: The translations; the first one that translates a destination takes effect.
  package static func united(_ policies: [OutboundNAT]) -> [OutboundNAT] {
    guard policies.count > 1 else { return policies }
    var result = policies.filter { $0.destinations != nil }
    for family in AddressFamily.allCases {
      let own = policies.filter { $0.destinations == nil && $0.families.contains(family) }
      guard let first = own.first else { continue }
      var united = first
      united.families = [family]
      united.virtualIP = own.lazy.compactMap(\.virtualIP).first { $0.family == family }
      united.exceptions = own.reduce(AddressSet()) { $0.union($1.exceptions.only(family)) }
      result.append(united)
    }
    return result
  }
}
