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
      let stated = object.v2?["Type"]?.string.flatMap { text in
        NamespaceType.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
      }
      let isDefault = object.v1?["IsDefault"]?.bool == true
      // A document of schema 2 leaves out the type Host, which is number 0 (reference: hns, 0 rule 4).
      let type = stated ?? (isDefault ? .hostDefault : .host)
      var namespace = AdoptedNamespace(id: object.id, type: type)
      namespace.name = object.name
      namespace.owner = object["Owner"]?.string ?? ""
      let number = object.v2?["NamespaceId"]?.integer ?? object.v1?["CompartmentId"]?.integer
      namespace.compartment = number.flatMap { UInt32(exactly: $0) }.flatMap { $0 == 0 ? nil : $0 }
      let guid = object.v2?["NamespaceGuid"]?.string ?? object.v1?["CompartmentGuid"]?.string
      namespace.compartmentGUID = guid.flatMap { GUID($0) }.flatMap { $0.isZero ? nil : $0 }
      for resource in object.v2?["Resources"]?.array ?? object.v1?["ResourceList"]?.array ?? [] {
        guard let id = (resource["Data"]?["Id"] ?? resource["Data"]?["ID"])?.string else { continue }
        if resource["Type"]?.string?.lowercased() == "endpoint" || resource["Type"] == 1 {
          if let id = GUID(id) { namespace.endpoints.append(id) }
        } else if !namespace.containers.contains(id) {
          namespace.containers.append(id)
        }
      }
      for container in (object.v1?["Containers"]?.array ?? []).compactMap(\.string)
      where !namespace.containers.contains(container) {
        namespace.containers.append(container)
      }
      return NamespaceFacts(
        namespace: namespace, isTypeKnown: object.v2 != nil || type != .host, object: object)
    }
  }

  private mutating func adopt(_ fact: NamespaceFacts, on service: inout HostNetworkingService) {
    var namespace = fact.namespace
    if namespace.isImplicit {
      namespace.endpoints = namespace.endpoints.filter { (try? service.document(.endpoint, $0)) != nil }
      guard !namespace.endpoints.isEmpty else { return }
    }
    do throws(HCNError) {
      let adoption = try service.adopt(namespace: namespace)
      for departure in adoption.departures {
        madeUp.append("namespace \(namespace.id.lowercase): \(departure)")
      }
    } catch {
      if let object = fact.object { keep(object, because: error.reason) }
      return
    }
    guard !fact.isTypeKnown else { return }
    for endpoint in namespace.endpoints { gaps.add(EndpointGap(.isolation), to: endpoint) }
  }
}
