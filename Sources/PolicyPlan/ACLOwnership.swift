import HostModel
import PolicyCompiler

/// The ACLs of an endpoint by owner, as one profile sees them.
///
/// An ACL belongs to the profile if it has its Id, or if it equals an ACL of the profile apart from a missing
/// Id: some clients write an endpoint's policies back without it (reference: windows-firewall-and-vfp, 9).
struct ACLOwnership: Sendable {
  /// The profile's ACLs, also those without their Id.
  private(set) var own: [HostACL] = []
  /// The profile's ACLs that lost their Id.
  private(set) var stripped: [HostACL] = []
  /// ACLs of other owners.
  private(set) var others: [HostACL] = []
  /// The policies of other owners that are ACLs, also those that this program cannot parse.
  private(set) var otherPolicies: [HCNPolicy] = []

  /// Divides the ACLs of an endpoint.
  ///
  /// - Parameters:
  ///   - record: The endpoint on the host.
  ///   - wanted: The ACLs of the profile for it.
  ///   - profile: The profile's name.
  ///   - isAdopted: Whether another owner created the endpoint: if the profile states ACLs for it, all belong to
  ///     the profile, except those of other profiles.
  init(
    _ record: EndpointRecord, wanted: [CompiledPolicy.Entry], profile: String, isAdopted: Bool = false
  ) {
    var unmatched: [PortACL: Int] = [:]
    for entry in wanted { unmatched[entry.acl.withoutID, default: 0] += 1 }
    for acl in record.acls {
      if isAdopted, !wanted.isEmpty, acl.identity == nil {
        own.append(acl)
      } else if acl.identity?.profile == profile {
        own.append(acl)
        unmatched[acl.acl.withoutID, default: 1] -= 1
      } else if acl.acl.id == nil, unmatched[acl.acl, default: 0] > 0 {
        unmatched[acl.acl, default: 1] -= 1
        own.append(acl)
        stripped.append(acl)
      } else {
        others.append(acl)
      }
    }
    guard !others.isEmpty || record.policies.count(where: { $0.type == .acl }) > record.acls.count else {
      return
    }
    otherPolicies = record.policies.filter { policy in
      policy.type == .acl && !own.contains { $0.policy == policy }
    }
  }
}

/// An endpoint with ACLs that are not simply those of the profile.
struct SharedEndpoint: Sendable {
  /// The endpoint on the host.
  let record: EndpointRecord
  /// Its ACLs by owner.
  let ownership: ACLOwnership
}
