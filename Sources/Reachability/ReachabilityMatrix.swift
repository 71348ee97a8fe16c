package import FilterEngine
import HostModel
package import NetworkTypes

/// Who can reach whom on a host, by what its dataplane holds.
///
/// Parties that no filter tells apart are judged once, so a host of many endpoints with equal rules costs
/// no more than one of a few.
package struct ReachabilityMatrix: Sendable {
  /// Why a matrix cannot be made.
  package enum Problem: Error, Sendable {
    /// More cells than this would have to be judged.
    case tooLarge(cells: Int, limit: Int)
    /// A packet problem that is one of the question and not of a cell.
    case packet(PacketProblem)
  }

  /// How many cells of different parties are judged at most.
  package static let cellLimit = 4_000_000

  /// Everyone who is asked.
  package let parties: [MatrixParty]
  /// What is asked.
  package let services: [MatrixService]
  /// What every column of packets between two parties becomes, by service.
  private let vectors: [[Int32]]
  /// The different cells.
  private let cells: [MatrixCell]
  private let classes: PartyClasses
  /// The place of a pair's vector among ``vectors`` by their classes; negative where there is none.
  private let table: [Int32]

  /// Judges all packets between some parties.
  ///
  /// - Parameters:
  ///   - evaluator: Judges packets of the host.
  ///   - parties: The parties.
  ///   - held: What the host holds.
  ///   - services: The services.
  ///   - spoken: What the dataplane speaks of.
  /// - Throws: ``Problem``.
  package init(
    _ evaluator: inout PacketEvaluator, _ parties: [MatrixParty], held: AddressSet,
    services: [MatrixService], spoken: SpokenServices
  ) throws(Problem) {
    let classes = PartyClasses(&evaluator, parties)
    let senders = classes.members.indices.filter { parties[classes.members[$0][0]].sends }
    let receivers = classes.members.indices.filter { parties[classes.members[$0][0]].receives }
    let (pairs, overflow) = senders.count.multipliedReportingOverflow(by: receivers.count)
    guard !overflow, pairs * services.count <= Self.cellLimit else {
      throw .tooLarge(cells: pairs * services.count, limit: Self.cellLimit)
    }
    let judge = CellJudge(services, spoken, held: held)
    var cells = Interned<MatrixCell>()
    var vectors = Interned<[Int32]>()
    var table = [Int32](repeating: -1, count: classes.members.count * classes.members.count)
    for sender in senders {
      for receiver in receivers {
        guard let (from, to) = classes.pair(sender, receiver) else { continue }
        let found: [MatrixCell]
        do { found = try judge.cells(from: parties[from], to: parties[to], &evaluator) } catch {
          throw .packet(error)
        }
        let vector = found.map { Int32(cells.place(of: $0)) }
        table[sender * classes.members.count + receiver] = Int32(vectors.place(of: vector))
      }
    }
    self.parties = parties
    self.services = services
    self.classes = classes
    self.table = table
    self.cells = cells.values
    self.vectors = vectors.values
  }

  /// The cell between two parties.
  ///
  /// - Parameters:
  ///   - sender: The sender, by its place among ``parties``.
  ///   - receiver: The receiver.
  ///   - service: The service, by its place among ``services``.
  package func cell(from sender: Int, to receiver: Int, _ service: Int) -> MatrixCell {
    guard let vector = vector(from: sender, to: receiver) else { return .sameCompartment }
    return cell(vector: vector, service)
  }

  /// The cell of one service.
  ///
  /// - Parameters:
  ///   - vector: What ``vector(from:to:)`` or a group's value says.
  ///   - service: The service, by its place among ``services``.
  package func cell(vector: Int, _ service: Int) -> MatrixCell { cells[Int(vectors[vector][service])] }

  /// A number that tells what becomes of the packets between two parties; nil for two that share a
  /// compartment, and for what is not asked.
  package func vector(from sender: Int, to receiver: Int) -> Int? {
    guard !classes.shareCompartment(sender, receiver) else { return nil }
    let place = table[classes.place[sender] * classes.members.count + classes.place[receiver]]
    return place < 0 ? nil : Int(place)
  }

  /// How many cells there are between single parties.
  package var cellCount: Int {
    parties.count { $0.sends } * parties.count { $0.receives } * services.count
  }

  /// A number that parties have in common which nothing on the host tells apart.
  func kind(of party: Int) -> Int { classes.place[party] }

  /// The parties in groups that act alike, in the order of their first members.
  ///
  /// - Parameter isFolding: Whether parties are grouped at all.
  package func groups(isFolding: Bool) -> MatrixGroups {
    MatrixGroups(
      parties, classes: isFolding ? classes.place : Array(parties.indices), isFolding: isFolding
    ) { vector(from: $0, to: $1) }
  }
}

/// Values by the order in which they first came.
struct Interned<Value: Hashable> {
  private(set) var values: [Value] = []
  private var places: [Value: Int] = [:]

  mutating func place(of value: Value) -> Int {
    if let place = places[value] { return place }
    places[value] = values.count
    values.append(value)
    return values.count - 1
  }
}
