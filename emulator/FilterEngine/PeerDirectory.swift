package import HostModel
import NetworkTypes

/// The names that identify the ends of a packet.
///
/// An address, `host`, an endpoint by name or id, a container by its name, a container of a pod as
/// `pod/container`, and a host-process pod by its name. An address takes precedence over a name.
package struct PeerDirectory: Sendable {
  /// The result of a lookup.
  package enum Finding: Hashable, Sendable {
    case peer(Peer)
    /// Several endpoints of different owners have the name; these are their indices.
    case ambiguous([Int])
    case unknown
  }

  /// The name of the host.
  package static let host = "host"

  private var peers: [String: Finding] = [host: .peer(.host)]
  private var ids: [GUID: Int] = [:]

  /// Collects the names of a host.
  ///
  /// - Parameter topology: The topology of the host.
  package init(_ topology: HostTopology) {
    for (index, endpoint) in topology.endpoints.enumerated() {
      if !endpoint.name.isEmpty { add(endpoint.name, .endpoint(index)) }
      ids[endpoint.id] = index
    }
    for namespace in topology.namespaces {
      guard let peer: Peer = namespace.isHost ? .host : namespace.endpoints.first.map({ .endpoint($0) })
      else { continue }
      for container in namespace.containers {
        add(container, peer)
        // A host-process pod has no endpoint with its name.
        if namespace.isHost, let pod = container.split(separator: "/").first { add(String(pod), peer) }
      }
    }
  }

  private mutating func add(_ name: String, _ peer: Peer) {
    guard name != Self.host else { return }
    switch (peers[name], peer) {
    case (nil, _): peers[name] = .peer(peer)
    case (.peer(.endpoint(let first)), .endpoint(let second)) where first != second:
      peers[name] = .ambiguous([first, second])
    case (.ambiguous(let others), .endpoint(let index)) where !others.contains(index):
      peers[name] = .ambiguous(others + [index])
    default: break
    }
  }

  /// Looks up a text.
  ///
  /// - Parameter text: An address or a name.
  package func find(_ text: String) -> Finding {
    if let address = IPAddress(text) { return .peer(.address(address)) }
    if let finding = peers[text] { return finding }
    if let id = GUID(text), let index = ids[id] { return .peer(.endpoint(index)) }
    return .unknown
  }

  /// Every name, in alphabetical order.
  package var names: [String] { peers.keys.sorted() }

  /// Every name and, in lower case, every id of an endpoint.
  package var texts: [String] { Array(peers.keys) + ids.keys.map(\.lowercase) }
}
