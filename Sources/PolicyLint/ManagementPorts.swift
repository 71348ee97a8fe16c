import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

extension Linter {
  /// SSH, RPC, SMB, Remote Desktop and the two ports of Windows Remote Management.
  static let managementPorts: [UInt16] = [22, 135, 445, 3389, 5985, 5986]

  /// Finds management ports that every address outside the host can reach, in either family.
  ///
  /// Behind NAT, only published ports are reachable from outside.
  mutating func findOpenManagementPorts() {
    for (index, endpoint) in attached {
      asking(.openManagementPort, at: endpoint.name) { linter throws(BudgetExceeded) in
        for family in AddressFamily.allCases {
          guard let own = endpoint.address(family) else { continue }
          try linter.findOpen(index, endpoint, own)
        }
      }
    }
  }

  private mutating func findOpen(
    _ index: Int, _ endpoint: HostTopology.Endpoint, _ own: IPAddress
  ) throws(BudgetExceeded) {
    let family = own.family
    var ports = Self.managementPorts
    if cell(of: endpoint).driver == .nat {
      let published = endpoint.mappings.filter { $0.protocol == .tcp }.map(\.internalPort)
      ports.removeAll { !published.contains($0) }
    }
    guard !ports.isEmpty else { return }
    func box(_ ports: [UInt16]) -> PacketBox {
      PacketBox(
        protocols: ProtocolSet([.tcp]), local: AddressSet(own),
        remote: analysis.outside(family),
        localPorts: PortSet(ports.map { PortRange($0) }))
    }
    var open: [UInt16] = []
    for port in ports
    where try !analysis.blocksAny(of: box([port]), index, family, .in, within: budget) {
      open.append(port)
    }
    guard !open.isEmpty else { return }
    let answers = try analysis.answers(box(open), index, family, .in, within: budget)
    guard !answers.isEmpty else { return }
    var rules: [String] = []
    for answer in answers where !rules.contains(answer.rule) { rules.append(answer.rule) }
    let name = endpoint.name
    let first = rules.first { ownLocation(of: $0, at: name) != nil } ?? rules.first
    let location = first.flatMap { ownLocation(of: $0, at: name) }
    let list = open.map { "\($0)" }.joined(separator: ", ")
    report(
      PendingFinding(
        .openManagementPort, at: name, location: location ?? self.location(ofEndpoint: name), rule: first,
        related: rules.filter { $0 != first },
        help: cell(of: endpoint).programmablePoints.isEmpty
          ? "its ACLs cannot be changed: use process isolation, or a driver that filters with VFP"
          : "block them, or allow them only from the addresses that manage it",
        isAboutEndpoint: location == nil || first == ReservedRuleName.defaultIn.rawValue
      ) {
        "every \(family == .ipv4 ? "IPv4" : "IPv6") address outside the host can reach tcp \(list) of \($0)"
      })
  }
}
