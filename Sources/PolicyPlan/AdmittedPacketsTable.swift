import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// Computes which packets filters allow, once for equal filters.
struct AdmittedPacketsTable {
  private let budget: Budget
  private var known: [Key: AdmittedPackets] = [:]

  private struct Key: Hashable {
    var filters: [[Int]]
    var families: [AddressFamily]
  }

  /// Creates an empty table.
  ///
  /// - Parameter budget: The work limit for all regions.
  init(within budget: Budget) { self.budget = budget }

  /// How many boxes a region may have to be worth describing.
  private static let boxLimit = 200

  /// The packets of a direction that an endpoint's filters allow.
  ///
  /// - Parameters:
  ///   - location: The end of the packets whose filters are evaluated.
  ///   - direction: The direction as the endpoint sees it.
  ///   - families: The address families considered.
  ///   - evaluator: The evaluator with the filters.
  mutating func admittedPackets(
    _ location: RoutedPacket.Location, _ direction: Direction, _ families: [AddressFamily],
    _ evaluator: inout PacketEvaluator
  ) -> AdmittedPackets {
    let points = families.map { evaluator.points(location, $0, direction) }
    let key = Key(filters: points.map { $0.map(\.filter) }, families: families)
    if let admittedPackets = known[key] { return admittedPackets }
    var boxes: [PacketBox]? = []
    var isUndecided = false
    for (family, points) in zip(families, points) {
      // VFP comes first: if it carries the policy, its rules are the profile's.
      let filters = points.filter { $0.enforcement == .vfp } + points.filter { $0.enforcement != .vfp }
      let region = try? budget.share { () throws(BudgetExceeded) in
        let region = packets(passing: filters.map { evaluator.filter($0) }, family)
        if region == nil, budget.isExceeded { isUndecided = true }
        return region
      }
      boxes = region.flatMap { region in boxes.map { $0 + region.boxes } }
    }
    let admittedPackets = AdmittedPackets(boxes, isUndecided: isUndecided)
    known[key] = admittedPackets
    return admittedPackets
  }

  private func packets(passing filters: [PacketFilter], _ family: AddressFamily) -> PacketRegion? {
    var region = PacketRegion([.universe([family])])
    for rules in filters.flatMap(\.ordered) {
      if region.isAdmitted(by: rules, limit: Self.boxLimit, within: budget) { continue }
      guard
        let admitted = PacketRegion.admitted(
          by: rules, families: [family], limit: Self.boxLimit, within: budget),
        let both = region.intersection(admitted, limit: Self.boxLimit)
      else { return nil }
      region = both
    }
    return region
  }
}

extension PacketFilter {
  /// The rules of each reading followed by the default action; an unknown one counts as block.
  fileprivate var ordered: [[OrderedRule]] {
    readings.map { reading in
      zip(reading.matches + [RuleMatch()], answers(of: reading)).map { match, answer in
        OrderedRule(name: "", action: answer.verdict == .allow ? .allow : .block, match: match)
      }
    }
  }
}
