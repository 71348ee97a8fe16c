package import FilterEngine
import HostModel
package import NetworkTypes
package import PacketSpace

/// Reachability between all peers of a host, by the rules of its dataplane.
///
/// Peers that no filter distinguishes are evaluated once, so many endpoints with equal rules cost no
/// more than a few.
package struct ReachabilityMatrix: Sendable {
  /// Why a matrix cannot be computed.
  package enum Problem: Error, Sendable {
    /// There are more different cells to evaluate than this limit.
    case tooLarge(cells: Int, limit: Int)
    /// A packet problem of the query, not of a cell.
    case packet(PacketProblem)
  }

  /// The maximum number of cells to evaluate; equal ones count once.
  package static let cellLimit = 4_000_000

  /// The peers.
  package let peers: [MatrixPeer]
  /// The services.
  package let services: [MatrixService]
  /// The distinct vectors of cell results for a pair of peers, by service.
  private let vectors: [[Int32]]
  /// The distinct cells.
  private let cells: [MatrixCell]
  private let classes: PeerEquivalenceClasses
  /// The index in ``vectors`` for a pair of classes; negative if there is none.
  private let table: [Int32]

  /// Evaluates all packets between peers.
  ///
  /// - Parameters:
  ///   - evaluator: Evaluates packets of the host.
  ///   - peers: The peers.
  ///   - onHostAddresses: The addresses on the host.
  ///   - services: The services.
  ///   - referenced: The protocols and ports that appear in rules of the dataplane.
  ///   - budget: The work limit for all cells.
  /// - Throws: ``Problem``.
  package init(
    _ evaluator: inout PacketEvaluator, _ peers: [MatrixPeer], onHostAddresses: AddressSet,
    services: [MatrixService], referenced: ReferencedServices, within budget: Budget = Budget()
  ) throws(Problem) {
    let classes = PeerEquivalenceClasses(&evaluator, peers)
    let senders = classes.members.indices.filter { peers[classes.members[$0][0]].sends }
    let receivers = classes.members.indices.filter { peers[classes.members[$0][0]].receives }
    let (pairs, overflow) = senders.count.multipliedReportingOverflow(by: receivers.count)
    // Equal peers and equal services are merged before anything is counted.
    guard !overflow, pairs <= Self.cellLimit else { throw .tooLarge(cells: pairs, limit: Self.cellLimit) }
    var serviceClasses = ServiceClasses(services, referenced, evaluator.topology)
    var signatures: [Direction: [Int]] = [:]
    for (direction, list) in [(Direction.out, senders), (.in, receivers)] {
      signatures[direction] = list.map {
        serviceClasses.signature(of: peers[classes.members[$0][0]], direction, &evaluator)
      }
    }
    let (outgoing, incoming) = (signatures[.out] ?? [], signatures[.in] ?? [])
    let count = outgoing.reduce(0) { count, sender in
      incoming.reduce(count) { $0 + serviceClasses.grouping(sender, $1).representatives.count }
    }
    guard count <= Self.cellLimit else { throw .tooLarge(cells: count, limit: Self.cellLimit) }
    let cellEvaluator = CellEvaluator(
      services, referenced, onHostAddresses: onHostAddresses, within: budget)
    var evaluators: [[Int]: CellEvaluator] = [:]
    var cells = InternTable<MatrixCell>()
    var vectors = InternTable<[Int32]>()
    var table = [Int32](repeating: -1, count: classes.members.count * classes.members.count)
    for (sender, outgoing) in zip(senders, outgoing) {
      for (receiver, incoming) in zip(receivers, incoming) {
        guard let (from, to) = classes.pair(sender, receiver) else { continue }
        let grouping = serviceClasses.grouping(outgoing, incoming)
        let some = evaluators[grouping.representatives] ?? cellEvaluator.only(grouping.representatives)
        evaluators[grouping.representatives] = some
        let found: [MatrixCell]
        do { found = try some.cells(from: peers[from], to: peers[to], &evaluator) } catch {
          throw .packet(error)
        }
        let numbers = found.map { Int32(cells.intern($0)) }
        let vector = grouping.positions.map { numbers[$0] }
        table[sender * classes.members.count + receiver] = Int32(vectors.intern(vector))
      }
    }
    self.peers = peers
    self.services = services
    self.classes = classes
    self.table = table
    self.cells = cells.values
    self.vectors = vectors.values
  }

  /// The cell between two peers.
  ///
  /// - Parameters:
  ///   - sender: The index of the sender in ``peers``.
  ///   - receiver: The index of the receiver in ``peers``.
  ///   - service: The index of the service in ``services``.
  package func cell(from sender: Int, to receiver: Int, _ service: Int) -> MatrixCell {
    guard let vector = vector(from: sender, to: receiver) else { return .sameCompartment }
    return cell(vector: vector, service)
  }

  /// The cell of one service.
  ///
  /// - Parameters:
  ///   - vector: The value of ``vector(from:to:)`` or of a group.
  ///   - service: The index of the service in ``services``.
  package func cell(vector: Int, _ service: Int) -> MatrixCell { cells[Int(vectors[vector][service])] }

  /// A number that identifies the cell of one service; equal cells have equal numbers.
  ///
  /// - Parameters:
  ///   - vector: The value of ``vector(from:to:)`` or of a group.
  ///   - service: The index of the service in ``services``.
  package func cellNumber(vector: Int, _ service: Int) -> Int { Int(vectors[vector][service]) }

  /// A number that identifies the results for packets between two peers; nil for two that share a
  /// compartment, and for pairs that the matrix does not include.
  package func vector(from sender: Int, to receiver: Int) -> Int? {
    guard !classes.shareCompartment(sender, receiver) else { return nil }
    let position = table[classes.classOf[sender] * classes.members.count + classes.classOf[receiver]]
    return position < 0 ? nil : Int(position)
  }

  /// The number of cells between single peers.
  package var cellCount: Int {
    peers.count { $0.sends } * peers.count { $0.receives } * services.count
  }

  /// A number shared by peers that nothing on the host distinguishes.
  func kind(of peer: Int) -> Int { classes.classOf[peer] }

  /// The peers in groups with equal results, in the order of their first members.
  ///
  /// - Parameter isFolding: Whether peers are grouped.
  package func groups(isFolding: Bool) -> MatrixGroups {
    MatrixGroups(
      peers, classes: isFolding ? classes.classOf : Array(peers.indices), isFolding: isFolding
    ) { vector(from: $0, to: $1) }
  }
}

/// Values in order of first appearance.
struct InternTable<Value: Hashable> {
  private(set) var values: [Value] = []
  private var indices: [Value: Int] = [:]

  /// The index of a value, which is added if it is new.
  mutating func intern(_ value: Value) -> Int {
    if let index = indices[value] { return index }
    indices[value] = values.count
    values.append(value)
    return values.count - 1
  }
}
