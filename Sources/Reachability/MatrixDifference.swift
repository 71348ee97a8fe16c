package import FilterEngine
package import NetworkTypes
import PacketSpace

/// The differences between two matrices: verdicts, not the matching rules.
///
/// A peer that only one of them has gets no verdict from the other, so it is named instead of compared.
package struct MatrixDifference: Sendable {
  /// The result of one matrix for some packets.
  package struct Outcome: Hashable, Sendable {
    /// The verdict; nil if there are no packets.
    package var verdict: Verdict?
    /// The matching rule.
    package var rule: String?
    /// Why there are no packets.
    package var unevaluatedReason: MatrixCell.UnevaluatedReason?
    /// How the packets get through NAT; nil if they need not.
    package var natAccess: MatrixCell.NATAccess?
  }

  /// Packets of a cell whose verdicts differ; nil means all packets of the cell.
  package struct Piece: Hashable, Sendable {
    package var before: Outcome
    package var after: Outcome
    /// The senders among those of the peer.
    package var from: AddressSet?
    /// The receivers among those of the peer.
    package var to: AddressSet?
    /// The ports among those of the service.
    package var ports: PortSet?
  }

  /// A cell that differs.
  package struct Change: Sendable {
    /// The index of the sender's group.
    package var from: Int
    /// The index of the receiver's group.
    package var to: Int
    /// The index of the service.
    package var service: Int
    package var pieces: [Piece]
  }

  /// The peers of both matrices.
  package let peers: [MatrixPeer]
  /// Groups of peers with equal results in both matrices, by index.
  package let groups: [[Int]]
  /// The services of both matrices.
  package let services: [MatrixService]
  /// The cells that differ, by receiver, sender and service.
  package let changes: [Change]
  /// The endpoints that only the first matrix has, by name.
  package let removed: [String]
  /// The endpoints that only the second matrix has, by name.
  package let added: [String]

  /// Whether there is no difference.
  package var isEmpty: Bool { changes.isEmpty && removed.isEmpty && added.isEmpty }

  /// The results of both matrices for two peers; nil for a matrix without one of them.
  private struct Pair: Hashable {
    var before: Int?
    var after: Int?
  }

  /// Compares two matrices of the same services.
  ///
  /// - Parameters:
  ///   - before: The first matrix.
  ///   - after: The second matrix.
  ///   - isFolding: Whether peers with equal results are grouped.
  package init(_ before: ReachabilityMatrix, _ after: ReachabilityMatrix, isFolding: Bool) {
    precondition(before.services == after.services)
    services = before.services
    let positions = [before, after].map { matrix in
      Dictionary(matrix.peers.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }
    let added = after.peers.filter { positions[0][$0.name] == nil }
    // The host and the outside stay last.
    let cut = before.peers.firstIndex { $0.peer == .host } ?? before.peers.count
    peers =
      Array(before.peers[..<cut]) + added.filter { !Self.isOutside($0) } + before.peers[cut...]
      + added.filter(Self.isOutside)
    let sides = peers.map { (positions[0][$0.name], positions[1][$0.name]) }
    removed = before.peers.filter { $0.isEndpoint && positions[1][$0.name] == nil }.map(\.name)
    self.added = added.filter(\.isEndpoint).map(\.name)

    var pairs = InternTable<Pair>()
    /// Whether a pair differs, and how, by service.
    var differences: [[[Piece]]?] = []
    func value(_ sender: Int, _ receiver: Int) -> Int? {
      let (from, to) = (sides[sender], sides[receiver])
      let left = from.0.flatMap { from in to.0.flatMap { before.vector(from: from, to: $0) } }
      let right = from.1.flatMap { from in to.1.flatMap { after.vector(from: from, to: $0) } }
      if left == nil, right == nil { return nil }
      return pairs.intern(Pair(before: left, after: right))
    }
    let classes = isFolding ? Self.classes(sides, before, after) : Array(peers.indices)
    let grouped = MatrixGroups(peers, classes: classes, isFolding: isFolding, value: value)
    groups = grouped.members

    var changes: [Change] = []
    for (to, receivers) in groups.enumerated() {
      for (from, senders) in groups.enumerated() {
        guard let number = grouped.value(from: from, to: to) else { continue }
        while differences.count <= number { differences.append(nil) }
        let found: [[Piece]]
        if let known = differences[number] {
          found = known
        } else {
          let ends = senders.lazy.flatMap { sender in receivers.lazy.map { (sender, $0) } }
            .first { value($0, $1) == number }
          guard let (sender, receiver) = ends else { continue }
          let (left, right) = (
            Self.cells(before, sides[sender].0, sides[receiver].0),
            Self.cells(after, sides[sender].1, sides[receiver].1)
          )
          found = zip(zip(left, right), before.services).map { Self.pieces($0.0, $0.1, $1) }
          differences[number] = found
        }
        for (service, pieces) in found.enumerated() where !pieces.isEmpty {
          changes.append(Change(from: from, to: to, service: service, pieces: pieces))
        }
      }
    }
    self.changes = changes
  }

  /// The cells between two peers, by service; nil if one of them is not present.
  private static func cells(_ matrix: ReachabilityMatrix, _ from: Int?, _ to: Int?) -> [MatrixCell?] {
    matrix.services.indices.map { service in
      from.flatMap { from in to.map { matrix.cell(from: from, to: $0, service) } }
    }
  }

  private static func isOutside(_ peer: MatrixPeer) -> Bool {
    peer.peer == nil
  }

  /// Peers that are in the same class on both sides.
  private static func classes(
    _ sides: [(Int?, Int?)], _ before: ReachabilityMatrix, _ after: ReachabilityMatrix
  ) -> [Int] {
    var known = InternTable<Pair>()
    return sides.map { left, right in
      known.intern(
        Pair(before: left.map { before.kind(of: $0) }, after: right.map { after.kind(of: $0) }))
    }
  }

  /// The packets of two cells whose verdicts differ; none if a matrix lacks one of the peers.
  static func pieces(_ before: MatrixCell?, _ after: MatrixCell?, _ service: MatrixService) -> [Piece] {
    guard let before, let after, before != after else { return [] }
    let (left, right) = (boxes(before, service), boxes(after, service))
    var found: [OutcomePair: [PacketBox]] = [:]
    for (outcome, box) in left {
      for (other, otherBox) in right
      where outcome.verdict != other.verdict || outcome.natAccess != other.natAccess {
        let shared = box.intersection(otherBox)
        if !shared.isEmpty { found[OutcomePair(before: outcome, after: other), default: []].append(shared) }
      }
    }
    let pieces = found.flatMap { outcome, boxes in
      PacketRegion(boxes).boxes.map { box in
        let (from, to) = box.ends(senders: .all, receivers: .all)
        return Piece(
          before: outcome.before, after: outcome.after, from: from, to: to,
          ports: box.localPorts == service.ports ? nil : box.localPorts)
      }
    }
    return pieces.sorted { $0.rank < $1.rank }
  }

  private struct OutcomePair: Hashable {
    var before: Outcome
    var after: Outcome
  }

  /// The contents of a cell, as packets of the service.
  private static func boxes(_ cell: MatrixCell, _ service: MatrixService) -> [(Outcome, PacketBox)] {
    func box(_ from: AddressSet?, _ to: AddressSet?, _ ports: PortSet?) -> PacketBox {
      PacketBox(
        protocols: ProtocolSet([service.protocol]), local: to ?? .all, remote: from ?? .all,
        localPorts: ports ?? service.ports)
    }
    guard !cell.parts.isEmpty else {
      return [
        (Outcome(verdict: nil, rule: nil, unevaluatedReason: cell.unevaluatedReason), box(nil, nil, nil))
      ]
    }
    return cell.parts.map {
      (
        Outcome(verdict: $0.verdict, rule: $0.rule, natAccess: cell.natAccess),
        box($0.from, $0.to, $0.ports)
      )
    }
  }
}

extension MatrixDifference.Piece {
  fileprivate var rank: (String, String, String, String, String) {
    (
      after.verdict?.rawValue ?? "", after.rule ?? "", before.rule ?? "",
      from?.ranges.first?.description ?? "",
      "\(to?.ranges.first?.description ?? "") \(ports?.intervals.first?.lower ?? 0)"
    )
  }
}
