import HostModel
import NetworkTypes

/// A packet as seen by a classifier: one 32-bit key for each of five dimensions.
///
/// - An IPv4 address is its own key; an IPv6 address has the key of ``AddressRanks``.
/// - The key of a port is its number plus one; 0 means that the packet has no ports, and is in no range of a
///   match.
/// - Protocols keep their order, except that TCP and UDP come first after 0: rules often list these two
///   together, which makes them one range.
struct PacketKeys {
  /// A key for each dimension; the rest is padding.
  let keys: InlineArray<8, UInt32>

  init(_ packet: Packet, local: UInt32, remote: UInt32) {
    let hasPorts = packet.protocol.hasPorts
    keys = [
      local, remote, hasPorts ? UInt32(packet.localPort) + 1 : 0,
      hasPorts ? UInt32(packet.remotePort) + 1 : 0, Self.key(of: packet.protocol.number), 0, 0, 0,
    ]
  }

  /// The key of a protocol number.
  static func key(of number: UInt8) -> UInt32 {
    switch number {
    case IPProtocol.tcp.number: 1
    case IPProtocol.udp.number: 2
    case 0: 0
    case ..<IPProtocol.tcp.number: UInt32(number) + 2
    case ..<IPProtocol.udp.number: UInt32(number) + 1
    default: UInt32(number)
    }
  }

  /// The keys of a set of protocols.
  static func keys(of protocols: ProtocolSet) -> IntervalSet<UInt32> {
    let (tcp, udp) = (IPProtocol.tcp.number, IPProtocol.udp.number)
    var ranges: [IntervalSet<UInt32>.Interval] = []
    for number in [0, tcp, udp] where protocols.contains(number) {
      ranges.append(.init(key(of: number), key(of: number)))
    }
    for interval in protocols.intervals where interval.upper > 0 {
      // Without 0, TCP and UDP the keys of a range have no gap.
      var lower = max(1, interval.lower)
      var upper = interval.upper
      if lower == tcp || lower == udp { lower += 1 }
      if upper == tcp || upper == udp { upper -= 1 }
      if lower <= upper { ranges.append(.init(key(of: lower), key(of: upper))) }
    }
    return IntervalSet(ranges)
  }
}

extension Span<UInt32> {
  /// The key in a dimension, which is given by the low bits of a number.
  subscript(dimension number: UInt32) -> UInt32 { self[Int(number & ClassifierLayout.dimensionMask)] }

  /// Whether these keys are in a record.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - words: The words of the classifier.
  @inline(__always)
  func lie(in record: Int, of words: UnsafeBufferPointer<UInt32>) -> Bool {
    // How far the keys are below the highest of the record; negative if one is outside. A branch per
    // dimension would be mispredicted too often.
    var slack: Int64 = 0
    for dimension in 0..<ClassifierLayout.dimensions {
      let position = record &+ 2 &* dimension
      let distance = self[dimension] &- words[position]
      slack |= Int64(words[position &+ 1]) &- Int64(distance)
    }
    guard slack >= 0 else { return false }
    let gaps = Int(words[record &+ ClassifierLayout.gaps])
    return gaps == 0 || avoidGaps(at: gaps, of: words)
  }

  private func avoidGaps(at gaps: Int, of words: UnsafeBufferPointer<UInt32>) -> Bool {
    var gap = gaps + 1
    for _ in 0..<words[gaps] {
      let key = self[dimension: words[gap]]
      let ranges = Int(words[gap + 1])
      var low = 0
      var high = Int(words[gap + 2])
      while low < high {
        let middle = (low + high) / 2
        if words[ranges + 2 * middle + 1] < key { low = middle + 1 } else { high = middle }
      }
      // The key is between the first and the last range, so some range ends at or after it.
      guard words[ranges + 2 * low] <= key else { return false }
      gap += 3
    }
    return true
  }
}

/// IPv6 addresses as 32-bit keys: the number of range boundaries of matches at or below an address.
///
/// Addresses without a boundary between them are in the same matches, so nothing is lost.
struct AddressRanks: Sendable {
  private let boundaries: ContiguousArray<UInt128>

  /// No boundaries: every address has the key 0.
  init() { boundaries = [] }

  /// The boundaries of one side of a list of matches.
  ///
  /// - Parameters:
  ///   - matches: The matches.
  ///   - side: The addresses of that side.
  init(drawnBy matches: [RuleMatch], _ side: KeyPath<RuleMatch, AddressSet?>) {
    var boundaries = ContiguousArray<UInt128>()
    var seen = Set<UInt>()
    for match in matches {
      guard let addresses = match[keyPath: side], !addresses.ipv6.isEmpty else { continue }
      if addresses.ipv6.intervals.count > 1,
        !seen.insert(ClassifierRecords.identity(of: addresses.ipv6)).inserted
      {
        continue
      }
      for interval in addresses.ipv6.intervals {
        boundaries.append(interval.lower)
        if interval.upper < .max { boundaries.append(interval.upper + 1) }
      }
    }
    boundaries.sort()
    var distinct = ContiguousArray<UInt128>()
    for (index, boundary) in boundaries.enumerated() where index == 0 || boundary != boundaries[index - 1] {
      distinct.append(boundary)
    }
    self.boundaries = distinct
  }

  /// The bytes the boundaries take.
  var memoryFootprint: Int { boundaries.capacity * MemoryLayout<UInt128>.stride }

  /// The key of an address.
  ///
  /// - Parameter address: The number of the address.
  func rank(of address: UInt128) -> UInt32 {
    let boundaries = self.boundaries.span
    var low = 0
    var high = boundaries.count
    while low < high {
      let middle = (low + high) / 2
      if boundaries[middle] <= address { low = middle + 1 } else { high = middle }
    }
    return UInt32(truncatingIfNeeded: low)
  }
}
