import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

/// A namespace with what its own documents and those of its endpoints say.
private struct NamespaceFacts {
  var namespace: AdoptedNamespace
  /// Whether the isolation of its containers is known.
  var isTypeKnown: Bool
  var object: CapturedObject?
}

extension HostAssembly {
  /// Takes over the namespaces: those of documents, those that endpoints name, and one for endpoints that are attached
  /// without any.
  ///
  /// Isolation stands in few documents: an endpoint in State 3 is shared by process isolated containers, and a
  /// namespace of schema 2 says its type; without either it is a gap (reference: hns, 1.6 and 6.4).
  mutating func adoptNamespaces(on service: inout HostNetworkingService) {
    var facts = documentedNamespaces()
    var positions = Dictionary(uniqueKeysWithValues: facts.enumerated().map { ($1.namespace.id, $0) })
    var owners: [GUID: Int] = [:]
    for (position, fact) in facts.enumerated() {
      for endpoint in fact.namespace.endpoints { owners[endpoint] = position }
    }
    for endpoint in objects where endpoint.kind == .endpoint && !endpoint.isRemote {
      guard let position = position(of: endpoint, owners, &positions, &facts, service) else { continue }
      if !facts[position].namespace.endpoints.contains(endpoint.id) {
        facts[position].namespace.endpoints.append(endpoint.id)
      }
      merge(endpoint, into: &facts[position])
    }
    for fact in facts { adopt(fact, on: &service) }
    addNamespaceGaps(Set(owners.keys))
  }

  /// The namespace of an endpoint, by its position; nil if it is in none.
  private func position(
    of endpoint: CapturedObject, _ owners: [GUID: Int], _ positions: inout [GUID: Int],
    _ facts: inout [NamespaceFacts], _ service: HostNetworkingService
  ) -> Int? {
    if let id = endpoint.namespace ?? owners[endpoint.id].map({ facts[$0].namespace.id }) {
      if let known = positions[id] { return known }
      positions[id] = facts.count
      facts.append(
        NamespaceFacts(namespace: AdoptedNamespace(id: id, type: .host), isTypeKnown: false))
      return facts.count - 1
    }
    // Containers of docker have no namespace.
    guard let state = endpoint.state, state == 2 || state == 3 else { return nil }
    let isOfHost = state == 2 && (endpoint.hasUnspecifiedGateway || endpoint.allocatedCompartment == 1)
    let name = isOfHost ? "host" : endpoint.sharedContainers.first ?? endpoint.id.lowercase
    let id = service.adoptedNamespaceID(name)
    if let known = positions[id] { return known }
    positions[id] = facts.count
    var namespace = AdoptedNamespace(id: id, type: isOfHost ? .hostDefault : .host)
    namespace.isImplicit = true
    facts.append(NamespaceFacts(namespace: namespace, isTypeKnown: isOfHost))
    return facts.count - 1
  }

  /// Adds what an endpoint says of its namespace.
  private func merge(_ endpoint: CapturedObject, into fact: inout NamespaceFacts) {
    if endpoint.state == 3, fact.namespace.type == .host { fact.isTypeKnown = true }
    if endpoint.state == 2 || endpoint.state == 3 { fact.namespace.isOpen = true }
    for container in endpoint.sharedContainers where !fact.namespace.containers.contains(container) {
      fact.namespace.containers.append(container)
    }
    if fact.namespace.compartment == nil { fact.namespace.compartment = endpoint.allocatedCompartment }
  }

  /// The namespaces of documents.
  private func documentedNamespaces() -> [NamespaceFacts] {
    objects.filter { $0.kind == .namespace }.map { object in
      let isDefault = object.v1?["IsDefault"]?.bool == true
      let stated = object.v2.map { Self.type($0["Type"]) }
      let type = (stated ?? nil) ?? (isDefault ? .hostDefault : .host)
      var namespace = AdoptedNamespace(id: object.id, type: type)
      namespace.name = object.name
      namespace.owner = object["Owner"]?.string ?? ""
      let number = object.v2?["NamespaceId"]?.integer ?? object.v1?["CompartmentId"]?.integer
      namespace.compartment = number.flatMap { UInt32(exactly: $0) }.flatMap { $0 == 0 ? nil : $0 }
      namespace.compartmentGUID = HNSDocumentForms.guid(
        object.v2?["NamespaceGuid"] ?? object.v1?["CompartmentGuid"])
      for resource in object.resources {
        if resource.isEndpoint {
          if let id = GUID(resource.id) { namespace.endpoints.append(id) }
        } else if !namespace.containers.contains(resource.id) {
          namespace.containers.append(resource.id)
        }
      }
      for container in (object.v1?["Containers"]?.array ?? []).compactMap(\.string)
      where !namespace.containers.contains(container) {
        namespace.containers.append(container)
      }
      let isTypeKnown = stated.map { $0 != nil } ?? (type != .host)
      return NamespaceFacts(namespace: namespace, isTypeKnown: isTypeKnown, object: object)
    }
  }

  /// The type in a document of schema 2, which leaves out Host, number 0; nil if it is none of the known ones
  /// (reference: hns, 0 rule 4 and 1.6).
  private static func type(_ value: JSON?) -> NamespaceType? {
    switch value {
    case nil, .null: .host
    case .string(let text): NamespaceType.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
    case .integer(let number):
      Int(exactly: number).flatMap {
        NamespaceType.allCases.indices.contains($0) ? NamespaceType.allCases[$0] : nil
      }
    default: nil
    }
  }

  private mutating func adopt(_ fact: NamespaceFacts, on service: inout HostNetworkingService) {
    var namespace = fact.namespace
    let endpoints = namespace.endpoints
    if namespace.isImplicit {
      namespace.endpoints = namespace.endpoints.filter { (try? service.document(.endpoint, $0)) != nil }
      guard !namespace.endpoints.isEmpty else { return }
    }
    addCompartment(to: &namespace)
    do throws(HCNError) {
      let adoption = try service.adopt(namespace: namespace)
      for departure in adoption.departures {
        madeUp.append("namespace \(namespace.id.lowercase): \(departure)")
      }
      noteRefusedEndpoints(adoption, of: fact)
      if !adoption.departures.isEmpty, firewall?.hasRulesOfCompartments == true {
        for endpoint in endpoints { gaps.add(EndpointGap(.compartment), to: endpoint) }
      }
    } catch {
      if let object = fact.object { keep(object, because: error.reason) }
      for endpoint in endpoints {
        gaps.add(EndpointGap(.refused, "the namespace", reason: error.reason), to: endpoint)
      }
      return
    }
    guard !fact.isTypeKnown else { return }
    for endpoint in namespace.endpoints { gaps.add(EndpointGap(.isolation), to: endpoint) }
  }

  /// An endpoint that a second namespace lists is in either; one that no document describes is not known.
  private mutating func noteRefusedEndpoints(_ adoption: Adoption, of fact: NamespaceFacts) {
    for id in adoption.refusedEndpoints {
      guard let endpoint = endpoint(id) else {
        madeUp.append(
          "namespace \(fact.namespace.id.lowercase): it lists the endpoint \(id), which is not there")
        continue
      }
      guard !endpoint.isRemote else { continue }
      gaps.add(EndpointGap(.contradiction, "the namespace"), to: id)
    }
  }

  /// What was cut off of namespaces is not known of endpoints that may be in them, and what was cut off of an
  /// endpoint's own namespace is not known of it.
  mutating func addNamespaceGaps(_ listed: Set<GUID>) {
    let isCut = objects.contains { object in
      object.kind == .namespace && object.cutMembers.contains { $0 == "Resources" || $0 == "ResourceList" }
    }
    for object in objects where object.kind == .endpoint && !object.isRemote && object.namespace == nil {
      if object.isCutInV1("Namespace") { gaps.add(EndpointGap(.cut, "Namespace"), to: object.id) }
      guard !listed.contains(object.id) else { continue }
      if isCut, object.state != 3 {
        gaps.add(EndpointGap(.cut, "Resources of the namespace"), to: object.id)
      }
      if object.state == 2 || object.state == 3, object.isCutInV1("SharedContainers") {
        gaps.add(EndpointGap(.cut, "SharedContainers"), to: object.id)
      }
    }
  }
}
