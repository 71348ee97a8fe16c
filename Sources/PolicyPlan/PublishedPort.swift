import HostModel
import JSONText
import NetworkTypes
import PolicyCompiler

/// A published port of a PortMapping policy.
struct PublishedPort: Hashable {
  var external: Int64
  var `internal`: Int64
  var `protocol`: IPProtocol

  var isIPv6: Bool

  var name: String { "\(external):\(self.internal)/\(self.protocol)" + (isIPv6 ? " (IPv6)" : "") }

  var value: JSON {
    [
      "external": .integer(external), "internal": .integer(self.internal),
      "protocol": .string(self.protocol.description), "family": .string(isIPv6 ? "ipv6" : "ipv4"),
    ]
  }

  static func of(_ endpoint: EndpointRecord) -> [PublishedPort] {
    endpoint.policies.compactMap(\.mapping).map { mapping in
      PublishedPort(
        external: Int64(mapping.externalPort), internal: Int64(mapping.internalPort),
        protocol: mapping.protocol, isIPv6: Int64(mapping.flags) & HCN.ipv6Mapping != 0)
    }
  }
}
