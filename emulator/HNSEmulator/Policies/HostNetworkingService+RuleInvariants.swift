import HostModel
import NetworkTypes

extension HostNetworkingService {
  /// Violated invariants of the rules at the enforcement points and of their sources.
  ///
  /// Every rule is the platform's own or comes from a policy of an endpoint attached there; every IP set an
  /// ACL refers to belongs to the network.
  func ruleViolations() -> [String] {
    var violations: [String] = []
    for endpoint in endpoints.values {
      guard let network = networks[endpoint.network] else { continue }
      let known = sets(of: network)
      for name in endpoint.policies.acls.flatMap(\.setNames) where known[name] == nil {
        violations.append("an ACL of endpoint \(endpoint.id) refers to '\(name)', which is not an IP set")
      }
      for configuration in endpoint.ipConfigurations
      where !endpoint.isRemote && hostAddresses.contains(configuration.address) {
        violations.append("endpoint \(endpoint.id) has the host's address \(configuration.address)")
      }
    }
    return violations + portViolations() + firewallViolations()
  }

  private func portViolations() -> [String] {
    var violations: [String] = []
    for port in switchPorts {
      guard let endpoint = endpoints[port.endpoint], networks[port.network] != nil,
        state(of: endpoint).isAttached
      else {
        violations.append("port \(port.id) does not belong to an attached endpoint")
        continue
      }
      let acls = endpoint.policies.acls
      for rule in port.rules {
        let hasOwner =
          switch rule.origin {
          case .service, .platform, .host: true
          case .published(let mapping): endpoint.policies.contains { $0.mapping == mapping }
          case .acl(let id):
            acls.contains {
              ($0.id ?? "") == id && $0.action == rule.action && $0.direction == rule.group.direction
                && ($0.priority ?? PortACL.omittedPriority) == rule.priority
            }
          }
        if !hasOwner { violations.append("rule '\(rule.name)' of port \(port.id) has no owner") }
      }
    }
    return violations
  }

  private func firewallViolations() -> [String] {
    var violations: [String] = []
    for firewall in firewallCompartments {
      let owners = firewall.endpoints.compactMap { endpoints[$0] }
      if owners.count != firewall.endpoints.count {
        violations.append("the firewall of compartment \(firewall.compartment) lists a missing endpoint")
      }
      if let namespace = firewall.namespace, namespaces[namespace]?.compartment != firewall.compartment {
        violations.append("the firewall of compartment \(firewall.compartment) belongs to no namespace")
      }
      let acls = owners.flatMap(\.policies.acls)
      for rule in firewall.aclRules
      where !acls.contains(where: {
        ($0.id ?? "") == rule.name && $0.action == rule.action && $0.direction == rule.direction
      }) {
        violations.append("rule '\(rule.name)' of compartment \(firewall.compartment) has no owner")
      }
      for rule in firewall.platformRules {
        guard case .published(let mapping) = rule.origin,
          !owners.contains(where: { $0.policies.contains { $0.mapping == mapping } })
        else { continue }
        violations.append("rule '\(rule.name)' publishes a port of a missing endpoint")
      }
    }
    return violations
  }
}
