import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

extension Linter {
  /// Finds endpoints that can reach Azure's wireserver, whose data is intended only for the host.
  ///
  /// Checked where it is known to exist: on l2tunnel, which exists only on Azure, and at endpoints with a
  /// rule that specifies its address. Its ports are 80 and 32526.
  mutating func findWireServerAccess() {
    let wireserver = IPAddress(.ipv4, 0xa83f_8110)
    for (index, endpoint) in attached {
      guard let own = endpoint.address(.ipv4) else { continue }
      asking(.wireserverReachable, at: endpoint.name) { linter throws(BudgetExceeded) in
        guard let path = linter.analysis.path(index, .ipv4, .out) else { return }
        let blocks = path.path.policies.enumerated().flatMap { point, policy in
          policy.rules.filter { rule in
            rule.action == .block && (rule.match.remoteAddresses?.names(wireserver) ?? false)
          }.map { path.answer(PacketPath.MatchedRule(policy: point, rule: .rule($0.identity))) }
        }
        guard !blocks.isEmpty || linter.cell(of: endpoint).driver == .l2tunnel else { return }
        let box = PacketBox(
          protocols: ProtocolSet([.tcp]), local: AddressSet(own), remote: AddressSet(wireserver),
          remotePorts: PortSet([PortRange(80), PortRange(32526)]))
        let answers = try linter.analysis.answers(box, index, .ipv4, .out, within: linter.budget)
        var rules: [String] = []
        var ports = PortSet()
        for answer in answers where answer.action == .allow {
          if !rules.contains(answer.rule) { rules.append(answer.rule) }
          ports = try answer.set.boxes(within: linter.budget).reduce(ports) { $0.union($1.remotePorts) }
        }
        guard let first = rules.first else { return }
        let name = endpoint.name
        // The block that leaves the ports open is more relevant than the rule that allows them.
        let block = blocks.first.map { linter.analysis.name($0) }
        let rule = block ?? first
        let location = linter.ownLocation(of: rule, at: name)
        let list = ports.ranges.map(\.description).joined(separator: ", ")
        let acl = ProposedACL(
          name: "block-wireserver", direction: .out, action: .block,
          match: RuleMatch(
            protocols: box.protocols, remoteAddresses: box.remote, remotePorts: box.remotePorts))
        let remedy = linter.addition(
          of: [acl], to: name, instead: rules, general: "block tcp 80 and 32526 out to \(wireserver)")
        linter.report(
          PendingFinding(
            .wireserverReachable, at: name, location: location ?? linter.location(ofEndpoint: name),
            rule: rule,
            related: rules.filter { $0 != rule }, help: remedy.help, edits: remedy.edits,
            isAboutEndpoint: location == nil || ReservedRuleName.isDefault(rule)
          ) { endpoints in
            let text = "\(endpoints) can reach the wireserver \(wireserver) on tcp \(list)"
            return block.map { "\(text), although '\($0)' blocks other packets to it" } ?? text
          })
      }
    }
  }
}

extension AddressSet {
  /// Whether the set contains an address by itself or in a small prefix, not as part of a wide range.
  fileprivate func names(_ address: IPAddress) -> Bool {
    ranges.contains { $0.contains(address) && $0.upper - $0.lower < 256 }
  }
}
