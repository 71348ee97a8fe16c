import FilterEngine
import HostModel
import NetworkTypes

/// The ACLs of endpoints and the rules at the enforcement points, with each different list stored once.
struct RuleSetTable {
  /// The lists, as items independent of their endpoint.
  private(set) var sets: [[HostItem]] = []

  private let reading: HostReading
  private let filters: any FilteredHost
  private var known: [RuleSetKey: Int] = [:]

  init(_ reading: HostReading, _ filters: some FilteredHost) {
    self.reading = reading
    self.filters = filters
  }

  /// The index of the list of an endpoint; nil if there is none.
  mutating func place(of endpoint: EndpointRecord) -> Int? {
    let key = RuleSetKey(endpoint, in: reading)
    if let place = known[key] { return place }
    sets.append(items(of: endpoint))
    known[key] = sets.count - 1
    return sets.count - 1
  }

  private func items(of endpoint: EndpointRecord) -> [HostItem] {
    var items = endpoint.acls.map(\.acl).map { acl in
      HostItem(
        kind: .acl, target: "",
        name: "\(RuleStatement.name(acl.id)) (\(acl.ruleType?.rawValue ?? "no RuleType"))",
        value: .rule(RuleStatement(acl)))
    }
    if let instance = filters.firewall(of: endpoint.id) {
      items += (instance.platformRules.filter { !$0.isPlatformDefault } + instance.aclRules).map { rule in
        HostItem(
          kind: .firewallRule, target: "", name: RuleStatement.name(rule.origin, rule.name),
          enforcement: .windowsFirewall,
          value: .rule(RuleStatement(rule)))
      }
    }
    if let port = filters.switchPort(of: endpoint.id) {
      items += port.rules.filter { $0.group.layer == .endpointACL && !$0.isPlatformDefault }.map { rule in
        HostItem(
          kind: .vfpRule, target: "", name: RuleStatement.name(rule.origin, rule.name), enforcement: .vfp,
          value: .rule(RuleStatement(rule)))
      }
    }
    return items
  }
}

/// Everything the rules of an endpoint depend on: endpoints with equal keys are filtered by equal rules.
struct RuleSetKey: Hashable {
  private var acls: Int
  private var ports: [PublishedPort]
  private var network: GUID
  private var isGuest: Bool?
  /// The endpoint's compartment matters only if others share it, or if it is not open.
  private var namespace: GUID?

  init(_ endpoint: EndpointRecord, in reading: HostReading) {
    acls = endpoint.aclList
    ports = PublishedPort.of(endpoint)
    network = endpoint.network
    guard let space = reading.namespace(of: endpoint) else { return }
    isGuest = space.isGuest
    let isAlone = space.endpoints.count == 1 && space.type != "HostDefault" && space.compartmentId != 0
    namespace = isAlone ? nil : space.id
  }
}
