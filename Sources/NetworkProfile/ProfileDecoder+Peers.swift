import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

/// What a name in an ACL stands for.
struct NamedPeer {
  /// The addresses in the profile.
  var addresses: [IPAddress] = []
  /// Whether HNS assigns addresses too.
  var hasAssignedAddresses = false
  /// Whether it has an endpoint; a host-process pod has none.
  var hasEndpoint = true
  /// The names of a pod's containers.
  var containers: [String] = []
}

extension ProfileDecoder {
  /// The container, pod or endpoint with a name; a container of a pod is written `pod/container`.
  ///
  /// ACLs come before the containers in a profile, so the names are collected on first use.
  mutating func namedPeer(_ name: String) -> NamedPeer? {
    let peers = namedPeers ?? scannedPeers()
    namedPeers = peers
    if let peer = peers[name] { return peer }
    let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let pod = peers[parts[0]] else { return nil }
    let isThere = pod.containers.contains(parts[1]) || parts[1] == EndpointDeclaration.infrastructureName
    return isThere && !pod.containers.isEmpty ? pod : nil
  }

  /// Every name that an ACL can use for addresses.
  mutating func peerNames() -> [String] {
    let peers = namedPeers ?? scannedPeers()
    namedPeers = peers
    return Array(peers.keys) + Array(addressSetIndex.keys)
  }

  /// The containers, pods and endpoints of the profile, without any checks: they are read later.
  private func scannedPeers() -> [String: NamedPeer] {
    var peers: [String: NamedPeer] = [:]
    var children = yaml.children(yaml.root)
    while let key = children.next(), let value = children.next() {
      guard ["containers", "pods"].contains(yaml.string(key)), yaml.kind(value) == .sequence else { continue }
      for element in yaml.children(value) { scan(element, &peers) }
    }
    return peers
  }

  private func scan(_ node: YAMLNode, _ peers: inout [String: NamedPeer]) {
    let fields = scannedFields(node)
    guard let name = fields["name"].map({ yaml.string($0) }), peers[name] == nil else { return }
    var peer = NamedPeer()
    peer.hasEndpoint = fields["hostProcess"].map { yaml.string($0) } != "true"
    if let list = fields["containers"], yaml.kind(list) == .sequence {
      for element in yaml.children(list) {
        if let container = scannedFields(element)["name"] { peer.containers.append(yaml.string(container)) }
      }
    }
    var attachments: [(network: String, addresses: YAMLNode?)] = []
    if let list = fields["networks"], yaml.kind(list) == .sequence {
      for element in yaml.children(list) {
        let own = scannedFields(element)
        attachments.append((yaml.string(own["name"] ?? element), own["addresses"]))
      }
    }
    guard attachments.count > 1 else {
      add(attachments.first?.addresses ?? fields["addresses"], to: &peer)
      peers[name] = peer
      return
    }
    for attachment in attachments {
      var endpoint = NamedPeer()
      add(attachment.addresses, to: &endpoint)
      peers[EndpointName.of(name, on: attachment.network)] = endpoint
      peer.addresses += endpoint.addresses
      peer.hasAssignedAddresses = peer.hasAssignedAddresses || endpoint.hasAssignedAddresses
    }
    peers[name] = peer
  }

  private func add(_ addresses: YAMLNode?, to peer: inout NamedPeer) {
    guard let addresses else {
      peer.hasAssignedAddresses = true
      return
    }
    for element in yaml.children(addresses) {
      let text = AddressText(parsing: Span(_unsafeElements: yaml.bytes(element)))
      if case .address(let address) = text { peer.addresses.append(address) }
    }
  }

  /// The values of a mapping by key; empty for anything else.
  private func scannedFields(_ node: YAMLNode) -> [String: YAMLNode] {
    guard yaml.kind(node) == .mapping else { return [:] }
    var fields: [String: YAMLNode] = [:]
    var children = yaml.children(node)
    while let key = children.next(), let value = children.next() { fields[yaml.string(key)] = value }
    return fields
  }

  /// Refuses names in ACLs whose addresses no plan can know, because a DHCP server assigns them.
  mutating func checkUnresolvedPeers() {
    guard hasUnresolvedPeers else { return }
    let lists = aclSets.map(\.acls) + endpoints.map(\.acls)
    var reported: Set<SourceRange> = []
    for acl in lists.joined() {
      for name in (acl.unresolved?.local ?? []) + (acl.unresolved?.remote ?? []) {
        guard let endpoint = endpointIndices(of: name.value).first(where: { hasUnknownAddresses($0) }),
          reported.insert(name.location).inserted
        else { continue }
        report(
          .addressUnknown,
          "the addresses of '\(endpoints[endpoint].name.value)' are not known: DHCP assigns them",
          at: name.location, notes: [.init("the endpoint is here", endpoints[endpoint].name.location)],
          help: "specify addresses for the endpoint, or write addresses instead of the name")
      }
    }
  }

  private func hasUnknownAddresses(_ index: Int) -> Bool {
    endpoints[index].addresses.isEmpty && networks[endpoints[index].network].ipam?.value == .dhcp
  }

  /// The endpoints that a name refers to.
  func endpointIndices(of name: String) -> [Int] {
    if let workload = workloads[name] { return workload.endpoints }
    if let index = endpointIndex[name] { return [index] }
    return name.split(separator: "/").first.flatMap { workloads[String($0)]?.endpoints } ?? []
  }
}
