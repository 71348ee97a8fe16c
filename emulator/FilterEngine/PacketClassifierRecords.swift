import HostModel
import NetworkTypes

/// The matches of a list as records of keys; see ``ClassifierLayout``.
struct ClassifierRecords {
  /// The records and what they refer to.
  private(set) var words = ContiguousArray<UInt32>()
  /// The records that apply to a family, in order.
  private(set) var references = (ipv4: ContiguousArray<UInt32>(), ipv6: ContiguousArray<UInt32>())
  /// The number of ranges of these records beyond the first of each dimension.
  private(set) var ranges = (ipv4: 0, ipv6: 0)
  /// Sets of several ranges that are already written.
  private var written: [WrittenSet: Extent] = [:]

  /// The keys of a match in one dimension.
  private struct Extent {
    var lower: UInt32
    var upper: UInt32
    /// The position and number of the ranges, if there are several.
    var ranges: UInt32 = 0
    var count: UInt32 = 1

    static let anyAddress = Extent(lower: 0, upper: .max)
    static let anyPort = Extent(lower: 0, upper: UInt32(UInt16.max) + 1)
    static let anyProtocol = Extent(lower: 0, upper: 255)
  }

  /// A set of several ranges, identified by the address of its storage.
  ///
  /// Many rules of a host share the same long list of addresses.
  private struct WrittenSet: Hashable {
    var identity: UInt
    var dimension: Int
  }

  /// The address of the storage of a set.
  static func identity<Bound>(of set: IntervalSet<Bound>) -> UInt {
    set.intervals.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
  }

  /// Adds a list of matches; matches without packets get no record.
  ///
  /// - Parameters:
  ///   - matches: The matches; the caller keeps them alive until this returns.
  ///   - local: The keys of local IPv6 addresses.
  ///   - remote: The keys of remote IPv6 addresses.
  mutating func add(_ matches: [RuleMatch], _ local: AddressRanks, _ remote: AddressRanks) {
    words.reserveCapacity(matches.count * (ClassifierLayout.index + 1))
    for (index, match) in matches.enumerated() {
      guard let localPorts = extent(of: match.localPorts, 2),
        let remotePorts = extent(of: match.remotePorts, 3),
        let protocols = extent(of: match.protocols)
      else { continue }
      if match.localAddresses == nil, match.remoteAddresses == nil {
        append(
          [.anyAddress, .anyAddress, localPorts, remotePorts, protocols], index, to: AddressFamily.allCases)
        continue
      }
      if let first = extent(of: match.localAddresses?.ipv4, 0, key: { $0 }),
        let second = extent(of: match.remoteAddresses?.ipv4, 1, key: { $0 })
      {
        append([first, second, localPorts, remotePorts, protocols], index, to: [.ipv4])
      }
      if let first = extent(of: match.localAddresses?.ipv6, 0, key: local.rank),
        let second = extent(of: match.remoteAddresses?.ipv6, 1, key: remote.rank)
      {
        append([first, second, localPorts, remotePorts, protocols], index, to: [.ipv6])
      }
    }
  }

  private mutating func append(
    _ extents: InlineArray<5, Extent>, _ index: Int, to families: [AddressFamily]
  ) {
    var withGaps: UInt32 = 0
    var further = 0
    for dimension in extents.indices where extents[dimension].count > 1 {
      withGaps += 1
      further += Int(extents[dimension].count) - 1
    }
    var gaps: UInt32 = 0
    if withGaps > 0 {
      gaps = UInt32(words.count)
      words.append(withGaps)
      for dimension in extents.indices where extents[dimension].count > 1 {
        words.append(UInt32(dimension))
        words.append(extents[dimension].ranges)
        words.append(extents[dimension].count)
      }
    }
    let record = UInt32(words.count)
    for dimension in extents.indices {
      words.append(extents[dimension].lower)
      words.append(extents[dimension].upper - extents[dimension].lower)
    }
    words.append(gaps)
    words.append(UInt32(index))
    for family in families {
      switch family {
      case .ipv4:
        references.ipv4.append(record)
        ranges.ipv4 += further
      case .ipv6:
        references.ipv6.append(record)
        ranges.ipv6 += further
      }
    }
  }

  // MARK: Sets as extents; nil for the empty set

  private mutating func extent(of ports: PortSet?, _ dimension: Int) -> Extent? {
    guard let ports else { return .anyPort }
    return extent(of: ports, dimension) { UInt32($0) + 1 }
  }

  private mutating func extent(of protocols: ProtocolSet?) -> Extent? {
    guard let protocols else { return .anyProtocol }
    if let only = protocols.intervals.first, protocols.intervals.count == 1, only.lower == only.upper {
      let key = PacketKeys.key(of: only.lower)
      return Extent(lower: key, upper: key)
    }
    if let extent = written[WrittenSet(identity: Self.identity(of: protocols), dimension: 4)] {
      return extent
    }
    // The set of keys is temporary, so it is identified by the set of protocols.
    let result = extent(of: PacketKeys.keys(of: protocols))
    written[WrittenSet(identity: Self.identity(of: protocols), dimension: 4)] = result
    return result
  }

  private mutating func extent(of protocolKeys: IntervalSet<UInt32>) -> Extent? {
    write(protocolKeys) { $0 }
  }

  private mutating func extent<Bound>(
    of addresses: IntervalSet<Bound>?, _ dimension: Int, key: (Bound) -> UInt32
  ) -> Extent? {
    guard let addresses else { return .anyAddress }
    guard addresses.intervals.count > 1 else { return write(addresses, key) }
    let set = WrittenSet(identity: Self.identity(of: addresses), dimension: dimension)
    if let extent = written[set] { return extent }
    let result = write(addresses, key)
    written[set] = result
    return result
  }

  private mutating func write<Bound>(_ set: IntervalSet<Bound>, _ key: (Bound) -> UInt32) -> Extent? {
    guard let first = set.intervals.first, let last = set.intervals.last else { return nil }
    var extent = Extent(lower: key(first.lower), upper: key(last.upper))
    guard set.intervals.count > 1 else { return extent }
    extent.ranges = UInt32(words.count)
    extent.count = UInt32(set.intervals.count)
    for interval in set.intervals {
      words.append(key(interval.lower))
      words.append(key(interval.upper))
    }
    return extent
  }
}
