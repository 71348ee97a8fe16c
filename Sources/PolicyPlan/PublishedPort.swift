import HostModel
package import NetworkTypes
import PolicyCompiler

/// A published port of a PortMapping policy.
package struct PublishedPort: Sendable, Hashable {
  package var external: Int64
  package var `internal`: Int64
  package var `protocol`: IPProtocol

  package var isIPv6: Bool

  var name: String { "\(external):\(self.internal)/\(self.protocol)" + (isIPv6 ? " (IPv6)" : "") }

  /// Creates a published port.
  package init(external: Int64, internal: Int64, protocol: IPProtocol, isIPv6: Bool) {
    self.external = external
    self.internal = `internal`
    self.protocol = `protocol`
    self.isIPv6 = isIPv6
  }

  static func of(_ endpoint: EndpointRecord) -> [PublishedPort] {
    endpoint.policies.compactMap(\.mapping).map { mapping in
      PublishedPort(
        external: Int64(mapping.externalPort), internal: Int64(mapping.internalPort),
        protocol: mapping.protocol, isIPv6: Int64(mapping.flags) & HCN.ipv6Mapping != 0)
    }
  }
}
