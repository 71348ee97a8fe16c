/// A rule of an endpoint with the priority that decides its turn.
package struct OrderedACL: Sendable {
  package var acl: ACLDeclaration
  package var priority: UInt16
}

extension Profile {
  /// The priorities a profile can give: 1 to 65000.
  package static let priorities: ClosedRange<UInt16> = 1...65000
  /// The priority of the first rule that states none.
  package static let firstPriority = 1000

  /// How many rules without a priority fit behind ``firstPriority``.
  package static let rulesThatFit = Int(priorities.upperBound) - firstPriority + 1

  /// The rules of an endpoint in the order in which they are tried: its own ACLs, then its ACL sets
  /// as named, by ascending priority.
  ///
  /// Rules without a priority are numbered 1000, 1010, 1020 and on in listing order, by 1 where steps
  /// of 10 would not fit; both directions are numbered together. Rules of one priority keep their
  /// listing order.
  ///
  /// - Parameter endpoint: An endpoint of this profile.
  /// - Returns: The rules, or nil when more than ``rulesThatFit`` state no priority.
  package func orderedRules(of endpoint: EndpointDeclaration) -> [OrderedACL]? {
    let listed = endpoint.acls + endpoint.aclSets.flatMap { aclSets[$0.value].acls }
    guard let priorities = Self.priorities(of: listed) else { return nil }
    return listed.indices.sorted { (priorities[$0], $0) < (priorities[$1], $1) }.map {
      OrderedACL(acl: listed[$0], priority: priorities[$0])
    }
  }

  /// The priority of each rule of a list; nil when more than ``rulesThatFit`` state none.
  static func priorities(of listed: [ACLDeclaration]) -> [UInt16]? {
    let unnumbered = listed.count { $0.priority == nil }
    guard unnumbered <= rulesThatFit else { return nil }
    let step = (unnumbered - 1) * 10 + firstPriority <= Int(priorities.upperBound) ? 10 : 1
    var next = firstPriority
    var result: [UInt16] = []
    result.reserveCapacity(listed.count)
    for acl in listed {
      if let priority = acl.priority {
        result.append(priority)
      } else {
        result.append(UInt16(next))
        next += step
      }
    }
    return result
  }
}
