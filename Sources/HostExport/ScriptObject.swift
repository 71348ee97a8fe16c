import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

/// An object that a script checks before it performs anything.
struct ScriptObject {
  let kind: HCNObjectKind
  let id: GUID
  let name: String
  /// The types of policies that are compared, in the names of the target.
  let policies: [String]
  /// Whether no container may run in it, because it is deleted.
  let mustBeEmpty: Bool
  /// The facts of the object before the plan, and whenever a step has changed it; nil while it does not exist.
  private(set) var states: [JSON?]
  /// Whether the plan deletes it and creates it as it was, so that its first and last states are the same.
  let isRestored: Bool

  /// An object that a plan refers to and does not change.
  fileprivate init(_ document: ObjectDocument, _ kind: HCNObjectKind, _ facts: ScriptFacts)
    throws(NotExportable)
  {
    self.kind = kind
    id = document.id
    name = document.name
    policies = []
    mustBeEmpty = false
    states = [try facts.facts(of: document, isCreation: false, policies: [])]
    isRestored = false
  }

  /// An object of requests.
  ///
  /// - Parameters:
  ///   - steps: The steps that are about it, and not empty.
  ///   - start: The object before the plan; nil if it does not exist.
  fileprivate init?(_ steps: [ExportStep], start: ObjectDocument?, _ facts: ScriptFacts) throws(NotExportable)
  {
    guard let first = steps.first else { return nil }
    let compared = Self.comparedPolicies(steps)
    func state(_ document: ObjectDocument?, isCreation: Bool = false) throws(NotExportable) -> JSON? {
      guard let document else { return nil }
      return try facts.facts(of: document, isCreation: isCreation, policies: compared)
    }
    kind = first.operation.kind
    id = first.operation.id
    name = steps.compactMap { ($0.before ?? $0.after)?.name }.first ?? ""
    policies = facts.names(of: compared)
    mustBeEmpty = steps.contains { $0.operation.request.verb == .delete }
    let own = id
    states = [try state(start)]
    for step in steps {
      if step.operation.id != own {
        states.append(try state(step.sideEffects.first { $0.id == own }))
      } else if let created = step.operation.statedDocument {
        states.append(try state(created, isCreation: true))
      } else {
        states.append(try state(step.after))
      }
    }
    let last = steps.last.map { step in
      step.operation.id == own ? step.after : step.sideEffects.first { $0.id == own }
    }
    let (before, after) = (try state(start), try state(last ?? nil))
    isRestored = states.count > 2 && before == after
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
      "    Policies = @(\(types)); MustBeEmpty = $\(mustBeEmpty); IsRestored = $\(isRestored)",
      "    States = @(",
    ] + states.map { "      " + ($0.map { PowerShellLiteral.json($0) } ?? "''") } + ["    )", "  }"]
  }
}

/// The objects of a script, and which of their states each step leads to.
struct ScriptObjects {
  /// The objects that requests refer to, and then those that they are about, in the order of first use.
  private(set) var list: [ScriptObject] = []
  /// For each step of the calls, its object and the state that it leads to; nil for a step without a request.
  private(set) var positions: [(object: Int, state: Int)?] = []

  /// - Throws: An object that the script could not tell before and after the plan, or that the schema of the
  ///   target cannot express.
  init(_ calls: PlannedCalls<some HCNClient>, _ facts: ScriptFacts) throws(NotExportable) {
    var order: [GUID] = []
    var kinds: [GUID: HCNObjectKind] = [:]
    for step in calls.requests where kinds[step.operation.id] == nil {
      kinds[step.operation.id] = step.operation.kind
      order.append(step.operation.id)
    }
    var steps: [GUID: [ExportStep]] = [:]
    var reached: [(id: GUID, state: Int)?] = []
    for step in calls.steps {
      guard step.container == nil else {
        reached.append(nil)
        continue
      }
      for id in [step.operation.id] + step.sideEffects.map(\.id) where kinds[id] != nil {
        steps[id, default: []].append(step)
      }
      reached.append((step.operation.id, steps[step.operation.id]?.count ?? 0))
    }
    try addReferences(of: calls, besides: Set(order), facts)
    var indices: [GUID: Int] = [:]
    for id in order {
      let start = kinds[id].flatMap { ObjectDocument($0, id, on: calls.start) }
      guard let object = try ScriptObject(steps[id] ?? [], start: start, facts) else { continue }
      indices[id] = list.count
      list.append(object)
    }
    positions = reached.map { step in step.flatMap { step in indices[step.id].map { ($0, step.state) } } }
    try checkDistinction(indices.values.map { list[$0] })
  }

  private mutating func addReferences(
    of calls: PlannedCalls<some HCNClient>, besides own: Set<GUID>, _ facts: ScriptFacts
  ) throws(NotExportable) {
    var known = own
    for step in calls.requests {
      for (kind, id) in step.references where known.insert(id).inserted {
        guard let document = ObjectDocument(kind, id, on: calls.start) else { continue }
        list.append(try ScriptObject(document, kind, facts))
      }
    }
  }

  /// A script that cannot tell the host after the plan from the one before it would do nothing.
  private func checkDistinction(_ objects: [ScriptObject]) throws(NotExportable) {
    guard !objects.isEmpty else { return }
    let restored = objects.filter(\.isRestored)
    guard restored.count == objects.count || restored.contains(where: { $0.kind == .network }) else { return }
    let object = restored.first { $0.kind == .network } ?? objects[0]
    throw NotExportable(
      reason:
        "a script could not tell whether \(object.kind.functionName) '\(object.name)' is replaced already")
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
