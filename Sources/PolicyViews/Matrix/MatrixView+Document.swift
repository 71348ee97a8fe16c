import FilterEngine
package import JSONText
import NetworkTypes
import Reachability

extension MatrixView {
  /// The matrix as JSON: every cell, with the names of its peers.
  ///
  /// If folded, the peers are groups, and services with equal results between two groups share a cell.
  package var document: JSON {
    let formatter = MatrixFormatter(peers: matrix.peers, services: matrix.services)
    var object = JSONObject()
    object.append("formatVersion", 1)
    object.append("source", .string(source))
    object.append("services", .array(matrix.services.map(\.document)))
    object.append("parties", .array(matrix.peers.map(\.document)))
    object.append("groups", .array(groups.members.filter { $0.count > 1 }.map(formatter.document)))
    var cells: [JSON] = []
    for sender in senders {
      for receiver in receivers {
        for services in columns(from: sender, to: receiver) {
          let names = services.map { matrix.services[$0].description }
          var cell = JSONObject()
          cell.append("from", .string(formatter.key(groups.members[sender])))
          cell.append("to", .string(formatter.key(groups.members[receiver])))
          let title = names.count == 1 ? names[0] : formatter.titles(services).joined(separator: ", ")
          cell.append("service", .string(title))
          if isFolding { cell.append("services", .strings(names)) }
          (self.cell(from: sender, to: receiver, services[0]) ?? MatrixCell.sameCompartment).write(
            into: &cell)
          cells.append(.object(cell))
        }
      }
    }
    object.append("cells", .array(cells))
    return .object(object)
  }

  /// The services between two groups that share a cell of the document.
  private func columns(from sender: Int, to receiver: Int) -> [[Int]] {
    guard isFolding else { return matrix.services.indices.map { [$0] } }
    let formatter = MatrixFormatter(peers: matrix.peers, services: matrix.services)
    return formatter.folded { cellNumber(from: sender, to: receiver, $0) }
  }

  /// The number of cells in the document.
  package var documentCellCount: Int {
    guard isFolding else { return senders.count * receivers.count * matrix.services.count }
    return senders.reduce(0) { count, sender in
      receivers.reduce(count) { $0 + columns(from: sender, to: $1).count }
    }
  }
}

extension MatrixFormatter {
  /// The name of a group, not escaped for a terminal.
  func key(_ group: [Int]) -> String {
    let name = peers[group[0]].name
    return group.count > 1 ? "\(name) +\(group.count - 1)" : name
  }

  func document(_ group: [Int]) -> JSON {
    ["name": .string(key(group)), "members": .strings(group.map { peers[$0].name })]
  }
}

extension MatrixService {
  var document: JSON {
    var object = JSONObject()
    object.append("name", .string(description))
    object.append("protocol", .number(`protocol`.number))
    if `protocol`.hasPorts { object.append("ports", .strings(ports.ranges.map(\.description))) }
    return .object(object)
  }
}

extension MatrixPeer {
  var document: JSON {
    var object = JSONObject()
    object.append("name", .string(name))
    let title =
      switch peer {
      case .endpoint?: "endpoint"
      case .host?: "host"
      case .address?, nil: isService ? "service" : "addresses"
      }
    object.append("kind", .string(title))
    object.append("addresses", .strings(addresses.ranges.map(\.description)))
    if !aliases.isEmpty { object.append("aliases", .strings(aliases)) }
    object.append("sends", .bool(sends))
    object.append("receives", .bool(receives))
    return .object(object)
  }
}

extension MatrixCell {
  fileprivate func write(into object: inout JSONObject) {
    object.append("verdict", .string(summary.rawValue))
    object.append("rule", rule.map { .string($0) } ?? .null)
    object.append("reason", unevaluatedReason.map { .string($0.rawValue) })
    object.append("behindNAT", natAccess.map { .string($0.rawValue) })
    guard parts.count > 1 else { return }
    object.append(
      "parts",
      .array(
        parts.map { part in
          var piece = JSONObject()
          piece.append("verdict", .string(part.verdict.rawValue))
          piece.append("rule", part.rule.map { .string($0) } ?? .null)
          piece.append(from: part.from, to: part.to, ports: part.ports)
          return .object(piece)
        }))
  }
}

extension JSONObject {
  /// Which packets of a cell are included; empty for all.
  mutating func append(from: AddressSet?, to: AddressSet?, ports: PortSet?) {
    append("from", from.map { .strings($0.ranges.map(\.description)) })
    append("to", to.map { .strings($0.ranges.map(\.description)) })
    append("ports", ports.map { .strings($0.ranges.map(\.description)) })
  }
}
