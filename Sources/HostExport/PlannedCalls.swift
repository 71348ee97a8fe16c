package import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
package import PolicyPlan

/// The calls of a plan with the way back of each.
///
/// The calls are performed on a copy of the host, one after the other: what takes one back is read from the
/// documents before and after it, so that an object that is deleted is created again with its id and its
/// document, and a changed one gets its former policies, name servers, members or backends.
package struct PlannedCalls<Host: HCNClient>: Sendable {
  /// The host before the calls.
  package let start: Host
  /// The host after them.
  package let end: Host
  package let steps: [ExportStep]

  /// Performs calls on a copy of a host and records the way back.
  ///
  /// - Parameters:
  ///   - operations: The calls in order.
  ///   - host: The host.
  ///   - isScript: Whether a script is written, which takes back each step by itself.
  /// - Throws: The error of the first call that the host refuses.
  package init(_ operations: [Operation], on host: Host, forScript isScript: Bool = false) throws(HCNError) {
    start = host
    var host = host
    var steps: [ExportStep] = []
    for operation in operations {
      let before = ObjectDocument(operation.kind, operation.id, on: host)
      var balancers: [HostComputeLoadBalancer] = []
      var namespace: GUID?
      if case .delete = operation.call, case .endpoint(let endpoint)? = before {
        balancers = Self.balancers(withBackend: operation.id, on: host)
        namespace = endpoint.namespace
      }
      try operation.perform(on: &host)
      let after = ObjectDocument(operation.kind, operation.id, on: host)
      // A deleted endpoint leaves its namespace and the load balancers that it is a backend of.
      let undo = operation.undo(before, after) + balancers.flatMap { Self.restoration(of: $0, on: host) }
      let sideEffects =
        balancers.compactMap { ObjectDocument(.loadBalancer, $0.id, on: host) }
        + [namespace.flatMap { ObjectDocument(.namespace, $0, on: host) }].compactMap { $0 }
      steps.append(
        ExportStep(
          operation: operation, undo: undo, before: before, after: after, sideEffects: sideEffects,
          wayBack: isScript ? try PlannedCalls(undo, on: host).requests : []))
    }
    self.steps = steps
    end = host
  }

  /// The load balancers that send packets to an endpoint.
  private static func balancers(withBackend id: GUID, on host: Host) -> [HostComputeLoadBalancer] {
    ((try? host.enumerate(.loadBalancer, query: nil)) ?? [])
      .compactMap { try? host.hostComputeLoadBalancer($0) }.filter { $0.endpoints.contains(id) }
  }

  /// The calls that give a load balancer its former backends: HNS replaces them in place, or the load balancer
  /// has to be created again; none if it has not changed.
  private static func restoration(of balancer: HostComputeLoadBalancer, on host: Host) -> [Operation] {
    guard let present = try? host.hostComputeLoadBalancer(balancer.id), present != balancer else { return [] }
    let configuration = host.configuration
    let isModifiable = configuration.build.hnsVersion.modifiesLoadBalancers(configuration.assumptions)
    let calls: [Operation.Call] =
      isModifiable
      ? [.modifyLoadBalancer(balancer.byClient)] : [.delete, .createLoadBalancer(balancer.byClient)]
    return calls.map { Operation($0, .loadBalancer, balancer.id, of: balancer.name) }
  }

  /// The way back from the host after the calls to the one before them.
  ///
  /// - Parameter isScript: Whether a script is written, which takes back each step by itself.
  /// - Throws: The error of the first call that the host refuses.
  package func reversed(forScript isScript: Bool = false) throws(HCNError) -> PlannedCalls {
    try PlannedCalls(steps.reversed().flatMap(\.undo), on: end, forScript: isScript)
  }

  /// The containers that the container runtime has to stop before the requests, and to start after them.
  package var containers: (stopped: [String], started: [String]) {
    let calls = steps.compactMap(\.container)
    return (calls.filter { !$0.isStart }.map(\.name), calls.filter(\.isStart).map(\.name))
  }

  /// The steps that HNS performs.
  package var requests: [ExportStep] { steps.filter { $0.container == nil } }
}

extension Operation {
  /// The calls that take this one back.
  fileprivate func undo(_ before: ObjectDocument?, _ after: ObjectDocument?) -> [Operation] {
    func call(_ call: Call) -> Operation { Operation(call, kind, id, of: subject) }
    switch (before, after) {
    case (nil, nil): return []
    case (nil, _?): return [call(.delete)]
    case (let before?, nil): return creations(of: before)
    case (.network(let before), .network(let after)):
      return before.dns == after.dns ? [] : [call(.updateDNS(before.dns))]
    case (.endpoint(let before), .endpoint(let after)):
      return policyChanges(from: after.policies, to: before.policies).map(call)
    case (.namespace(let before), .namespace(let after)):
      let added = after.resources.filter { !before.resources.contains($0) }
      let removed = before.resources.filter { !after.resources.contains($0) }
      return added.reversed().map { call(.modifyResources(.remove, $0)) }
        + removed.map { call(.modifyResources(.add, $0)) }
    case (.loadBalancer(let before), .loadBalancer): return [call(.modifyLoadBalancer(before.byClient))]
    default: return []
    }
  }

  /// The calls that create an object as it was.
  private func creations(of object: ObjectDocument) -> [Operation] {
    func call(_ call: Call) -> Operation { Operation(call, kind, id, of: subject) }
    switch object {
    case .network(let network): return [call(.createNetwork(network.byClient))]
    case .endpoint(let endpoint):
      let creation = call(.createEndpoint(endpoint.byClient))
      guard let namespace = endpoint.namespace else { return [creation] }
      return [
        creation,
        Operation(.modifyResources(.add, .endpoint(id)), .namespace, namespace, of: subject),
      ]
    case .namespace(let namespace):
      return [call(.createNamespace(namespace.byClient))]
        + namespace.resources.map { call(.modifyResources(.add, $0)) }
    case .loadBalancer(let balancer): return [call(.createLoadBalancer(balancer.byClient))]
    }
  }

  /// The requests that turn a list of policies into another one: a type that the other has none of is removed,
  /// and an update replaces the policies of all types that it contains (reference: hns, 6.6).
  private func policyChanges(from present: [HCNPolicy], to wanted: [HCNPolicy]) -> [Call] {
    guard present != wanted else { return [] }
    let names = Set(wanted.map(\.typeName))
    let vanished = present.filter { !names.contains($0.typeName) }
    var calls: [Call] = vanished.isEmpty ? [] : [.modifyPolicies(.remove, vanished)]
    if present.filter({ names.contains($0.typeName) }) != wanted {
      calls.append(.modifyPolicies(.update, wanted))
    }
    return calls
  }
}

extension HostComputeNetwork {
  /// The network as a client creates it: without what only the service writes.
  var byClient: HostComputeNetwork {
    var network = self
    network.author = .client
    network.version = 0
    return network
  }
}

extension HostComputeEndpoint {
  /// The endpoint as a client creates it: without what only the service writes.
  var byClient: HostComputeEndpoint {
    var endpoint = self
    endpoint.author = .client
    endpoint.version = 0
    endpoint.namespace = nil
    endpoint.state = nil
    return endpoint
  }
}

extension HostComputeNamespace {
  /// The namespace as a client creates it: without members and what only the service writes.
  var byClient: HostComputeNamespace {
    var namespace = self
    namespace.author = .client
    namespace.version = 0
    namespace.compartment = nil
    namespace.resources = []
    return namespace
  }
}

extension HostComputeLoadBalancer {
  /// The load balancer as a client creates it.
  var byClient: HostComputeLoadBalancer {
    var balancer = self
    balancer.author = .client
    balancer.version = 0
    return balancer
  }
}
