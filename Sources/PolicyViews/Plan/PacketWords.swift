import HostModel
import NetworkTypes
import PacketSpace

/// Puts sets of packets into words.
struct PacketWords {
  let direction: Direction
  let families: [AddressFamily]

  /// How many entries of a list are written out.
  private static let listLimit = 6

  /// What is admitted, by the shorter of naming it and naming the rest.
  func admitted(_ boxes: [PacketBox]) -> String {
    guard !boxes.isEmpty else { return "everything is blocked" }
    let everything = PacketRegion(families.map { .universe([$0]) })
    guard let rest = everything.subtracting(PacketRegion(boxes), limit: 200) else {
      return "allowed: \(list(boxes))"
    }
    if rest.isEmpty { return "everything is allowed" }
    return joined(rest.boxes).count < joined(boxes).count
      ? "everything is allowed except: \(list(rest.boxes))" : "everything is blocked except: \(list(boxes))"
  }

  /// Boxes in words, the first few written out.
  func list(_ boxes: [PacketBox]) -> String {
    let parts = joined(boxes).map(words)
    let shown = parts.prefix(Self.listLimit).joined(separator: "; ")
    return parts.count > Self.listLimit ? "\(shown); and \(parts.count - Self.listLimit) more" : shown
  }

  /// Boxes that name no local address and agree in protocols and ports, as one each.
  private func joined(_ boxes: [PacketBox]) -> [PacketBox] {
    struct Key: Hashable {
      var protocols: ProtocolSet
      var localPorts: PortSet
      var remotePorts: PortSet
    }
    var places: [Key: Int] = [:]
    var result: [PacketBox] = []
    for box in boxes {
      guard box.local == PacketBox.universe(box.families).local else {
        result.append(box)
        continue
      }
      let key = Key(protocols: box.protocols, localPorts: box.localPorts, remotePorts: box.remotePorts)
      guard let place = places[key] else {
        places[key] = result.count
        result.append(box)
        continue
      }
      let other = result[place]
      result[place] = PacketBox(
        protocols: box.protocols, local: other.local.union(box.local), remote: other.remote.union(box.remote),
        localPorts: box.localPorts, remotePorts: box.remotePorts)
    }
    return result
  }

  private func words(_ box: PacketBox) -> String {
    var text = protocols(box.protocols)
    let peer = direction == .in ? "from" : "to"
    if box.localPorts != .allPorts {
      text += direction == .in ? " \(ports(box.localPorts))" : " from local port \(ports(box.localPorts))"
    }
    if box.remotePorts != .allPorts {
      text += direction == .in ? " from remote port \(ports(box.remotePorts))" : " \(ports(box.remotePorts))"
    }
    // A box of one family names it on one side only.
    let universe = PacketBox.universe(families)
    let own = PacketBox.universe(box.families)
    if box.remote != universe.remote { text += " \(peer) \(addresses(box.remote, universe.remote))" }
    if box.local != own.local { text += " at \(addresses(box.local, universe.local))" }
    return text
  }

  private func protocols(_ set: ProtocolSet) -> String {
    if set == .allProtocols { return "every protocol" }
    let rest = ProtocolSet.allProtocols.subtracting(set).protocols
    if rest.count < set.protocols.count {
      return "protocols other than \(join(rest.map(\.description)))"
    }
    return join(set.protocols.map(\.description))
  }

  private func ports(_ set: PortSet) -> String {
    let rest = PortSet.allPorts.subtracting(set).ranges
    let ranges = set.ranges
    if rest.count < ranges.count { return "ports other than \(join(rest.map(\.description)))" }
    return join(ranges.map(\.description))
  }

  private func addresses(_ set: AddressSet, _ whole: AddressSet) -> String {
    let rest = whole.subtracting(set).prefixes
    let prefixes = set.prefixes
    if rest.count < prefixes.count { return "addresses other than \(join(rest.map(\.listed)))" }
    return join(prefixes.map(\.listed))
  }

  private func join(_ entries: [String]) -> String {
    guard entries.count > Self.listLimit else { return entries.joined(separator: ", ") }
    return entries.prefix(Self.listLimit).joined(separator: ", ")
      + " and \(entries.count - Self.listLimit) more"
  }
}
