package import HostModel
package import NetworkTypes

/// An ordered list of matches, compiled so that the first match of a packet is found fast.
///
/// The semantics of both components come down to such a list: ascending priority in VFP, block before allow
/// in Windows Firewall.
///
/// Every property of a packet becomes a 32-bit key (``PacketKeys``), so that a match is a box of five key
/// ranges, or a product of several ranges if its sets have gaps. A binary tree divides the key space; each
/// leaf lists the few matches that overlap its part of the space, in order. Matches on both sides of a
/// division are either listed on both sides, within a fixed allowance, or moved to a separate tree, which a
/// search visits afterwards unless it already has an earlier match. Memory is thus proportional to the number
/// of rules, however they overlap.
///
/// It is an object, so that a packet that borrows it counts one reference.
package final class PacketClassifier: Sendable {
  /// Records of the matches, nodes of the trees, and leaves; see ``ClassifierLayout``.
  private let words: ContiguousArray<UInt32>
  /// The boundaries of IPv6 addresses in matches: of local ones, of remote ones.
  private let ranks: (local: AddressRanks, remote: AddressRanks)
  /// The root nodes; 0 if no match applies to the family.
  private let roots: (ipv4: UInt32, ipv6: UInt32)

  /// Compiles a list of matches.
  ///
  /// - Parameter matches: The matches, in order.
  package init(_ matches: [RuleMatch]) {
    guard !matches.isEmpty else {
      words = []
      ranks = (AddressRanks(), AddressRanks())
      roots = (0, 0)
      return
    }
    ranks = (
      AddressRanks(drawnBy: matches, \.localAddresses), AddressRanks(drawnBy: matches, \.remoteAddresses)
    )
    var records = ClassifierRecords()
    records.add(matches, ranks.local, ranks.remote)
    let sizes = (records.ranges.ipv4, records.ranges.ipv6)
    var trees = ClassifierTrees(over: records.words)
    roots = (
      trees.buildTree(records.references.ipv4, ranges: sizes.0),
      trees.buildTree(records.references.ipv6, ranges: sizes.1)
    )
    words = trees.words.count * 5 < trees.words.capacity * 4 ? trees.words.fitted : trees.words
  }

  /// The bytes the compiled list takes, beside the object itself.
  package var memoryFootprint: Int {
    words.capacity * MemoryLayout<UInt32>.stride
      + ranks.local.memoryFootprint + ranks.remote.memoryFootprint
  }

  /// The index of the first match of a packet; nil if there is none.
  ///
  /// Agrees with ``RuleMatch/matches(_:)``; the direction of the packet is ignored. A packet with addresses
  /// of different families does not exist, and matches nothing.
  ///
  /// - Parameter packet: The packet as the endpoint sees it.
  package func firstMatch(_ packet: Packet) -> Int? {
    guard packet.local.family == packet.remote.family else { return nil }
    let packetKeys: PacketKeys
    let root: UInt32
    switch packet.local.family {
    case .ipv4:
      root = roots.ipv4
      guard root != 0 else { return nil }
      packetKeys = PacketKeys(
        packet, local: UInt32(truncatingIfNeeded: packet.local.value),
        remote: UInt32(truncatingIfNeeded: packet.remote.value))
    case .ipv6:
      root = roots.ipv6
      guard root != 0 else { return nil }
      packetKeys = PacketKeys(
        packet, local: ranks.local.rank(of: packet.local.value),
        remote: ranks.remote.rank(of: packet.remote.value))
    }
    return words.withUnsafeBufferPointer { Self.search($0, from: Int(root), for: packetKeys) }
  }

  /// Searches a tree and the separate ones attached to it, nearest first.
  private static func search(
    _ words: UnsafeBufferPointer<UInt32>, from root: Int, for packetKeys: PacketKeys
  ) -> Int? {
    let keys = packetKeys.keys.span
    var best = ClassifierLayout.none
    var node = root
    while true {
      var tag = words[node &+ 1]
      while tag & ClassifierLayout.dimensionMask != ClassifierLayout.leafTag {
        node = Int(tag >> ClassifierLayout.dimensionBits) &+ (keys[dimension: tag] > words[node] ? 2 : 0)
        tag = words[node &+ 1]
      }
      var entry = Int(words[node])
      let end = entry &+ Int(tag >> ClassifierLayout.dimensionBits)
      var rest = Int(words[entry])
      entry &+= 1
      while entry <= end {
        let record = words[entry]
        if record >= best { break }
        if keys.lie(in: Int(record), of: words) {
          best = record
          break
        }
        entry &+= 1
      }
      while rest != 0, words[rest] >= best { rest = Int(words[rest &+ 1]) }
      if rest == 0 { break }
      node = rest &+ 2
    }
    return best == ClassifierLayout.none ? nil : Int(words[Int(best) + ClassifierLayout.index])
  }
}

/// The layout of the words of a classifier; every reference is the index of a word.
///
/// - A record is a match: for each of five dimensions its lowest key and the distance to its highest one,
///   then a reference to its gaps or 0, then the index of the match. Records are in the order of the matches,
///   so the lower reference is the earlier match.
/// - Gaps are the number of dimensions that have any, and for each of them the dimension, a reference to its
///   ranges, and their number. A range is its lowest and its highest key.
/// - An inner node is the highest key of its first half, and a reference to the first of two adjacent nodes,
///   shifted to make room for the dimension.
/// - A leaf is a reference to its list, and the number of records in it, shifted likewise. The list starts
///   with a reference to the separate tree on the path to the leaf, or 0.
/// - A separate tree is its first record, a reference to the next separate tree or 0, and its root node.
enum ClassifierLayout {
  static let dimensions = 5
  static let gaps = 10
  static let index = 11
  static let dimensionBits: UInt32 = 3
  static let dimensionMask: UInt32 = 7
  static let leafTag: UInt32 = 7
  /// No record.
  static let none = UInt32.max
}

extension ContiguousArray {
  /// A copy without spare capacity.
  fileprivate var fitted: Self {
    var copy = Self()
    copy.reserveCapacity(count)
    copy.append(contentsOf: self)
    return copy
  }
}
