import HostModel
import JSONText
import NetworkTypes
import YAMLSyntax

/// Writes a profile as a person would: keys in the documented order, and only what differs from the defaults.
///
/// The only writer of profiles. Names of address sets and of peers in ACLs are resolved when a profile is read,
/// so that ACLs are written with addresses; tests are not written.
package struct ProfileText: Sendable {
  private let profile: Profile

  /// Prepares to write a profile.
  ///
  /// - Parameter profile: The profile; locations in it do not matter.
  package init(_ profile: Profile) { self.profile = profile }

  /// A part of the profile by its name.
  package enum Part: Hashable, Sendable {
    case network(String)
    /// A container or pod.
    case workload(String)
    case service(String)
  }

  /// A line with the part that it belongs to; nil for what belongs to none.
  package struct Line: Sendable {
    package var text: String
    package var part: Part?
  }

  /// The lines of the profile.
  package var lines: [Line] {
    sections.flatMap { section -> [Line] in
      guard case .list(let elements, .lines) = section.value else {
        return YAMLText.mapping([section], .lines).lines().map { Line(text: $0) }
      }
      return [Line(text: "\(section.key):")]
        + elements.flatMap { element in
          let part = Self.part(of: element, in: section.key)
          return YAMLText.list([element], .lines).lines(indentedBy: 2).map { Line(text: $0, part: part) }
        }
    }
  }

  private static func part(of element: YAMLText, in section: String) -> Part? {
    guard case .mapping(let members, _) = element, let first = members.first,
      case .scalar(let name) = first.value
    else { return nil }
    return switch section {
    case "networks": .network(name)
    case "containers", "pods": .workload(name)
    case "services": .service(name)
    default: nil
    }
  }

  /// The sections of the profile, by key, without empty ones.
  private var sections: [YAMLText.Member] {
    let (containers, pods) = workloads
    var members = Members()
    members.add("apiVersion", "hnsctl/v1")
    members.add("kind", "HostProfile")
    members.add("name", profile.name.value)
    members.add("host", host)
    members.add(
      "addressSets", profile.addressSets.map { (name: $0.name.value, value: Self.words($0.addresses)) })
    members.add(
      "aclSets", profile.aclSets.map { (name: $0.name.value, value: .list($0.acls.map(Self.acl), .lines)) })
    members.add("networks", profile.networks.map(network))
    members.add("containers", containers)
    members.add("pods", pods)
    members.add("services", profile.services.map(service))
    return members.list
  }

  /// The members of a mapping in order.
  private struct Members {
    var list: [YAMLText.Member] = []

    mutating func add(_ key: String, _ value: YAMLText?) {
      if let value { list.append(YAMLText.Member(key, value)) }
    }

    mutating func add(_ key: String, _ text: String?) { add(key, text.map { .scalar($0) }) }

    mutating func add(_ key: String, texts: [String]) { if !texts.isEmpty { add(key, .words(texts)) } }

    mutating func add(_ key: String, _ elements: [YAMLText], _ layout: YAMLText.Layout = .lines) {
      if !elements.isEmpty { add(key, .list(elements, layout)) }
    }

    mutating func add(_ key: String, _ named: [(name: String, value: YAMLText)]) {
      guard !named.isEmpty else { return }
      add(key, .mapping(named.map { .init($0.name, $0.value) }, .lines))
    }

    func mapping(_ layout: YAMLText.Layout) -> YAMLText { .mapping(list, layout) }

    /// The mapping; nil if it is empty.
    var compact: YAMLText? { list.isEmpty ? nil : mapping(.compact) }
  }

  // MARK: The host and its networks

  private var host: YAMLText {
    let host = profile.host
    var members = Members()
    members.add("windows", "\(host.windows)")
    members.add("addresses", texts: host.addresses.map { "\($0.value)" })
    members.add("adapters", texts: host.adapters.map(\.value))
    var assumptions = Members()
    for (assumption, value) in host.assumptions.changed { assumptions.add(assumption.name, value) }
    members.add("assumptions", assumptions.compact)
    members.add("dns", Self.dns(host.dnsServers.map { "\($0.value)" }, host.dnsSearch.map(\.value)))
    members.add("listens", texts: host.listens.map { Self.text($0.value) })
    members.add("excludedPorts", texts: host.excludedPorts.map { Self.text($0.value) })
    return members.mapping(.lines)
  }

  private static func text(_ ports: HostPorts) -> String { "\(ports.ports)/\(ports.protocol)" }

  private static func dns(_ servers: [String], _ search: [String]) -> YAMLText? {
    var members = Members()
    members.add("servers", texts: servers)
    members.add("search", texts: search)
    return members.compact
  }

  private func network(_ network: NetworkDeclaration) -> YAMLText {
    var members = Members()
    members.add("name", network.name.value)
    members.add("driver", network.driver.value.rawValue)
    if network.adapters.count > 1 {
      members.add("adapter", texts: network.adapters.map(\.value))
    } else {
      members.add("adapter", network.adapters.first?.value)
    }
    members.add(
      "subnets",
      network.subnets.map { subnet in
        var members = Members()
        members.add("prefix", "\(subnet.prefix.value)")
        members.add("gateway", subnet.gateway.map { "\($0.value)" })
        members.add("vsid", subnet.vsid.map { "\($0.value)" })
        members.add("vlan", subnet.vlan.map { "\($0.value)" })
        return members.mapping(.compact)
      }, network.subnets.count > 1 ? .lines : .compact)
    members.add("endpointGateway", network.endpointGateway.map { "\($0.value)" })
    members.add("vxlanPort", network.vxlanPort.map { "\($0.value)" })
    if network.ipam?.value == .dhcp { members.add("ipam", AddressManagement.dhcp.rawValue) }
    if let pool = network.macPool?.value {
      var range = Members()
      range.add("start", "\(pool.lowerBound)")
      range.add("end", "\(pool.upperBound)")
      members.add("macPool", range.compact)
    }
    members.add("dns", Self.dns(network.dnsServers.map { "\($0.value)" }, network.dnsSearch.map(\.value)))
    return members.mapping(.lines)
  }

  // MARK: Containers and pods

  private var workloads: (containers: [YAMLText], pods: [YAMLText]) {
    var containers: [YAMLText] = []
    var pods: [YAMLText] = []
    var rest = profile.endpoints[...]
    while let first = rest.first {
      let own = rest.prefix { $0.workloadName.value == first.workloadName.value }
      rest = rest.dropFirst(own.count)
      if case .pod = first.workload { pods.append(workload(own)) } else { containers.append(workload(own)) }
    }
    for pod in profile.hostProcessPods {
      var members = Members()
      members.add("name", pod.name.value)
      members.add("hostProcess", .boolean(true))
      members.add("containers", pod.containers.map(Self.podContainer))
      pods.append(members.mapping(.lines))
    }
    return (containers, pods)
  }

  private func workload(_ endpoints: ArraySlice<EndpointDeclaration>) -> YAMLText {
    var members = Members()
    guard let first = endpoints.first else { return members.mapping(.lines) }
    members.add("name", first.workloadName.value)
    let isOnSeveral = endpoints.count > 1
    if !isOnSeveral { members.add("network", profile.networks[first.network].name.value) }
    if isOnSeveral {
      members.add(
        "networks",
        endpoints.map { endpoint in
          var members = Members()
          members.add("name", profile.networks[endpoint.network].name.value)
          members.list += endpointMembers(endpoint)
          return members.mapping(.lines)
        })
    }
    if first.isolation == .hyperv { members.add("isolation", first.isolation.rawValue) }
    if case .pod(let containers) = first.workload {
      members.add("containers", containers.map(Self.podContainer))
    }
    if !isOnSeveral { members.list += endpointMembers(first) }
    return members.mapping(.lines)
  }

  private static func podContainer(_ container: PodContainerDeclaration) -> YAMLText {
    var members = Members()
    members.add("name", container.name.value)
    members.add("listens", texts: container.listens.map { "\($0.value.port)/\($0.value.protocol)" })
    return members.mapping(.compact)
  }

  private func endpointMembers(_ endpoint: EndpointDeclaration) -> [YAMLText.Member] {
    var members = Members()
    members.add("endpointId", endpoint.endpointId?.value.lowercase)
    members.add("addresses", texts: endpoint.addresses.map { "\($0.value)" })
    members.add("mac", endpoint.mac.map { "\($0.value)" })
    members.add(
      "publish",
      texts: endpoint.publish.map { "\($0.value.external):\($0.value.internal)/\($0.value.protocol)" })
    var defaults = Members()
    defaults.add("in", endpoint.defaults?.inbound?.value.rawValue)
    defaults.add("out", endpoint.defaults?.outbound?.value.rawValue)
    members.add("defaults", defaults.compact)
    members.add("aclSets", texts: endpoint.aclSets.map { profile.aclSets[$0.value].name.value })
    members.add("acls", endpoint.acls.map(Self.acl))
    if let nat = endpoint.outboundNat {
      var parts = Members()
      parts.add("exceptions", texts: nat.exceptions.map(\.description))
      parts.add("destinations", texts: nat.destinations.map(\.description))
      members.add("outboundNat", parts.mapping(.compact))
    }
    members.add(
      "routes",
      endpoint.routes.map { route in
        var members = Members()
        members.add("destination", "\(route.destination)")
        if route.encap { members.add("encap", .boolean(true)) }
        return members.mapping(.compact)
      }, .compact)
    members.add(
      "policies",
      endpoint.policies.map { policy in
        var members = Members()
        members.add("type", policy.type.value.rawValue)
        if policy.settings.object?.members.isEmpty == false {
          members.add("settings", YAMLText(policy.settings))
        }
        return members.mapping(.compact)
      })
    return members.list
  }

  private static func acl(_ acl: ACLDeclaration) -> YAMLText {
    var members = Members()
    members.add("name", acl.name.value)
    members.add("direction", acl.direction.rawValue)
    members.add("action", acl.action.rawValue)
    members.add("protocols", acl.match.protocols.map { .words($0.protocols.map(\.description)) })
    members.add("localAddresses", acl.match.localAddresses.map(words))
    members.add("remoteAddresses", acl.match.remoteAddresses.map(words))
    members.add("localPorts", acl.match.localPorts.map { .words($0.ranges.map(\.description)) })
    members.add("remotePorts", acl.match.remotePorts.map { .words($0.ranges.map(\.description)) })
    members.add("priority", acl.priority.map { "\($0)" })
    return members.mapping(.compact)
  }

  private static func words(_ addresses: AddressSet) -> YAMLText {
    .words(addresses.ranges.map(\.description))
  }

  // MARK: Services

  private func service(_ service: ServiceDeclaration) -> YAMLText {
    var members = Members()
    members.add("name", service.name.value)
    members.add("address", "\(service.address.value)")
    members.add(
      "ports",
      service.ports.map { port in
        var members = Members()
        members.add("port", "\(port.port.value)")
        if port.targetPort != port.port.value { members.add("targetPort", "\(port.targetPort)") }
        if port.protocol != .tcp { members.add("protocol", "\(port.protocol)") }
        members.add("nodePort", port.nodePort.map { "\($0.value)" })
        return members.mapping(.compact)
      }, .compact)
    members.add("backends", service.backends.map(backend), .compact)
    members.add("sourceVip", service.sourceVIP.map { "\($0.value)" })
    let driver = service.network.map { profile.networks[$0].driver.value }
    if service.isDSR != ServiceDeclaration.isDSRByDefault(driver, profile.host.windows) {
      members.add("dsr", .boolean(service.isDSR))
    }
    if service.affinity != .none { members.add("sessionAffinity", service.affinity.rawValue) }
    members.add("externalAddresses", texts: service.externalAddresses.map { "\($0.value)" })
    return members.mapping(.lines)
  }

  private func backend(_ backend: BackendDeclaration) -> YAMLText {
    switch backend {
    case .endpoint(let index): return .scalar(profile.endpoints[index].name.value)
    case .remote(let remote):
      let address = remote.address.value
      let isOverlay = profile.networks[remote.network].driver.value == .overlay
      let own = profile.host.addresses.first { $0.value.family == .ipv4 }?.value
      var members = Members()
      members.add("address", "\(address)")
      // Without any other backend, the network of an address can be ambiguous.
      if profile.networks.count > 1 { members.add("network", profile.networks[remote.network].name.value) }
      if remote.mac != RemoteBackendDeclaration.mac(for: address) { members.add("mac", "\(remote.mac)") }
      if isOverlay, remote.providerAddress != own {
        members.add("providerAddress", remote.providerAddress.map { "\($0)" })
      }
      return members.list.count == 1 ? .scalar("\(address)") : members.mapping(.compact)
    }
  }
}

extension YAMLText {
  /// A JSON value, on one line if it fits.
  fileprivate init(_ value: JSON) {
    switch value {
    case .object(let object):
      self = .mapping(object.members.map { .init($0.key, YAMLText($0.value)) }, .compact)
    case .array(let elements): self = .list(elements.map { YAMLText($0) }, .compact)
    case .string(let text): self = .scalar(text)
    case .bool(let value): self = .boolean(value)
    default: self = .scalar(value.text())
    }
  }
}
