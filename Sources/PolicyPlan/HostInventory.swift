package import FilterEngine
import HNSEmulator
package import HostModel
import NetworkTypes
import PolicyCompiler

/// A fact about a host, comparable with the same fact about another host.
package struct HostObject: Sendable, Hashable {
  /// The identity of an item within a section.
  struct Key: Hashable {
    var kind: ChangeKind
    var name: String
    var enforcement: EnforcementPoint?
    /// Distinguishes several things with the same name.
    var occurrence: Int
  }

  private final class Storage: Sendable {
    let kind: ChangeKind
    let name: String
    let enforcement: EnforcementPoint?
    let value: HostStatement

    init(_ kind: ChangeKind, _ name: String, _ enforcement: EnforcementPoint?, _ value: HostStatement) {
      self.kind = kind
      self.name = name
      self.enforcement = enforcement
      self.value = value
    }
  }

  /// Copies share it, because endpoints have many rules in common.
  private let storage: Storage
  package var target: String
  /// The owner of the object, if needed to distinguish things with the same name; otherwise empty.
  package var owner = ""

  package var kind: ChangeKind { storage.kind }
  package var name: String { storage.name }
  package var enforcement: EnforcementPoint? { storage.enforcement }
  package var value: HostStatement { storage.value }

  /// The identity of the memory that copies share; it is unique as long as this item exists.
  var identity: ObjectIdentifier { ObjectIdentifier(storage) }

  /// Creates an item.
  ///
  /// - Parameters:
  ///   - kind: What kind of thing it is.
  ///   - target: The object it belongs to.
  ///   - name: Its name.
  ///   - enforcement: The component that enforces it; rules only.
  ///   - value: The value.
  package init(
    kind: ChangeKind, target: String, name: String, enforcement: EnforcementPoint? = nil, value: HostStatement
  ) {
    storage = Storage(kind, name, enforcement, value)
    self.target = target
  }

  package static func == (left: Self, right: Self) -> Bool {
    guard left.target == right.target, left.owner == right.owner else { return false }
    return left.storage === right.storage
      || left.kind == right.kind && left.name == right.name && left.enforcement == right.enforcement
        && left.value == right.value
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(target)
    hasher.combine(name)
    hasher.combine(enforcement)
  }
}

/// The contents of a host, as items that can be compared with those of another host.
///
/// Things are identified by name, not by id, so that independently built hosts with the same contents compare
/// as equal. Rules are those at the host's enforcement points; endpoints with equal rules share one list.
package struct HostInventory: Sendable {
  /// The contents of one network, endpoint, namespace or service.
  struct Section: Sendable {
    struct Key: Hashable {
      var subject: ChangeSubject
      var owner: String
      var target: String
    }

    /// Its index among the sections.
    var position: Int
    var key: Key
    /// The items before the rules.
    var head: [HostObject]
    /// The index of the rules in ``HostInventory/ruleSets``; nil for none.
    var rules: Int?
    /// The items after the rules.
    var tail: [HostObject] = []

    var subject: ChangeSubject { key.subject }
    var owner: String { key.owner }
    var target: String { key.target }
  }

  private(set) var sections: [Section] = []
  /// Lists of rules, independent of their endpoint.
  private(set) var ruleSets: [[HostObject]] = []
  /// The default actions of endpoints, by what their rules depend on.
  private(set) var defaultActions: [RuleSetKey: DefaultActions] = [:]

  /// Collects the contents of a host.
  ///
  /// - Parameters:
  ///   - documents: The objects of the host.
  ///   - filters: The rules at its enforcement points.
  package init(_ documents: HostDocuments, filters: some FilteredHost) {
    var rules = RuleSetTable(documents, filters)
    for network in documents.networks {
      // The name of a network is unique on a host, across owners.
      let item = HostObject(
        kind: .network, target: network.name, name: network.name,
        value: .network(NormalizedNetwork(network.network)))
      add(Section(position: 0, key: .init(subject: .network, owner: "", target: network.name), head: [item]))
    }
    for endpoint in documents.endpoints where Self.kind(of: endpoint, in: documents) == .endpoint {
      let target = endpoint.name
      var section = Section(
        position: 0, key: .init(subject: .endpoint, owner: endpoint.owner, target: target),
        head: Self.head(of: endpoint, in: documents))
      section.rules = rules.index(of: endpoint)
      if let namespace = documents.namespace(of: endpoint), namespace.endpoints.count == 1 {
        section.tail = Self.items(of: namespace, target: target)
      }
      add(section)
    }
    for namespace in documents.namespaces where namespace.endpoints.count != 1 {
      let owner = namespace.endpoints.first.flatMap { documents.endpoint($0)?.owner } ?? namespace.owner
      guard !namespace.endpoints.isEmpty || !owner.isEmpty else { continue }
      // A namespace has no name of its own.
      let target = documents.subject(of: namespace) ?? namespace.id.uppercase
      // If its endpoint is replaced, it comes after that endpoint's rules.
      add(
        Section(
          position: 0, key: .init(subject: .endpoint, owner: owner, target: target), head: [],
          tail: Self.items(of: namespace, target: target)))
    }
    for endpoint in documents.endpoints where Self.kind(of: endpoint, in: documents) != .endpoint {
      let key = Section.Key(
        subject: .serviceEndpoint, owner: endpoint.owner, target: documents.title(of: endpoint))
      add(Section(position: 0, key: key, head: Self.head(of: endpoint, in: documents)))
    }
    addServices(documents)
    ruleSets = rules.sets
    defaultActions = rules.defaultActions
  }

  /// Adds the load balancers, those of one name and owner together.
  private mutating func addServices(_ documents: HostDocuments) {
    var positions: [Section.Key: Int] = [:]
    for balancer in documents.loadBalancers {
      let item = Self.item(balancer, in: documents)
      let key = Section.Key(subject: .service, owner: balancer.owner, target: item.target)
      if let position = positions[key] {
        sections[position].head.append(item)
      } else {
        positions[key] = sections.count
        add(Section(position: 0, key: key, head: [item]))
      }
    }
  }

  private static func item(_ balancer: HostComputeLoadBalancer, in documents: HostDocuments) -> HostObject {
    HostObject(
      kind: .loadBalancer, target: balancer.name.isEmpty ? balancer.title : balancer.name,
      name: balancer.title, value: .loadBalancer(LoadBalancerStatement(balancer, in: documents)))
  }

  mutating func add(_ section: Section) {
    sections.append(section)
    sections[sections.count - 1].position = sections.count - 1
  }

  /// Every item.
  package var items: [HostObject] { sections.flatMap(items) }

  /// The items of a section.
  func items(_ section: Section) -> [HostObject] {
    let rules = section.rules.map { ruleSets[$0] } ?? []
    return (section.head + rules + section.tail).map { item in
      var own = item
      own.target = section.target
      own.owner = section.owner
      return own
    }
  }

  /// The contents of a host that do not belong to a profile: networks and endpoints of other owners, and
  /// other owners' ACLs on the profile's endpoints, with whether they take effect.
  static func items(
    in documents: HostDocuments, notOf desired: DesiredHost, _ build: WindowsBuild, _ assumptions: Assumptions
  ) -> [HostObject] {
    var items: [HostObject] = []
    for network in documents.networks where network.owner != desired.owner {
      items.append(
        HostObject(
          kind: .network, target: network.name, name: network.name,
          value: .network(NormalizedNetwork(network.network))))
    }
    for endpoint in documents.endpoints {
      guard endpoint.owner == desired.owner else {
        let value = value(of: endpoint, in: documents, cell: documents.cell(of: endpoint))
        items.append(
          HostObject(
            kind: kind(of: endpoint, in: documents), target: documents.title(of: endpoint),
            name: documents.title(of: endpoint), value: .endpoint(value)))
        continue
      }
      let cell = documents.cell(of: endpoint)
      for acl in endpoint.acls where acl.identity?.profile != desired.profile {
        var statement = RuleStatement(acl.acl)
        statement.isStoredOnly = cell.map { !$0.enforces(acl.acl, build, assumptions) } ?? false
        items.append(
          HostObject(
            kind: .acl, target: endpoint.name, name: RuleStatement.name(acl.acl.id), value: .rule(statement)))
      }
    }
    let own = Set(desired.loadBalancers.map(\.id))
    for balancer in documents.loadBalancers
    where balancer.owner != desired.owner && !own.contains(balancer.id) {
      items.append(item(balancer, in: documents))
    }
    return items
  }

  // MARK: Values

  private static func kind(of endpoint: EndpointRecord, in documents: HostDocuments) -> ChangeKind {
    if endpoint.endpoint.isRemote { return .remoteEndpoint }
    return documents.isSourceVIP(endpoint) ? .sourceVIP : .endpoint
  }

  private static func head(of endpoint: EndpointRecord, in documents: HostDocuments) -> [HostObject] {
    let value = value(of: endpoint, in: documents, cell: documents.cell(of: endpoint))
    var items = [
      HostObject(
        kind: kind(of: endpoint, in: documents), target: documents.title(of: endpoint),
        name: documents.title(of: endpoint), value: .endpoint(value))
    ]
    for port in PublishedPort.of(endpoint) {
      items.append(
        HostObject(kind: .portMapping, target: endpoint.name, name: port.name, value: .portMapping(port)))
    }
    return items
  }

  private static func items(of namespace: NamespaceRecord, target: String) -> [HostObject] {
    let own = HostObject(
      kind: .namespace, target: target, name: target, value: .namespace(namespace.namespace.type))
    return [own]
      + namespace.containers.map { container in
        HostObject(kind: .container, target: target, name: container, value: .container(container))
      }
  }

  private static func value(
    of endpoint: EndpointRecord, in documents: HostDocuments, cell: PlatformCell?
  ) -> EndpointStatement {
    EndpointStatement(
      network: documents.network(of: endpoint)?.name ?? endpoint.network.uppercase, cell: cell,
      addresses: endpoint.addresses.map { IPConfiguration(address: $0.address, length: $0.prefixLength) },
      mac: endpoint.endpoint.mac, gateways: endpoint.endpoint.routes.map(\.nextHop),
      policies: endpoint.policies.filter { $0.type != .acl && $0.type != .portMapping },
      owner: endpoint.owner)
  }
}
