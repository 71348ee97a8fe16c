import Diagnostics
import HNSEmulator
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyCompiler
import PolicyPlan

extension Located {
  /// A value of a profile that was not read from a file.
  init(_ value: Value) { self.init(value, at: AdoptionDraft.nowhere) }
}

/// What a profile is to describe of a host; parts leave it until the profile describes the host as it is.
struct AdoptionDraft {
  /// An endpoint of a container or pod.
  struct Endpoint {
    var record: EndpointRecord
    var network: Int
    /// The name of its container or pod.
    var workload: String
    var isAdopted: Bool
    var isHyperV: Bool
    /// The containers of a pod; nil for a container.
    var podContainers: [String]?
    /// The ACLs as the profile may state them, the likeliest first.
    var aclChoices: [[ACLDeclaration]] = []
    /// The default actions that ACLs on the host implement, by direction.
    var catchAlls: [Direction: RuleAction] = [:]
    /// How many ways to state the ACLs and default actions were tried before.
    var tries = 0
    /// Whether the profile states ACLs and default actions of the endpoint.
    var hasACLs = true
    /// The types of policies that the profile leaves to the owner.
    var omittedPolicies: Set<PolicyType?> = []
  }

  static let nowhere = SourceRange(line: 1, column: 1)

  let service: HostNetworkingService
  let ledger: OwnershipLedger
  let documents: HostDocuments
  let name: String
  var networks: [NetworkDeclaration] = []
  /// The networks of ``networks`` by their id on the host.
  var networkIDs: [GUID: Int] = [:]
  /// The endpoints, those of one container or pod in a row.
  var endpoints: [Endpoint] = []
  var hostProcessPods: [HostProcessPod] = []
  var services: [AdoptedService] = []
  var names = AdoptedNames()
  private(set) var omissions: [HostAdoption.Omission] = []
  private var listed: Set<HostAdoption.Omission> = []

  var owner: String { Profile.owner(ofProfile: name) }

  init(
    _ service: HostNetworkingService, ledger: OwnershipLedger, name fallback: String
  ) throws(HCNError) {
    self.service = service
    self.ledger = ledger
    documents = try HostDocuments(service, ledger: ledger)
    name = Self.profile(of: documents) ?? AdoptedNames.name(fallback) ?? "adopted"
    if service.configuration.firewall != nil {
      omit(.host, "Windows Firewall", "a profile does not state the rules of the host's own firewall")
    }
    for part in service.gaps.unread {
      omit(.unread, part.place, (part.text == nil ? "missing from the capture: " : "") + part.reason)
    }
    addNetworks()
    addEndpoints()
    addHostProcessPods()
    addServices()
  }

  /// The profile that owns most endpoints, or else anything at all.
  private static func profile(of documents: HostDocuments) -> String? {
    func profile(_ owner: String) -> String? {
      Profile.name(ofOwner: owner).flatMap { AdoptedNames.name(String($0)) }
    }
    var counts: [String: Int] = [:]
    for name in documents.endpoints.compactMap({ profile($0.owner) }) { counts[name, default: 0] += 1 }
    let most = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    return most
      ?? (documents.networks.map(\.owner) + documents.namespaces.map(\.owner)).lazy.compactMap(profile).first
  }

  mutating func omit(_ kind: HostAdoption.Omission.Kind, _ name: String, _ reason: String) {
    let omission = HostAdoption.Omission(kind: kind, name: name, reason: reason)
    if listed.insert(omission).inserted { omissions.append(omission) }
  }

  // MARK: The profile

  var profile: Profile {
    let configuration = service.configuration
    let counts: [String: Int] = endpoints.reduce(into: [:]) { $0[$1.workload, default: 0] += 1 }
    let used = networks.flatMap(\.adapters).map(\.value)
    var adapters = configuration.adapters
    for adapter in used where !adapters.contains(adapter) { adapters.append(adapter) }
    return Profile(
      name: Located(name),
      host: HostDeclaration(
        windows: configuration.build, addresses: configuration.addresses.map { Located($0) },
        adapters: adapters.map { Located($0) },
        assumptions: configuration.assumptions, dnsServers: configuration.dns.servers.map { Located($0) },
        dnsSearch: configuration.dns.suffixes.map { Located($0) },
        listens: configuration.listens.map { Located($0) },
        excludedPorts: configuration.excludedPorts.map { Located($0) }),
      addressSets: [], aclSets: [], networks: networks,
      endpoints: endpoints.map { declaration(of: $0, isOneOfSeveral: counts[$0.workload, default: 0] > 1) },
      hostProcessPods: hostProcessPods, services: services.map { declaration(of: $0) }, tests: [])
  }

  /// The comment before the profile.
  var heading: String {
    guard !omissions.isEmpty else { return "" }
    var lines = ["# Not in this profile, and left as it is on the host:"]
    lines += omissions.prefix(20).map { PrintableText.escaped("# - \($0.sentence)") }
    if omissions.count > 20 { lines.append("# - and \(omissions.count - 20) more") }
    return lines.map { $0 + "\n" }.joined()
  }

  // MARK: Retreat

  /// Leaves out what has problems, or states it in another way.
  ///
  /// - Parameter problems: The problems of an attempt.
  /// - Returns: Whether the draft changed.
  mutating func retreat(from problems: [AdoptionAttempt.Problem]) -> Bool {
    var isChanged = false
    struct Place: Hashable {
      var part: ProfileText.Part
      var endpoint: GUID?
    }
    var seen: Set<Place> = []
    for problem in problems {
      guard let part = problem.part, seen.insert(Place(part: part, endpoint: problem.endpoint)).inserted
      else {
        continue
      }
      let didChange =
        switch part {
        case .network(let name): retreat(network: name, problem)
        case .workload(let name): retreat(workload: name, problem)
        case .service(let name): retreat(service: name, problem)
        }
      isChanged = isChanged || didChange
    }
    removeServicesWithoutBackends()
    return isChanged
  }

  private mutating func retreat(workload name: String, _ problem: AdoptionAttempt.Problem) -> Bool {
    let all = endpoints.indices.filter { endpoints[$0].workload == name }
    guard let first = all.first else { return false }
    let positions = problem.endpoint.map { id in all.filter { endpoints[$0].record.id == id } } ?? all
    var isChanged = false
    switch problem.subject {
    case .acls:
      for position in positions where retreatACLs(position, problem.reason) { isChanged = true }
      return isChanged
    case .policies(let types):
      for position in positions where endpoints[position].isAdopted {
        if types.contains(.acl), retreatACLs(position, problem.reason) { isChanged = true }
        for type in types where type != .acl && endpoints[position].omittedPolicies.insert(type).inserted {
          omit(
            .policy, endpoints[position].record.title, "\(type?.rawValue ?? "a policy"): \(problem.reason)")
          isChanged = true
        }
      }
      return isChanged
    case .object, .refusal:
      if case .refusal = problem.subject {
        for position in positions where endpoints[position].statesACLs {
          if !retreatACLs(position, problem.reason) { leaveACLs(position, problem.reason) }
          isChanged = true
        }
        if isChanged { return true }
      }
      omit(.endpoint, endpoints[first].record.title, problem.reason)
      endpoints.removeAll { $0.workload == name }
      return true
    }
  }

  /// States the ACLs and default actions of an endpoint in another way, or leaves them out.
  ///
  /// - Returns: Whether there was another way.
  private mutating func retreatACLs(_ position: Int, _ reason: String) -> Bool {
    guard endpoints[position].statesACLs else { return false }
    endpoints[position].tries += 1
    if endpoints[position].tries < endpoints[position].ways { return true }
    endpoints[position].tries = 0
    // A profile that does not state its own ACLs would remove them.
    guard endpoints[position].isAdopted else { return false }
    let cell = documents.cell(of: endpoints[position].record)
    let isUnknown =
      service.gaps.firewall(of: .host, under: service.assumptions) != nil
      && cell?.programmablePoints.contains(.windowsFirewall) ?? false
    leaveACLs(
      position,
      isUnknown
        ? "what they mean is not known without the rules of Windows Firewall; import them too, or assume "
          + "firewall=defaults"
        : "no list of a profile means the same")
    return true
  }

  private mutating func leaveACLs(_ position: Int, _ reason: String) {
    endpoints[position].hasACLs = false
    let record = endpoints[position].record
    omit(.acls, record.title, "\(record.acls.count == 1 ? "1 ACL" : "\(record.acls.count) ACLs"): \(reason)")
  }

  private mutating func retreat(network name: String, _ problem: AdoptionAttempt.Problem) -> Bool {
    guard let index = networks.firstIndex(where: { $0.name.value == name }) else { return false }
    if !networks[index].dnsServers.isEmpty || !networks[index].dnsSearch.isEmpty {
      networks[index].dnsServers = []
      networks[index].dnsSearch = []
      return true
    }
    if networks[index].macPool != nil {
      networks[index].macPool = nil
      return true
    }
    omit(.network, name, problem.reason)
    networks.remove(at: index)
    for endpoint in endpoints where endpoint.network == index {
      omit(.endpoint, endpoint.record.title, "its network is not in the profile")
    }
    let gone = Set(endpoints.filter { $0.network == index }.map(\.workload))
    endpoints.removeAll { gone.contains($0.workload) }
    for position in endpoints.indices where endpoints[position].network > index {
      endpoints[position].network -= 1
    }
    networkIDs = networkIDs.filter { $0.value != index }.mapValues { $0 > index ? $0 - 1 : $0 }
    return true
  }

  private mutating func retreat(service name: String, _ problem: AdoptionAttempt.Problem) -> Bool {
    guard services.contains(where: { $0.name == name }) else { return false }
    omit(.service, name, problem.reason)
    services.removeAll { $0.name == name }
    return true
  }
}

extension AdoptionDraft.Endpoint {
  private static let defaultChoices: [Set<Direction>] = [[], [.in], [.out], [.in, .out]]

  /// Whether the profile states anything that becomes an ACL.
  var statesACLs: Bool { hasACLs && (!catchAlls.isEmpty || aclChoices.contains { !$0.isEmpty }) }

  /// In how many ways the profile can state the ACLs and default actions.
  var ways: Int { max(1, aclChoices.count) * Self.defaultChoices.count }

  /// The ACLs that the profile states.
  var acls: [ACLDeclaration] {
    hasACLs && !aclChoices.isEmpty ? aclChoices[tries / Self.defaultChoices.count % aclChoices.count] : []
  }

  /// The directions whose default action the profile states; elsewhere the platform's own is meant.
  var statedDefaults: Set<Direction> { hasACLs ? Self.defaultChoices[tries % Self.defaultChoices.count] : [] }
}

extension HostAdoption.Omission {
  /// What is left out and why, on one line.
  package var sentence: String {
    let title =
      switch kind {
      case .host, .unread: name
      case .network: "network '\(name)'"
      case .endpoint: "endpoint '\(name)'"
      case .acls: "the ACLs of endpoint '\(name)'"
      case .policy: "a policy of '\(name)'"
      case .service: "service '\(name)'"
      case .loadBalancer: "load balancer \(name)"
      }
    return "\(title): \(reason)"
  }
}
