import HostModel
package import JSONText
import NetworkTypes
package import PacketSpace

extension PacketBox {
  /// A box in the form of a rule: an absent list means any.
  package var document: JSON {
    var object = JSONObject()
    let families = families
    let all = families.reduce(AddressSet()) { $0.union(.all($1)) }
    if families.count == 1 { object.append("family", .string(families[0] == .ipv4 ? "IPv4" : "IPv6")) }
    if protocols != .allProtocols {
      object.append("protocols", .array(protocols.protocols.map { .number($0.number) }))
    }
    if local != all { object.append("localAddresses", .strings(local.listedPrefixes)) }
    if remote != all { object.append("remoteAddresses", .strings(remote.listedPrefixes)) }
    if localPorts != .allPorts {
      object.append("localPorts", .strings(localPorts.ranges.map(\.description)))
    }
    if remotePorts != .allPorts {
      object.append("remotePorts", .strings(remotePorts.ranges.map(\.description)))
    }
    return .object(object)
  }

  /// Parses a box; nil if it is invalid.
  package init?(document: JSON) {
    guard let object = document.object else { return nil }
    let family: AddressFamily? =
      switch object["family"] {
      case "IPv4": .ipv4
      case "IPv6": .ipv6
      default: nil
      }
    let all = family.map { AddressSet.all($0) } ?? .all
    self.init(
      protocols: ProtocolSet(listed: object["protocols"]) ?? .allProtocols,
      local: AddressSet(listed: object["localAddresses"]) ?? all,
      remote: AddressSet(listed: object["remoteAddresses"]) ?? all,
      localPorts: PortSet(listed: object["localPorts"]) ?? .allPorts,
      remotePorts: PortSet(listed: object["remotePorts"]) ?? .allPorts)
  }
}
