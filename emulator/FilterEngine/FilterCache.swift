package import HostModel
import NetworkTypes

/// Where a packet is filtered.
package struct FilterPoint: Hashable, Sendable {
  /// The endpoint, by its place in the topology; nil for the host itself.
  package var endpoint: Int?
  /// The component.
  package var enforcement: EnforcementPoint
  /// The filter, by its place in the cache.
  package var filter: Int
}

/// The filters of a host, each made when it is first asked for; endpoints with equal rules share them.
struct FilterCache {
  private let host: any FilteredHost
  private let topology: HostTopology
  private let ruleName: @Sendable (String) -> String

  private(set) var filters: [PacketFilter] = []
  /// The names readers know rules by.
  private(set) var names: [String] = []

  private var places: [FilterContents: Int] = [:]
  private var namePlaces: [String: Int] = [:]
  private var known: [Int: [Int32]] = [:]

  /// The row of ``known`` that stands for the host.
  private static let hostRow = -1
  /// Stands for a point that does not filter.
  private static let none: Int32 = -1

  init(_ host: any FilteredHost, _ topology: HostTopology, ruleName: @escaping @Sendable (String) -> String) {
    self.host = host
    self.topology = topology
    self.ruleName = ruleName
  }

  /// The filter at one point for one family and direction; nil where nothing is filtered.
  ///
  /// - Parameters:
  ///   - endpoint: The endpoint, by its place in the topology; nil for the host itself.
  ///   - enforcement: The component.
  ///   - family: The address family.
  ///   - direction: The direction.
  mutating func filter(
    _ endpoint: Int?, _ enforcement: EnforcementPoint, _ family: AddressFamily, _ direction: Direction
  ) -> Int? {
    let row = endpoint ?? Self.hostRow
    let place = Self.place(enforcement, family, direction)
    if let filter = known[row]?[place] { return filter == Self.none ? nil : Int(filter) }
    let made = load(endpoint)
    known[row] = made
    return made[place] == Self.none ? nil : Int(made[place])
  }

  private static func place(
    _ enforcement: EnforcementPoint, _ family: AddressFamily, _ direction: Direction
  ) -> Int {
    (enforcement == .vfp ? 4 : 0) + (family == .ipv6 ? 2 : 0) + (direction == .out ? 1 : 0)
  }

  private mutating func load(_ endpoint: Int?) -> [Int32] {
    var row = [Int32](repeating: Self.none, count: 8)
    let id = endpoint.map { topology.endpoints[$0].id }
    if let instance = id.map({ host.firewall(of: $0) }) ?? host.hostFirewall {
      for family in AddressFamily.allCases {
        for direction in Direction.allCases {
          row[Self.place(.windowsFirewall, family, direction)] = intern(
            FilterContents(instance, family, direction) { addresses(of: $0, endpoint) })
        }
      }
    }
    if let port = id.flatMap({ host.switchPort(of: $0) }) {
      for group in port.groups where group.layer == .endpointACL {
        row[Self.place(.vfp, group.family, group.direction)] = intern(FilterContents(port, group))
      }
    }
    return row
  }

  /// The addresses that stand for a keyword at an endpoint
  /// (reference: windows-firewall-and-vfp, 2.2).
  private func addresses(of keyword: AddressKeyword, _ endpoint: Int?) -> AddressSet {
    guard let endpoint = endpoint.map({ topology.endpoints[$0] }) else { return AddressSet() }
    let subnets = topology.networks[endpoint.network].subnets
    switch keyword {
    case .localSubnet:
      return AddressSet(
        subnets.map(\.prefix.range).filter { range in endpoint.addresses.contains { range.contains($0) } })
    case .defaultGateway: return AddressSet(subnets.compactMap(\.gateway).map { AddressRange($0) })
    case .dns: return AddressSet(endpoint.dnsServers.map { AddressRange($0) })
    }
  }

  private mutating func intern(_ contents: FilterContents) -> Int32 {
    if let place = places[contents] { return Int32(place) }
    let fallback = contents.direction == .in ? "default-in" : "default-out"
    var answers = contents.rules.map { rule in
      let title =
        switch rule.source {
        case .acl: ruleName(rule.id)
        case .published: "published"
        case .platform, .unmatched: fallback
        }
      return RuleAnswer(
        verdict: rule.verdict, source: rule.source, id: rule.id, name: name(title), priority: rule.priority)
    }
    answers.append(
      RuleAnswer(verdict: contents.unmatched, source: .unmatched, id: "", name: name(fallback)))
    let place = filters.count
    filters.append(PacketFilter(matches: contents.rules.map(\.match), answers: answers))
    places[contents] = place
    return Int32(place)
  }

  private mutating func name(_ text: String) -> Int {
    if let place = namePlaces[text] { return place }
    names.append(text)
    namePlaces[text] = names.count - 1
    return names.count - 1
  }
}
