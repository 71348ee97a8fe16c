package import HNSEmulator
package import HostModel
package import JSONText
package import NetworkTypes

/// One call of a plan, exactly as sent to the host.
package struct Operation: Sendable, Hashable {
  package enum Call: Sendable, Hashable {
    case createNetwork(HostComputeNetwork)
    case createEndpoint(HostComputeEndpoint)
    case createNamespace(HostComputeNamespace)
    case updateDNS(DNSSettings)
    case modifyPolicies(RequestType, [HCNPolicy])
    case modifyResources(RequestType, HostComputeNamespace.Resource)
    case delete
    /// A call of a saved plan, which is sent as it was saved.
    case create(network: GUID?, settings: JSON)
    case modify(settings: JSON)
  }

  package var call: Call
  package var kind: HCNObjectKind
  package var id: GUID
  /// A short description: `create endpoint web`.
  package var summary: String

  /// Performs the call.
  ///
  /// - Parameter host: The host.
  /// - Throws: The error of the host.
  package func perform(on host: inout some HostNetworking) throws(HCNError) {
    switch call {
    case .create(let network, let settings):
      _ = try host.create(kind, id: id, network: network, settings: settings)
    case .createNetwork(let network): _ = try host.create(network)
    case .createEndpoint(let endpoint): _ = try host.create(endpoint)
    case .createNamespace(let namespace): _ = try host.create(namespace)
    case .updateDNS(let dns): try host.updateDNS(ofNetwork: id, dns)
    case .modifyResources(let type, let resource):
      try host.modifyResources(ofNamespace: id, type, resource)
    case .modify(let settings): try host.modify(kind, id, settings: settings)
    case .modifyPolicies(let type, let policies):
      try host.modifyPolicies(ofEndpoint: id, type, policies)
    case .delete: try host.delete(kind, id)
    }
  }
}

extension Operation {
  /// Whether two operations send the same documents, typed or not.
  package static func == (left: Self, right: Self) -> Bool { left.document == right.document }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(id)
    hasher.combine(summary)
  }

  /// The operation in a saved plan.
  package var document: JSON {
    var object = JSONObject()
    object.append("summary", .string(summary))
    object.append("kind", .string(kind.rawValue))
    object.append("id", .string(id.uppercase))
    switch call {
    case .create(let network, let settings):
      object.append("call", "create")
      object.append("network", network.map { .string($0.uppercase) })
      object.append("settings", settings)
    case .createNetwork(let network):
      object.append("call", "create")
      object.append("settings", network.document)
    case .createNamespace(let namespace):
      object.append("call", "create")
      object.append("settings", namespace.document)
    case .createEndpoint(let endpoint):
      object.append("call", "create")
      object.append("network", .string(endpoint.network.uppercase))
      object.append("settings", endpoint.document)
    case .modify(let settings):
      object.append("call", "modify")
      object.append("settings", settings)
    case .updateDNS(let dns):
      object.append("call", "modify")
      object.append("settings", Self.request("DNS", .update, dns.document))
    case .modifyPolicies(let type, let policies):
      object.append("call", "modify")
      object.append(
        "settings", Self.request("Policy", type, ["Policies": .array(policies.map(\.document))]))
    case .modifyResources(let type, let resource):
      object.append("call", "modify")
      object.append("settings", Self.request(resource.kind, type, resource.request))
    case .delete: object.append("call", "delete")
    }
    return .object(object)
  }

  static func request(_ resource: String, _ type: RequestType, _ settings: JSON) -> JSON {
    ["ResourceType": .string(resource), "RequestType": .string(type.rawValue), "Settings": settings]
  }

  /// Parses an operation of a saved plan; nil if it is invalid.
  package init?(document: JSON) {
    guard let kind = document["kind"]?.string.flatMap({ HCNObjectKind(rawValue: $0) }),
      let id = document["id"]?.string.flatMap({ GUID($0) }), let summary = document["summary"]?.string
    else { return nil }
    self.kind = kind
    self.id = id
    self.summary = summary
    switch (document["call"]?.string, document["settings"]) {
    case ("create", let settings?):
      let network = document["network"]?.string
      guard network == nil || network.flatMap({ GUID($0) }) != nil else { return nil }
      call = .create(network: network.flatMap { GUID($0) }, settings: settings)
    case ("modify", let settings?): call = .modify(settings: settings)
    case ("delete", _): call = .delete
    default: return nil
    }
  }
}
