import FilterEngine
import HostModel
package import JSONText
import NetworkTypes
package import PacketSpace

extension VerdictChange {
  /// A witness in words.
  ///
  /// - Parameter witness: One of ``witnesses``.
  package func sentence(_ witness: PacketWitness) -> String {
    let packet = witness.packet
    let isInbound = direction == .in
    let from = isInbound ? "\(packet.remote)" : endpoint
    let to = isInbound ? endpoint : "\(packet.remote)"
    guard packet.protocol.hasPorts else {
      return "\(packet.protocol)\(witness.icmpType.map { " type \($0)" } ?? "") from \(from) to \(to)"
    }
    let (source, destination) =
      isInbound ? (packet.remotePort, packet.localPort) : (packet.localPort, packet.remotePort)
    return "\(packet.protocol) from \(from) port \(source) to \(to) port \(destination)"
  }

  /// The change for programs; the witness is a line for `trace --packets` as it stands.
  package var document: JSON {
    var object = JSONObject()
    object.append("endpoint", .string(endpoint))
    object.append("direction", .string(direction.rawValue))
    object.append("change", .string(change.rawValue))
    object.append("packets", .array(packets.map(Self.document)))
    let lines = witnesses.map(line)
    object.append("witness", lines.first ?? .null)
    if lines.count > 1 { object.append("witnesses", .array(lines)) }
    object.append("before", before.map { .string($0) } ?? .null)
    object.append("after", after.map { .string($0) } ?? .null)
    return .object(object)
  }

  /// A box in the shape of a rule: an absent list is any.
  private static func document(_ box: PacketBox) -> JSON {
    var object = JSONObject()
    let families = box.families
    let all = families.reduce(AddressSet()) { $0.union(.all($1)) }
    if families.count == 1 { object.append("family", .string(families[0] == .ipv4 ? "IPv4" : "IPv6")) }
    if box.protocols != .allProtocols {
      object.append("protocols", .array(box.protocols.protocols.map { .whole($0.number) }))
    }
    if box.local != all { object.append("localAddresses", .strings(box.local.listedPrefixes)) }
    if box.remote != all { object.append("remoteAddresses", .strings(box.remote.listedPrefixes)) }
    if box.localPorts != .allPorts {
      object.append("localPorts", .strings(box.localPorts.ranges.map(\.description)))
    }
    if box.remotePorts != .allPorts {
      object.append("remotePorts", .strings(box.remotePorts.ranges.map(\.description)))
    }
    return .object(object)
  }

  private func line(_ witness: PacketWitness) -> JSON {
    let packet = witness.packet
    let isInbound = direction == .in
    var object = JSONObject()
    object.append("from", .string(isInbound ? "\(packet.remote)" : endpoint))
    object.append("to", .string(isInbound ? endpoint : "\(packet.remote)"))
    object.append("protocol", .string("\(packet.protocol)"))
    if packet.protocol.hasPorts {
      object.append("port", .whole(isInbound ? packet.localPort : packet.remotePort))
      object.append("sourcePort", .whole(isInbound ? packet.remotePort : packet.localPort))
    }
    object.append("icmpType", witness.icmpType.map { .whole($0) })
    return .object(object)
  }
}
