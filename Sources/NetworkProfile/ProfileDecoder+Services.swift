import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

/// What services use, each with the location of its first use.
struct ServiceUsage {
  /// What clients dial: an address, or every address of the host, with a protocol and a port.
  struct Frontend: Hashable {
    /// The address; nil for those of the host.
    var address: IPAddress?
    var family: AddressFamily
    var listen: Listen
  }

  var frontends: [Frontend: SourceRange] = [:]
  /// The services by name, those included that are invalid.
  var names: [String: SourceRange] = [:]
  /// The virtual addresses with the services they belong to.
  var virtualAddresses: [IPAddress: Located<String>] = [:]
  /// The endpoints by address.
  var holders: [IPAddress: [Int]] = [:]
  /// The remote backends, which services with one network have in common.
  var remotes: [RemoteKey: RemoteBackendDeclaration] = [:]
  /// Whether the missing or low revision of the host was reported.
  var warnedOfRevision = false

  struct RemoteKey: Hashable {
    var network: Int
    var address: IPAddress
  }
}

extension ProfileDecoder {
  /// Reads the services: first all names and addresses, so that a backend cannot be another service.
  mutating func readServices(_ node: YAMLNode) {
    for (index, endpoint) in endpoints.enumerated() {
      for address in endpoint.addresses { serviceUsage.holders[address.value, default: []].append(index) }
    }
    var pending: [(service: ServiceDeclaration, fields: Record<ServiceKey>)] = []
    forEach(node, "a list of services") { decoder, element in
      guard let fields = decoder.record(element, ServiceKey.table) else { return }
      pending.append((decoder.service(fields), fields))
    }
    for (service, fields) in pending {
      var service = service
      service.network = fields[.backends].flatMap { readBackends($0, &service) }
      if !fields.has(.backends) { reportNoBackends(service, at: service.name.location) }
      checkForwarding(fields, service.network, &service)
      checkSourceVIP(of: service)
      services.append(service)
    }
    checkPortBlocks()
  }

  /// Reads a service without its backends.
  private mutating func service(_ fields: Record<ServiceKey>) -> ServiceDeclaration {
    let name = fields[.name].flatMap { self.name($0, of: "a service") }
    if let name { checkServiceName(name) }
    // Without a valid address, the rest is still checked.
    var service = ServiceDeclaration(
      name: name ?? Located("", at: startLocation(of: fields.node)),
      address: Located(IPAddress(.ipv4, 0), at: startLocation(of: fields.node)))
    if let node = fields[.address], let address = virtualAddress(node, "a service's address", name),
      !isOfHost(address)
    {
      service.address = address
    }
    if let node = fields[.externalAddresses] {
      service.externalAddresses =
        list(node, "a list of addresses") { $0.virtualAddress($1, "an external address", name) } ?? []
      dropRepeated(&service)
    }
    if let node = fields[.sourceVip], let source = self.address(node, "a source VIP") {
      let location = yaml.location(node)
      checkNotAnEndpoint(
        source, "the source VIP", at: location,
        help: "use an address that no endpoint has; it can be in a subnet of the pods")
      service.sourceVIP = Located(source, at: location)
    }
    service.affinity = fields[.sessionAffinity].flatMap { choice($0, "a session affinity") } ?? .none
    if service.affinity != .none, let node = fields[.sessionAffinity] {
      requireFeature(.sessionAffinity, "session affinity", at: yaml.location(node))
    }
    checkFamilies(of: service)
    if let node = fields[.ports] { readServicePorts(node, &service) }
    return service
  }

  /// Refuses an external address that is listed twice, or is the service's own.
  private mutating func dropRepeated(_ service: inout ServiceDeclaration) {
    let own = service.address
    var seen = [own.value: own.location]
    service.externalAddresses.removeAll { address in
      guard let first = seen.updateValue(address.location, forKey: address.value) else { return false }
      let isOwn = address.value == own.value
      report(
        .duplicateEntry,
        isOwn
          ? "\(address.value) is the service's own address" : "the address \(address.value) is listed twice",
        at: address.location, notes: [.init("first written here", first)],
        help: isOwn ? "remove it" : "list it once")
      return true
    }
  }

  private mutating func checkServiceName(_ name: Located<String>) {
    if let first = serviceUsage.names[name.value] {
      duplicateName(name, of: "a service", first: first)
      return
    }
    serviceUsage.names[name.value] = name.location
    let isSet = addressSetIndex[name.value] != nil
    let first = workloads[name.value]?.location
    guard isSet || first != nil else { return }
    report(
      .duplicateName,
      "there is already \(isSet ? "an address set" : "a container or pod") named '\(name.value)'",
      at: name.location,
      notes: isSet ? addressSetNotes(name.value) : first.map { [.init("first defined here", $0)] } ?? [],
      help: "rename one of them: containers, pods, services and address sets share their names")
  }

  // MARK: Addresses

  /// Reads an address that clients dial.
  private mutating func virtualAddress(
    _ node: YAMLNode, _ what: String, _ service: Located<String>?
  ) -> Located<IPAddress>? {
    guard let address = address(node, what) else { return nil }
    let location = yaml.location(node)
    if let kind = unusableKind(AddressRange(address)) {
      report(.invalidAddress, "\(address) is \(kind) and cannot be \(what)", at: location)
      return nil
    }
    guard checkNotAnEndpoint(address, "the virtual address", at: location) else { return nil }
    checkNotAssignable(address, at: location)
    if serviceUsage.virtualAddresses[address] == nil, let service {
      serviceUsage.virtualAddresses[address] = service
    }
    return Located(address, at: location)
  }

  /// Refuses an address that an endpoint or a gateway has; returns whether it is free.
  @discardableResult
  private mutating func checkNotAnEndpoint(
    _ address: IPAddress, _ what: String, at location: SourceRange,
    help: String = "use an address that no endpoint has, outside the subnets of the networks"
  ) -> Bool {
    if let endpoint = serviceUsage.holders[address]?.first.map({ endpoints[$0] }) {
      report(
        .vipInUse, "\(what) \(address) is the address of '\(endpoint.name.value)'", at: location,
        notes: [.init("the endpoint is here", endpoint.name.location)], help: help)
      return false
    }
    for network in networks {
      let gateways = network.subnets.compactMap(\.gateway) + [network.endpointGateway].compactMap(\.self)
      guard let gateway = gateways.first(where: { $0.value == address }) else { continue }
      report(
        .vipInUse, "\(what) \(address) is a gateway of network '\(network.name.value)'", at: location,
        notes: [.init("the gateway is here", gateway.location)], help: help)
      return false
    }
    return true
  }

  /// Refuses the host's own address as a cluster address; it can be an external one.
  private mutating func isOfHost(_ address: Located<IPAddress>) -> Bool {
    guard let own = host.addresses.first(where: { $0.value == address.value }) else { return false }
    report(
      .vipInUse, "the virtual address \(address.value) is the host's own", at: address.location,
      notes: [.init("the host's address is here", own.location)],
      help: "use another address; list the host's own under 'externalAddresses', or write 'nodePort'")
    return true
  }

  private mutating func checkFamilies(of service: ServiceDeclaration) {
    guard !service.address.value.isUnspecified else { return }
    let family = service.address.value.family
    for other in service.externalAddresses where other.value.family != family {
      reportOtherFamily("\(other.value) is not an", at: other.location, service)
    }
    if let source = service.sourceVIP, source.value.family != family {
      reportOtherFamily(
        "the source VIP \(source.value) is not an", at: source.location, service,
        help: "write a source VIP of the service's family")
    }
    guard family == .ipv6 else { return }
    requireFeature(.ipv6DualStack, "a service over IPv6", at: service.address.location)
  }

  /// Reports an address of the other family.
  ///
  /// - Parameter what: What has it, up to the name of the service's family: `ADDRESS is not an`.
  mutating func reportOtherFamily(
    _ what: String, at location: SourceRange, _ service: ServiceDeclaration,
    help: String = "define a service of its own for each family"
  ) {
    guard !service.address.value.isUnspecified else { return }
    let family = service.address.value.family == .ipv4 ? "IPv4" : "IPv6"
    report(
      .mixedFamilies, "\(what) \(family) address, unlike the service (\(service.address.value))",
      at: location, notes: [.init("the service's address is here", service.address.location)],
      help: help)
  }

  // MARK: Ports

  private mutating func readServicePorts(_ node: YAMLNode, _ service: inout ServiceDeclaration) {
    guard yaml.kind(node) != .sequence || yaml.count(node) > 0 else {
      emptyOrNoList(node, "the list of ports of a service", help: "write at least one port")
      return
    }
    forEach(node, "a list of ports") { decoder, element in
      guard let port = decoder.servicePort(element) else { return }
      for address in [service.address] + service.externalAddresses where !address.value.isUnspecified {
        decoder.take(port.port, port.protocol, of: address)
      }
      if let nodePort = port.nodePort {
        decoder.takeNodePort(nodePort, port.protocol, service.address.value.family)
      }
      service.ports.append(port)
    }
  }

  private mutating func servicePort(_ node: YAMLNode) -> ServicePortDeclaration? {
    if yaml.kind(node) != .mapping, !yaml.isNull(node) {
      let number = yaml.kind(node) == .scalar ? UInt16(yaml.string(node)) : nil
      report(
        .wrongType, "a port of a service is a mapping with the key 'port', not \(yaml.kind(node).title)",
        at: yaml.location(node),
        help: "write {port: \(number ?? 80)}" + (number == nil ? ", for example" : ""))
      return nil
    }
    guard let fields = record(node, ServicePortKey.table) else { return nil }
    func number(_ key: ServicePortKey, _ what: String, _ decoder: inout ProfileDecoder) -> Located<UInt16>? {
      fields[key].flatMap { node in
        decoder.number(node, what, 1...65535).map { decoder.located(UInt16($0), node) }
      }
    }
    let port = number(.port, "a port", &self)
    let target = number(.targetPort, "a target port", &self)
    let nodePort = number(.nodePort, "a node port", &self)
    var proto: IPProtocol? = .tcp
    if let node = fields[.protocol] {
      proto =
        isText(node, "a protocol")
        ? transport(Substring(yaml.string(node)), node, "write tcp or udp") : nil
    }
    guard let port, let proto else { return nil }
    return ServicePortDeclaration(
      port: port, targetPort: target?.value ?? port.value, protocol: proto, nodePort: nodePort)
  }

  /// Refuses an address and port that another load balancer of the profile has.
  private mutating func take(_ port: Located<UInt16>, _ proto: IPProtocol, of address: Located<IPAddress>) {
    let listen = Listen(port: port.value, protocol: proto)
    let frontend = ServiceUsage.Frontend(
      address: address.value, family: address.value.family, listen: listen)
    let isOfHost = host.addresses.contains { $0.value == address.value }
    if let first = serviceUsage.frontends[frontend] {
      report(
        .duplicateFrontend, "\(address.value) already has a service port \(port.value)/\(proto)",
        at: port.location, notes: [.init("first used here", first)],
        help: "use another port, or another address")
      return
    }
    serviceUsage.frontends[frontend] = port.location
    if isOfHost {
      let nodePort = ServiceUsage.Frontend(address: nil, family: address.value.family, listen: listen)
      if let first = serviceUsage.frontends[nodePort] {
        return report(
          .duplicateFrontend,
          "\(port.value)/\(proto) is a node port, which the host's address \(address.value) forwards already",
          at: port.location, notes: [.init("the node port is here", first)], help: "use another port")
      }
      takeHostPort(listen, at: port.location, "HNS refuses the load balancer (0x803b0013)")
    }
  }

  private mutating func takeNodePort(
    _ port: Located<UInt16>, _ proto: IPProtocol, _ family: AddressFamily
  ) {
    let listen = Listen(port: port.value, protocol: proto)
    let frontend = ServiceUsage.Frontend(address: nil, family: family, listen: listen)
    if let first = serviceUsage.frontends[frontend] {
      report(
        .duplicatePort, "\(port.value)/\(proto) is already a node port", at: port.location,
        notes: [.init("first used here", first)], help: "use another node port")
      return
    }
    serviceUsage.frontends[frontend] = port.location
    for own in host.addresses where own.value.family == family {
      let external = ServiceUsage.Frontend(address: own.value, family: family, listen: listen)
      guard let first = serviceUsage.frontends[external] else { continue }
      return report(
        .duplicateFrontend,
        "the host's address \(own.value) already has a service port \(port.value)/\(proto), as an external address",
        at: port.location, notes: [.init("first used here", first)], help: "use another node port")
    }
    takeHostPort(listen, at: port.location, "HNS refuses the load balancer (0x803b0013)")
  }

  /// Refuses a port of the host that something else holds.
  private mutating func takeHostPort(_ listen: Listen, at location: SourceRange, _ consequence: String) {
    let title = "\(listen.port)/\(listen.protocol)"
    if let first = usage.published[listen] {
      report(
        .duplicatePort, "host port \(title) is already published", at: location,
        notes: [.init("it is published here", first)], help: "use another port")
    } else if let first = usage.hostListeners[listen] {
      report(
        .duplicatePort, "a host-process container listens on host port \(title)", at: location,
        notes: [.init("it listens here", first)], help: "use another port")
    } else {
      _ = isFree(listen.port, listen.protocol, consequence, at: location)
    }
  }

  // MARK: Forwarding

  /// Determines how a service forwards, and refuses what its network and the build cannot do.
  ///
  /// - Parameter network: The network of its backends; nil if it has none.
  private mutating func checkForwarding(
    _ fields: Record<ServiceKey>, _ network: Int?, _ service: inout ServiceDeclaration
  ) {
    let driver = network.flatMap { networkFacts[$0].driver }
    if let driver, let network, !driver.filtersWithVFP {
      report(
        .serviceUnsupported,
        "load balancers require VFP, which \(driver.rawValue) networks do not have",
        at: service.name.location,
        notes: [.init("the network of the backends is here", networks[network].driver.location)],
        help: "use an l2bridge or overlay network"
          + (service.backends.contains(where: \.isOnHost) ? ", or publish a port of the container" : ""))
      return
    }
    if let driver, service.address.value.family == .ipv6,
      !PlatformCell(driver: driver, isolation: .process).addressFamilies(host.windows).contains(.ipv6)
    {
      refuseIPv6(driver, at: service.address.location)
    }
    let isOnDriver = driver != .l2tunnel
    let isAvailable = ServiceDeclaration.isDSRByDefault(driver, host.windows)
    guard let node = fields[.dsr] else {
      if !fields.has(.dsr) { service.isDSR = isAvailable }
      if service.isDSR { checkRevision(at: service.name.location) }
      return
    }
    guard boolean(node, "dsr") == true else { return }
    service.isDSR = true
    guard !isAvailable else { return checkRevision(at: yaml.location(node)) }
    report(
      .dsrNotAvailable,
      isOnDriver
        ? "direct server return needs HNS \(HNSFeature.dsr.introduction) (Windows ltsc2019 and later), but "
          + "\(hostTitle) has HNS \(host.windows.hnsVersion)"
        : "direct server return is known for l2bridge and overlay networks only, not for l2tunnel",
      at: yaml.location(node), notes: isOnDriver ? hostNotes : [],
      help: "write 'dsr: false', or remove the key")
  }
}
