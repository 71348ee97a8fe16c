package import HostModel
import NetworkTypes

/// Where a packet is filtered.
package struct FilterPoint: Hashable, Sendable {
  /// The endpoint, by its index in the topology; nil for the host itself.
  package var endpoint: Int?
  /// The component.
  package var enforcement: EnforcementPoint
  /// The filter, by its index in the cache.
  package var filter: Int
}

/// The filters of a host, each built on first use and compiled when it is used often; endpoints with equal
/// rules share them.
struct FilterCache {
  private let host: any FilteredHost
  /// The missing objects that packets depend on.
  private let missing: [MissingObject]
  /// Computed for the first packet with an address that is not known.
  private lazy var unknown = UnknownAddresses(topology)
  private let topology: HostTopology
  private let ruleName: @Sendable (String) -> String

  private(set) var filters: [PacketFilter] = []
  /// The names of rules in output.
  private(set) var names: [String] = []

  /// The filters by the hash of their contents, which are not stored a second time.
  private var positions: [Int: [Int32]] = [:]
  /// The filters of captured firewalls, by everything they depend on, and for packets with an address that is not
  /// known: the rules of a host are many.
  private var knownFirewalls: [Bool: [FirewallKey: [Int32]]] = [:]
  /// The loaded rows by the key that endpoints with equal filters share, and for packets with an address that is not
  /// known.
  private var knownRows: [Bool: [FilterKey: Int]] = [:]
  private var namePositions: [String: Int] = [:]
  /// The names of ACLs by Id; endpoints have many Ids in common.
  private var aclNames: [String: Int] = [:]
  /// A row of filters for every endpoint, and a last one for the host; then the same for packets with an address that
  /// is not known.
  private var rows: [Int32]

  /// The number of points in a row.
  private static let width = 8
  /// Marks a point that does not filter.
  private static let none: Int32 = -1
  /// Marks a row that was not requested yet.
  private static let notLoaded: Int32 = -2

  init(
    _ host: any FilteredHost, _ topology: HostTopology, missing: [MissingObject],
    ruleName: @escaping @Sendable (String) -> String
  ) {
    self.host = host
    self.missing = missing
    self.topology = topology
    self.ruleName = ruleName
    rows = Array(repeating: Self.notLoaded, count: 2 * (topology.endpoints.count + 1) * Self.width)
  }

  /// The filter at one point for one family and direction; nil if nothing is filtered there.
  ///
  /// - Parameters:
  ///   - endpoint: The endpoint, by its index in the topology; nil for the host itself.
  ///   - enforcement: The component.
  ///   - family: The address family.
  ///   - direction: The direction.
  ///   - hasUnknownAddress: Whether packets have an address that is not known.
  mutating func filter(
    _ endpoint: Int?, _ enforcement: EnforcementPoint, _ family: AddressFamily, _ direction: Direction,
    hasUnknownAddress: Bool = false
  ) -> Int? {
    let count = topology.endpoints.count
    let row = ((endpoint ?? count) + (hasUnknownAddress ? count + 1 : 0)) * Self.width
    let position = row + Self.position(enforcement, family, direction)
    if rows[position] == Self.notLoaded { load(endpoint, row, hasUnknownAddress) }
    return rows[position] == Self.none ? nil : Int(rows[position])
  }

  /// Counts a packet that a filter is going to look up.
  @inline(__always)
  mutating func countLookup(_ filter: Int) {
    if !filters[filter].isCompiled { filters[filter].countLookup() }
  }

  private static func position(
    _ enforcement: EnforcementPoint, _ family: AddressFamily, _ direction: Direction
  ) -> Int {
    (enforcement == .vfp ? 4 : 0) + (family == .ipv6 ? 2 : 0) + (direction == .out ? 1 : 0)
  }

  private mutating func load(_ endpoint: Int?, _ row: Int, _ hasUnknownAddress: Bool) {
    let id = endpoint.map { topology.endpoints[$0].id }
    if let key = id.flatMap({ host.filterKey(of: $0) }) {
      if let known = knownRows[hasUnknownAddress]?[key] {
        for offset in 0..<Self.width { rows[row + offset] = rows[known + offset] }
        return
      }
      knownRows[hasUnknownAddress, default: [:]][key] = row
    }
    for position in row..<row + Self.width { rows[position] = Self.none }
    let instance = id.map { host.firewall(of: $0) } ?? host.hostFirewall
    let port = id.flatMap { host.switchPort(of: $0) }
    let gaps = id.flatMap { host.gaps.endpoints[$0] } ?? []
    let groups = Set(port?.groups ?? [])
    let firewallGaps = gaps.filter { $0.affects(.windowsFirewall) }
    let firewalls = instance.map { firewallFilters($0, endpoint, groups, firewallGaps, hasUnknownAddress) }
    guard firewalls != nil || port != nil || gaps.isEmpty else { return loadUnknown(gaps[0], row) }
    for family in AddressFamily.allCases {
      for direction in Direction.allCases {
        let group = VFPGroup(family: family, direction: direction)
        let hasGroup = groups.contains(group)
        if let firewalls {
          let position = Self.position(.windowsFirewall, family, direction)
          rows[row + position] = firewalls[position]
        }
        if hasGroup, let port {
          var contents = FilterContents(port, group)
          contents.precede(with: unevaluated(endpoint, direction) { !$0.isHostRule }, family)
          // VFP filters a container of either isolation on the drivers that have it.
          for gap in gaps.reversed() where gap.isOfVFP(port.driver) { contents.precede(with: gap) }
          contents.precede(with: missing)
          if hasUnknownAddress { resolve(&contents, family) }
          rows[row + Self.position(.vfp, family, direction)] = intern(contents)
        }
      }
    }
  }

  /// Puts a gap in the place of all filters: whether the endpoint has any is not known.
  private mutating func loadUnknown(_ gap: EndpointGap, _ row: Int) {
    for family in AddressFamily.allCases {
      for direction in Direction.allCases {
        rows[row + Self.position(.windowsFirewall, family, direction)] = intern(
          FilterContents(direction, unknownBecause: gap))
      }
    }
  }

  /// The filters of Windows Firewall by their positions in a row.
  private mutating func firewallFilters(
    _ instance: FirewallInstance, _ endpoint: Int?, _ groups: Set<VFPGroup>, _ gaps: [EndpointGap],
    _ hasUnknownAddress: Bool
  ) -> [Int32] {
    var key: FirewallKey?
    if !instance.profileReadings.isEmpty, gaps.isEmpty {
      let rules = Direction.allCases.flatMap { unevaluated(endpoint, $0) { _ in true } }
      let known = FirewallKey(
        instance, AddressKeyword.allCases.map { addresses(of: $0, endpoint) }, rules, groups)
      if let filters = knownFirewalls[hasUnknownAddress]?[known] { return filters }
      key = known
    }
    var filters = [Int32](repeating: Self.none, count: Self.width / 2)
    for family in AddressFamily.allCases {
      for direction in Direction.allCases {
        let hasGroup = groups.contains(VFPGroup(family: family, direction: direction))
        var contents = FilterContents(instance, family, direction) { addresses(of: $0, endpoint) }
        if let gap = host.gaps.firewall(of: instance.stack, under: host.assumptions) {
          contents.remove(gap)
        }
        contents.precede(with: unevaluated(endpoint, direction) { $0.isHostRule || !hasGroup }, family)
        for gap in gaps.reversed() { contents.precede(with: gap) }
        contents.precede(with: missing)
        if hasUnknownAddress { resolve(&contents, family) }
        filters[Self.position(.windowsFirewall, family, direction)] = intern(contents)
      }
    }
    if let key { knownFirewalls[hasUnknownAddress, default: [:]][key] = filters }
    return filters
  }

  /// The rules of an endpoint whose effect is not documented, by direction: they count where VFP filters,
  /// unless they are of Windows Firewall or there is no VFP.
  private func unevaluated(
    _ endpoint: Int?, _ direction: Direction, where condition: (UnevaluatedRule) -> Bool
  ) -> [UnevaluatedRule] {
    guard let rules = endpoint.map({ topology.endpoints[$0].unevaluatedRules }), !rules.isEmpty else {
      return []
    }
    return rules.filter { $0.direction == direction && condition($0) }
  }

  /// The addresses of a keyword at an endpoint (reference: windows-firewall-and-vfp, 2.2).
  ///
  /// - Returns: The addresses; nil if they are not known, as those of the host.
  private func addresses(of keyword: AddressKeyword, _ endpoint: Int?) -> AddressSet? {
    guard let endpoint = endpoint.map({ topology.endpoints[$0] }) else { return nil }
    let subnets = topology.networks[endpoint.network].subnets
    let ranges: [AddressRange] =
      switch keyword {
      case .localSubnet:
        subnets.map(\.prefix.range).filter { range in endpoint.addresses.contains { range.contains($0) } }
      case .defaultGateway: subnets.compactMap(\.gateway).map { AddressRange($0) }
      case .dns: endpoint.dnsServers.map { AddressRange($0) }
      }
    return ranges.isEmpty ? nil : AddressSet(ranges)
  }

  /// Windows Firewall of an endpoint or the host, in everything that is not known of it; nil if there is none.
  func uncertainFirewall(
    _ endpoint: Int?, _ family: AddressFamily, _ direction: Direction
  ) -> UncertainFirewall? {
    let id = endpoint.map { topology.endpoints[$0].id }
    return (id.map { host.firewall(of: $0) } ?? host.hostFirewall).map { instance in
      UncertainFirewall(instance, family, direction) { addresses(of: $0, endpoint) }
    }
  }

  /// Makes the rules of a filter answer for packets with addresses that are not known.
  private mutating func resolve(_ contents: inout FilterContents, _ family: AddressFamily) {
    let ruleName = ruleName
    contents.resolve(unknown, family) { rule in
      rule.source == .acl ? ruleName(rule.id) : rule.title ?? rule.id
    }
  }

  private mutating func intern(_ contents: FilterContents) -> Int32 {
    let hash = contents.hashValue
    for position in positions[hash] ?? [] where filters[Int(position)].isMade(of: contents) {
      return position
    }
    let fallback = ReservedRuleName.default(contents.direction).rawValue
    var answers: [RuleAnswer] = []
    for reading in contents.readings {
      answers += reading.rules.map { answer($0, fallback) }
      let isGap = reading.source.gap != nil
      answers.append(
        RuleAnswer(
          verdict: reading.unmatched, source: reading.source, id: "",
          name: name(isGap ? ReservedRuleName.notCaptured.rawValue : fallback), reason: reading.reason))
    }
    let position = Int32(filters.count)
    filters.append(
      PacketFilter(
        readings: contents.readings.map { $0.rules.map(\.match) }, answers: answers,
        disagreement: contents.disagreement, direction: contents.direction))
    positions[hash, default: []].append(position)
    return position
  }

  private mutating func answer(_ rule: FilterContents.Rule, _ fallback: String) -> RuleAnswer {
    let title =
      switch rule.source {
      case .acl: aclName(rule.id)
      case .published: name(ReservedRuleName.published.rawValue)
      case .service: name(rule.id)
      case .host: name(rule.title ?? rule.id)
      case .tierACL, .networkACL: name(rule.id.isEmpty ? rule.source.policyType : rule.id)
      case .gap: name(ReservedRuleName.notCaptured.rawValue)
      case .platform, .unmatched: name(fallback)
      }
    return RuleAnswer(
      verdict: rule.verdict, source: rule.source, id: rule.id, name: title, priority: rule.priority,
      title: rule.title, reason: rule.reason)
  }

  private mutating func aclName(_ id: String) -> Int {
    if let position = aclNames[id] { return position }
    let position = name(ruleName(id))
    aclNames[id] = position
    return position
  }

  private mutating func name(_ text: String) -> Int {
    if let position = namePositions[text] { return position }
    names.append(text)
    namePositions[text] = names.count - 1
    return names.count - 1
  }
}

extension EndpointGap {
  /// Whether VFP filters on a driver depend on it.
  fileprivate func isOfVFP(_ driver: NetworkDriver) -> Bool {
    switch kind {
    case .isolation: !driver.filtersWithVFP
    case .compartment: false
    case .cut, .unknownPolicy, .invalidPolicy, .unknownMember, .contradiction, .vfpRules, .refused: true
    }
  }
}

/// Everything that the filters of a captured firewall depend on in one compartment.
private struct FirewallKey: Hashable {
  private let aclRules: [FirewallRule]
  private let platformRules: [FirewallRule]
  private let closed: [Direction: UnmatchedTraffic]
  private let platformUnmatched: [Direction: UnmatchedTraffic]
  private let aclFamilies: [AddressFamily]
  private let profileReadings: [FirewallReading]
  private let keywords: [AddressSet?]
  private let unevaluated: [UnevaluatedRule]
  private let groups: Set<VFPGroup>

  init(
    _ instance: FirewallInstance, _ keywords: [AddressSet?], _ unevaluated: [UnevaluatedRule],
    _ groups: Set<VFPGroup>
  ) {
    aclRules = instance.aclRules
    platformRules = instance.platformRules
    closed = instance.closed
    platformUnmatched = instance.platformUnmatched
    aclFamilies = instance.aclFamilies
    profileReadings = instance.profileReadings
    self.keywords = keywords
    self.unevaluated = unevaluated
    self.groups = groups
  }
}
