import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

/// What a script compares of documents: lists of values by name, which it reads from the documents of the host
/// in the same way (`ConvertTo-Facts` in ``PowerShellParts``).
///
/// Everything for which a plan replaces an object is among them, so that a host that has not been changed yet
/// never looks like one that has (``ReplacementReason``).
struct ScriptFacts {
  let target: ExportTarget
  let v1: V1Requests

  /// The names that types of policies have in documents of the target.
  func names(of types: Set<String>) -> [String] {
    guard target == .hnsV1 else { return types.sorted() }
    return types.map { PolicyTable.endpoint[$0]?.v1?.names.first ?? $0 }.sorted()
  }

  /// The facts of a document.
  ///
  /// - Parameters:
  ///   - document: The document.
  ///   - isCreation: Whether a client states it: what it leaves out is then for the service to choose, and is
  ///     not compared.
  ///   - policies: The types of an endpoint's policies that are compared.
  /// - Throws: A document that the schema of the target cannot express.
  func facts(
    of document: ObjectDocument, isCreation: Bool, policies: Set<String>
  ) throws(NotExportable) -> JSON {
    let facts: KeyValuePairs<String, [JSON]>
    switch document {
    case .network(let network): facts = self.facts(of: network)
    case .endpoint(let endpoint): facts = try self.facts(of: endpoint, policies)
    case .namespace(let namespace): return Self.object(self.facts(of: namespace))
    case .loadBalancer(let balancer): return Self.object(try self.facts(of: balancer))
    }
    // The service adds no VLAN or VSID to subnets that are stated without, and chooses no other assignment.
    let hasSubnets = facts.contains { $0.key == "subnets" && !$0.value.isEmpty }
    return Self.object(facts) { name, values in
      switch name {
      case "policies": !policies.isEmpty
      case "isolation", "address assignment": !isCreation || hasSubnets
      default: !isCreation || !values.isEmpty
      }
    }
  }

  private static func object(
    _ facts: KeyValuePairs<String, [JSON]>, where isCompared: (String, [JSON]) -> Bool = { _, _ in true }
  ) -> JSON {
    .object(JSONObject(facts.filter(isCompared).map { .init($0.key, .array($0.value)) }))
  }

  private func facts(of network: HostComputeNetwork) -> KeyValuePairs<String, [JSON]> {
    let subnets = network.subnets.filter { !$0.isUnspecified }
    func setting(_ type: PolicyType, _ member: String) -> JSON? {
      network.policies.first { $0.type == type }?.settings[member]
    }
    let adapters = (setting(.netAdapterName, "NetworkAdapterName")?.string ?? "").split(separator: ",")
      .map { JSON.string(VirtualAdapter.physical(String($0.drop { $0 == " " }))) }
    return [
      "name": [.string(network.name)], "type": [.string(network.mode.rawValue)], "adapter": adapters,
      "subnets": subnets.map { .string("\($0.prefix)") },
      "gateways": subnets.flatMap(\.routes).filter(\.isDefault).map { .string("\($0.nextHop)") },
      "isolation": subnets.flatMap { subnet in
        subnet.policies.filter { $0.type == .vlan || $0.type == .vsid }.map { policy in
          .string("\(subnet.prefix) \(policy.typeName) \(policy.settings["IsolationId"]?.text() ?? "")")
        }
      },
      // No document of schema 1 says either.
      "address assignment": target == .hnsV1
        ? [] : network.ipams.filter { $0.type != .static }.map { .string($0.type.rawValue) },
      "VXLAN port": target == .hnsV1 ? [] : [setting(.vxlanPort, "Port")].compactMap { $0 },
      "MAC pool": network.macPool.map {
        .string("\(MACAddress($0.lowerBound)) \(MACAddress($0.upperBound))")
      },
      "name servers": network.dns.servers.map { .string($0) },
      "search domains": network.dns.search.map { .string($0) },
    ]
  }

  private func facts(
    of endpoint: HostComputeEndpoint, _ types: Set<String>
  ) throws(NotExportable) -> KeyValuePairs<String, [JSON]> {
    var policies: [JSON] = []
    for policy in endpoint.policies where types.contains(policy.typeName) {
      policies.append(target == .hcn ? policy.document : try v1.flat(policy, PolicyTable.endpoint))
    }
    return [
      "network": [.string(endpoint.network.uppercase)],
      "MAC address": [endpoint.mac.map { .string("\($0)") }].compactMap { $0 },
      "addresses": endpoint.addresses.map { .string("\($0.address)") },
      "gateways": endpoint.routes.filter(\.isDefault).map { .string("\($0.nextHop)") },
      "name servers": endpoint.dns.servers.map { .string($0) },
      "search domains": endpoint.dns.search.map { .string($0) },
      "policies": policies,
    ]
  }

  private func facts(of namespace: HostComputeNamespace) -> KeyValuePairs<String, [JSON]> {
    let members = namespace.endpoints.map { JSON.string($0.uppercase) }
    return target == .hcn
      ? ["type": [.string(namespace.type.rawValue)], "endpoints": members]
      : ["default": [.bool(namespace.type == .hostDefault)], "endpoints": members]
  }

  private func facts(
    of balancer: HostComputeLoadBalancer
  ) throws(NotExportable) -> KeyValuePairs<String, [JSON]> {
    let document = target == .hcn ? balancer.document : try v1.document(of: balancer)
    func list(_ name: String) -> [JSON] { document[name].map { $0.array ?? [$0] } ?? [] }
    guard target == .hcn else { return ["endpoints": list("References"), "ports": list("Policies")] }
    return [
      "endpoints": list("HostComputeEndpoints"), "addresses": list("FrontendVIPs"),
      "source address": list("SourceVIP"), "ports": list("PortMappings"), "flags": list("Flags"),
    ]
  }
}
