import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

/// The names that packets of tests can have as their ends.
extension ProfileDecoder {
  func isKnownPeer(_ name: String) -> Bool {
    if let service = ServiceName.service(name) { return !resolvesPeers || serviceUsage.names[service] != nil }
    if name == "host" || workloads[name] != nil || endpointIndex[name] != nil { return true }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2, let pod = workloads[parts[0]] {
      return pod.containers.contains(parts[1])
        || !pod.containers.isEmpty && parts[1] == EndpointDeclaration.infrastructureName
    }
    // Endpoints of a state can have any name.
    return !resolvesPeers && !Self.looksLikeAddress(name) && !name.contains(":")
  }

  /// The service that a peer names; nil if it names none.
  func service(named peer: String) -> ServiceDeclaration? {
    ServiceName.service(peer).flatMap { name in services.first { $0.name.value == name } }
  }

  /// Reports an unknown name; where a set is accepted, the names of address sets are suggested too.
  mutating func unknownPeer(_ node: YAMLNode, inSet: Bool = false) {
    let text = yaml.string(node)
    if ServiceName.service(text) != nil { return unknownService(node) }
    guard !AddressProblem.isAddressLike(text) else { return invalidAddress(node, "an address") }
    if addressSetIndex[text] != nil {
      report(
        .unknownPeer, "\(quoted(node)) is an address set, but a packet has a single address",
        at: yaml.location(node),
        help: "use 'always' or 'never' for a set of packets")
      return
    }
    if serviceUsage.names[text] != nil {
      report(
        .unknownPeer, "\(quoted(node)) is a service, not a container or pod", at: yaml.location(node),
        help: "write '\(ServiceName.destination(text))'")
      return
    }
    report(
      .unknownPeer, "there is no container or pod \(quoted(node))", at: yaml.location(node),
      help: resolvesPeers
        ? suggestion(
          for: node,
          among: Set(workloads.keys).union(endpointIndex.keys).union(["host"])
            .union(inSet ? addressSets.map(\.name.value) : []),
          kind: "containers or pods") : nil)
  }

  private mutating func unknownService(_ node: YAMLNode) {
    let names = serviceUsage.names.keys.map(ServiceName.destination)
    report(
      .unknownPeer, "there is no service \(quoted(node))", at: yaml.location(node),
      help: suggestion(for: node, among: names, kind: "services")
        ?? "the profile has \(names.sorted().prefix(6).joined(separator: ", ")) and \(names.count - 6) more")
  }

  /// Refuses a service as the sender of packets; returns whether a node is none.
  mutating func isNoService(_ node: YAMLNode) -> Bool {
    guard yaml.kind(node) == .scalar, ServiceName.service(yaml.string(node)) != nil else { return true }
    report(
      .impossiblePacket, "\(quoted(node)) is a service, which receives packets but sends none",
      at: yaml.location(node), help: "use the pod, container or address that sends")
    return false
  }
}
