import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

/// Calls as requests of HNS v1 (reference: hns, 4.1 to 4.3).
///
/// A document of schema 1 is written only if it says everything that the call says: a setting that schema 1 has
/// no member for is an error. `Owner` and the name of a load balancer are written although public clients of v1
/// do not send them: one service reads the documents of both schemas.
struct V1Requests {
  let version: HNSVersion

  /// The requests for a call.
  func requests(for step: ExportStep) throws(NotExportable) -> [ExportedRequest] {
    switch (step.operation.request.verb, step.before, step.after) {
    case (.create, _, let after?):
      switch after {
      case .network: return [post("/networks/", try network(step.operation), step)]
      case .endpoint: return [post("/endpoints/", try endpoint(step.operation), step)]
      case .namespace(let namespace): return [post("/namespaces/", try document(of: namespace), step)]
      case .loadBalancer(let balancer): return [post("/policylists/", try document(of: balancer), step)]
      }
    case (.delete, _, _):
      return [
        request("DELETE", "/\(Self.list(step.operation.kind))/\(step.operation.id.uppercase)", nil, step)
      ]
    case (.modify, .network?, .network(let network)?):
      return [post("/networks/\(network.id.uppercase)", try dns(of: network), step)]
    case (.modify, .endpoint(let before)?, .endpoint(let after)?):
      return try policies(from: before, to: after).map { post("/endpoints/\(after.id.uppercase)", $0, step) }
    case (.modify, .namespace(let before)?, .namespace(let after)?):
      return membership(from: before, to: after, step)
    default: throw NotExportable(reason: "HNS v1 cannot change a load balancer, only delete and create it")
    }
  }

  private func request(_ method: String, _ path: String, _ body: JSON?, _ step: ExportStep) -> ExportedRequest
  {
    ExportedRequest(
      method: method, path: path, body: body, function: "HNSCall", id: step.operation.id, network: nil)
  }

  private func post(_ path: String, _ body: JSON, _ step: ExportStep) -> ExportedRequest {
    request("POST", path, body, step)
  }

  /// The list of a kind of objects in paths.
  static func list(_ kind: HCNObjectKind) -> String {
    switch kind {
    case .network: "networks"
    case .endpoint: "endpoints"
    case .namespace: "namespaces"
    case .loadBalancer, .route, .guestNetworkService: "policylists"
    }
  }

  // MARK: Namespaces and load balancers

  private func membership(
    from before: HostComputeNamespace, to after: HostComputeNamespace, _ step: ExportStep
  ) -> [ExportedRequest] {
    let path = "/namespaces/\(after.id.uppercase)"
    func body(_ endpoint: GUID) -> JSON {
      HostComputeNamespace.Resource.endpoint(endpoint).document
    }
    return before.endpoints.filter { !after.endpoints.contains($0) }
      .map { post("\(path)/removeresource", body($0), step) }
      + after.endpoints.filter { !before.endpoints.contains($0) }
      .map { post("\(path)/addresource", body($0), step) }
  }

  private func document(of namespace: HostComputeNamespace) throws(NotExportable) -> JSON {
    guard namespace.type == .host || namespace.type == .hostDefault else {
      throw NotExportable(
        reason: "HNS v1 has no namespace of type \(namespace.type.rawValue), which Hyper-V isolation needs")
    }
    var object: JSONObject = ["ID": .string(namespace.id.uppercase)]
    if !namespace.owner.isEmpty { object.append("Owner", .string(namespace.owner)) }
    object.append("IsDefault", .bool(namespace.type == .hostDefault))
    return .object(object)
  }

  func document(of balancer: HostComputeLoadBalancer) throws(NotExportable) -> JSON {
    guard balancer.flags & ~HostComputeLoadBalancer.directServerReturnFlag == 0 else {
      throw NotExportable(reason: "HNS v1 has no member for the flags \(balancer.flags) of a load balancer")
    }
    var ports: [JSON] = []
    for port in balancer.ports {
      guard port.distributionType == 0 else {
        throw NotExportable(reason: "HNS v1 has no member for session affinity")
      }
      guard port.flags & ~1 == 0 else {
        throw NotExportable(
          reason: "HNS v1 has no member for the flags \(port.flags) of a load balancer's port")
      }
      var policy: JSONObject = [
        "Type": "ELB", "Protocol": .number(port.protocol), "InternalPort": .number(port.internalPort),
        "ExternalPort": .number(port.externalPort), "VIPs": .strings(balancer.frontendVIPs.map { "\($0)" }),
      ]
      policy.append("SourceVIP", balancer.sourceVIP.map { .string("\($0)") })
      if port.flags & 1 != 0 { policy.append("ILB", true) }
      if balancer.flags & HostComputeLoadBalancer.directServerReturnFlag != 0 { policy.append("IsDSR", true) }
      ports.append(.object(policy))
    }
    var object: JSONObject = ["ID": .string(balancer.id.uppercase)]
    if !balancer.owner.isEmpty { object.append("Owner", .string(balancer.owner)) }
    if !balancer.name.isEmpty { object.append("Name", .string(balancer.name)) }
    object.append("References", .strings(balancer.endpoints.map { "/endpoints/\($0.lowercase)" }))
    object.append("Policies", .array(ports))
    return .object(object)
  }
}
