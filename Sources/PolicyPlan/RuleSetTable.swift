import FilterEngine
import HostModel
import NetworkTypes

/// The ACLs of endpoints and the rules at the enforcement points, with each different list stored once.
struct RuleSetTable {
  /// The lists, as items independent of their endpoint.
  private(set) var sets: [[HostObject]] = []

  /// The default actions of endpoints, by what their rules depend on.
  private(set) var defaultActions: [RuleSetKey: DefaultActions] = [:]

  private let documents: HostDocuments
  private let filters: any FilteredHost
  private var known: [RuleSetKey: Int] = [:]
  // The items of rules; endpoints have many in common.
  private var acls: [PortACL: HostObject] = [:]
  private var firewallRules: [FirewallRule: HostObject] = [:]
  private var vfpRules: [VFPRule: HostObject] = [:]

  init(_ documents: HostDocuments, _ filters: some FilteredHost) {
    self.documents = documents
    self.filters = filters
  }

  /// The index of an endpoint's rule set.
  mutating func index(of endpoint: EndpointRecord) -> Int {
    let key = RuleSetKey(endpoint, in: documents)
    if let index = known[key] { return index }
    let (port, firewall) = (filters.switchPort(of: endpoint.id), filters.firewall(of: endpoint.id))
    defaultActions[key] = DefaultActions(port, firewall)
    sets.append(items(of: endpoint, port, firewall))
    known[key] = sets.count - 1
    return sets.count - 1
  }

  private mutating func items(
    of endpoint: EndpointRecord, _ port: SwitchPort?, _ firewall: FirewallInstance?
  ) -> [HostObject] {
    var items: [HostObject] = []
    items.reserveCapacity(
      endpoint.acls.count + (firewall?.aclRules.count ?? 0) + (port?.rules.count ?? 0))
    for acl in endpoint.acls { items.append(item(acl.acl)) }
    if let firewall {
      for rule in firewall.platformRules where rule.isPublishedPort { items.append(item(rule)) }
      for rule in firewall.aclRules { items.append(item(rule)) }
    }
    for rule in port?.rules ?? [] where rule.group.layer == .endpointACL && !rule.isPlatformDefault {
      items.append(item(rule))
    }
    return items
  }

  private mutating func item(_ acl: PortACL) -> HostObject {
    if let known = acls[acl] { return known }
    let item = HostObject(
      kind: .acl, target: "",
      name: "\(RuleStatement.name(acl.id)) (\(acl.ruleType?.rawValue ?? "no RuleType"))",
      value: .rule(RuleStatement(acl)))
    acls[acl] = item
    return item
  }

  private mutating func item(_ rule: FirewallRule) -> HostObject {
    if let known = firewallRules[rule] { return known }
    let item = HostObject(
      kind: .firewallRule, target: "", name: RuleStatement.name(rule.origin, rule.name),
      enforcement: .windowsFirewall, value: .rule(RuleStatement(rule)))
    firewallRules[rule] = item
    return item
  }

  private mutating func item(_ rule: VFPRule) -> HostObject {
    if let known = vfpRules[rule] { return known }
    let item = HostObject(
      kind: .vfpRule, target: "", name: RuleStatement.name(rule.origin, rule.name), enforcement: .vfp,
      value: .rule(RuleStatement(rule)))
    vfpRules[rule] = item
    return item
  }
}

/// The default actions of an endpoint, with and without its ACLs.
struct DefaultActions {
  private(set) var actions: [Direction: DefaultAction] = [:]
  private(set) var platform: [Direction: DefaultAction] = [:]

  init(_ port: SwitchPort?, _ firewall: FirewallInstance?) {
    for direction in Direction.allCases {
      actions[direction] = DefaultAction(direction, port, firewall)
      platform[direction] = DefaultAction(platform: direction, firewall)
    }
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

  init(_ endpoint: EndpointRecord, in documents: HostDocuments) {
    acls = endpoint.aclList
    ports = PublishedPort.of(endpoint)
    network = endpoint.network
    guard let space = documents.namespace(of: endpoint) else { return }
    isGuest = space.isGuest
    let isOnlyEndpoint = space.endpoints.count == 1 && space.type != "HostDefault" && space.compartmentId != 0
    namespace = isOnlyEndpoint ? nil : space.id
  }
}
