import Diagnostics
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace
import PolicyCompiler

/// The rules of one direction of an endpoint as the profile orders them.
struct ProfileRules {
  /// The endpoint's name.
  let endpoint: String
  /// The rules in the order in which they are tried; their places are the identities in ``policy``.
  let rules: [OrderedACL]
  /// The rules with what decides behind them: the default that the profile states or else the platform's.
  let policy: PacketPolicy
  /// The address families that the endpoint's ACLs bind.
  var families: [AddressFamily] { policy.families }

  /// What answers about the rules depend on; endpoints that agree in it are alike.
  struct Key: Hashable {
    let rules: [PacketPolicy.Rule]
    let unmatched: RuleAction
    let families: [AddressFamily]
  }

  var key: Key { Key(rules: policy.rules, unmatched: policy.unmatched, families: policy.families) }

  /// The name of a rule.
  func name(_ identity: Int) -> String { rules[identity].acl.name.value }

  /// Where a rule is written.
  func place(_ identity: Int) -> Place { rules[identity].acl.name.place }
}

extension Linter {
  /// The rules of every endpoint and direction that has some.
  func profileRules() -> [ProfileRules] {
    guard let profile = subject.profile, let desired = subject.desired else { return [] }
    let host = profile.host
    var result: [ProfileRules] = []
    for (declaration, endpoint) in zip(profile.endpoints, desired.endpoints) {
      let families = endpoint.cell.filteredFamilies(host.windows)
      guard let meaning = endpoint.meaning, let family = families.first,
        let ordered = profile.orderedRules(of: declaration)
      else { continue }
      for direction in Direction.allCases {
        let rules = ordered.filter { $0.acl.direction == direction }
        guard !rules.isEmpty else { continue }
        let own = meaning.policy(direction, family, build: host.windows, switches: host.switches)
        result.append(
          ProfileRules(
            endpoint: declaration.name.value, rules: rules,
            policy: PacketPolicy(firstMatchOf: own.rules, unmatched: own.unmatched, families: families)))
      }
    }
    return result
  }
}
