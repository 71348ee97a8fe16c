import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  /// A backend as written, before its network is known.
  private struct WrittenBackend {
    var node: YAMLNode
    var address: IPAddress?
    /// The endpoints that it names or whose address it is.
    var endpoints: [Int] = []
    /// The stated network; nil for none.
    var network: Int?
    var fields: Record<BackendKey>?
  }

  /// Reads the backends of a service, which are on one network.
  ///
  /// - Returns: That network; nil if there is no valid backend.
  mutating func readBackends(_ node: YAMLNode, _ service: inout ServiceDeclaration) -> Int? {
    if yaml.kind(node) == .sequence, yaml.count(node) == 0 {
      reportNoBackends(service, at: yaml.location(node))
      return nil
    }
    guard let written = list(node, "a list of backends", { $0.writtenBackend($1) }) else { return nil }
    guard let network = commonNetwork(of: written) else { return nil }
    var seen: [String: SourceRange] = [:]
    for backend in written {
      let location = yaml.location(backend.node)
      let declared: [BackendDeclaration] =
        if backend.endpoints.isEmpty {
          remote(backend, network, service).map { [.remote($0)] } ?? []
        } else {
          backend.endpoints.map { .endpoint($0) }
        }
      for entry in declared {
        let title = title(of: entry)
        if let first = seen.updateValue(location, forKey: title) {
          report(
            .duplicateEntry, "the backend \(title) is listed twice", at: location,
            notes: [.init("first listed here", first)], help: "list it once")
          continue
        }
        if case .endpoint(let index) = entry { checkFamily(of: index, location, service) }
        service.backends.append(entry)
      }
    }
    return network
  }

  mutating func reportNoBackends(_ service: ServiceDeclaration, at location: SourceRange) {
    report(
      .noBackends, "the service '\(service.name.value)' has no backends", at: location,
      help: "list at least one container, pod or address under 'backends'")
  }

  private func title(of backend: BackendDeclaration) -> String {
    switch backend {
    case .endpoint(let index): "'\(endpoints[index].name.value)'"
    case .remote(let remote): "\(remote.address.value)"
    }
  }

  // MARK: Reading

  private mutating func writtenBackend(_ node: YAMLNode) -> WrittenBackend? {
    var backend = WrittenBackend(node: node)
    var text = node
    if yaml.kind(node) == .mapping {
      guard let fields = record(node, BackendKey.table), let address = fields[.address] else { return nil }
      backend.fields = fields
      text = address
      if let node = fields[.network] {
        guard let number = networkNumber(node) else { return nil }
        backend.network = number
      }
    }
    guard isText(text, "a container, a pod or an address") else { return nil }
    let isAddress = yaml.kind(node) == .mapping || Self.looksLikeAddress(yaml.string(text))
    if isAddress || IPAddress(yaml.string(text)) != nil {
      guard let address = address(text, "a backend") else { return nil }
      backend.address = address
      return checked(&backend, address, at: yaml.location(text)) ? backend : nil
    }
    guard let endpoints = backendEndpoints(text) else { return nil }
    backend.endpoints = endpoints
    backend.network = endpoints.first.map { self.endpoints[$0].network }
    return backend
  }

  /// Looks up the address of a backend, which can be an endpoint's but no service's.
  private mutating func checked(
    _ backend: inout WrittenBackend, _ address: IPAddress, at location: SourceRange
  ) -> Bool {
    if let service = serviceUsage.virtualAddresses[address],
      !host.addresses.contains(where: { $0.value == address })
    {
      reportLoop("\(address) is a virtual address of the service '\(service.value)'", service, at: location)
      return false
    }
    if let kind = unusableKind(AddressRange(address)) {
      report(.invalidAddress, "\(address) is \(kind) and cannot be a backend", at: location)
      return false
    }
    let holders = (serviceUsage.holders[address] ?? []).filter { index in
      backend.network.map { $0 == endpoints[index].network } ?? true
    }
    if holders.count == 1 {
      backend.endpoints = holders
      backend.network = endpoints[holders[0]].network
      if let fields = backend.fields {
        for key in [BackendKey.mac, .providerAddress] {
          guard let node = fields[key] else { continue }
          report(
            .keyNotSupported,
            "\(address) is the address of '\(endpoints[holders[0]].name.value)' on this host, so "
              + "'\(BackendKey.table.spelling(key))' is not valid",
            at: keyLocation(node), help: "remove the key")
        }
      }
    }
    return true
  }

  private mutating func reportLoop(_ message: String, _ service: Located<String>, at location: SourceRange) {
    report(
      .serviceLoop, message, at: location, notes: [.init("the service is here", service.location)],
      help: "list the backends of that service instead")
  }

  /// The endpoints that a backend names: one, that of a container or pod or NAME@NETWORK.
  private mutating func backendEndpoints(_ node: YAMLNode) -> [Int]? {
    let name = yaml.string(node)
    let location = yaml.location(node)
    if let service = serviceUsage.names[name], workloads[name] == nil {
      reportLoop("'\(name.quotable)' is a service, not a backend", Located(name, at: service), at: location)
      return nil
    }
    guard isKnownPeer(name), name != "host" else {
      let isHost = name == "host"
      report(
        .unknownBackend,
        isHost
          ? "the host has no endpoint" : "there is no container, pod or endpoint \(quoted(node))",
        at: location,
        help: isHost
          ? hostAddressHelp
          : nameOnItsNetwork(name).map { "did you mean '\($0)'?" }
            ?? suggestion(
              for: node, among: Set(workloads.keys).union(endpointIndex.keys), kind: "containers or pods"))
      return nil
    }
    let indices = endpointIndices(of: name)
    guard indices.count <= 1 else {
      let names = indices.map { endpoints[$0].name.value }
      report(
        .backendNetwork, "'\(name)' has endpoints on several networks", at: location,
        notes: [.init("it is defined here", endpoints[indices[0]].workloadName.location)],
        help: "write one of them: \(names.joined(separator: ", "))")
      return nil
    }
    if indices.isEmpty, hostProcessPods.contains(where: { $0.name.value == name.prefix { $0 != "/" } }) {
      report(
        .unknownBackend, "'\(name)' runs in the host's compartment and has no endpoint", at: location,
        help: hostAddressHelp)
      return nil
    }
    // The endpoint of an invalid container is missing, which is reported there.
    return indices
  }

  /// What to write for the host as a backend: one of its addresses, which needs a network with load balancers.
  private var hostAddressHelp: String {
    let address = host.addresses.first.map { "'\($0.value)'" } ?? "an address of the host"
    return switchedNetworks.isEmpty
      ? "define an l2bridge or overlay network, and write \(address)" : "write \(address)"
  }

  /// The networks that can have load balancers.
  private var switchedNetworks: [Int] {
    networks.indices.filter { networkFacts[$0].driver?.filtersWithVFP ?? true }
  }

  /// The container or pod that a text NAME@NETWORK means, which has no such endpoint if it is on one network
  /// only.
  private func nameOnItsNetwork(_ text: String) -> String? {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let workload = workloads[parts[0]], workload.endpoints.count == 1 else {
      return nil
    }
    return networks[endpoints[workload.endpoints[0]].network].name.value == parts[1] ? parts[0] : nil
  }

  // MARK: Networks

  /// The network of all backends; nil if it is not clear, which is reported.
  private mutating func commonNetwork(of backends: [WrittenBackend]) -> Int? {
    guard let first = backends.first(where: { $0.network != nil }), let network = first.network else {
      return backends.first.flatMap { onlyBackendNetwork($0) }
    }
    for backend in backends {
      guard let other = backend.network, other != network else { continue }
      report(
        .backendNetwork,
        "this backend is on network '\(networks[other].name.value)', and others of the service are on "
          + "'\(networks[network].name.value)'",
        at: yaml.location(backend.node),
        notes: [.init("the first backend is here", yaml.location(first.node))],
        help: "define a service for each network")
    }
    return network
  }

  /// The only network of the profile that an address could belong to.
  private mutating func onlyBackendNetwork(_ backend: WrittenBackend) -> Int? {
    let switched = switchedNetworks
    if switched.count == 1 { return switched[0] }
    let around = backend.address.map { address in
      switched.filter { index in networks[index].subnets.contains { $0.prefix.value.contains(address) } }
    }
    if let around, around.count == 1 { return around[0] }
    let help =
      switched.isEmpty
      ? "define an l2bridge or overlay network"
      : "write {address: \(yaml.string(backend.node).quotable), network: "
        + "\(networks[switched[0]].name.value)}, for example"
    guard yaml.kind(backend.node) == .scalar || switched.isEmpty else {
      report(
        .backendNetwork, "it is not clear which network this backend is on",
        at: startLocation(of: backend.node), help: "add the key 'network'")
      return nil
    }
    report(
      .backendNetwork,
      switched.isEmpty
        ? "the profile has no network with load balancers"
        : "it is not clear which network this backend is on",
      at: yaml.location(backend.node), help: help)
    return nil
  }

  // MARK: Endpoints

  /// Refuses a backend of this host without an address of the service's family.
  private mutating func checkFamily(of index: Int, _ location: SourceRange, _ service: ServiceDeclaration) {
    let endpoint = endpoints[index]
    let subnets = networks[endpoint.network].subnets.map(\.prefix.value.family)
    let families = endpoint.addresses.isEmpty ? subnets : endpoint.addresses.map(\.value.family)
    guard !families.isEmpty, !families.contains(service.address.value.family) else { return }
    reportOtherFamily("'\(endpoint.name.value)' has no", at: location, service)
  }

  /// The remote endpoint of a backend.
  private mutating func remote(
    _ backend: WrittenBackend, _ network: Int, _ service: ServiceDeclaration
  ) -> RemoteBackendDeclaration? {
    guard let address = backend.address else { return nil }
    let location = yaml.location(backend.fields?[.address] ?? backend.node)
    guard address.family == service.address.value.family else {
      reportOtherFamily("\(address) is not an", at: location, service)
      return nil
    }
    let key = ServiceUsage.RemoteKey(network: network, address: address)
    let first = serviceUsage.remotes[key]
    let mac = backend.fields?[.mac].flatMap { self.mac($0) }
    let provider = providerAddress(backend, network)
    let remote = RemoteBackendDeclaration(
      address: Located(address, at: location), network: network,
      mac: mac ?? first?.mac ?? RemoteBackendDeclaration.mac(for: address),
      providerAddress: provider ?? first?.providerAddress ?? ownAddress(network, address.family))
    if let first, first.mac != remote.mac || first.providerAddress != remote.providerAddress {
      report(
        .conflictingBackend,
        "the backend \(address) has another MAC or provider address than in another place", at: location,
        notes: [.init("it is first listed here", first.address.location)],
        help: "write the same 'mac' and 'providerAddress' in both places, or in the first one only")
      return nil
    }
    serviceUsage.remotes[key] = first ?? remote
    return remote
  }

  private mutating func providerAddress(_ backend: WrittenBackend, _ network: Int) -> IPAddress? {
    guard let node = backend.fields?[.providerAddress] else { return nil }
    guard networkFacts[network].driver == .overlay || networkFacts[network].driver == nil else {
      report(
        .keyNotSupported, "a provider address is for overlay networks, which encapsulate packets",
        at: keyLocation(node), help: "remove the key")
      return nil
    }
    return address(node, "a provider address")
  }

  /// The host's own address as the provider address of a backend outside the cluster, as kube-proxy does.
  private func ownAddress(_ network: Int, _ family: AddressFamily) -> IPAddress? {
    guard networkFacts[network].driver == .overlay else { return nil }
    return host.addresses.first { $0.value.family == .ipv4 }?.value
  }
}
