/// Peers in groups whose members have the same reachability.
///
/// The cell of a group with itself is the one between two different members; peers that share a
/// compartment are ignored.
package struct MatrixGroups: Sendable {
  /// The members of each group, as indices of peers.
  package private(set) var members: [[Int]]
  /// The results for packets between two groups; nil if all members share a compartment.
  private var values: [Int?]

  /// The value for two groups.
  package func value(from sender: Int, to receiver: Int) -> Int? { values[sender * members.count + receiver] }

  /// Groups peers.
  ///
  /// - Parameters:
  ///   - peers: The peers.
  ///   - classes: The class of each peer; members of a class are known to have equal results.
  ///   - isFolding: Whether classes with equal results are joined too.
  ///   - value: The result for packets between two peers; nil for peers that share a compartment.
  init(_ peers: [MatrixPeer], classes: [Int], isFolding: Bool, value: (Int, Int) -> Int?) {
    var positions: [Int: Int] = [:]
    var members: [[Int]] = []
    for (peer, number) in classes.enumerated() {
      if let position = positions[number] {
        members[position].append(peer)
      } else {
        positions[number] = members.count
        members.append([peer])
      }
    }
    let table = Self.table(members, value)
    self.members = members
    values = table
    guard isFolding, let joined = Self.join(members, table, peers) else { return }
    self.members = joined.members
    values = joined.values
  }

  /// The values for pairs of classes, each taken from a pair of members that has one.
  private static func table(_ members: [[Int]], _ value: (Int, Int) -> Int?) -> [Int?] {
    members.flatMap { senders in
      members.map { receivers in
        // Few members of a class share a compartment, so one of the first pairs has a value.
        for sender in senders {
          for receiver in receivers {
            if let found = value(sender, receiver) { return found }
          }
        }
        return nil
      }
    }
  }

  /// Joins classes whose rows and columns are equal; nil if that would not be well defined.
  private static func join(
    _ classes: [[Int]], _ table: [Int?], _ peers: [MatrixPeer]
  ) -> (members: [[Int]], values: [Int?])? {
    let count = classes.count
    var groups: [Group] = []
    for index in 0..<count {
      let own = Group(index, table, count)
      let peer = peers[classes[index][0]]
      guard peer.isEndpoint || peer.isService else {
        groups.append(own)
        continue
      }
      let position = groups.firstIndex { group in
        let first = peers[classes[group.classes[0]][0]]
        guard first.isEndpoint == peer.isEndpoint, first.isService == peer.isService,
          first.sends == peer.sends, first.receives == peer.receives
        else { return false }
        return group.accepts(own, table, count, isSending: peer.sends)
      }
      if let position { groups[position].take(own) } else { groups.append(own) }
    }
    // Two undefined cells can hide a difference, so nothing is joined then.
    var values: [Int?] = []
    for sender in groups {
      for receiver in groups {
        let found = Set(
          sender.classes.flatMap { from in receiver.classes.compactMap { table[from * count + $0] } })
        guard found.count <= 1 else { return nil }
        values.append(found.first)
      }
    }
    return (groups.map { $0.classes.flatMap { classes[$0] }.sorted() }, values)
  }

  /// Classes found equal so far.
  private struct Group {
    var classes: [Int]
    var row: [Int?]
    var column: [Int?]

    init(_ index: Int, _ table: [Int?], _ count: Int) {
      classes = [index]
      row = Array(table[index * count..<(index + 1) * count])
      column = (0..<count).map { table[$0 * count + index] }
    }

    func accepts(_ other: Group, _ table: [Int?], _ count: Int, isSending: Bool) -> Bool {
      func agree(_ left: [Int?], _ right: [Int?]) -> Bool {
        for (mine, theirs) in zip(left, right) {
          if let mine, let theirs, mine != theirs { return false }
        }
        return true
      }
      guard agree(column, other.column) else { return false }
      // Peers that only receive have no row, and send nothing among themselves.
      guard isSending else { return true }
      guard agree(row, other.row) else { return false }
      let all = classes + other.classes
      let among = Set(all.flatMap { from in all.compactMap { table[from * count + $0] } })
      return among.count <= 1
    }

    mutating func take(_ other: Group) {
      classes += other.classes
      row = zip(row, other.row).map { $0 ?? $1 }
      column = zip(column, other.column).map { $0 ?? $1 }
    }
  }
}
