import HostModel
import JSONText
import NetworkTypes

/// The filter of a query (reference: hns, 2).
struct ObjectFilter {
  /// The members that must all match.
  let members: [JSONObject.Member]

  /// Parses the filter of a HostComputeQuery document.
  init(query: JSON?) throws(HCNError) {
    guard let query, query != .null else {
      members = []
      return
    }
    let reader = try DocumentReader(query, .invalidJSON)
    guard let text = try reader.text("Filter"), !text.isEmpty else {
      members = []
      return
    }
    let filter: JSON
    do throws(JSONError) { filter = try JSON(parsing: text) } catch {
      throw HCNError(.invalidJSON, detail: "the filter is not JSON: \(error)")
    }
    guard let object = filter.object else {
      throw HCNError(.invalidJSON, detail: "the filter must be an object, not \(filter.kind)")
    }
    members = object.members
  }

  /// The identifier a member filters by.
  func guid(_ key: String) -> GUID? {
    members.first { $0.key == key }?.value.string.flatMap { GUID($0) }
  }
}

extension HostNetworkingService {
  typealias Candidate = (id: GUID, ordinal: Int64)

  /// The objects a filter can match: a single one if it filters by id, those of a network if it filters by
  /// network.
  func candidates(_ kind: HCNObjectKind, _ filter: ObjectFilter) -> [Candidate] {
    if let id = filter.guid("ID") { return ordinal(kind, id).map { [(id, $0)] } ?? [] }
    switch kind {
    case .network: return networks.values.map { ($0.id, $0.ordinal) }
    case .namespace: return namespaces.values.filter { !$0.isImplicit }.map { ($0.id, $0.ordinal) }
    case .loadBalancer: return loadBalancers.values.map { ($0.id, $0.ordinal) }
    case .route: return routes.values.map { ($0.id, $0.ordinal) }
    case .guestNetworkService: return guestNetworkServices.values.map { ($0.id, $0.ordinal) }
    case .endpoint:
      guard let network = filter.guid("VirtualNetwork") else {
        return endpoints.values.map { ($0.id, $0.ordinal) }
      }
      return networks[network]?.endpoints.compactMap { id in endpoints[id].map { (id, $0.ordinal) } } ?? []
    }
  }

  private func ordinal(_ kind: HCNObjectKind, _ id: GUID) -> Int64? {
    switch kind {
    case .network: networks[id]?.ordinal
    case .endpoint: endpoints[id]?.ordinal
    case .namespace: namespaces[id].flatMap { $0.isImplicit ? nil : $0.ordinal }
    case .loadBalancer: loadBalancers[id]?.ordinal
    case .route: routes[id]?.ordinal
    case .guestNetworkService: guestNetworkServices[id]?.ordinal
    }
  }

  /// Whether an object matches every member of a filter.
  ///
  /// Names are case-sensitive, identifiers case-insensitive, and `Flags` must be equal (reference: hns, 2).
  func matches(_ filter: ObjectFilter, _ kind: HCNObjectKind, _ id: GUID) -> Bool {
    filter.members.allSatisfy { member in
      switch (kind, member.key) {
      case (_, "ID"): return member.value.string.flatMap { GUID($0) } == id
      case (.network, "Name"): return member.value.string == networks[id]?.name
      case (.network, "Flags"): return member.value.integer == networks[id].map { Int64($0.flags) }
      case (.network, "State"), (.namespace, "State"): return member.value.integer == 1
      case (.endpoint, let key):
        guard let endpoint = endpoints[id] else { return false }
        switch key {
        case "Name": return member.value.string == endpoint.name
        case "Flags": return member.value.integer == Int64(endpoint.flags)
        case "State": return member.value.integer == state(of: endpoint).rawValue
        case "VirtualNetwork": return member.value.string.flatMap { GUID($0) } == endpoint.network
        case "VirtualNetworkName": return member.value.string == networks[endpoint.network]?.name
        default: return false
        }
      case (.namespace, "Name"): return member.value.string == namespaces[id]?.name
      case (.loadBalancer, "Name"): return member.value.string == loadBalancers[id]?.name
      case (.loadBalancer, "Flags"):
        return member.value.integer == loadBalancers[id].map { Int64($0.flags) }
      case (.loadBalancer, "State"): return member.value.integer == HostComputeLoadBalancer.state
      case (.route, "Name"): return member.value.string == routes[id]?.name
      case (.route, "State"): return member.value.integer == 1
      case (.guestNetworkService, let key):
        guard let service = guestNetworkServices[id] else { return false }
        switch key {
        case "Name": return member.value.string == service.name
        case "Flags": return member.value.integer == Int64(service.flags)
        case "State": return member.value.integer == service.state.number
        default: return false
        }
      default: return false
      }
    }
  }
}
