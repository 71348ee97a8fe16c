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
    let lists = balancers.map { FormatList.fields(policyList($0.id)) }
    let lines = loadBalancerTable + FormatList.lines(lists).dropLast()
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
}
