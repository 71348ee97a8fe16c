import HostModel
import JSONText
import NetworkTypes
import PolicyCompiler

/// A published port as a PortMapping policy states it.
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
    endpoint.policies.compactMap { policy in
      guard policy["Type"]?.string?.uppercased() == "PORTMAPPING", let settings = policy["Settings"],
        let external = settings["ExternalPort"]?.integer, let port = settings["InternalPort"]?.integer,
        let number = settings["Protocol"]?.integer, let number = UInt8(exactly: number)
      else { return nil }
      let flags = settings["Flags"]?.integer ?? 0
      return PublishedPort(
        external: external, internal: port, protocol: IPProtocol(number), isIPv6: flags & HCN.ipv6Mapping != 0
      )
    }
  }
}
