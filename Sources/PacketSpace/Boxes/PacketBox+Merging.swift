import NetworkTypes

extension PacketBox {
  /// The part of the box that concerns one address family.
  func only(_ family: AddressFamily) -> PacketBox {
    PacketBox(
      protocols: protocols, local: local.only(family), remote: remote.only(family), localPorts: localPorts,
      remotePorts: remotePorts, icmpTypes: icmpTypes)
  }

  /// How many ranges stand in the six sets; full ones count too.
  var rangeCount: Int {
    protocols.intervals.count + local.ipv4.intervals.count + local.ipv6.intervals.count
      + remote.ipv4.intervals.count + remote.ipv6.intervals.count + localPorts.intervals.count
      + remotePorts.intervals.count + icmpTypes.intervals.count
  }

  /// The same sets, widened where that adds no packet so that fewer of them differ from those of a
  /// larger box: a family that one side lacks may stand on the other.
  ///
  /// - Parameter whole: The larger box.
  func widened(in whole: PacketBox) -> LooseBox {
    var loose = LooseBox(self)
    for family in whole.families where !local.hasMembers(of: family) {
      let other: AddressFamily = family == .ipv4 ? .ipv6 : .ipv4
      let isLocalFull = local.only(other) == whole.local.only(other)
      if isLocalFull || remote.only(other) != whole.remote.only(other) {
        loose.local = loose.local.union(whole.local.only(family))
      } else {
        loose.remote = loose.remote.union(whole.remote.only(family))
      }
    }
    return loose
  }

  /// Joins boxes that agree in all dimensions but one until no two of them do.
  ///
  /// The boxes keep the order of their first parts.
  ///
  /// - Parameters:
  ///   - boxes: The boxes.
  ///   - joiningFamilies: Whether whole families are joined too, where two boxes agree otherwise.
  static func merged(_ boxes: [PacketBox], joiningFamilies: Bool = false) -> [PacketBox] {
    var result = boxes
    var unchanged = 0
    var next = 0
    let dimensions = PacketDimension.allCases
    while unchanged < dimensions.count {
      let dimension = dimensions[next % dimensions.count]
      let joined = joined(result, along: dimension)
      unchanged = joined.count == result.count ? unchanged + 1 : 1
      result = joined
      next += 1
    }
    return joiningFamilies ? joinedFamilies(result) : result
  }

  private static func joined(_ boxes: [PacketBox], along dimension: PacketDimension) -> [PacketBox] {
    guard boxes.count > 1 else { return boxes }
    var places: [LooseBox: Int] = [:]
    var joined: [(box: LooseBox, parts: [DimensionSet])] = []
    for box in boxes {
      var key = LooseBox(box)
      key[dimension] = dimension.emptySet
      if let place = places[key] {
        joined[place].parts.append(box[dimension])
      } else {
        places[key] = joined.count
        joined.append((LooseBox(box), [box[dimension]]))
      }
    }
    guard joined.count < boxes.count else { return boxes }
    return joined.map { entry in
      var box = entry.box
      box[dimension] = entry.parts.dropFirst().reduce(entry.parts[0]) { $0.union($1) }
      return box.box
    }
  }

  private static func joinedFamilies(_ boxes: [PacketBox]) -> [PacketBox] {
    var places: [LooseBox: Int] = [:]
    var result: [PacketBox] = []
    for box in boxes {
      let families = box.families
      guard families.count == 1, box.local == .all(families[0]), box.remote == .all(families[0]) else {
        result.append(box)
        continue
      }
      var key = LooseBox(box)
      key.local = AddressSet()
      key.remote = AddressSet()
      if let place = places[key] {
        var whole = LooseBox(result[place])
        whole.local = whole.local.union(box.local)
        whole.remote = whole.remote.union(box.remote)
        result[place] = whole.box
      } else {
        places[key] = result.count
        result.append(box)
      }
    }
    return result
  }
}

extension PacketDimension {
  /// The empty set along the dimension.
  fileprivate var emptySet: DimensionSet {
    switch self {
    case .protocols: .protocols(ProtocolSet())
    case .local, .remote: .addresses(AddressSet())
    case .localPorts, .remotePorts: .ports(PortSet())
    case .icmpTypes: .icmpTypes(ICMPTypeSet())
    }
  }
}
