import FilterEngine
import NetworkTypes
import PacketSpace
import Reachability

/// The wording of peers, services and cells that text and page share.
struct MatrixFormatter {
  let peers: [MatrixPeer]
  let services: [MatrixService]

  // MARK: Peers

  /// The name of a group: that of its only member, or of the first plus the number of the rest.
  func name(_ group: [Int]) -> String {
    guard let first = group.first else { return "" }
    let name = printable(peers[first].name)
    return group.count > 1 ? "\(name) +\(group.count - 1)" : name
  }

  /// The names of all members, aliases included.
  func members(_ group: [Int]) -> [String] {
    group.flatMap { [peers[$0].name] + peers[$0].aliases }.map(printable)
  }

  // MARK: Services

  /// The shortest list of titles for the services; titles must not be broken.
  ///
  /// Ports with the same results as the unlisted ones are included in `tcp other`.
  func titles(_ group: [Int]) -> [String] {
    if group.count > 1, group.count == services.count { return ["all services"] }
    var titles: [String] = []
    var seen: Set<IPProtocol> = []
    for index in group {
      let proto = services[index].protocol
      guard seen.insert(proto).inserted else { continue }
      let mine = group.filter { services[$0].protocol == proto }
      let ports = mine.reduce(PortSet()) { $0.union(services[$1].ports) }
      if !proto.hasPorts || ports == .allPorts {
        titles.append("\(proto)")
      } else if mine.contains(where: { services[$0].isRest }) {
        titles.append("\(proto) other")
      } else {
        titles.append("\(proto)/\(PacketFormatter.list(ports.ranges.map(\.description), separator: ","))")
      }
    }
    return titles
  }

  /// Services grouped by equal results, in order of first appearance.
  func folded<Key: Hashable>(by key: (Int) -> Key) -> [[Int]] {
    var positions: [Key: Int] = [:]
    var groups: [[Int]] = []
    for service in services.indices {
      let found = key(service)
      if let position = positions[found] {
        groups[position].append(service)
      } else {
        positions[found] = groups.count
        groups.append([service])
      }
    }
    return groups
  }

  // MARK: Cells

  /// The mark that shows a verdict without color.
  static func mark(_ summary: MatrixCell.Summary) -> String {
    switch summary {
    case .allow: "✓"
    case .block: "✕"
    case .some, .mixed: "◐"
    case .unknown: "?"
    case .none: "–"
    }
  }

  static func color(_ summary: MatrixCell.Summary) -> Style.Attribute {
    switch summary {
    case .allow: .green
    case .block: .red
    case .some, .mixed, .unknown: .yellow
    case .none: .faint
    }
  }

  /// Why a cell is empty.
  static func text(_ unevaluatedReason: MatrixCell.UnevaluatedReason?) -> String {
    switch unevaluatedReason {
    case nil, .sameCompartment?: "same compartment"
    case .noCommonFamily?: "no common address family"
    case .notOnHost?: "neither end is on the host"
    case .notAttached?: "not attached"
    case .unknownHostAddress?: "the host's address is unknown"
    case .ambiguousAddress?: "several endpoints have the address"
    case .cannotOccur?: "no packet has such addresses"
    }
  }

  /// The parts of a cell; the most fragmented one is last and described as the rest.
  ///
  /// If all of the cell has one verdict by one rule, its only part has no packets.
  static func parts(_ cell: MatrixCell) -> [(verdict: Verdict, rule: String?, packets: String)] {
    func ranges(_ part: MatrixCell.Part) -> Int {
      (part.from?.ranges.count ?? 0) + (part.to?.ranges.count ?? 0) + (part.ports?.ranges.count ?? 0)
    }
    var parts = cell.parts
    var rest: (verdict: Verdict, rule: String?)?
    let ends = parts.reduce(into: [Outcome]()) { found, part in
      let outcome = Outcome(verdict: part.verdict, rule: part.rule)
      if !found.contains(outcome) { found.append(outcome) }
    }
    if ends.count == 1, let only = ends.first { return [(only.verdict, only.rule, "")] }
    let sizes = ends.map { outcome in
      parts.filter { $0.verdict == outcome.verdict && $0.rule == outcome.rule }.reduce(0) { $0 + ranges($1) }
    }
    if ends.count > 1, let most = sizes.max(), most > 1, let position = sizes.lastIndex(of: most) {
      let outcome = ends[position]
      rest = (outcome.verdict, outcome.rule)
      parts.removeAll { $0.verdict == outcome.verdict && $0.rule == outcome.rule }
    }
    return parts.map { ($0.verdict, $0.rule, packets(from: $0.from, to: $0.to, ports: $0.ports)) }
      + (rest.map { [($0.verdict, $0.rule, "the rest")] } ?? [])
  }

  private struct Outcome: Hashable {
    var verdict: Verdict
    var rule: String?
  }

  /// Which packets of a cell are included; empty for all.
  static func packets(from: AddressSet?, to: AddressSet?, ports: PortSet?) -> String {
    var phrases: [String] = []
    let families = AddressFamily.allCases.filter { from == .all($0) && to == .all($0) }
    if let family = families.first {
      phrases.append(family == .ipv4 ? "IPv4" : "IPv6")
    } else {
      if let from { phrases.append("from \(PacketFormatter.addresses(from))") }
      if let to { phrases.append("to \(PacketFormatter.addresses(to))") }
    }
    if let ports { phrases.append(PacketFormatter.ports(ports, "port ")) }
    return phrases.joined(separator: " ")
  }

  /// What follows a verdict on packets that need a published port.
  static func suffix(_ access: MatrixCell.NATAccess?) -> String {
    switch access {
    case nil: ""
    case .published?: " (published)"
    case .partlyPublished?: " (partly published)"
    case .notPublished?: " (not published)"
    }
  }

  /// What the suffixes mean.
  static let natLegend =
    "published: behind NAT; from outside it is reachable only through a published port. For what is not "
    + "published, the verdict is that of the port filters alone"

  /// What a matrix does not cover.
  static let caveat =
    "Only port filters are evaluated, for the first packet of a flow. Routing and networks beyond the host "
    + "are not evaluated. Unless it was captured, the host's own firewall is taken to have the documented "
    + "defaults."

  /// A rule as shown after a verdict.
  static func by(_ rule: String?, _ verdict: Verdict?, isOfService: Bool = false) -> String {
    rule.map { "by \(printable($0))" }
      ?? (verdict == .mixed
        ? "by rules of several backends" : isOfService ? "by no single rule" : "not filtered")
  }

  /// A part in words: verdict, packets and rule.
  static func sentence(
    _ part: (verdict: Verdict, rule: String?, packets: String), isOfService: Bool = false
  ) -> String {
    "\(start(part)) \(by(part.rule, part.verdict, isOfService: isOfService))"
  }

  /// The verdict and the packets of a part.
  static func start(_ part: (verdict: Verdict, rule: String?, packets: String)) -> String {
    // Other verdicts are verbs.
    let packets = part.verdict == .mixed && part.packets == "the rest" ? "for the rest," : part.packets
    return packets.isEmpty ? part.verdict.rawValue : "\(part.verdict.rawValue) \(packets)"
  }

  /// A number of things.
  static func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }
}
