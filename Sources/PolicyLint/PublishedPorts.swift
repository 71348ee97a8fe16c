import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

extension Linter {
  /// Finds published ports that no packet from outside the host can reach.
  mutating func findBlockedPublishedPorts() {
    for (index, endpoint) in attached {
      var seen: Set<PublishDeclaration> = []
      for mapping in endpoint.mappings {
        let port = PublishDeclaration(
          external: mapping.externalPort, internal: mapping.internalPort, protocol: mapping.protocol)
        guard seen.insert(port).inserted else { continue }
        let families = Set(
          endpoint.mappings.filter {
            $0.externalPort == port.external && $0.internalPort == port.internal
              && $0.protocol == port.protocol
          }.map(\.family))
        asking(.publishedPortBlocked, at: endpoint.name) { linter throws(BudgetExceeded) in
          try linter.findBlocked(port, families, index, endpoint)
        }
      }
    }
  }

  private mutating func findBlocked(
    _ port: PublishDeclaration, _ families: Set<AddressFamily>, _ index: Int,
    _ endpoint: HostTopology.Endpoint
  ) throws(BudgetExceeded) {
    var blocking: [String] = []
    var isOpenInside = false
    for family in families.sorted() {
      guard let own = endpoint.address(family) else { continue }
      let box = PacketBox(
        protocols: ProtocolSet([port.protocol]), local: AddressSet(own),
        remote: analysis.outside(family),
        localPorts: PortSet([PortRange(port.internal)]))
      let answers = try analysis.answers(box, index, family, .in, within: budget)
      if answers.contains(where: { $0.action == .allow }) || answers.isEmpty { return }
      for answer in answers where !blocking.contains(answer.rule) { blocking.append(answer.rule) }
      let inside = PacketBox(
        protocols: box.protocols, local: box.local,
        remote: analysis.onHostAddresses.subtracting(AddressSet(endpoint.addresses.map { AddressRange($0) })),
        localPorts: box.localPorts)
      let insideAnswers = try analysis.answers(inside, index, family, .in, within: budget)
      isOpenInside = isOpenInside || insideAnswers.contains { $0.action == .allow }
    }
    guard let first = blocking.first else { return }
    let name = endpoint.name
    let declared = subject.profile?.endpoints.first { $0.name.value == name }?.publish
      .first { $0.value == port }
    let text = "\(port.external):\(port.internal)/\(port.protocol)"
    if !isOpenInside { closedToAll.insert(name) }
    let who = isOpenInside ? "no address outside the host" : "no address"
    let acl = ProposedACL(
      name: "allow-port-\(port.internal)", direction: .in,
      match: RuleMatch(
        protocols: ProtocolSet([port.protocol]), localPorts: PortSet([PortRange(port.internal)])))
    let remedy = addition(
      of: [acl], to: name, instead: blocking, more: ", or do not publish the port",
      general: "allow \(port.protocol) \(port.internal), the container port, or do not publish it")
    report(
      PendingFinding(
        .publishedPortBlocked, at: name, location: declared?.location ?? location(ofEndpoint: name),
        rule: first,
        related: Array(blocking.dropFirst()), notes: notes(about: blocking, at: name),
        help: remedy.help, edits: remedy.edits,
        isAboutEndpoint: declared == nil
      ) {
        "\(who) can reach published port \(text) of \($0): \(PendingFinding.names(blocking)) "
          + "\(blocking.count == 1 ? "blocks" : "block") every packet to it"
      })
  }

  /// Notes with the locations of rules.
  func notes(about rules: [String], at endpoint: String) -> [Diagnostic.Note] {
    rules.compactMap { rule in
      ownLocation(of: rule, at: endpoint).map { Diagnostic.Note("'\(rule)' is here", $0) }
    }
  }
}
