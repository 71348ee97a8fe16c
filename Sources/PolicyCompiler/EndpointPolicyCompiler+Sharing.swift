import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

extension EndpointPolicyCompiler {
  /// The rules of one direction of an endpoint in the order of evaluation.
  struct RuleList {
    let direction: Direction
    /// The rules before those of ACL sets.
    let first: [Rule]
    /// The source of the rules of ACL sets.
    private let source: SharedACLs?
    /// The catch-all rules.
    let catchAlls: [OrderedRule]

    private init(
      _ direction: Direction, first: [Rule], source: SharedACLs?, catchAlls: [OrderedRule]
    ) {
      self.direction = direction
      self.first = first
      self.source = source
      self.catchAlls = catchAlls
    }

    init(_ key: Key, _ direction: Direction, catchAlls: [OrderedRule]) {
      self.init(
        direction, first: key.rules.filter { $0.direction == direction },
        source: key.tail.shared?.rules, catchAlls: catchAlls)
    }

    /// The rules of ACL sets.
    var shared: [Rule] {
      source?.rules.lazy.filter { $0.acl.direction == direction }.map { Rule($0) } ?? []
    }

    /// All rules without their priorities.
    var all: [OrderedRule] { first.map(\.ordered) + shared.map(\.ordered) + catchAlls }

    /// The list up to the rules of ACL sets.
    var beginning: RuleList { RuleList(direction, first: first, source: nil, catchAlls: []) }

    /// The list from the rules of ACL sets on.
    var tail: RuleList { RuleList(direction, first: [], source: source, catchAlls: catchAlls) }
  }

  /// An ``RuleListTail`` in one direction.
  struct DirectedTail: Hashable {
    var tail: RuleListTail
    var direction: Direction
  }

  /// The compiled ends of lists, shared by all endpoints that refer to the same ACL sets after rules of their
  /// own.
  struct SharedTail {
    /// The rewrite for Windows Firewall; nil if each list must be rewritten as a whole.
    var rewrite: SharedRewrite?
    /// The Host ACLs for each rule of the rewrite.
    var firewall: [[CompiledPolicy.Entry]] = []
    /// The Switch ACLs.
    var vfp: [CompiledPolicy.Entry] = []
  }

  /// The compiled end of a list; nil if nothing precedes it, nothing in it is shared, or the build does not
  /// support lists, so that rules compete for room.
  mutating func sharedTail(_ key: Key, _ list: RuleList) throws(Refusal) -> SharedTail? {
    guard !key.rules.isEmpty, key.tail.shared != nil, build.hnsVersion.has(.aclAddressLists) else {
      return nil
    }
    let position = DirectedTail(tail: key.tail, direction: list.direction)
    if let known = tails[position] { return known }
    let cell = key.tail.cell
    var tail = SharedTail()
    if cell.programmablePoints.contains(.vfp) { tail.vfp = try switchEntries(list.tail, of: cell) }
    if cell.programmablePoints.contains(.windowsFirewall) {
      let families = cell.filteredFamilies(build)
      tail.rewrite = SharedRewrite(list.tail.all, families: families, limit: Self.growthLimit)
      var writer = EntryWriter(profile: profile)
      tail.firewall = (tail.rewrite?.rules ?? []).map { rule in
        let start = writer.entries.count
        add(writtenLists(rule.match, families), of: rule, list, to: &writer)
        return Array(writer.entries[start...])
      }
    }
    tails[position] = tail
    return tail
  }

  /// The Host ACLs of a list with a shared end; nil if it must be rewritten as a whole.
  func hostEntries(
    _ list: RuleList, of cell: PlatformCell, _ tail: SharedTail
  ) -> [CompiledPolicy.Entry]? {
    guard let parts = tail.rewrite?.rewrite(after: list.first.map(\.ordered)) else { return nil }
    let families = cell.filteredFamilies(build)
    var writer = EntryWriter(profile: profile)
    for part in parts {
      switch part {
      case .new(let rule): add(writtenLists(rule.match, families), of: rule, list, to: &writer)
      case .shared(let positions):
        for position in positions {
          for entry in tail.firewall[position] { writer.add(entry) }
        }
      }
    }
    return writer.entries
  }
}

/// Collects the ACLs of one direction and type and assigns each its Id, numbering the pieces of a rule in
/// order.
///
/// Hosts before HNS 7.2 do not store Ids; for these the planner keeps them in the state.
struct EntryWriter {
  let profile: String
  private(set) var entries: [CompiledPolicy.Entry] = []
  /// The rule of the last ACL, and its number of pieces so far; pieces of a rule are adjacent.
  private var rule = ""
  private var pieces = 0

  init(profile: String) { self.profile = profile }

  /// Adds an ACL with a new Id.
  mutating func add(_ acl: PortACL, origins: [String], isCatchAll: Bool) {
    count(origins[0])
    var acl = acl
    acl.id = RuleIdentity(profile: profile, origins: origins, piece: pieces).id
    entries.append(CompiledPolicy.Entry(acl: acl, origins: origins, isCatchAll: isCatchAll))
  }

  /// Adds an ACL that already has an Id.
  mutating func add(_ entry: CompiledPolicy.Entry) {
    count(entry.origins[0])
    entries.append(entry)
  }

  private mutating func count(_ origin: String) {
    if origin != rule { pieces = 0 }
    rule = origin
    pieces += 1
  }
}
