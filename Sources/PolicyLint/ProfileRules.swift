import Diagnostics
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace
import PolicyCompiler

/// The rules of one direction of an endpoint, in the order of the profile.
struct ProfileRules {
  /// The endpoint's name.
  let endpoint: String
  /// The rules in order of evaluation; their indices are the identities in ``policy``.
  let rules: [OrderedACL]
  /// The rules followed by the default action: that of the profile, or else the platform's.
  let policy: PacketPolicy
  /// The address families that the endpoint's ACLs filter.
  var families: [AddressFamily] { policy.families }

  /// A number shared by endpoints and directions whose rules have equal results.
  let kind: Int

  /// The name of a rule.
  func name(_ identity: Int) -> String { rules[identity].acl.name.value }

  /// The addresses of the other end that a rule specifies, of the families that are filtered; empty for any.
  func remoteAddresses(_ identity: Int) -> AddressSet {
    let whole = families.reduce(AddressSet()) { $0.union(.all($1)) }
    return rules[identity].acl.match.remoteAddresses?.intersection(whole) ?? AddressSet()
  }

  /// Whether no packet has the other end that a rule specifies, such as a loopback address.
  func isImpossible(_ identity: Int) -> Bool {
    let remote = remoteAddresses(identity)
    return !remote.isEmpty
      && remote.subtracting(SpecialAddress.neverRemote(rules[identity].acl.direction)).isEmpty
  }

  /// Whether another rule matches all packets of a rule.
  func isWithin(_ identity: Int, _ other: Int) -> Bool {
    let outer = PacketBox(rules[other].match, families: families)
    return PacketBox(rules[identity].match, families: families).subtracting(outer).allSatisfy(\.isEmpty)
  }

  /// Where a rule is written.
  func location(_ identity: Int) -> SourceRange { rules[identity].acl.name.location }
}

extension ProfileRules {
  /// What results about rules depend on.
  private struct Key: Hashable {
    let rules: [PacketPolicy.Rule]
    let unmatched: RuleAction
    let families: [AddressFamily]
  }

  /// What the rules of an endpoint without its own ACLs depend on.
  private struct Shape: Hashable {
    let cell: PlatformCell
    let sets: [Int]
    let inbound: RuleAction?
    let outbound: RuleAction?
    let published: [PublishDeclaration]
  }

  /// The rules of every endpoint and direction that has any.
  ///
  /// - Parameter subject: The subject; a state has none.
  static func all(of subject: LintSubject) -> [ProfileRules] {
    guard let profile = subject.profile, let desired = subject.desired else { return [] }
    var kinds: [Key: Int] = [:]
    var known: [Shape: [ProfileRules]] = [:]
    var result: [ProfileRules] = []
    for (declaration, endpoint) in zip(profile.endpoints, desired.endpoints) {
      let shape = Shape(
        cell: endpoint.cell, sets: declaration.aclSets.map(\.value),
        inbound: declaration.defaults?.inbound?.value, outbound: declaration.defaults?.outbound?.value,
        published: declaration.publish.map(\.value))
      if declaration.acls.isEmpty, let alike = known[shape] {
        result += alike.map { other in
          ProfileRules(
            endpoint: declaration.name.value, rules: other.rules, policy: other.policy, kind: other.kind)
        }
        continue
      }
      var own: [ProfileRules] = []
      for direction in Direction.allCases {
        guard let (rules, policy) = policy(direction, of: declaration, endpoint, profile) else { continue }
        let key = Key(rules: policy.rules, unmatched: policy.unmatched, families: policy.families)
        let kind = kinds[key] ?? kinds.count
        kinds[key] = kind
        own.append(
          ProfileRules(endpoint: declaration.name.value, rules: rules, policy: policy, kind: kind))
      }
      if declaration.acls.isEmpty { known[shape] = own }
      result += own
    }
    return result
  }

  /// The rules of one direction of an endpoint; nil if it cannot have ACLs.
  private static func policy(
    _ direction: Direction, of declaration: EndpointDeclaration, _ endpoint: DesiredEndpoint,
    _ profile: Profile
  ) -> ([OrderedACL], PacketPolicy)? {
    let host = profile.host
    let families = endpoint.cell.filteredFamilies(host.windows)
    guard let intent = endpoint.intent, let family = families.first,
      let ordered = profile.orderedRules(of: declaration)
    else { return nil }
    let rules = ordered.filter { $0.acl.direction == direction }
    guard !rules.isEmpty else { return nil }
    let policy = intent.policy(direction, family, build: host.windows, assumptions: host.assumptions)
    return (
      rules, PacketPolicy(firstMatchOf: policy.rules, unmatched: policy.unmatched, families: families)
    )
  }
}
