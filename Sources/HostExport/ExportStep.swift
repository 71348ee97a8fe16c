import HNSEmulator
package import HostModel
import JSONText
import NetworkTypes
package import PolicyPlan

/// One call of a plan, with the calls that take it back.
package struct ExportStep: Sendable {
  /// The call.
  package let operation: Operation
  /// The calls that take it back, in the order in which they are sent; empty if there is nothing to take back.
  package let undo: [Operation]
  /// The object before the call; nil if it did not exist.
  package let before: ObjectDocument?
  /// The object after the call; nil if it does not exist.
  package let after: ObjectDocument?
  /// Other objects that the call changes, as they are after it.
  let sideEffects: [ObjectDocument]
  /// The calls that take it back as steps of their own; empty unless a script is written.
  let wayBack: [ExportStep]

  /// The container that the call starts or stops; nil for a call that HNS performs.
  ///
  /// Containers are started and stopped by the container runtime, which also lists them in their namespace
  /// (reference: hns, 6.4). No exported request does.
  package var container: ContainerCall? { operation.container }
}

/// A call that a container runtime performs.
package struct ContainerCall: Hashable, Sendable {
  package let name: String
  package let isStart: Bool
}

/// The typed document of an object.
package enum ObjectDocument: Hashable, Sendable {
  case network(HostComputeNetwork)
  case endpoint(HostComputeEndpoint)
  case namespace(HostComputeNamespace)
  case loadBalancer(HostComputeLoadBalancer)

  /// The document of an object on a host; nil if there is none.
  init?(_ kind: HCNObjectKind, _ id: GUID, on host: some HCNClient) {
    switch kind {
    case .network:
      guard let object = try? host.hostComputeNetwork(id) else { return nil }
      self = .network(object)
    case .endpoint:
      guard let object = try? host.hostComputeEndpoint(id) else { return nil }
      self = .endpoint(object)
    case .namespace:
      guard let object = try? host.hostComputeNamespace(id) else { return nil }
      self = .namespace(object)
    case .loadBalancer:
      guard let object = try? host.hostComputeLoadBalancer(id) else { return nil }
      self = .loadBalancer(object)
    case .route, .guestNetworkService: return nil
    }
  }

  /// The id of the object.
  var id: GUID {
    switch self {
    case .network(let network): network.id
    case .endpoint(let endpoint): endpoint.id
    case .namespace(let namespace): namespace.id
    case .loadBalancer(let balancer): balancer.id
    }
  }

  /// The name of the object; empty if it has none.
  package var name: String {
    switch self {
    case .network(let network): network.name
    case .endpoint(let endpoint): endpoint.name
    case .namespace(let namespace): namespace.name
    case .loadBalancer(let balancer): balancer.name
    }
  }
}

extension Operation {
  /// The container that a call starts or stops; nil for any other call.
  package var container: ContainerCall? {
    guard kind == .namespace, case .modify = request.verb, let settings = request.settings,
      settings["ResourceType"]?.string == "Container",
      let name = settings["Settings"]?["ContainerId"]?.string
    else { return nil }
    return ContainerCall(name: name, isStart: settings["RequestType"]?.string != RequestType.remove.rawValue)
  }
}
