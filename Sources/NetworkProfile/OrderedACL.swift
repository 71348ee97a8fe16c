package import HostModel
package import NetworkTypes

/// A rule of an endpoint with the priority at which it is evaluated.
///
/// It refers to the list that contains it, so that a rule of an ACL set is not copied for each endpoint.
package struct OrderedACL: Sendable {
  private let list: [ACLDeclaration]
  private let index: UInt32
  package let priority: UInt16

  init(_ list: [ACLDeclaration], _ index: Int, priority: UInt16) {
    self.list = list
    self.index = UInt32(index)
    self.priority = priority
  }

  package var acl: ACLDeclaration { list[Int(index)] }

  // For loops over many rules: these do not copy the whole declaration.
  package var direction: Direction { list[Int(index)].direction }
  package var action: RuleAction { list[Int(index)].action }
  package var match: RuleMatch { list[Int(index)].match }
}

/// The rules of an endpoint in evaluation order.
package struct JoinedACLs: Sendable {
  /// The rules that come first: the endpoint's own, or all if they cannot be separated from those of
  /// its ACL sets.
  package let first: [OrderedACL]
  /// The rules of its ACL sets, all of which come later; nil if there are none.
  package let shared: SharedACLs?

  /// All rules.
  package var all: [OrderedACL] {
    guard let shared else { return first }
    return first.isEmpty ? shared.rules : first + shared.rules
  }
}

/// The rules of some ACL sets in evaluation order: one value for all endpoints that
/// name the same sets and whose own rules leave these the same priorities.
package final class SharedACLs: Sendable {
  package let rules: [OrderedACL]

  init(_ rules: [OrderedACL]) { self.rules = rules }
}

/// Joins the ACLs of endpoints with those of their ACL sets, those of equal sets once.
package struct ACLJoiner {
  private struct Key: Hashable {
    var sets: [Int]
    /// The number that the first rule without a priority gets, and how far apart they are; 0 if all
    /// rules have one.
    var next: Int
    var step: Int
  }

  private let sets: [ACLSetDeclaration]
  /// For each set that was looked up, how many of its rules have no priority.
  private var unnumbered: [Int: Int] = [:]
  private var known: [Key: SharedACLs] = [:]

  /// Prepares to join the ACLs of a profile's endpoints.
  ///
  /// - Parameter profile: The profile.
  package init(_ profile: Profile) { sets = profile.aclSets }

  /// The rules of an endpoint in evaluation order: its own ACLs, then its ACL sets
  /// as named, by ascending priority.
  ///
  /// Rules without a priority are numbered 1000, 1010, 1020 and so on in listing order, by 1 if steps
  /// of 10 would not fit; both directions are numbered together. Rules of one priority keep their
  /// listing order.
  ///
  /// - Parameter endpoint: An endpoint of the profile.
  /// - Returns: The rules, or nil if more than ``Profile/rulesThatFit`` have no priority.
  package mutating func rules(of endpoint: EndpointDeclaration) -> JoinedACLs? {
    let own = endpoint.acls.count { $0.priority == nil }
    var inSets = 0
    for set in endpoint.aclSets {
      let count = unnumbered[set.value] ?? sets[set.value].acls.count { $0.priority == nil }
      unnumbered[set.value] = count
      inSets += count
    }
    guard var numbering = RuleNumbering(unnumbered: own + inSets) else { return nil }
    var first: [OrderedACL] = []
    first.reserveCapacity(endpoint.acls.count)
    Self.append(endpoint.acls, &numbering, to: &first)
    Self.sort(&first)
    guard !endpoint.aclSets.isEmpty else { return JoinedACLs(first: first, shared: nil) }
    let key = Key(
      sets: endpoint.aclSets.map(\.value), next: inSets == 0 ? 0 : numbering.next,
      step: inSets == 0 ? 0 : numbering.step)
    let shared = known[key] ?? self.shared(key.sets, numbering)
    known[key] = shared
    if let last = first.last, let next = shared.rules.first, next.priority < last.priority {
      // With equal priorities, own rules come before those of sets, as they are listed.
      var all = first + shared.rules
      Self.sort(&all)
      return JoinedACLs(first: all, shared: nil)
    }
    return JoinedACLs(first: first, shared: shared)
  }

  private func shared(_ indices: [Int], _ numbering: RuleNumbering) -> SharedACLs {
    var numbering = numbering
    var rules: [OrderedACL] = []
    rules.reserveCapacity(indices.reduce(0) { $0 + sets[$1].acls.count })
    for index in indices { Self.append(sets[index].acls, &numbering, to: &rules) }
    Self.sort(&rules)
    return SharedACLs(rules)
  }

  private static func append(
    _ list: [ACLDeclaration], _ numbering: inout RuleNumbering, to rules: inout [OrderedACL]
  ) {
    for index in list.indices {
      rules.append(OrderedACL(list, index, priority: numbering.priority(stated: list[index].priority)))
    }
  }

  /// Sorts by priority; rules of one priority keep their order.
  private static func sort(_ rules: inout [OrderedACL]) {
    let isSorted = rules.indices.dropFirst().allSatisfy { rules[$0 - 1].priority <= rules[$0].priority }
    if isSorted { return }
    // Priority and position in one number sort as the rules do.
    let sortKeys = rules.indices.map { UInt64(rules[$0].priority) << 32 | UInt64($0) }.sorted()
    rules = sortKeys.map { rules[Int($0 & 0xffff_ffff)] }
  }
}

/// Assigns priorities, in order, to the rules of a list that have none.
struct RuleNumbering {
  /// The priority of the next rule without one.
  private(set) var next = Profile.firstPriority
  let step: Int

  /// Begins a list; nil if too many of its rules have no priority.
  init?(unnumbered count: Int) {
    guard count <= Profile.rulesThatFit else { return nil }
    step = (count - 1) * 10 + Profile.firstPriority <= Int(Profile.priorities.upperBound) ? 10 : 1
  }

  /// The priority of the next rule.
  mutating func priority(stated: UInt16?) -> UInt16 {
    if let stated { return stated }
    defer { next += step }
    return UInt16(next)
  }
}

extension Profile {
  /// The priorities a profile can give: 1 to 65000.
  package static let priorities: ClosedRange<UInt16> = 1...65000
  /// The priority of the first rule without one.
  package static let firstPriority = 1000

  /// How many rules without a priority fit after ``firstPriority``.
  package static let rulesThatFit = Int(priorities.upperBound) - firstPriority + 1

  /// The rules of an endpoint in evaluation order; see ``ACLJoiner/rules(of:)``.
  ///
  /// - Parameter endpoint: An endpoint of this profile.
  /// - Returns: The rules, or nil if more than ``rulesThatFit`` have no priority.
  package func orderedRules(of endpoint: EndpointDeclaration) -> [OrderedACL]? {
    joinedRules(of: endpoint)?.all
  }

  /// The rules of an endpoint in evaluation order; see ``ACLJoiner/rules(of:)``.
  ///
  /// - Parameter endpoint: An endpoint of this profile.
  /// - Returns: The rules, or nil if more than ``rulesThatFit`` have no priority.
  package func joinedRules(of endpoint: EndpointDeclaration) -> JoinedACLs? {
    var joiner = ACLJoiner(self)
    return joiner.rules(of: endpoint)
  }

  /// The priorities of a number of rules of which none has one; nil if that many do not fit.
  ///
  /// - Parameter count: How many rules there are.
  package static func numbers(_ count: Int) -> [UInt16]? {
    guard var numbering = RuleNumbering(unnumbered: count) else { return nil }
    return (0..<count).map { _ in numbering.priority(stated: nil) }
  }

  /// The priority of each rule of a list; nil if more than ``rulesThatFit`` have none.
  static func priorities(of listed: [ACLDeclaration]) -> [UInt16]? {
    guard var numbering = RuleNumbering(unnumbered: listed.count { $0.priority == nil }) else { return nil }
    return listed.map { numbering.priority(stated: $0.priority) }
  }
}
