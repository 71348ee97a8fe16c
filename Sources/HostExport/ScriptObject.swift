import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

/// An object that a script checks before it performs anything.
///
/// Its states are parts of its documents in the schema of the target, with the members that a plan rests on: the
/// script compares only what a state mentions. An absent object is the empty text.
struct ScriptObject {
  let kind: HCNObjectKind
  let id: GUID
  let name: String
  /// The types of policies that are compared, in the names of the target.
  let policies: [String]
  /// Whether no container may run in it, because it is deleted.
  let mustBeEmpty: Bool
  /// The state before the plan, and after each of its steps.
  let states: [JSON?]

  /// The objects of the requests, and the networks and endpoints that these refer to, in the order of first use.
  static func all(in calls: PlannedCalls<some HCNClient>, _ target: ExportTarget, _ v1: V1Requests)
    -> [ScriptObject]
  {
    var order: [GUID] = []
    var steps: [GUID: [ExportStep]] = [:]
    for step in calls.requests {
      if steps[step.operation.id] == nil { order.append(step.operation.id) }
      steps[step.operation.id, default: []].append(step)
    }
    let form = StateForm(target: target, v1: v1)
    let own = order.compactMap { steps[$0] }.compactMap { ScriptObject($0, form) }
    var known = Set(order)
    var others: [ScriptObject] = []
    for step in calls.requests {
      for (kind, id) in step.references where known.insert(id).inserted {
        guard let document = ObjectDocument(kind, id, on: calls.start) else { continue }
        others.append(
          ScriptObject(
            kind: kind, id: id, name: document.name, policies: [], mustBeEmpty: false,
            states: [form.state(of: document, isCreation: false, policies: [])]))
      }
    }
    return others + own
  }

  private init(
    kind: HCNObjectKind, id: GUID, name: String, policies: [String], mustBeEmpty: Bool, states: [JSON?]
  ) {
    self.kind = kind
    self.id = id
    self.name = name
    self.policies = policies
    self.mustBeEmpty = mustBeEmpty
    self.states = states
  }

  private init?(_ steps: [ExportStep], _ form: StateForm) {
    guard let first = steps.first else { return nil }
    let compared = Self.comparedPolicies(steps)
    var states = [first.before.flatMap { form.state(of: $0, isCreation: false, policies: compared) }]
    for step in steps {
      let created = step.operation.statedDocument
      states.append(
        (created ?? step.after).flatMap { form.state(of: $0, isCreation: created != nil, policies: compared) }
      )
    }
    self.init(
      kind: first.operation.kind, id: first.operation.id,
      name: steps.compactMap { ($0.before ?? $0.after)?.name }.first ?? "",
      policies: form.names(of: compared),
      mustBeEmpty: steps.contains { $0.operation.request.verb == .delete },
      states: states)
  }

  /// The types of policies that a step states or changes.
  private static func comparedPolicies(_ steps: [ExportStep]) -> Set<String> {
    var types: Set<String> = []
    for step in steps {
      guard case .endpoint(let after)? = step.operation.statedDocument ?? step.after else { continue }
      guard step.operation.statedDocument == nil, case .endpoint(let before)? = step.before else {
        types.formUnion(after.policies.map(\.typeName))
        continue
      }
      for name in Set((before.policies + after.policies).map(\.typeName))
      where before.policies.filter({ $0.typeName == name }) != after.policies.filter({ $0.typeName == name })
      {
        types.insert(name)
      }
    }
    return types
  }

  /// The object as an element of a list.
  var lines: [String] {
    let types = policies.map { PowerShellLiteral.text($0) }.joined(separator: ", ")
    return [
      "  @{",
      "    Kind = '\(kind.functionName)'; Id = '\(id.uppercase)'; Name = \(PowerShellLiteral.text(name))",
      "    Policies = @(\(types)); MustBeEmpty = $\(mustBeEmpty)",
      "    States = @(",
    ] + states.map { "      " + ($0.map { PowerShellLiteral.json($0) } ?? "''") } + ["    )", "  }"]
  }
}

extension Operation {
  /// The document that a call creates an object with; nil for any other call.
  fileprivate var statedDocument: ObjectDocument? {
    switch call {
    case .createNetwork(let network): .network(network)
    case .createEndpoint(let endpoint): .endpoint(endpoint)
    case .createNamespace(let namespace): .namespace(namespace)
    case .createLoadBalancer(let balancer): .loadBalancer(balancer)
    default: nil
    }
  }
}

extension ExportStep {
  /// The objects that the call refers to.
  fileprivate var references: [(HCNObjectKind, GUID)] {
    switch after {
    case .endpoint(let endpoint)? where operation.request.verb == .create: [(.network, endpoint.network)]
    case .namespace(let namespace)? where operation.request.verb == .modify:
      namespace.endpoints.map { (.endpoint, $0) }
    case .loadBalancer(let balancer)?: balancer.endpoints.map { (.endpoint, $0) }
    default: []
    }
  }
}

/// The form of states in the schema of a target.
struct StateForm {
  let target: ExportTarget
  let v1: V1Requests

  /// The names that types of policies have in documents of the target.
  func names(of types: Set<String>) -> [String] {
    guard target == .hnsV1 else { return types.sorted() }
    return types.map { PolicyTable.endpoint[$0]?.v1?.names.first ?? $0 }.sorted()
  }

  /// The part of a document that a plan rests on.
  ///
  /// - Parameters:
  ///   - document: The document.
  ///   - isCreation: Whether a client states it: what it leaves out is then for the service to choose.
  ///   - policies: The types of policies that are compared.
  func state(of document: ObjectDocument, isCreation: Bool, policies: Set<String>) -> JSON? {
    switch document {
    case .network(let network): state(of: network)
    case .endpoint(let endpoint): state(of: endpoint, isCreation, policies)
    case .namespace(let namespace): state(of: namespace)
    case .loadBalancer(let balancer): state(of: balancer)
    }
  }

  private func state(of network: HostComputeNetwork) -> JSON {
    var object: JSONObject = ["Name": .string(network.name), "Type": .string(network.mode.rawValue)]
    let prefixes = network.subnets.filter { !$0.isUnspecified }.map { "\($0.prefix)" }
    switch target {
    case .hcn:
      if !prefixes.isEmpty {
        object.append("Ipams", [["Subnets": .array(prefixes.map { ["IpAddressPrefix": .string($0)] })]])
      }
      if !network.dns.isEmpty { object.append("Dns", network.dns.document) }
    case .hnsV1:
      if !prefixes.isEmpty {
        object.append("Subnets", .array(prefixes.map { ["AddressPrefix": .string($0)] }))
      }
      if !network.dns.servers.isEmpty {
        object.append("DNSServerList", .string(network.dns.servers.joined(separator: ",")))
      }
    }
    return .object(object)
  }

  private func state(of endpoint: HostComputeEndpoint, _ isCreation: Bool, _ types: Set<String>) -> JSON {
    let policies = endpoint.policies.filter { types.contains($0.typeName) }
    let addresses = endpoint.addresses.map(\.address)
    var object = JSONObject()
    switch target {
    case .hcn:
      object.append("HostComputeNetwork", .string(endpoint.network.uppercase))
      if !addresses.isEmpty {
        object.append("IpConfigurations", .array(addresses.map { ["IpAddress": .string("\($0)")] }))
      }
      object.append("Policies", .array(policies.map(\.document)))
    case .hnsV1:
      object.append("VirtualNetwork", .string(endpoint.network.uppercase))
      for (name, family) in [("IPAddress", AddressFamily.ipv4), ("IPv6Address", .ipv6)] {
        object.append(name, addresses.first { $0.family == family }.map { .string("\($0)") })
      }
      object.append(
        "Policies", .array(policies.compactMap { try? v1.flat($0, PolicyTable.endpoint) }))
    }
    object.append("MacAddress", endpoint.mac.map { .string("\($0)") })
    return .object(object)
  }

  private func state(of namespace: HostComputeNamespace) -> JSON {
    let members = namespace.endpoints.map { HostComputeNamespace.Resource.endpoint($0).document }
    return target == .hcn
      ? ["Type": .string(namespace.type.rawValue), "Resources": .array(members)]
      : ["IsDefault": .bool(namespace.type == .hostDefault), "ResourceList": .array(members)]
  }

  private func state(of balancer: HostComputeLoadBalancer) -> JSON? {
    switch target {
    case .hcn:
      let document = balancer.document.object
      let names = ["HostComputeEndpoints", "SourceVIP", "FrontendVIPs", "PortMappings", "Flags"]
      return .object(JSONObject(document?.members.filter { names.contains($0.key) } ?? []))
    case .hnsV1:
      guard let document = try? v1.document(of: balancer).object else { return nil }
      return .object(JSONObject(document.members.filter { ["References", "Policies"].contains($0.key) }))
    }
  }
}
