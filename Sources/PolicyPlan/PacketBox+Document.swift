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
      object.append("protocols", .array(protocols.protocols.map { .whole($0.number) }))
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
    func addresses(_ member: String) -> AddressSet {
      object[member]?.array.map { list in
        AddressSet(
          list.compactMap(\.string).compactMap { text in
            IPPrefix(text)?.range ?? IPAddress(text).map { AddressRange($0) }
          })
      } ?? all
    }
    func ports(_ member: String) -> PortSet {
      object[member]?.array.map { list in
        PortSet(
          list.compactMap(\.string).compactMap { text in
            if case .range(let range) = PortText(parsing: Array(text.utf8).span) { range } else { nil }
          })
      } ?? .allPorts
    }
    let protocols = object["protocols"]?.array.map { list in
      ProtocolSet(list.compactMap(\.integer).compactMap { UInt8(exactly: $0) }.map { IPProtocol($0) })
    }
    self.init(
      protocols: protocols ?? .allProtocols, local: addresses("localAddresses"),
      remote: addresses("remoteAddresses"), localPorts: ports("localPorts"), remotePorts: ports("remotePorts")
    )
  }
}
