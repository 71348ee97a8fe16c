import NetworkTypes

/// The owners of a host's addresses, looked up once or twice for every packet.
///
/// Open addressing in one array: a lookup neither allocates nor uses the standard library's slower hashing.
/// The keys come from the host and never from packets, so no sender can make its chains long.
struct AddressTable: Sendable {
  private struct Slot {
    var address: IPAddress
    var isTaken: Bool
    /// Nil for several endpoints of this host.
    var holder: RoutedPacket.Location?
  }

  private var slots: [Slot]
  private let shift: UInt64
  private var several: [IPAddress: [Int]] = [:]

  /// Creates the table from the addresses of endpoints and of the host.
  ///
  /// - Parameters:
  ///   - endpoints: The endpoints' addresses, and whether each endpoint is on another host.
  ///   - host: The host's own addresses; an endpoint of this host with one of them takes precedence.
  init(_ endpoints: [(addresses: [IPAddress], isRemote: Bool)], host: [IPAddress]) {
    let count = endpoints.reduce(host.count) { $0 + $1.addresses.count }
    var bits: UInt64 = 3
    while 1 << bits < count * 2 { bits += 1 }
    shift = 64 - bits
    slots = Array(repeating: Slot(address: IPAddress(.ipv4, 0), isTaken: false), count: 1 << bits)
    for (index, endpoint) in endpoints.enumerated() {
      for address in endpoint.addresses { add(address, endpoint.isRemote ? .outside : .endpoint(index)) }
    }
    for address in host {
      let slot = slots[position(of: address)]
      if !slot.isTaken || slot.holder == .outside { add(address, .host) }
    }
  }

  private mutating func add(_ address: IPAddress, _ holder: RoutedPacket.Location) {
    let position = position(of: address)
    guard slots[position].isTaken, slots[position].holder != .outside else {
      slots[position] = Slot(address: address, isTaken: true, holder: holder)
      return
    }
    switch (slots[position].holder, holder) {
    case (.endpoint(let first)?, .endpoint(let second)) where first != second:
      several[address] = [first, second]
      slots[position].holder = nil
    case (nil, .endpoint(let next)) where several[address]?.last != next:
      several[address]?.append(next)
    default: break
    }
  }

  /// The owner of an address: an endpoint, the host, or someone outside; nil for several endpoints.
  ///
  /// Endpoints of this host take precedence over the host, and the host over endpoints of other hosts: a client
  /// can make one with the host's own address (reference: hns, 10.1).
  func holder(of address: IPAddress) -> RoutedPacket.Location? {
    let slot = slots[position(of: address)]
    return slot.isTaken ? slot.holder : .outside
  }

  /// The endpoints of this host with an address, if there are several.
  func holders(of address: IPAddress) -> [Int] { several[address] ?? [] }

  /// The slot of an address, or the free slot where it would be inserted.
  private func position(of address: IPAddress) -> Int {
    var mixed = UInt64(truncatingIfNeeded: address.value)
    mixed ^= UInt64(truncatingIfNeeded: address.value >> 64) &* 0xff51_afd7_ed55_8ccd
    mixed ^= UInt64(address.family.rawValue) << 56
    var position = Int(truncatingIfNeeded: (mixed &* 0x9e37_79b9_7f4a_7c15) >> shift)
    while slots[position].isTaken, slots[position].address != address {
      position = (position + 1) & (slots.count - 1)
    }
    return position
  }
}
