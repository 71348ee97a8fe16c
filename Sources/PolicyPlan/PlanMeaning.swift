import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler

/// What the changes of a plan mean: effects in words, changed defaults, and the assumptions involved.
struct PlanMeaning {
  private(set) var effects: [Plan.Effect] = []
  private(set) var postures: [Plan.PostureChange] = []
  private(set) var dependsOn: [Assumption] = []

  private let build: WindowsBuild
  private let assumptions: Assumptions
  /// The packets whose verdict changes, by endpoint.
  private let verdicts: [String: [VerdictChange]]
  /// The endpoints for which these are not all known.
  private let undecided: Set<String>
  private var knownLines: [PolicyKey: [String]] = [:]

  /// What the words for an endpoint depend on, beside the host.
  private struct PolicyKey: Hashable {
    var direction: Direction
    var cell: PlatformCell
    var acls: [PortACL]
    var ports: [PublishedPort]

    init(_ policy: EffectivePolicy, _ direction: Direction) {
      self.direction = direction
      cell = policy.cell
      acls = policy.endpoint.acls.map(\.acl)
      ports = PublishedPort.of(policy.endpoint)
    }
  }

  init(
    of owner: String, before: HostReading, after: HostReading, changes: [Change],
    verdicts: [VerdictChange], undecided: Set<String>, build: WindowsBuild, assumptions: Assumptions
  ) {
    self.build = build
    self.assumptions = assumptions
    self.undecided = undecided
    self.verdicts = Dictionary(grouping: verdicts, by: \.endpoint)
    let old = Self.policies(of: owner, before, build, assumptions)
    let new = Self.policies(of: owner, after, build, assumptions)
    let relevant: Set<ChangeKind> = [.endpoint, .acl, .portMapping, .firewallRule, .vfpRule]
    var seen: Set<String> = []
    for change in changes where relevant.contains(change.kind) && seen.insert(change.target).inserted {
      describe(change.target, before: old[change.target], after: new[change.target])
    }
    dependsOn = Self.assumptionsInvolved(after, build: build, assumptions: assumptions)
  }

  private static func policies(
    of owner: String, _ reading: HostReading, _ build: WindowsBuild, _ assumptions: Assumptions
  ) -> [String: EffectivePolicy] {
    var result: [String: EffectivePolicy] = [:]
    for endpoint in reading.endpoints where endpoint.owner == owner {
      guard let cell = reading.cell(of: endpoint) else { continue }
      result[endpoint.name] = EffectivePolicy(endpoint, cell: cell, build: build, assumptions: assumptions)
    }
    return result
  }

  private mutating func describe(_ name: String, before: EffectivePolicy?, after: EffectivePolicy?) {
    guard let after else {
      effects.append(
        Plan.Effect(endpoint: name, lines: ["the endpoint is gone: nothing reaches it or leaves it"]))
      return
    }
    var lines: [String] = []
    for direction in Direction.allCases {
      if before != nil {
        lines += (verdicts[name] ?? []).filter { $0.direction == direction }.map { words($0, after) }
      } else {
        lines += created(direction, after)
      }
      comparePostures(name, direction, before, after)
    }
    if after.cell.driver == .transparent, !after.endpoint.acls.isEmpty {
      lines.append("IPv6 is not bound by ACLs on a transparent network and passes")
    }
    if undecided.contains(name) {
      lines.append("which packets are newly allowed or blocked is undecided within the work allowed")
    }
    if before != nil, lines.isEmpty { lines = ["no verdict of the port filters changes"] }
    if let before, !before.endpoint.acls.isEmpty, after.endpoint.acls.isEmpty {
      lines.append("its last ACL goes, and the platform's defaults come back")
    }
    effects.append(Plan.Effect(endpoint: name, lines: lines))
  }

  /// The lines of an endpoint that is new; endpoints with equal rules are put into words once.
  private mutating func created(_ direction: Direction, _ policy: EffectivePolicy) -> [String] {
    let key = PolicyKey(policy, direction)
    if let lines = knownLines[key] { return lines }
    let lines = makeLines(direction, policy)
    knownLines[key] = lines
    return lines
  }

  private func makeLines(_ direction: Direction, _ policy: EffectivePolicy) -> [String] {
    let side = direction == .in ? "inbound" : "outbound"
    guard let admitted = policy.admitted(direction) else {
      return ["\(side): as the rules say; too many cases for words"]
    }
    let formatter = PacketFormatter(direction: direction, families: policy.families)
    return ["\(side): \(formatter.summary(allowed: admitted))"]
  }

  /// One change of verdicts: the packets, the rules before and after, and an example.
  private func words(_ change: VerdictChange, _ policy: EffectivePolicy) -> String {
    let own = Set(policy.endpoint.addresses.map(\.address.family))
    let formatter = PacketFormatter(
      direction: change.direction, families: policy.families.filter { own.isEmpty || own.contains($0) })
    let side = change.direction == .in ? "inbound" : "outbound"
    let verb = change.change == .newlyAllowed ? "newly allowed" : "newly blocked"
    var text = "\(side), \(verb): \(formatter.text(PacketRegion(change.packets)))"
    text += " (was \(change.before ?? "absent"), becomes \(change.after ?? "absent")"
    if let witness = change.witnesses.first { text += "; for example \(change.sentence(witness))" }
    return text + ")"
  }

  private mutating func comparePostures(
    _ name: String, _ direction: Direction, _ before: EffectivePolicy?, _ after: EffectivePolicy
  ) {
    var bare = after.endpoint
    bare.acls = []
    let old =
      before ?? EffectivePolicy(bare, cell: after.cell, build: build, assumptions: assumptions)
    let was = old.posture(direction)
    let becomes = after.posture(direction)
    guard was != becomes else { return }
    postures.append(Plan.PostureChange(endpoint: name, direction: direction, before: was, after: becomes))
  }

  /// The assumptions that what the host then does depends on.
  static func assumptionsInvolved(
    _ reading: HostReading, build: WindowsBuild, assumptions: Assumptions
  ) -> [Assumption] {
    var involved: Set<Assumption> = []
    for endpoint in reading.endpoints {
      guard let cell = reading.cell(of: endpoint) else { continue }
      let policy = EffectivePolicy(endpoint, cell: cell, build: build, assumptions: assumptions)
      if policy.dependsOnImplicitDeny { involved.formUnion([.implicitDeny, .implicitDenyScope]) }
      if cell.isolation == .hyperv, build.deniesInboundByDefault { involved.insert(.hypervInboundBefore1709) }
      if cell.driver == .nat, build.release.build == 26100, !endpoint.acls.isEmpty {
        involved.insert(.natAclOnServer2025)
      }
      if endpoint.acls.contains(where: { $0.acl.ruleType == nil }) { involved.insert(.omittedRuleType) }
    }
    return Assumption.allCases.filter(involved.contains)
  }
}
