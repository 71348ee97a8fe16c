package import Diagnostics
import HostModel
import JSONText
package import NetworkProfile
import NetworkTypes

/// Compiles a validated profile into the desired host.
package struct ProfileCompiler {
  private let profile: Profile
  private var diagnostics: DiagnosticCollector
  private var policies: EndpointPolicyCompiler
  private var joiner: ACLJoiner

  /// Compiles a profile.
  ///
  /// - Parameters:
  ///   - profile: The profile, as from `Profile.load`.
  ///   - file: The file, as the user specified it.
  /// - Returns: The host, or nil if something cannot be expressed; and diagnostics.
  package static func compile(_ profile: Profile, file: String) -> (DesiredHost?, [Diagnostic]) {
    var compiler = ProfileCompiler(profile: profile, file: file)
    let host = compiler.compile()
    return (compiler.diagnostics.hasErrors ? nil : host, compiler.diagnostics.sorted)
  }

  /// Reports the diagnostics of compiling a profile, without keeping the result.
  ///
  /// - Parameters:
  ///   - profile: The profile, as from `Profile.load`.
  ///   - file: The file, as the user specified it.
  /// - Returns: Whether ``compile(_:file:)`` returns a host, and its diagnostics.
  package static func check(_ profile: Profile, file: String) -> (isValid: Bool, [Diagnostic]) {
    var compiler = ProfileCompiler(profile: profile, file: file)
    compiler.check()
    return (!compiler.diagnostics.hasErrors, compiler.diagnostics.sorted)
  }

  private init(profile: Profile, file: String) {
    self.profile = profile
    diagnostics = DiagnosticCollector(file: file)
    joiner = ACLJoiner(profile)
    policies = EndpointPolicyCompiler(
      profile: profile.name.value, build: profile.host.windows, assumptions: profile.host.assumptions)
  }

  private mutating func check() {
    reportBuild()
    guard hasAllAddresses() else { return }
    for declaration in profile.endpoints {
      let network = profile.networks[declaration.network]
      let cell = PlatformCell(driver: network.driver.value, isolation: declaration.isolation)
      guard let rules = joined(declaration) else { continue }
      reportAllowsBlockedInside(declaration, rules, cell)
      let published = declaration.publish.map(\.value)
      if policies.surelyCompiles(
        cell: cell, rules: rules, defaults: declaration.defaults, published: published)
      {
        continue
      }
      let findings = policies.check(
        cell: cell, rules: rules, defaults: declaration.defaults, published: published)
      switch findings {
      case .success(let findings): report(findings, declaration, cell)
      case .failure(let refusal): report(refusal, declaration, rules.all)
      }
    }
  }

  private mutating func reportBuild() {
    let build = profile.host.windows
    guard !build.isListed else { return }
    diagnostics.report(
      .unlistedBuild,
      "build \(build.build) is not listed; it is assumed to behave like \(build.release.names[0])",
      at: profile.host.windowsLocation)
  }

  private mutating func compile() -> DesiredHost {
    let build = profile.host.windows
    reportBuild()
    let networks = profile.networks.map { network(from: $0) }
    var endpoints: [DesiredEndpoint] = []
    if hasAllAddresses() {
      endpoints.reserveCapacity(profile.endpoints.count)
      for declaration in profile.endpoints { endpoints.append(endpoint(from: declaration)) }
      checkSharedCompartments(endpoints)
    }
    var host = DesiredHost(
      profile: profile.name.value, owner: profile.owner, windows: build,
      windowsLocation: profile.host.windowsLocation, assumptions: profile.host.assumptions,
      adapters: profile.host.adapters.map(\.value), addresses: profile.host.addresses.map(\.value),
      dns: HostDNS(
        servers: profile.host.dnsServers.map(\.value), suffixes: profile.host.dnsSearch.map(\.value)),
      listens: profile.host.listens.map(\.value), excludedPorts: profile.host.excludedPorts.map(\.value),
      networks: networks, endpoints: endpoints,
      hostProcessPods: profile.hostProcessPods.map { pod in
        DesiredHostProcessPod(
          name: pod.name.value, namespaceId: identifier("namespace", pod.name.value),
          containers: pod.containers.map { "\(pod.name.value)/\($0.name.value)" })
      }, assignedAddresses: profile.assignedAddresses)
    let services = ServiceCompiler(profile)
    host.serviceEndpoints = services.endpoints
    host.loadBalancers = services.loadBalancers
    return host
  }

  /// Whether every name in an ACL stands for known addresses; an ACL without them would match too little.
  private mutating func hasAllAddresses() -> Bool {
    guard profile.hasUnresolvedPeers else { return true }
    let acls = (profile.aclSets.map(\.acls) + profile.endpoints.map(\.acls)).joined()
    for peers in acls.lazy.compactMap(\.unresolved) {
      for name in peers.local + peers.remote {
        diagnostics.report(
          .addressUnknown, "the addresses of '\(name.value)' are not known", at: name.location,
          help: "specify addresses for it, or write addresses instead of the name")
      }
    }
    return false
  }

  /// Refuses endpoints of one compartment with different rules if Windows Firewall cannot tell them apart.
  private mutating func checkSharedCompartments(_ endpoints: [DesiredEndpoint]) {
    guard policies.assumptions.hostAclScope == .compartment else { return }
    var first: [GUID: DesiredEndpoint] = [:]
    for endpoint in endpoints where endpoint.cell.isolation == .process {
      guard let other = first[endpoint.namespaceId] else {
        first[endpoint.namespaceId] = endpoint
        continue
      }
      func rules(_ endpoint: DesiredEndpoint) -> [PortACL] {
        endpoint.policy.entries.map(\.acl).filter { $0.ruleType == .host }
      }
      func ports(_ endpoint: DesiredEndpoint) -> Set<PublishDeclaration> { endpoint.firewallPorts }
      guard rules(endpoint) != rules(other) || ports(endpoint) != ports(other) else { continue }
      diagnostics.report(
        .firewallShared,
        "'\(endpoint.name)' and '\(other.name)' have different rules, but with "
          + "\(Assumption.hostAclScope.name)=compartment Windows Firewall applies the rules of both to each",
        at: endpoint.location, notes: [.init("'\(other.name)' is here", other.location)],
        help: "give all endpoints of '\(endpoint.workload)' the same ACLs, defaults and published ports")
    }
  }

  // MARK: Networks

  private func network(from declaration: NetworkDeclaration) -> DesiredNetwork {
    // Names of networks are unique on a host, so profiles that share a network derive the same id.
    let id = Profile.identifier("network/\(declaration.name.value)")
    var wanted = HostComputeNetwork(id: id, driver: declaration.driver.value, author: .client)
    wanted.owner = profile.owner
    wanted.name = declaration.name.value
    if !declaration.adapters.isEmpty {
      // HNS separates the adapters of a team by commas (reference: hns, 10.2).
      let names = declaration.adapters.map(\.value).joined(separator: ",")
      wanted.policies.append(
        HCNPolicy(type: .netAdapterName, settings: ["NetworkAdapterName": .string(names)]))
    }
    if let port = declaration.vxlanPort {
      wanted.policies.append(HCNPolicy(type: .vxlanPort, settings: ["Port": .number(port.value)]))
    }
    if let pool = declaration.macPool?.value {
      wanted.macPool = [pool.lowerBound.value...pool.upperBound.value]
    }
    wanted.dns = DNSSettings(
      search: declaration.dnsSearch.map(\.value), servers: declaration.dnsServers.map { "\($0.value)" })
    if !declaration.subnets.isEmpty || declaration.ipam != nil {
      wanted.ipams = [
        IPAM(
          type: declaration.ipam?.value == .dhcp ? .dhcp : .static,
          subnets: declaration.subnets.map { Self.subnet(from: $0) })
      ]
    }
    return DesiredNetwork(
      name: declaration.name.value, id: id, driver: declaration.driver.value, wanted: wanted,
      location: declaration.name.location)
  }

  private static func subnet(from declaration: SubnetDeclaration) -> Subnet {
    let ids: [(PolicyType, UInt32?)] = [
      (.vlan, declaration.vlan.map { UInt32($0.value) }), (.vsid, declaration.vsid?.value),
    ]
    return Subnet(
      prefix: declaration.prefix.value,
      policies: ids.compactMap { type, id in
        id.map { HCNPolicy(type: type, settings: ["IsolationId": .number($0)]) }
      }, routes: declaration.gateway.map { [HCNRoute.default(via: $0.value)] } ?? [])
  }

  // MARK: Endpoints

  private mutating func endpoint(from declaration: EndpointDeclaration) -> DesiredEndpoint {
    let network = profile.networks[declaration.network]
    let cell = PlatformCell(driver: network.driver.value, isolation: declaration.isolation)
    let rules = joined(declaration)
    return DesiredEndpoint(
      name: declaration.name.value, workload: declaration.workloadName.value,
      id: declaration.endpointId?.value ?? identifier("endpoint", declaration.name.value),
      isAdopted: declaration.endpointId != nil,
      namespaceId: identifier("namespace", declaration.workloadName.value), network: network.name.value,
      cell: cell,
      addresses: declaration.addresses, mac: declaration.mac?.value,
      gateway: network.endpointGateway?.value,
      prefixLengths: declaration.addresses.map { address in
        network.subnets.first { $0.prefix.value.contains(address.value) }?.prefix.value.length
          ?? address.value.family.bitWidth
      },
      policies: otherPolicies(declaration, on: network),
      policy: policy(declaration, rules, cell: cell),
      intent: rules.map { EndpointIntent(declaration, rules: $0, cell: cell) },
      firewallPorts: Set(declaration.publish.map(\.value)), containers: declaration.containerIds,
      location: declaration.name.location)
  }

  private func otherPolicies(_ declaration: EndpointDeclaration, on network: NetworkDeclaration)
    -> [HCNPolicy]
  {
    // Except on nat the mapping must be reachable from the node itself too, and IPv6 needs a separate mapping
    // (reference: hns, 6.5).
    let families = Set(network.subnets.map(\.prefix.value.family)).sorted()
    let flags: [Int64?] =
      network.driver.value == .nat
      ? [nil] : families.map { $0 == .ipv4 ? HCN.localRoutedVIP : HCN.localRoutedVIP | HCN.ipv6Mapping }
    var policies: [HCNPolicy] = []
    for port in declaration.publish.map(\.value) {
      for flags in flags {
        var settings = JSONObject()
        settings.append("Protocol", .number(port.protocol.number))
        settings.append("InternalPort", .number(port.internal))
        settings.append("ExternalPort", .number(port.external))
        settings.append("Flags", flags.map { .integer($0) })
        let mapping = PortMapping(
          protocol: port.protocol, internalPort: port.internal, externalPort: port.external,
          flags: UInt32(flags ?? 0))
        policies.append(HCNPolicy(type: .portMapping, settings: .object(settings), mapping: mapping))
      }
    }
    if let nat = declaration.outboundNat {
      // Destinations are a policy of their own: beside exceptions, they would limit what is translated
      // (reference: hns, 1.8).
      let hasGeneral = nat.destinations.isEmpty || !nat.exceptions.isEmpty
      for (key, prefixes) in [("Exceptions", nat.exceptions), ("Destinations", nat.destinations)]
      where key == "Exceptions" ? hasGeneral : !prefixes.isEmpty {
        var settings = JSONObject()
        if !prefixes.isEmpty { settings.append(key, .strings(prefixes.map(\.description))) }
        policies.append(HCNPolicy(type: .outboundNAT, settings: .object(settings)))
      }
    }
    for route in declaration.routes {
      var settings = JSONObject()
      settings.append("DestinationPrefix", .string("\(route.destination)"))
      if route.encap { settings.append("NeedEncap", true) }
      policies.append(HCNPolicy(type: .sdnRoute, settings: .object(settings)))
    }
    for policy in declaration.policies {
      policies.append(HCNPolicy(type: policy.type.value, settings: policy.settings))
    }
    return policies
  }

  /// The rules of an endpoint; nil, with a diagnostic, if too many of them have no priority.
  private mutating func joined(_ declaration: EndpointDeclaration) -> JoinedACLs? {
    if let rules = joiner.rules(of: declaration) { return rules }
    diagnostics.report(
      .tooManyRules,
      "'\(declaration.name.value)' has more ACLs without a priority than the \(Profile.rulesThatFit) that fit",
      at: declaration.name.location)
    return nil
  }

  private mutating func policy(
    _ declaration: EndpointDeclaration, _ rules: JoinedACLs?, cell: PlatformCell
  ) -> CompiledPolicy {
    guard let rules else { return CompiledPolicy() }
    reportAllowsBlockedInside(declaration, rules, cell)
    let result = policies.compile(
      cell: cell, rules: rules, defaults: declaration.defaults, published: declaration.publish.map(\.value))
    switch result {
    case .success(let policy):
      report(EndpointPolicyCompiler.Findings(policy), declaration, cell)
      return policy
    case .failure(let refusal):
      report(refusal, declaration, rules.all)
      return CompiledPolicy()
    }
  }

  /// Refuses an inbound allow where the firewall inside a Hyper-V container blocks all inbound traffic: VFP
  /// enforces the ACLs outside the container, so they cannot open it (reference: network-isolation).
  private mutating func reportAllowsBlockedInside(
    _ declaration: EndpointDeclaration, _ rules: JoinedACLs, _ cell: PlatformCell
  ) {
    guard cell.isolation == .hyperv, cell.inboundDefault(policies.build, policies.assumptions) != nil else {
      return
    }
    let allow: (title: String, location: SourceRange)
    if let acl = rules.all.first(where: { $0.acl.direction == .in && $0.acl.action == .allow })?.acl.name {
      allow = ("the ACL '\(acl.value)'", acl.location)
    } else if let stated = declaration.defaults?.inbound, stated.value == .allow {
      allow = ("the default", stated.location)
    } else {
      return
    }
    let name = declaration.name
    diagnostics.report(
      .aclNotProgrammable,
      "\(allow.title) allows inbound traffic to '\(name.value)', but with "
        + "\(Assumption.hypervInboundBefore1709.name)=block the firewall inside a Hyper-V container blocks "
        + "all of it on build \(policies.build.build), and no ACL can change that",
      at: allow.location, notes: [.init("the endpoint is here", name.location)],
      help: "use 'isolation: process', or block inbound traffic")
  }

  private mutating func report(
    _ refusal: EndpointPolicyCompiler.Refusal, _ declaration: EndpointDeclaration, _ rules: [OrderedACL]
  ) {
    let name = declaration.name
    let limit = EndpointPolicyCompiler.growthLimit
    let version = policies.build.hnsVersion
    switch refusal {
    case .notExpressible(let direction, let culprits):
      let side = direction == .in ? "inbound" : "outbound"
      let reason =
        version.has(.aclPortRanges)
        ? "it has no rule order"
        : "it has no rule order, and HNS \(version) does not support lists and ranges"
      let location = culprits.lazy.compactMap { Self.location(of: $0, declaration, rules) }.first
      diagnostics.report(
        .orderNotExpressible,
        "the \(side) rules of '\(name.value)' need more than \(limit) additional Windows Firewall rules, because "
          + "\(reason): \(Listing.text(culprits, limit: 5))",
        at: location ?? name.location, notes: [.init("the endpoint is here", name.location)],
        help: "use fewer exceptions before these block rules, or a driver that filters with VFP")
    case .tooMany(let rule):
      diagnostics.report(
        .tooManyRules,
        "'\(rule)' expands to too many ACLs of '\(name.value)': HNS \(version) does not support lists and ranges, "
          + "which may add at most \(limit) ACLs",
        at: Self.location(of: rule, declaration, rules) ?? name.location,
        notes: [.init("the endpoint is here", name.location)],
        help: "use fewer addresses and ports: lists and ranges require HNS 7.2 (Windows 1803)")
    }
  }

  /// Where a rule is written in the profile; nil for a platform rule.
  private static func location(
    of rule: String, _ declaration: EndpointDeclaration, _ rules: [OrderedACL]
  ) -> SourceRange? {
    switch rule {
    case ReservedRuleName.defaultIn.rawValue: declaration.defaults?.inbound?.location
    case ReservedRuleName.defaultOut.rawValue: declaration.defaults?.outbound?.location
    case ReservedRuleName.published.rawValue: declaration.publish.first?.location
    default: rules.first { $0.acl.name.value == rule }?.acl.name.location
    }
  }

  private mutating func report(
    _ findings: EndpointPolicyCompiler.Findings, _ declaration: EndpointDeclaration, _ cell: PlatformCell
  ) {
    let name = declaration.name.value
    if !findings.carriedByVFPOnly.isEmpty {
      diagnostics.report(
        .carriedByVFPOnly,
        "Windows Firewall cannot express every block rule of '\(name)' "
          + "(\(Listing.text(findings.carriedByVFPOnly, limit: 5))); "
          + "VFP does, and both must allow a packet",
        at: declaration.name.location)
    }
    let build = policies.build
    guard findings.hasACLs, !cell.enforcesACLs(build, policies.assumptions) else { return }
    diagnostics.report(
      .unenforcedOnBuild,
      "build \(build.build) stores the ACLs of '\(name)' but does not enforce them on nat",
      at: declaration.name.location,
      help: "install the updates for revision \(PlatformCell.natACLRevision) or later")
  }

  private func identifier(_ kind: String, _ name: String) -> GUID { profile.identifier(kind, name) }
}

extension Profile {
  /// The id of an object of this profile.
  func identifier(_ kind: String, _ name: String) -> GUID {
    Self.identifier("\(self.name.value)/\(kind)/\(name)")
  }

  /// The id derived from a path: always the same for the same path.
  static func identifier(_ path: String) -> GUID {
    let digest = SHA256.hash("hnsctl/\(path)".utf8)
    return GUID(namedBy: digest.prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
  }
}
