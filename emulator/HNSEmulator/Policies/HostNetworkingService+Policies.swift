import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// Performs a request on an endpoint's policies or its port; a request without a resource applies to the
  /// port, which is number 0 (reference: hns, 2).
  mutating func modifyEndpoint(_ id: GUID, _ settings: JSON) throws(HCNError) {
    let request = try DocumentReader(settings, .invalidArgument)
    guard endpoints[id] != nil else { throw missing(.endpoint, id) }
    let resource =
      try request.enumeration("ResourceType", EndpointResource.self, unknown: .requestUnsupported) ?? .port
    let type = try request.enumeration("RequestType", RequestType.self, unknown: .requestUnsupported) ?? .add
    switch resource {
    case .port: try modifyPort(id, request, type)
    case .policy: try changePolicies(ofEndpoint: id, type, try policyDetails(request).policies())
    case .vmInterfaceState:
      throw HCNError(
        .requestUnsupported, detail: "the state of a virtual machine's interface is not emulated")
    }
  }

  /// Replaces an endpoint's policies with a validated list.
  mutating func setPolicies(_ policies: [Policy], ofEndpoint id: GUID) throws(HCNError) {
    if let present = endpoints[id] { releasePorts(of: present) }
    endpoints[id]?.policies = policies
    if let changed = endpoints[id] { publishPorts(of: changed) }
  }

  /// Performs a request that changes the policies of an endpoint.
  mutating func changePolicies(
    ofEndpoint id: GUID, _ type: RequestType, _ policies: [Policy]
  ) throws(HCNError) {
    let endpoint = try existing(endpoint: id)
    let network = try existing(network: endpoint.network)
    let reader = PolicyReader(configuration: configuration, driver: network.driver, table: .endpoint)
    let stated = try reader.validated(policies)
    let wanted = try apply(type, stated, isEmpty: policies.isEmpty, to: endpoint.policies)
    try setPolicies(try checked(wanted, endpoint: id, network), ofEndpoint: id)
  }

  /// Validates an endpoint's complete new list of policies, and assigns ports to its mappings.
  func checked(
    _ policies: [Policy], endpoint: GUID, _ network: NetworkObject
  ) throws(HCNError) -> [Policy] {
    if policies.count(where: { $0.type == .interfaceParameters }) > 1 {
      throw HCNError(.interfaceParametersAlreadyApplied)
    }
    let policies = try withPorts(policies, endpoint: endpoint)
    try checkReferences(of: policies, network)
    return policies
  }

  /// The result of an update with policies of some types.
  func updated(_ present: [Policy], by stated: [Policy], of types: Set<PolicyType?>) -> [Policy] {
    if present.isEmpty || configuration.assumptions.policyUpdateScope == .all { return stated }
    // Lists are long and contain few types.
    let only = types.count == 1 ? types.first : nil
    let isReplaced = { (policy: Policy) in only.map { $0 == policy.type } ?? types.contains(policy.type) }
    guard let index = present.firstIndex(where: isReplaced) else { return present + stated }
    var result = stated
    if index > 0 { result.insert(contentsOf: present[..<index], at: 0) }
    for policy in present[index...] where !isReplaced(policy) { result.append(policy) }
    return result
  }

  /// The `Settings` of a request about policies.
  func policyDetails(_ request: DocumentReader) throws(HCNError) -> DocumentReader {
    guard let details = request.value("Settings"), details.object != nil else {
      throw HCNError(.invalidPolicy, detail: "the request lacks 'Settings'")
    }
    return try DocumentReader(details, .invalidPolicy)
  }

  /// The result of a request on a list of policies (reference: hns, 6.6).
  ///
  /// Add appends. Remove removes the first policy equal to each given one, and is refused as a whole if one
  /// is missing. Update replaces the policies of the given types, at the position of the first of them, or
  /// every policy if the assumption `policyUpdateScope` says so; it replaces IP sets by id. An update without
  /// any policy removes the ACLs, like a POST of HNS v1; one with a single empty policy removes the proxies, as a
  /// public client means it. The request is empty where it states no policy, not even an empty one.
  func apply(
    _ type: RequestType, _ stated: [Policy], isEmpty: Bool, to present: [Policy]
  ) throws(HCNError) -> [Policy] {
    switch type {
    case .add: return present + stated
    case .remove:
      var result = present
      for policy in stated {
        guard let index = result.firstIndex(where: { $0.isRemoved(by: policy) }) else {
          throw HCNError(.policyNotFound, detail: "no matching policy of type \(policy.typeName)")
        }
        result.remove(at: index)
      }
      return result
    case .update:
      if configuration.assumptions.policyUpdateScope == .all { return stated }
      let present = try updatedSets(present, by: stated)
      var types = Set(stated.map(\.type))
      let stated = stated.filter { $0.type != .setPolicy }
      if types.remove(.setPolicy) == nil, types.isEmpty {
        types = isEmpty ? [.acl] : [.l4Proxy, .l4WFPProxy]
      }
      return updated(present, by: stated, of: types)
    case .refresh, .reset:
      throw HCNError(.requestUnsupported, detail: "policies do not support requests of type \(type.rawValue)")
    }
  }

  // MARK: IP sets

  /// The IP sets of a network by id.
  ///
  /// If an id occurs twice, the first one takes effect.
  func sets(of network: NetworkObject) -> [String: Policy] {
    Dictionary(
      network.policies.filter { $0.type == .setPolicy }
        .compactMap { policy in policy.settings["Id"]?.string.map { ($0, policy) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// Refuses ACLs that refer to an IP set the network does not have.
  func checkReferences(of policies: [Policy], _ network: NetworkObject) throws(HCNError) {
    guard policies.contains(where: \.namesSets) else { return }
    let known = sets(of: network)
    for name in policies.flatMap({ $0.acl?.setNames ?? [] }) where known[name] == nil {
      throw HCNError(
        .invalidPolicy, detail: "an ACL contains '\(name)', which is neither an address nor an IP set")
    }
  }

  /// The policies with each given IP set replacing the one with the same id; other sets remain, and a missing
  /// one is refused (reference: hns, 6.6; the code is this project's choice).
  private func updatedSets(_ present: [Policy], by stated: [Policy]) throws(HCNError) -> [Policy] {
    var result = present
    for set in stated where set.type == .setPolicy {
      let id = set.settings["Id"]
      guard let index = result.firstIndex(where: { $0.type == set.type && $0.settings["Id"] == id }) else {
        throw HCNError(.policyNotFound, detail: "there is no IP set \(id?.text() ?? "")")
      }
      result[index] = set
    }
    return result
  }

  /// Validates the IP sets of a network: ids are unique, values are addresses and prefixes, and a nested set
  /// refers only to earlier sets (reference: hns, 6.6).
  func checkSets(_ policies: [Policy]) throws(HCNError) {
    var known: Set<String> = []
    for policy in policies where policy.type == .setPolicy {
      guard let id = policy.settings["Id"]?.string, !id.isEmpty, known.insert(id).inserted else {
        throw HCNError(.policyAlreadyExists, detail: "an IP set needs a unique id")
      }
      let isNested = policy.isNestedSet
      if isNested, !configuration.version.has(.nestedIpSet) {
        throw HCNError(
          .invalidPolicy, detail: "HNS \(configuration.version) does not support nested IP sets")
      }
      for value in policy.setValues {
        let fits = isNested ? known.contains(value) && value != id : AddressRange(listed: value) != nil
        guard fits else {
          throw HCNError(.invalidPolicy, detail: "IP set '\(id)' has the invalid value '\(value)'")
        }
      }
    }
  }
}

extension Policy {
  /// Whether the policy is an IP set that refers to other sets.
  var isNestedSet: Bool {
    switch settings["PolicyType"] {
    case .string(let text): text.lowercased() == "nestedipset"
    case .integer(let number): number == 1
    default: false
    }
  }

  /// The values of an IP set.
  var setValues: [String] {
    (settings["Values"]?.string ?? "").split(separator: ",").map(String.init)
  }
}

extension PortACL {
  /// The ids of the IP sets the ACL refers to.
  var setNames: [String] { localSets + remoteSets }

  /// Whether the ACL refers to IP sets.
  var namesSets: Bool { !localSets.isEmpty || !remoteSets.isEmpty }
}

extension AddressRange {
  /// The address set of an entry in an HNS list: an address or a prefix.
  init?(listed text: String) {
    let bytes = Array(text.utf8)
    switch AddressText(parsing: bytes.span) {
    case .address(let address): self.init(address)
    case .prefix(let prefix), .hostBitsSet(let prefix, _): self = prefix.range
    default: return nil
    }
  }
}
