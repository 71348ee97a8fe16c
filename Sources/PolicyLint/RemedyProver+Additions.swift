import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace
import PolicyCompiler

extension RemedyProver {
  /// The result of adding ACLs to an endpoint.
  enum AdditionOutcome {
    /// All packets that the ACLs match get their action, among those that occur, and no others change.
    case exact
    /// Other packets change too, or not all of these, or the profile is refused.
    case inexact
    /// The rules concerned are too many for another comparison.
    case unknown
  }

  /// What the result depends on.
  struct AdditionKey: Hashable {
    let shape: Shape
    let additions: [ACLAddition]
  }

  /// ACLs as additions to an endpoint, with names that no other ACL has, before all others.
  mutating func additions(of proposed: [ProposedACL], to endpoint: String) -> [ACLAddition] {
    let priority: UInt16
    if let firstPriority {
      priority = firstPriority
    } else {
      var first: UInt16 = 1000
      for acl in [profile.aclSets.map(\.acls), profile.endpoints.map(\.acls)].joined().joined() {
        names.insert(acl.name.value)
        first = min(first, acl.priority ?? first)
      }
      priority = max(1, first - 1)
      firstPriority = priority
    }
    return proposed.map { acl in
      var name = acl.name
      var number = 2
      while names.contains(name) {
        name = "\(acl.name)-\(number)"
        number += 1
      }
      return ACLAddition(
        endpoint: endpoint, name: name, direction: acl.direction, action: acl.action, match: acl.match,
        priority: priority)
    }
  }

  /// The result of adding ACLs to an endpoint.
  ///
  /// - Parameter additions: The ACLs, at least one, all of the same endpoint.
  mutating func outcome(ofAdding additions: [ACLAddition]) -> AdditionOutcome {
    guard let name = additions.first?.endpoint,
      let index = profile.endpoints.firstIndex(where: { $0.name.value == name })
    else { return .inexact }
    let endpoint = profile.endpoints[index]
    guard endpoint.acls.isEmpty else { return outcome(ofAdding: additions, at: index) }
    let alike = additions.map { addition in
      var addition = addition
      addition.endpoint = ""
      return addition
    }
    let key = AdditionKey(shape: Shape(endpoint), additions: alike)
    if let known = knownAdditions[key] { return known }
    let outcome = outcome(ofAdding: additions, at: index)
    knownAdditions[key] = outcome
    return outcome
  }

  private mutating func outcome(ofAdding additions: [ACLAddition], at index: Int) -> AdditionOutcome {
    guard work > 0 else { return .unknown }
    let mended = ProfileEdit([], adding: additions).applied(to: profile)
    guard let after = mended.orderedRules(of: mended.endpoints[index]), !Self.isAmbiguous(after) else {
      return .inexact
    }
    work -= after.count
    for direction in Direction.allCases {
      guard let first = path(profile, index, direction), let second = path(mended, index, direction) else {
        return .inexact
      }
      do throws(BudgetExceeded) {
        let holds = try budget.share { () throws(BudgetExceeded) -> Bool in
          try isExact(
            additions.filter { $0.direction == direction }, from: first, to: second,
            at: profile.endpoints[index].name.value, direction)
        }
        guard holds else { return .inexact }
      } catch { return .unknown }
    }
    var part = mended
    part.endpoints = [mended.endpoints[index]]
    return ProfileCompiler.check(part, file: file).isValid ? .exact : .inexact
  }

  /// Whether the difference of two paths is exactly what some ACLs of one action match.
  private func isExact(
    _ additions: [ACLAddition], from first: PacketPath, to second: PacketPath, at name: String,
    _ direction: Direction
  ) throws(BudgetExceeded) -> Bool {
    var stated = PacketSet()
    for addition in additions {
      let box = PacketBox(addition.match, families: second.families)
      stated = try stated.union(try PacketSet(box, within: budget), within: budget)
    }
    stated = try traffic.possible(stated, at: name, direction, within: budget)
    var isChanged = false
    for region in try first.difference(to: second, within: budget).regions {
      let set = try traffic.possible(region.set, at: name, direction, within: budget)
      guard try set.subtracting(stated, within: budget).isEmpty else { return false }
      isChanged = isChanged || !set.isEmpty
    }
    guard let action = additions.first?.action else { return !isChanged }
    guard isChanged else { return false }
    return try second.partition(of: stated, within: budget).allSatisfy { $0.action == action }
  }
}
