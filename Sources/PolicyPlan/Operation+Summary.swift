import HNSEmulator
import HostModel
import NetworkTypes

extension Operation {
  /// A description of the operation, such as `create endpoint web`.
  package var summary: String {
    if let savedSummary { return savedSummary }
    let name = subject ?? id.uppercase
    let noun = kind == .loadBalancer ? "load balancer" : kind.rawValue
    let title = kind == .namespace && subject != nil ? "the namespace of \(name)" : "\(noun) \(name)"
    switch call {
    case .createNetwork, .createEndpoint, .createNamespace, .createLoadBalancer, .create:
      return "create \(title)"
    case .delete: return "delete \(title)"
    case .updateDNS: return "update the name servers of \(title)"
    case .modifyPolicies(.remove, _): return "remove policies of \(title)"
    case .modifyPolicies: return "update the policies of \(title)"
    case .modifyResources(let type, .container(let container)):
      return "\(type == .remove ? "stop" : "start") container \(container)"
    case .modifyResources(let type, .endpoint(let endpoint)):
      return "\(type == .remove ? "detach" : "attach") endpoint \(subject ?? endpoint.lowercase)"
    case .modifyLoadBalancer, .modify: return "modify \(title)"
    }
  }
}
