import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

/// The load balancers of a host, as hnsdiag and Get-HnsPolicyList print them (reference: hns, 8.1 and 8.4).
extension HostView {
  /// The table of hnsdiag, then each load balancer as Get-HnsPolicyList lists it, and what is said about the
  /// ports that they reserve.
  var loadBalancerLines: [String] {
    let balancers = balancers
    guard !balancers.isEmpty else { return ["The host has no load balancers."] }
    var lines = ["LoadBalancers:", "ID                                   | Virtual IPs      | Direct IP IDs"]
    for balancer in balancers {
      let addresses = balancer.frontendVIPs.map(\.description).joined(separator: " ")
      let padding = String(repeating: " ", count: max(0, 16 - addresses.count))
      let backends = balancer.endpoints.map(\.lowercase).joined(separator: " ")
      lines.append("\(balancer.id.lowercase) |  \(addresses)\(padding)| \(backends)")
    }
    for balancer in balancers {
      let members = policyList(balancer.id).object?.members ?? []
      lines += [""] + formatList(members.map { ($0.key, Self.shown($0.value)) })
    }
    let notes = service.portBlocks.compactMap { $0.problem.map { "Warning: \($0)" } }
    return lines + (notes.isEmpty ? [] : [""] + notes)
  }

  /// Each load balancer as Get-HnsPolicyList converts it to JSON.
  var loadBalancerDocuments: [JSON] { balancers.map { policyList($0.id) } }

  /// The blocks of ports that the load balancers reserve.
  var portBlockDocuments: [JSON] {
    service.portBlocks.map { blocks in
      [
        "protocol": .string(blocks.protocol == .tcp ? "tcp" : "udp"), "available": .number(blocks.available),
        "needed": .number(blocks.needed), "free": .number(blocks.free), "missing": .number(blocks.missing),
      ]
    }
  }

  private func policyList(_ id: GUID) -> JSON {
    (try? service.properties(.loadBalancer, id, query: nil)) ?? .null
  }

  /// A value as Format-List prints it, with the elements of inner lists written out.
  private static func shown(_ value: JSON) -> String {
    if let elements = value.array { return "{\(elements.map(inner).joined(separator: ", "))}" }
    return inner(value)
  }

  private static func inner(_ value: JSON) -> String {
    switch value {
    case .bool(let flag): return flag ? "True" : "False"
    case .string(let text): return text
    case .null: return ""
    default: break
    }
    if let elements = value.array { return "{\(elements.map(inner).joined(separator: ", "))}" }
    if let object = value.object {
      return "@{\(object.members.map { "\($0.key)=\(inner($0.value))" }.joined(separator: "; "))}"
    }
    return value.text()
  }
}
