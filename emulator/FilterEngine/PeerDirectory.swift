package import HostModel
import NetworkTypes

/// The names by which the ends of a packet can be told.
///
/// An address, `host`, an endpoint by name or id, a container by its name, a container of a pod as
/// `pod/container`, and a pod of host processes by its name. An address wins over a name.
package struct PeerDirectory: Sendable {
  /// What a text stands for.
  package enum Finding: Hashable, Sendable {
    case peer(Peer)
    /// Several endpoints of different owners have the name; these are their places.
    case ambiguous([Int])
    case unknown
  }

  /// The name of the host.
  package static let host = "host"

  private var peers: [String: Finding] = [host: .peer(.host)]
  private var ids: [GUID: Int] = [:]

  /// Lists the names of a host.
  ///
  /// - Parameter topology: What is where on the host.
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
        // A pod of host processes has no endpoint that carries its name.
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

  /// What a text stands for.
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
