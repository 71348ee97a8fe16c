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
    case createLoadBalancer(HostComputeLoadBalancer)
    case modifyLoadBalancer(HostComputeLoadBalancer)
    case updateDNS(DNSSettings)
    case modifyPolicies(RequestType, [HCNPolicy])
    case modifyResources(RequestType, HostComputeNamespace.Resource)
    case delete
    /// A call of a saved plan, sent exactly as saved.
    case create(network: GUID?, settings: JSON)
    case modify(settings: JSON)
  }

  package var call: Call
  package var kind: HCNObjectKind
  package var id: GUID
  /// The name of the object, for a namespace that of its endpoint or pod; nil if unknown.
  package var subject: String?
  /// The summary in a saved plan.
  private(set) var savedSummary: String?

  /// Creates an operation.
  ///
  /// - Parameters:
  ///   - call: The call.
  ///   - kind: The kind of object.
  ///   - id: The object.
  ///   - subject: The name of the object; nil if unknown.
  package init(_ call: Call, _ kind: HCNObjectKind, _ id: GUID, of subject: String?) {
    self.call = call
    self.kind = kind
    self.id = id
    self.subject = subject
  }

  /// Creates an operation of a saved plan.
  ///
  /// - Parameters:
  ///   - call: The call.
  ///   - kind: The kind of object.
  ///   - id: The object.
  ///   - summary: Its summary in the plan.
  package init(saved call: Call, _ kind: HCNObjectKind, _ id: GUID, summary: String) {
    self.init(call, kind, id, of: nil)
    savedSummary = summary
  }

  /// Performs the call.
  ///
  /// - Parameter host: The host.
  /// - Throws: The error of the host.
  package func perform(on host: inout some HCNClient) throws(HCNError) {
    switch call {
    case .create(let network, let settings):
      _ = try host.create(kind, id: id, network: network, settings: settings)
    case .createNetwork(let network): _ = try host.create(network)
    case .createEndpoint(let endpoint): _ = try host.create(endpoint)
    case .createNamespace(let namespace): _ = try host.create(namespace)
    case .createLoadBalancer(let balancer):
      _ = try host.create(kind, id: id, network: nil, settings: balancer.document)
    case .modifyLoadBalancer(let balancer): try host.modify(kind, id, settings: balancer.document)
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
  /// The request that a call sends to the host.
  package struct Request: Sendable, Hashable {
    package enum Verb: String, Sendable {
      case create
      case modify
      case delete
    }

    package var verb: Verb
    /// The network of a new endpoint.
    package var network: GUID?
    /// The document; nil for a call without one.
    package var settings: JSON?
  }

  package var request: Request {
    switch call {
    case .create(let network, let settings): Request(verb: .create, network: network, settings: settings)
    case .createNetwork(let network): Request(verb: .create, settings: network.document)
    case .createNamespace(let namespace): Request(verb: .create, settings: namespace.document)
    case .createLoadBalancer(let balancer): Request(verb: .create, settings: balancer.document)
    case .modifyLoadBalancer(let balancer): Request(verb: .modify, settings: balancer.document)
    case .createEndpoint(let endpoint):
      Request(verb: .create, network: endpoint.network, settings: endpoint.document)
    case .modify(let settings): Request(verb: .modify, settings: settings)
    case .updateDNS(let dns): Request(verb: .modify, settings: Self.request("DNS", .update, dns.document))
    case .modifyPolicies(let type, let policies):
      Request(
        verb: .modify,
        settings: Self.request("Policy", type, ["Policies": .array(policies.map(\.document))]))
    case .modifyResources(let type, let resource):
      Request(verb: .modify, settings: Self.request(resource.kind, type, resource.request))
    case .delete: Request(verb: .delete)
    }
  }

  static func request(_ resource: String, _ type: RequestType, _ settings: JSON) -> JSON {
    ["ResourceType": .string(resource), "RequestType": .string(type.rawValue), "Settings": settings]
  }

  /// Whether two operations send the same documents, typed or not.
  package static func == (left: Self, right: Self) -> Bool {
    left.kind == right.kind && left.id == right.id && left.summary == right.summary
      && left.request == right.request
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(id)
    hasher.combine(summary)
  }
}
