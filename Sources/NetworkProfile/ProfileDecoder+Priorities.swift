import Diagnostics
package import HostModel
import NetworkTypes
import YAMLSyntax

/// What the checks need to know about an ACL set.
struct ACLSetFacts {
  var mayHavePseudoProtocols = false
  var hasPriorities = false
  var unnumbered = 0
}

/// What the checks need to know about ACL sets that endpoints use together.
struct JoinedSets {
  /// Where each ACL name of the sets is defined, and in which set.
  var names: [String: (location: SourceRange, set: Int)] = [:]
  var hasPriorities = false
  var unnumbered = 0
  var count = 0
}

extension ProfileDecoder {
  /// How many rules the endpoints of a profile can have in total, including their sets: each is a rule on
  /// the host and a line of its state, even if endpoints share sets in the profile.
  static let joinedRuleLimit = 1_000_000
  /// The maximum number of pairs of rules of equal priority to compare.
  static let comparisonLimit = 5_000_000

  mutating func setFacts(_ index: Int) -> ACLSetFacts {
    if let facts = usage.setFacts[index] { return facts }
    var facts = ACLSetFacts()
    for acl in aclSets[index].acls {
      if acl.priority == nil { facts.unnumbered += 1 } else { facts.hasPriorities = true }
      if Self.mayHavePseudoProtocols(acl) { facts.mayHavePseudoProtocols = true }
    }
    usage.setFacts[index] = facts
    return facts
  }

  /// Checks an endpoint's own ACLs together with those of its ACL sets.
  mutating func checkJoinedACLs(_ endpoint: EndpointDeclaration, _ fields: AttachmentFields) {
    var unnumbered = 0
    var hasPriorities = false
    for acl in endpoint.acls {
      if acl.priority == nil { unnumbered += 1 } else { hasPriorities = true }
    }
    var count = endpoint.acls.count
    if !endpoint.aclSets.isEmpty {
      let sets = joinedSets(endpoint.aclSets)
      unnumbered += sets.unnumbered
      hasPriorities = hasPriorities || sets.hasPriorities
      count += sets.count
      for acl in endpoint.acls {
        guard let other = sets.names[acl.name.value] else { continue }
        duplicateName(acl.name, of: "an ACL of this endpoint", first: other.location)
      }
    }
    let location = (fields[.acls] ?? fields[.aclSets]).map { keyLocation($0) }
    if unnumbered > Profile.rulesThatFit {
      report(
        .tooManyRules,
        "the endpoint has \(unnumbered) ACLs without a priority, but at most \(Profile.rulesThatFit) fit",
        at: location)
      return
    }
    let before = usage.joinedRules
    usage.joinedRules += count
    guard usage.joinedRules <= Self.joinedRuleLimit else {
      if before <= Self.joinedRuleLimit {
        report(
          .tooManyRules,
          "the endpoints up to here have more than \(Self.joinedRuleLimit) ACLs in total, including ACL sets",
          at: location)
      }
      return
    }
    if hasPriorities { checkPriorities(endpoint) }
  }

  /// Joins ACL sets once for all endpoints that list the same ones in the same order.
  private mutating func joinedSets(_ sets: [Located<Int>]) -> JoinedSets {
    let key = sets.map(\.value)
    if let joined = usage.joinedSets[key] { return joined }
    var joined = JoinedSets()
    for set in sets {
      let facts = setFacts(set.value)
      joined.unnumbered += facts.unnumbered
      joined.hasPriorities = joined.hasPriorities || facts.hasPriorities
      let acls = aclSets[set.value].acls
      joined.count += acls.count
      usage.joinedRules += acls.count
      guard usage.joinedRules <= Self.joinedRuleLimit else { continue }
      for acl in acls {
        guard let first = joined.names[acl.name.value] else {
          joined.names[acl.name.value] = (acl.name.location, set.value)
          continue
        }
        // A name twice in one set is reported with the set.
        if first.set != set.value {
          report(
            .duplicateName, "two of the ACL sets listed here have an ACL named '\(acl.name.value)'",
            at: set.location,
            notes: [
              .init("one is defined here", first.location),
              .init("the other is defined here", acl.name.location),
            ])
        }
      }
    }
    usage.joinedSets[key] = joined
    return joined
  }

  /// Refuses rules with the same priority and opposite actions that match the same packet.
  private mutating func checkPriorities(_ endpoint: EndpointDeclaration) {
    if endpoint.aclSets.isEmpty { return checkPriorities(of: endpoint.acls, endpoint) }
    checkPriorities(of: endpoint.acls + endpoint.aclSets.flatMap { aclSets[$0.value].acls }, endpoint)
  }

  private mutating func checkPriorities(of acls: [ACLDeclaration], _ endpoint: EndpointDeclaration) {
    guard let priorities = Profile.priorities(of: acls) else { return }
    // Priority and position in one number sort as the rules do.
    let sortKeys = priorities.enumerated().map { UInt64($0.element) << 32 | UInt64($0.offset) }.sorted()
    var first = 0
    while first < sortKeys.count {
      var end = first + 1
      while end < sortKeys.count, sortKeys[end] >> 32 == sortKeys[first] >> 32 { end += 1 }
      if end - first > 1 {
        let group = sortKeys[first..<end].map { acls[Int($0 & 0xffff_ffff)] }
        checkGroup(group, priority: priorities[Int(sortKeys[first] & 0xffff_ffff)], endpoint)
      }
      first = end
    }
  }

  private mutating func checkGroup(
    _ group: [ACLDeclaration], priority: UInt16, _ endpoint: EndpointDeclaration
  ) {
    for later in group.indices {
      for earlier in 0..<later {
        let (one, other) = (group[earlier], group[later])
        guard one.action != other.action, one.direction == other.direction else { continue }
        usage.comparisons += 1
        if usage.comparisons > Self.comparisonLimit {
          if usage.comparisons == Self.comparisonLimit + 1 {
            report(
              .tooManyRules, "too many ACLs have the same priority to check whether they overlap",
              at: other.name.location, help: "give them different priorities, or none")
          }
          return
        }
        guard one.mayOverlap(other) else { continue }
        guard usage.ambiguous.insert([one.name.location, other.name.location]).inserted else { break }
        report(
          .ambiguousPriority,
          "the ACLs '\(one.name.value)' and '\(other.name.value)' of endpoint '\(endpoint.name.value)' have the same priority \(priority) and opposite actions, and match the same packets",
          at: other.name.location, notes: [.init("'\(one.name.value)' is here", one.name.location)],
          help: "give one of them a lower priority number, so that it decides")
        break
      }
    }
  }
}

extension ACLDeclaration {
  /// Whether some packet may match both; addresses that HNS will assign can be any.
  fileprivate func mayOverlap(_ other: ACLDeclaration) -> Bool {
    guard unresolved != nil || other.unresolved != nil else { return match.overlaps(other.match) }
    func widest(_ acl: ACLDeclaration) -> RuleMatch {
      var match = acl.match
      if acl.unresolved?.local.isEmpty == false { match.localAddresses = nil }
      if acl.unresolved?.remote.isEmpty == false { match.remoteAddresses = nil }
      return match
    }
    return widest(self).overlaps(widest(other))
  }
}

extension RuleMatch {
  /// Whether some packet matches both.
  package func overlaps(_ other: RuleMatch) -> Bool {
    func intersect<Bound>(_ left: IntervalSet<Bound>?, _ right: IntervalSet<Bound>?) -> Bool {
      guard let left else { return right.map { !$0.isEmpty } ?? true }
      guard let right else { return !left.isEmpty }
      return left.intersects(right)
    }
    return intersect(protocols, other.protocols) && intersect(localPorts, other.localPorts)
      && intersect(remotePorts, other.remotePorts)
      && (intersect(localAddresses?.ipv4, other.localAddresses?.ipv4)
        && intersect(remoteAddresses?.ipv4, other.remoteAddresses?.ipv4)
        || intersect(localAddresses?.ipv6, other.localAddresses?.ipv6)
          && intersect(remoteAddresses?.ipv6, other.remoteAddresses?.ipv6))
  }
}
