public import HostModel
import JSONText
public import NetworkTypes

/// A document of a host that the service of another Windows build refuses.
public struct RefusedDocument: Hashable, Sendable {
  /// The kind of object.
  public var kind: HCNObjectKind
  /// The object.
  public var id: GUID
  /// The object's name; may be empty.
  public var name: String
  /// The place in a snapshot of the host: `endpoints[3].document.Policies[5]`.
  public var path: String
  /// The policy that is refused; nil if it is the document as a whole.
  package var policy: HCNPolicy?
  /// The error of the service.
  public var error: HCNError
}

extension HostNetworkingService {
  /// The same host on another Windows build, with the documents that the service accepts there.
  ///
  /// Nothing is translated: every document is sent to an empty host of that build as it is, and one that is
  /// refused is left out together with what depends on it. What this build refuses too is kept: it is not a
  /// matter of the build.
  ///
  /// - Parameter build: The other build.
  /// - Returns: The host, and the documents that are refused, in order.
  public func moved(to build: WindowsBuild) -> (host: HostNetworkingService, refused: [RefusedDocument]) {
    var host = self
    host.configuration.build = build
    // A captured firewall has the rules that HNS made on its own build.
    if BuildBehavior.gatewayDNS.holds(on: configuration.build, configuration.assumptions)
      != BuildBehavior.gatewayDNS.holds(on: build, configuration.assumptions)
    {
      host.configuration.firewall = configuration.firewall?.withoutServiceRules
    }
    host.updateRouterCompartment()
    host.recordsNotifications = false
    let known = Set(refusals(on: configuration).map(\.id))
    var refused: [RefusedDocument] = []
    for document in refusals(on: host.configuration) where !known.contains(document.id) {
      refused += parts(of: document, on: host.configuration)
      // A network takes its endpoints with it, so they can be gone already.
      try? host.delete(document.kind, document.id)
    }
    return (host, refused)
  }

  /// The documents that are refused by an empty host of a configuration to which all are sent in the order of
  /// their creation.
  private func refusals(on configuration: HostConfiguration) -> [RefusedDocument] {
    var target = HostNetworkingService(configuration)
    var refused: [RefusedDocument] = []
    func send(
      _ kind: HCNObjectKind, _ id: GUID, _ name: String, _ path: String,
      _ call: () throws(HCNError) -> Void
    ) {
      do { try call() } catch {
        refused.append(RefusedDocument(kind: kind, id: id, name: name, path: path, error: error))
      }
    }
    for (index, network) in networks.values.sorted(by: { $0.ordinal < $1.ordinal }).enumerated() {
      send(.network, network.id, network.name, "networks[\(index)].document") { () throws(HCNError) in
        _ = try target.create(typedDocument(of: network))
      }
    }
    for (index, endpoint) in endpoints.values.sorted(by: { $0.ordinal < $1.ordinal }).enumerated() {
      send(.endpoint, endpoint.id, endpoint.name, "endpoints[\(index)].document") { () throws(HCNError) in
        var document = typedDocument(of: endpoint)
        document.namespace = nil
        _ = try target.create(document)
      }
    }
    for (index, balancer) in loadBalancers.values.sorted(by: { $0.ordinal < $1.ordinal }).enumerated() {
      send(.loadBalancer, balancer.id, balancer.document.name, "loadBalancers[\(index)].document") {
        () throws(HCNError) in
        _ = try target.create(.loadBalancer, id: balancer.id, settings: balancer.document.document)
      }
    }
    for (index, route) in routes.values.sorted(by: { $0.ordinal < $1.ordinal }).enumerated() {
      send(.route, route.id, "", "routes[\(index)].document") { () throws(HCNError) in
        _ = try target.create(.route, id: route.id, settings: document(of: route))
      }
    }
    return refused
  }

  /// The policies because of which a document is refused, or the document if it is none of them.
  private func parts(of document: RefusedDocument, on configuration: HostConfiguration) -> [RefusedDocument] {
    let policies: [HCNPolicy]
    let network: NetworkObject?
    switch document.kind {
    case .network:
      network = networks[document.id]
      policies = network?.policies ?? []
    case .endpoint:
      let endpoint = endpoints[document.id]
      network = endpoint.flatMap { networks[$0.network] }
      policies = endpoint?.policies ?? []
    default: return [document]
    }
    guard let network else { return [document] }
    let table = document.kind == .network ? PolicyTable.network : PolicyTable.endpoint
    let reader = PolicyReader(configuration: configuration, driver: network.driver, table: table)
    let parts = policies.enumerated().compactMap { index, policy -> RefusedDocument? in
      do throws(HCNError) {
        _ = try reader.validated([policy])
        return nil
      } catch {
        var part = document
        part.path += ".Policies[\(index)]"
        part.policy = policy
        part.error = error
        return part
      }
    }
    return parts.isEmpty ? [document] : parts
  }
}
