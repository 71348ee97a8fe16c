import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// Works out which packets filters admit; the same filters once.
struct AdmissionTable {
  private var known: [Key: Admission] = [:]

  private struct Key: Hashable {
    var filters: [[Int]]
    var families: [AddressFamily]
  }

  /// How many boxes a region may have before it is not worth words.
  private static let boxLimit = 200

  /// The packets of a direction that pass an endpoint's filters.
  ///
  /// - Parameters:
  ///   - place: The endpoint.
  ///   - direction: The direction as it sees it.
  ///   - families: The address families that matter.
  ///   - evaluator: Holds the filters.
  mutating func admission(
    _ place: PacketRoute.Place, _ direction: Direction, _ families: [AddressFamily],
    _ evaluator: inout PacketEvaluator
  ) -> Admission {
    let points = families.map { evaluator.points(place, $0, direction) }
    let key = Key(filters: points.map { $0.map(\.filter) }, families: families)
    if let admission = known[key] { return admission }
    var boxes: [PacketBox]? = []
    for (family, points) in zip(families, points) {
      // What VFP admits comes first: where it carries the policy, its rules are the profile's.
      let filters = points.filter { $0.enforcement == .vfp } + points.filter { $0.enforcement != .vfp }
      boxes = Self.region(filters.map { evaluator.filter($0) }, family).flatMap { region in
        boxes.map { $0 + region.boxes }
      }
    }
    let admission = Admission(boxes)
    known[key] = admission
    return admission
  }

  private static func region(_ filters: [PacketFilter], _ family: AddressFamily) -> PacketRegion? {
    var region = PacketRegion([.universe([family])])
    for filter in filters {
      let rules = filter.ordered
      if region.isAdmitted(by: rules, limit: boxLimit) { continue }
      guard let admitted = PacketRegion.admitted(by: rules, families: [family], limit: boxLimit),
        let both = region.intersection(admitted, limit: boxLimit)
      else { return nil }
      region = both
    }
    return region
  }
}

extension PacketFilter {
  /// The rules with what is done to the rest; what a host makes no statement about counts as blocked.
  fileprivate var ordered: [OrderedRule] {
    zip(matches + [RuleMatch()], answers).map { match, answer in
      OrderedRule(name: "", action: answer.verdict == .allow ? .allow : .block, match: match)
    }
  }
}
