import HostModel
import JSONText
import NetworkProfile
import NetworkTypes
import PolicyPlan

extension AdoptionDraft {
  /// Adds the endpoints of this host, those of one namespace as one container or pod.
  mutating func addEndpoints() {
    var groups: [[EndpointRecord]] = []
    var positions: [GUID: Int] = [:]
    for record in documents.endpoints where !record.endpoint.isRemote {
      guard isAdoptable(record) else { continue }
      if let position = record.namespace.flatMap({ positions[$0] }) {
        groups[position].append(record)
      } else {
        if let namespace = record.namespace { positions[namespace] = groups.count }
        groups.append([record])
      }
    }
    for group in groups { add(group) }
  }

  /// Whether an endpoint can be that of a container; what cannot is listed.
  private mutating func isAdoptable(_ record: EndpointRecord) -> Bool {
    if documents.isSourceVIP(record) {
      if record.owner != owner {
        omit(
          .endpoint, documents.title(of: record),
          "it holds the source address of another owner's load balancers")
      }
      return false
    }
    guard networkIDs[record.network] != nil else {
      omit(.endpoint, record.title, "its network is not in the profile")
      return false
    }
    if documents.namespace(of: record)?.type.hasPrefix("HostDefault") ?? false {
      omit(.endpoint, record.title, "it is the host's own, and not that of a container")
      return false
    }
    if record.owner != owner, let profile = Profile.name(ofOwner: record.owner) {
      omit(.endpoint, record.title, "it belongs to the profile '\(profile)'")
      return false
    }
    return true
  }

  private mutating func add(_ group: [EndpointRecord]) {
    guard let first = group.first else { return }
    let containers = documents.namespace(of: first)?.containers ?? []
    let isHyperV = documents.namespace(of: first)?.isGuest ?? false
    let isAdopted = first.owner != owner
    let own = group.count > 1 ? EndpointName.workload(first.name) ?? first.name : first.name
    // HNS calls every endpoint without a name Ethernet (reference: hns, 1.5).
    let name =
      first.name.lowercased() == "ethernet" || first.name.isEmpty
      ? names.unused("container-\((containers.first ?? first.id.lowercase).prefix(12))")
      : names.unused(own, "endpoint-\(own)")
    var podContainers: [String]?
    if !isAdopted, containers.first == "\(name)/\(EndpointDeclaration.infrastructureName)" {
      podContainers = containers.dropFirst().map { String($0.dropFirst(name.utf8.count + 1)) }
    }
    for record in group {
      guard let network = networkIDs[record.network] else { continue }
      var endpoint = Endpoint(
        record: record, network: network, workload: name, isAdopted: isAdopted, isHyperV: isHyperV,
        podContainers: podContainers)
      readACLs(of: &endpoint)
      endpoints.append(endpoint)
    }
  }

  /// Adds the pods of the profile in the host's own compartment.
  mutating func addHostProcessPods() {
    for namespace in documents.namespaces
    where namespace.owner == owner && namespace.type == "HostDefault" && !namespace.containers.isEmpty {
      guard let pod = namespace.containers.first.map({ String($0.prefix { $0 != "/" }) }) else { continue }
      hostProcessPods.append(
        HostProcessPod(
          name: Located(pod),
          containers: namespace.containers.map { container in
            PodContainerDeclaration(
              name: Located(String(container.dropFirst(pod.utf8.count + 1))), listens: [])
          }))
    }
  }

  // MARK: Declarations

  /// An endpoint as the profile states it.
  ///
  /// - Parameters:
  ///   - endpoint: The endpoint.
  ///   - isOneOfSeveral: Whether its container or pod has other endpoints.
  func declaration(of endpoint: Endpoint, isOneOfSeveral: Bool) -> EndpointDeclaration {
    let record = endpoint.record
    let network = networks[endpoint.network]
    let name =
      isOneOfSeveral
      ? EndpointName.of(endpoint.workload, on: network.name.value) : endpoint.workload
    let isAssigned = network.ipam?.value == .dhcp
    var result = EndpointDeclaration(
      workload: endpoint.podContainers.map { containers in
        .pod(containers.map { PodContainerDeclaration(name: Located($0), listens: []) })
      } ?? .container, workloadName: Located(endpoint.workload), name: Located(name),
      network: endpoint.network, isolation: endpoint.isHyperV ? .hyperv : .process,
      endpointId: endpoint.isAdopted ? Located(record.id) : nil,
      addresses: isAssigned ? [] : record.addresses.map { Located($0.address) }, mac: statedMAC(of: record),
      publish: [], defaults: nil, aclSets: [], acls: [], outboundNat: nil, routes: [], policies: [])
    result.acls = endpoint.acls
    var defaults = DefaultsDeclaration(location: Self.nowhere)
    let (stated, actions) = (endpoint.statedDefaults, endpoint.catchAlls)
    if stated.contains(.in) { defaults.inbound = actions[.in].map { Located($0) } }
    if stated.contains(.out) { defaults.outbound = actions[.out].map { Located($0) } }
    if defaults.inbound != nil || defaults.outbound != nil { result.defaults = defaults }
    for policy in record.policies where policy.type != .acl && !endpoint.omittedPolicies.contains(policy.type)
    {
      add(policy, network.driver.value, to: &result)
    }
    return result
  }

  /// The MAC address, unless it is one of those that HNS assigns on the network.
  private func statedMAC(of record: EndpointRecord) -> Located<MACAddress>? {
    guard let mac = MACAddress(record.mac), let network = documents.network(of: record)?.network,
      !network.macPool.contains(where: { $0.contains(mac.value) })
    else { return nil }
    return Located(mac)
  }

  /// Adds a policy under its own key, or else as it is.
  private func add(_ policy: HCNPolicy, _ driver: NetworkDriver, to endpoint: inout EndpointDeclaration) {
    let settings = policy.settings
    func prefixes(_ member: String) -> [IPPrefix] {
      (settings[member]?.array ?? []).compactMap(\.string).compactMap { text in
        IPPrefix(text) ?? IPAddress(text).flatMap { IPPrefix(containing: $0, length: $0.family.bitWidth) }
      }
    }
    switch policy.type {
    case .portMapping?:
      guard let mapping = policy.mapping else { return }
      let port = PublishDeclaration(
        external: mapping.externalPort, internal: mapping.internalPort, protocol: mapping.protocol)
      // A dual-stack network has a mapping for each family.
      if !endpoint.publish.contains(where: { $0.value == port }) {
        endpoint.publish.append(Located(port))
      }
    case .outboundNAT?:
      var nat =
        endpoint.outboundNat
        ?? OutboundNATDeclaration(exceptions: [], destinations: [], location: Self.nowhere)
      nat.exceptions += prefixes("Exceptions")
      nat.destinations += prefixes("Destinations")
      endpoint.outboundNat = nat
    case .sdnRoute?:
      guard let prefix = settings["DestinationPrefix"]?.string.flatMap({ IPPrefix($0) }) else { return }
      endpoint.routes.append(
        RouteDeclaration(destination: prefix, encap: settings["NeedEncap"]?.bool ?? false))
    case let type?:
      guard !PolicyTable.endpoint.adds(type, on: driver) else { return }
      endpoint.policies.append(PolicyDeclaration(type: Located(type), settings: settings))
    case nil: return
    }
  }
}
