import NetworkTypes

extension PacketBox {
  /// Merges boxes that are equal in all dimensions but one, until no two of them are.
  ///
  /// The boxes keep the order of their first parts.
  ///
  /// - Parameters:
  ///   - boxes: The boxes.
  ///   - joiningFamilies: Whether complete families are merged too, if two boxes are otherwise equal.
  static func merged(_ boxes: [PacketBox], joiningFamilies: Bool = false) -> [PacketBox] {
    var result = boxes
    var unchanged = 0
    var next = 0
    // Along a dimension in which all boxes agree, there is nothing to join but equal boxes.
    let dimensions = PacketDimension.allCases.filter { dimension in
      boxes.contains { $0[dimension] != boxes[0][dimension] }
    }
    if dimensions.isEmpty { result = Array(boxes.prefix(1)) }
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
    var positions: [UnnormalizedBox: Int] = [:]
    var joined: [(box: UnnormalizedBox, parts: [DimensionSet])] = []
    for box in boxes {
      var key = UnnormalizedBox(box)
      key[dimension] = dimension.emptySet
      if let position = positions[key] {
        joined[position].parts.append(box[dimension])
      } else {
        positions[key] = joined.count
        joined.append((UnnormalizedBox(box), [box[dimension]]))
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
    var positions: [UnnormalizedBox: Int] = [:]
    var result: [PacketBox] = []
    for box in boxes {
      let families = box.families
      guard families.count == 1, box.local == .all(families[0]), box.remote == .all(families[0]) else {
        result.append(box)
        continue
      }
      var key = UnnormalizedBox(box)
      key.local = AddressSet()
      key.remote = AddressSet()
      if let position = positions[key] {
        var whole = UnnormalizedBox(result[position])
        whole.local = whole.local.union(box.local)
        whole.remote = whole.remote.union(box.remote)
        result[position] = whole.box
      } else {
        positions[key] = result.count
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
