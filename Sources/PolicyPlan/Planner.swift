import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkProfile
import NetworkTypes
import PolicyCompiler

/// Computes the calls that turn a host into the one a profile describes.
///
/// Order: deletions first, containers before namespaces before endpoints before networks; then networks,
/// changed policies, new endpoints (those with specified addresses first, so that an automatically assigned
/// address never takes a specified one), the namespaces with their containers, and last the load balancers.
/// An endpoint's ACLs change in one request.
struct Planner {
  let desired: DesiredHost
  let documents: HostDocuments
  let supportsRuleIds: Bool
  let assumptions: Assumptions
  var ledger: OwnershipLedger
  var diagnostics: DiagnosticCollector

  /// Operations by phase; phases run in order.
  var teardown: [Operation] = []
  var networkDeletions: [Operation] = []
  var networkCreations: [Operation] = []
  var releases: [Operation] = []
  var updates: [Operation] = []
  var statedCreations: [Operation] = []
  var otherCreations: [Operation] = []
  var attachments: [Operation] = []
  var serviceOperations: [Operation] = []

  /// The endpoints that are deleted, even if they are created again.
  var goneEndpoints: Set<GUID> = []
  /// The endpoints that are kept and have ACLs of other owners, or of the profile without their Id.
  var sharedEndpoints: [SharedEndpoint] = []
  /// Whether load balancers can be changed in place.
  let modifiesLoadBalancers: Bool

  /// The node's own DNS settings.
  private let hostDNS: HostDNS

  init(
    desired: DesiredHost, documents: HostDocuments, configuration: HostConfiguration, ledger: OwnershipLedger,
    file: String
  ) {
    assumptions = configuration.assumptions
    hostDNS = configuration.dns
    self.desired = desired
    self.documents = documents
    self.ledger = ledger
    supportsRuleIds = configuration.build.hnsVersion.has(.aclRuleId)
    modifiesLoadBalancers = configuration.build.hnsVersion.modifiesLoadBalancers(configuration.assumptions)
    diagnostics = DiagnosticCollector(file: file)
  }

  /// The endpoints of other owners that the profile no longer adopts, and that still have its ACLs.
  var released: Set<GUID> = []

  /// The adopted endpoints whose ACLs already give every packet the verdict of the profile.
  var adoptedAsStated: Set<String> = []

  /// The policies of ACL lists, by the storage of the compiled lists.
  var knownACLs: [UInt: [HCNPolicy]] = [:]

  /// The objects that are deleted and created under the same name.
  var replacements = Replacements()

  var operations: [Operation] {
    teardown + networkDeletions + networkCreations + releases + updates + statedCreations + otherCreations
      + attachments + serviceOperations
  }

  mutating func plan() {
    let ofServices = Set(desired.serviceEndpoints.map(\.name))
    let mine = documents.endpoints.filter {
      $0.owner == desired.owner && !$0.endpoint.isRemote && !ofServices.contains($0.name)
        && !released.contains($0.id)
    }
    let networks = planNetworks()
    var kept: [(DesiredEndpoint, EndpointRecord)] = []
    var gone: [EndpointRecord] = []

    let wanted = Dictionary(desired.endpoints.map { ($0.name, $0) }) { first, _ in first }
    var matched: Set<String> = []
    for record in mine {
      if let endpoint = wanted[record.name], !endpoint.isAdopted || endpoint.id == record.id,
        matched.insert(record.name).inserted
      {
        let reason =
          networks[endpoint.network] == record.network
          ? difference(endpoint, record) : replacementReason(record)
        guard let reason else {
          kept.append((endpoint, record))
          continue
        }
        if endpoint.isAdopted {
          refuse(endpoint, because: reason)
          continue
        }
        replacements.endpoints[record.name] = reason
      }
      gone.append(record)
    }
    let keptNames = Set(kept.map(\.0.name))
    let created = desired.endpoints.filter { !keptNames.contains($0.name) }

    let keptIDs = Set(kept.map(\.1.id))
    for record in gone.reversed() { remove(record, beside: keptIDs) }
    removeLeftoverNamespaces(endpointsGone: Set(gone.map(\.id)))
    checkAddresses(of: created, gone: Set(gone.map(\.id)), networks: networks)
    updatePolicies(kept)
    for record in documents.endpoints where released.contains(record.id) { removeACLs(of: record) }
    for endpoint in created {
      guard let network = networks[endpoint.network] else { continue }
      create(endpoint, on: network)
    }
    let records = Dictionary(kept.map { ($0.0.name, $0.1) }) { first, _ in first }
    for endpoints in desired.workloads { attach(endpoints, existing: records) }
    for pod in desired.hostProcessPods {
      run(pod.containers, of: pod.name, in: pod.namespaceId, type: .hostDefault, endpoints: [])
    }
    goneEndpoints = Set(gone.map(\.id))
    let remotes = planServiceEndpoints(on: networks)
    let endpoints = desired.endpoints.map { ($0.name, records[$0.name]?.id ?? $0.id) }
    planLoadBalancers(
      endpoints: Dictionary(endpoints) { first, _ in first }, remotes: remotes)
  }

  /// Refuses to delete an endpoint of another owner and create it again.
  private mutating func refuse(_ endpoint: DesiredEndpoint, because reason: ReplacementReason) {
    diagnostics.report(
      .adoptedEndpointDiffers,
      "the endpoint of '\(endpoint.name)' differs on the host (\(reason.rawValue)), and belongs to another owner",
      at: endpoint.location, help: "describe it as it is on the host")
  }

  // MARK: Networks

  /// Plans the networks and returns the id of each network of the profile.
  private mutating func planNetworks() -> [String: GUID] {
    var ids: [String: GUID] = [:]
    let byName = Dictionary(documents.networks.map { ($0.name, $0) }) { first, _ in first }
    for network in desired.networks {
      let wanted = NormalizedNetwork(network.wanted)
      guard let current = byName[network.name] else {
        ids[network.name] = network.id
        networkCreations.append(creation(of: network))
        continue
      }
      ids[network.name] = current.id
      let statement = NormalizedNetwork(current.network)
      statements[network.name] = (wanted, statement, current.owner == desired.owner)
      let difference = current.driver == network.driver ? statement.difference(from: wanted) : .driver
      if current.owner != desired.owner {
        if difference != nil
          || !(wanted.dnsServers.isEmpty && wanted.dnsSearch.isEmpty || statement.hasDNS(of: wanted))
        {
          diagnostics.report(
            .networkConflict,
            "network '\(network.name)' of \(Self.title(ofOwner: current.owner)) on the host differs from this one",
            at: network.location, help: "rename this network, or define it as it is on the host")
        }
      } else if let difference {
        if isShared(current, toReplaceAt: network.location) { continue }
        networkDeletions.append(
          Operation(.delete, .network, current.id, of: current.name))
        ids[network.name] = network.id
        networkCreations.append(creation(of: network))
        replaced.insert(current.id)
        replacements.networks[network.name] = difference
      } else if !statement.hasDNS(of: wanted) {
        networkCreations.append(
          Operation(.updateDNS(network.wanted.dns), .network, current.id, of: network.name))
      }
    }
    let wantedNames = Set(desired.networks.map(\.name))
    for network in documents.networks
    where network.owner == desired.owner && !wantedNames.contains(network.name) {
      if isShared(network) { continue }
      networkDeletions.append(
        Operation(.delete, .network, network.id, of: network.name))
    }
    return ids
  }

  /// The profile's networks as desired and as on the host, and whether the profile owns them.
  private var statements: [String: (wanted: NormalizedNetwork, current: NormalizedNetwork, isOwn: Bool)] = [:]
  /// Networks that are deleted and created again, by their current id.
  private var replaced: Set<GUID> = []
  func isReplaced(_ network: GUID) -> Bool { replaced.contains(network) }
  /// Namespaces that are deleted.
  private var namespacesGone: Set<GUID> = []

  private func creation(of network: DesiredNetwork) -> Operation {
    Operation(.createNetwork(network.wanted), .network, network.id, of: network.name)
  }

  /// Whether endpoints of other owners are on a network, which then can be neither replaced nor deleted.
  ///
  /// If the network would be replaced, the plan fails. If it would be deleted, it is kept with a warning, so
  /// that the rest of the profile can be removed.
  private mutating func isShared(_ network: NetworkRecord, toReplaceAt location: SourceRange? = nil) -> Bool {
    let others = documents.endpoints.filter {
      $0.network == network.id && ($0.owner != desired.owner || released.contains($0.id))
    }
    guard let first = others.first else { return false }
    let holder =
      "it has endpoint '\(first.name)' of "
      + (released.contains(first.id) ? "another owner" : Self.title(ofOwner: first.owner))
      + (Listing.rest(of: others.count, limit: 1).map { ", \($0)" } ?? "")
    diagnostics.report(
      location == nil
        ? Diagnostic(
          .networkInUse, "network '\(network.name)' is kept: \(holder)",
          help: "remove those endpoints, then run the same command again", severity: .warning)
        : Diagnostic(
          .networkInUse, "network '\(network.name)' cannot be replaced: \(holder)", at: location,
          help: "remove those endpoints first"))
    return true
  }

  static func title(ofOwner owner: String) -> String { owner.isEmpty ? "an unnamed owner" : "'\(owner)'" }

  // MARK: Endpoints

  /// Why an endpoint on the host cannot be changed in place to the desired one; nil if it can.
  ///
  /// HNS can change policies of an endpoint, but not its addresses, MAC address or isolation.
  private func difference(_ endpoint: DesiredEndpoint, _ record: EndpointRecord) -> ReplacementReason? {
    if replaced.contains(record.network) { return .networkReplaced }
    if !endpoint.addresses.isEmpty,
      Set(endpoint.addresses.map(\.value)) != Set(record.addresses.map(\.address))
    {
      return .addresses
    }
    if let mac = endpoint.mac, MACAddress(record.mac) != mac { return .macAddress }
    let network = statements[endpoint.network]
    if let gateway = endpoint.gateway {
      guard record.gateways.contains(gateway.description) else { return .gateway }
    } else if let network {
      let gateways = network.current.subnets.compactMap(\.gateway)
      guard record.gateways.allSatisfy(gateways.contains) else { return .gateway }
    }
    // An endpoint copies the name servers of the network when it is created, or those of the node
    // (reference: hns, 10.3); what the node has got since then does not matter.
    if let network, network.isOwn || network.wanted.statesDNS {
      let isAsStated =
        network.wanted.statesDNS
        ? record.dnsServers == network.wanted.dnsServers && record.dnsSearch == network.wanted.dnsSearch
        : Set(record.dnsServers).isSubset(of: hostDNS.servers.map(\.description))
          && Set(record.dnsSearch).isSubset(of: hostDNS.suffixes)
      guard isAsStated else { return .dns }
    }
    guard let namespace = documents.namespace(of: record) else { return nil }
    return namespace.isGuest == (endpoint.cell.isolation == .hyperv) ? nil : .isolation
  }

  /// Why an endpoint on a different network than desired must be replaced.
  private func replacementReason(_ record: EndpointRecord) -> ReplacementReason {
    replaced.contains(record.network) ? .networkReplaced : .network
  }

  /// Plans the deletion of an endpoint, and of its namespace.
  ///
  /// If the endpoint is replaced, so is its namespace: its containers restart. One that a running workload
  /// no longer has is only taken out of the namespace, as HNS can (reference: hns, 6.4).
  private mutating func remove(_ record: EndpointRecord, beside kept: Set<GUID>) {
    if let namespace = documents.namespace(of: record), namespace.owner == desired.owner {
      let reason = replacements.endpoints[record.name]
      if reason == nil, namespace.endpoints.contains(where: kept.contains) {
        leave(record, namespace)
      } else {
        if namespace.endpoints.count > 1, let reason, let name = documents.subject(of: namespace) {
          replacements.endpoints[name] = reason
        }
        tearDown(namespace)
      }
    }
    ledger[record.id] = []
    teardown.append(
      Operation(.delete, .endpoint, record.id, of: record.name))
  }

  private func name(of endpoint: GUID) -> String? { documents.endpoints.first { $0.id == endpoint }?.name }

  /// Takes an endpoint out of a namespace that stays.
  private mutating func leave(_ record: EndpointRecord, _ namespace: NamespaceRecord) {
    guard !namespacesGone.contains(namespace.id) else { return }
    teardown.append(
      Operation(
        .modifyResources(.remove, .endpoint(record.id)), .namespace, namespace.id, of: record.name))
  }

  private mutating func tearDown(_ namespace: NamespaceRecord) {
    guard namespacesGone.insert(namespace.id).inserted else { return }
    for container in namespace.containers.reversed() {
      teardown.append(
        Operation(
          .modifyResources(.remove, .container(container)), .namespace, namespace.id,
          of: documents.subject(of: namespace)))
    }
    for endpoint in namespace.endpoints {
      teardown.append(
        Operation(
          .modifyResources(.remove, .endpoint(endpoint)), .namespace, namespace.id,
          of: name(of: endpoint)))
    }
    teardown.append(
      Operation(.delete, .namespace, namespace.id, of: documents.subject(of: namespace)))
  }

  /// Removes namespaces of the profile whose endpoint no longer exists, as left by an incomplete apply.
  private mutating func removeLeftoverNamespaces(endpointsGone: Set<GUID>) {
    let wanted = Set(desired.endpoints.map(\.namespaceId) + desired.hostProcessPods.map(\.namespaceId))
    let live = Set(documents.endpoints.map(\.id))
    for namespace in documents.namespaces
    where namespace.owner == desired.owner && !wanted.contains(namespace.id) {
      guard !namespace.endpoints.contains(where: live.contains) else { continue }
      tearDown(namespace)
    }
  }

  private mutating func checkAddresses(
    of created: [DesiredEndpoint], gone: Set<GUID>, networks: [String: GUID]
  ) {
    struct Held: Hashable {
      var network: GUID
      var address: IPAddress
    }
    var holders: [Held: EndpointRecord] = [:]
    for record in documents.endpoints where !gone.contains(record.id) && !replaced.contains(record.network) {
      for entry in record.addresses {
        holders[Held(network: record.network, address: entry.address)] = record
      }
    }
    for endpoint in created {
      guard let network = networks[endpoint.network] else { continue }
      for address in endpoint.addresses {
        guard let holder = holders[Held(network: network, address: address.value)] else { continue }
        let isOwn = holder.owner == desired.owner
        diagnostics.report(
          .addressInUse,
          "\(address.value) is in use by endpoint '\(holder.name)' of "
            + (isOwn ? "this profile, which HNS assigned it to" : Self.title(ofOwner: holder.owner)),
          at: address.location,
          help: isOwn
            ? "specify another address here, or one for '\(holder.name)' too"
            : "specify another address, or remove that endpoint first")
      }
    }
  }

  private mutating func create(_ endpoint: DesiredEndpoint, on network: GUID) {
    var wanted = HostComputeEndpoint(id: endpoint.id, network: network, author: .client)
    wanted.owner = desired.owner
    wanted.name = endpoint.name
    wanted.policies = endpoint.policies + aclPolicies(of: endpoint.policy)
    wanted.addresses = zip(endpoint.addresses, endpoint.prefixLengths).map { address, length in
      IPConfiguration(address: address.value, length: length)
    }
    wanted.routes = endpoint.gateway.map { [HCNRoute.default(via: $0)] } ?? []
    wanted.mac = endpoint.mac
    let operation = Operation(.createEndpoint(wanted), .endpoint, endpoint.id, of: endpoint.name)
    if endpoint.addresses.isEmpty && endpoint.mac == nil {
      otherCreations.append(operation)
    } else {
      statedCreations.append(operation)
    }
    remember(endpoint.policy.entries.map(\.acl), of: endpoint.id)
  }

  // MARK: Namespaces and containers

  /// Attaches the endpoints of a container or pod, and starts its containers.
  private mutating func attach(_ endpoints: ArraySlice<DesiredEndpoint>, existing: [String: EndpointRecord]) {
    guard let first = endpoints.first else { return }
    // The namespace and the containers of an adopted endpoint are its owner's.
    guard !endpoints.contains(where: { $0.isAdopted && existing[$0.name] != nil }) else { return }
    run(
      first.containers, of: first.workload, in: first.namespaceId,
      type: first.cell.isolation == .hyperv ? .guest : .host,
      endpoints: endpoints.map { (existing[$0.name]?.id ?? $0.id, $0.name) })
  }

  /// Plans what is missing of a namespace, its endpoints and its containers.
  private mutating func run(
    _ containers: [String], of name: String, in id: GUID, type: NamespaceType,
    endpoints: [(id: GUID, name: String)]
  ) {
    // A namespace that is deleted with its endpoint is created again under the same id.
    let namespace =
      namespacesGone.contains(id) ? nil : documents.namespaceIndex[id].map { documents.namespaces[$0] }
    if namespace == nil {
      var wanted = HostComputeNamespace(id: id, type: type, author: .client)
      wanted.owner = desired.owner
      attachments.append(
        Operation(.createNamespace(wanted), .namespace, id, of: name))
    }
    func change(_ type: RequestType, _ resource: HostComputeNamespace.Resource, of name: String) {
      attachments.append(Operation(.modifyResources(type, resource), .namespace, id, of: name))
    }
    let running = namespace?.containers ?? []
    for container in running.reversed() where !containers.contains(container) {
      change(.remove, .container(container), of: name)
    }
    for endpoint in endpoints where namespace?.endpoints.contains(endpoint.id) != true {
      change(.add, .endpoint(endpoint.id), of: endpoint.name)
    }
    for container in containers where !running.contains(container) {
      change(.add, .container(container), of: name)
    }
  }
}
