package import Diagnostics
package import FilterEngine
import HostModel
import NetworkTypes
package import PacketSpace

/// A host whose rules are joined with the manifests of an audit: that of a profile, a state or a capture.
///
/// Every verdict is that of ``PacketEvaluator``.
package struct AuditedHost {
  /// What a workload of a manifest is on the host.
  enum Match: Equatable {
    /// Its endpoints, by their index in the topology.
    case endpoints([Int])
    /// It runs in the host's own compartment.
    case host
  }

  /// The file as the user named it.
  let file: String
  private(set) var evaluator: PacketEvaluator
  private let directory: PeerDirectory
  private let ruleLocations: [String: [String: SourceRange]]
  /// The addresses from which packets arrive from outside the host.
  let outside: AddressSet
  private let budget: Budget
  private var endpointsByAddress: [IPAddress: [Int]] = [:]
  private var endpointsByName: [String: [Int]] = [:]
  /// The answers that endpoints with equal filters share.
  private var knownAnswers: SharedAnswers

  /// Prepares a host.
  ///
  /// - Parameters:
  ///   - file: The profile, state or capture as the user named it.
  ///   - evaluator: Evaluates packets against its dataplane.
  ///   - ruleLocations: Where a profile has its rules, by endpoint and rule; empty for a state and a capture.
  ///   - budget: The work allowed for all questions.
  package init(
    file: String, evaluator: PacketEvaluator, ruleLocations: [String: [String: SourceRange]], budget: Budget
  ) {
    self.file = file
    self.evaluator = evaluator
    self.ruleLocations = ruleLocations
    self.budget = budget
    directory = PeerDirectory(evaluator.topology)
    let topology = evaluator.topology
    knownAnswers = SharedAnswers(topology)
    let own = topology.endpoints.flatMap(\.addresses) + topology.hostAddresses
    outside = AddressSet.all.subtracting(AddressSet(own.map { AddressRange($0) }))
      .subtracting(SpecialAddress.neverSources)
    for index in localEndpoints {
      endpointsByName[topology.endpoints[index].name, default: []].append(index)
      for address in topology.endpoints[index].addresses {
        endpointsByAddress[address, default: []].append(index)
      }
    }
  }

  var topology: HostTopology { evaluator.topology }

  // MARK: Names

  /// The endpoints of a workload, or the host's compartment; nil if it is not on the host.
  ///
  /// An address decides first, then an endpoint that is named `NAMESPACE/NAME`, then the plain name.
  ///
  /// - Parameter isNameShared: Whether pods of several namespaces have the name, so that it decides nothing.
  func match(namespace: String, name: String, isNameShared: Bool, addresses: [IPAddress]) -> Match? {
    let found = addresses.flatMap { endpointsByAddress[$0] ?? [] }
    if !found.isEmpty { return .endpoints(Set(found).sorted()) }
    if let found = endpointsByName["\(namespace)/\(name)"] { return .endpoints(found) }
    guard !isNameShared else { return nil }
    var endpoints: [Int] = []
    for peer in directory.find(name).peers ?? [] {
      switch peer {
      case .host where name != PeerDirectory.host: return .host
      case .endpoint(let index) where isLocal(index): endpoints.append(index)
      case .endpoint, .host, .address: break
      }
    }
    return endpoints.isEmpty ? nil : .endpoints(endpoints)
  }

  func isLocal(_ endpoint: Int) -> Bool { !topology.endpoints[endpoint].isRemote }

  /// The endpoints of this host, by their index in the topology.
  var localEndpoints: [Int] { topology.endpoints.indices.filter(isLocal) }

  /// The cell of the driver and isolation table for an endpoint.
  func cell(of endpoint: Int) -> PlatformCell {
    let endpoint = topology.endpoints[endpoint]
    return PlatformCell(
      driver: topology.networks[endpoint.network].driver, isolation: endpoint.isolation ?? .process)
  }

  /// Where a rule of an endpoint is written.
  func location(of rule: String?, at endpoint: String) -> SourceRange? {
    rule.flatMap { ruleLocations[endpoint]?[$0] }
  }

  // MARK: Packets

  /// Evaluates the packets of a query; each source port is 49152, as everywhere.
  mutating func answers(
    from: PeerSelection, to: PeerSelection, _ protocols: ProtocolSet, _ ports: PortSet
  ) -> NetworkAnswers {
    let query = PacketQuerySet(
      from: from, to: to, protocols: protocols, ports: ports,
      sourcePorts: PortSet(PacketQuery.standardSourcePort, PacketQuery.standardSourcePort))
    do throws(PacketProblem) {
      return NetworkAnswers(parts: try evaluator.parts(query, within: budget))
    } catch {
      return NetworkAnswers(error, topology)
    }
  }

  /// Packets from outside the host.
  mutating func answers(
    to: PeerSelection, _ protocols: ProtocolSet, _ ports: PortSet, from: AddressSet? = nil
  ) -> NetworkAnswers {
    answers(from: PeerSelection(addresses: from ?? outside), to: to, protocols, ports)
  }

  /// Packets from outside the host to one endpoint.
  mutating func answers(
    toEndpoint endpoint: Int, _ protocols: ProtocolSet, _ ports: PortSet, from: AddressSet? = nil
  ) -> NetworkAnswers {
    let packets = SharedAnswers.Packets(protocols: protocols, ports: ports, from: from)
    guard let key = knownAnswers.key(packets, to: endpoint, &evaluator) else {
      return answers(to: PeerSelection(endpoints: [endpoint]), protocols, ports, from: from)
    }
    if let known = knownAnswers[key] { return known.moved(to: endpoint, of: topology) }
    let found = answers(to: PeerSelection(endpoints: [endpoint]), protocols, ports, from: from)
    knownAnswers[key] = found
    return found
  }

  /// The trace of one packet; nil if it cannot occur.
  mutating func trace(_ query: PacketQuery) -> PacketTrace? { try? evaluator.trace(query) }

  /// What happens to one packet of a part, with the rule that decides.
  ///
  /// - Parameters:
  ///   - part: The packets.
  ///   - to: The destination, if it is to be named; otherwise an address of the part.
  ///   - ports: The destination ports of interest.
  mutating func evidence(
    _ part: QueryPart, from: Peer? = nil, to: Peer? = nil, ports: PortSet = .allPorts
  ) -> NetworkEvidence? {
    guard let number = part.packets.protocols.protocols.first,
      let port = part.packets.localPorts.intersection(ports).exampleDestination,
      let from = from ?? Self.example(of: part.packets.remote),
      let to = to ?? Self.example(of: part.packets.local)
    else { return nil }
    return evidence(PacketQuery(from: from, to: to, protocol: number, port: port))
  }

  /// What happens to a packet, with the rule that decides.
  mutating func evidence(_ query: PacketQuery) -> NetworkEvidence? {
    guard let trace = trace(query) else { return nil }
    // Of several backends the first that agrees with the verdict shows the rule.
    let way = trace.backends.first { $0.verdict != .block } ?? trace.backends.first
    let rule = trace.rule ?? way?.rule
    let steps = (way?.steps ?? trace.steps).compactMap(\.filter).filter(\.isReached)
    let step = steps.last { step in
      let name = evaluator.names.indices.contains(step.answer.name) ? evaluator.names[step.answer.name] : nil
      return name == rule
    }
    let index = step?.endpoint
    let endpoint = index.map { topology.endpoints[$0].name } ?? "host"
    return NetworkEvidence(
      source: file, endpoint: endpoint, rule: rule, ruleLocation: location(of: rule, at: endpoint),
      verdict: trace.verdict.rawValue,
      packet: NetworkEvidence.Packet(
        from: text(query.from), to: text(query.to), protocol: "\(query.protocol)", port: query.port,
        sourcePort: query.sourcePort), query: query)
  }

  private static func example(of addresses: AddressSet) -> Peer? {
    ExampleAddresses.standard.first(of: addresses).map { .address($0) }
  }

  /// One end of a packet as a command takes it.
  private func text(_ peer: Peer) -> String {
    switch peer {
    case .address(let address): "\(address)"
    case .endpoint(let index): topology.endpoints[index].name
    case .host: PeerDirectory.host
    }
  }
}
