import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import PolicyPlan

/// The effects of a plan, in words.
struct PlanFormatter {
  private let verdicts: [String: [VerdictChange]]
  /// The changes for senders that are no endpoints.
  private let others: [VerdictChange]
  /// The senders whose changes are not known.
  private let unknown: [EndpointEffect]
  private var known: [Question: [String]] = [:]

  /// The values that the lines of a new endpoint depend on.
  private struct Question: Hashable {
    var inbound: ObjectIdentifier
    var outbound: ObjectIdentifier
    var families: [AddressFamily]
  }

  init(_ plan: Plan) {
    verdicts = Dictionary(grouping: plan.verdictChanges.filter { $0.sender == .endpoint }, by: \.endpoint)
    others = plan.verdictChanges.filter { $0.sender != .endpoint }
    unknown = plan.effects.filter(\.isUnknown)
  }

  /// The effects on an endpoint, one per line.
  mutating func lines(_ effect: EndpointEffect) -> [String] {
    var lines: [String]
    switch effect.outcome {
    case .created where !effect.unknownBecause.isEmpty: return Self.unknownImpact(effect)
    case .stated(let lines): return lines
    case .removed: return ["the endpoint is deleted: there is no traffic to or from it"]
    case .created(let inbound, let outbound): lines = created(inbound, outbound, effect.families)
    case .kept:
      let changes = Direction.allCases.flatMap { direction in
        (verdicts[effect.endpoint] ?? []).filter { $0.direction == direction }
      }
      lines = changes.map { Self.text($0, effect.families) }
    }
    if effect.leavesIPv6Open {
      lines.append("IPv6 is not filtered by ACLs on a transparent network; it is allowed")
    }
    lines += Self.unknownImpact(effect)
    guard case .kept(let losesLastACL) = effect.outcome else { return lines }
    if lines.isEmpty { lines = ["no change to allowed or blocked traffic"] }
    if losesLastACL { lines.append("removing its last ACL restores the platform defaults") }
    return lines
  }

  /// The changes of verdicts at endpoints that do not change themselves, and for the host and senders outside,
  /// because a service or a backend does.
  ///
  /// - Parameter changed: The endpoints that change.
  func lines(besides changed: Set<String>) -> [String] {
    verdicts.keys.filter { !changed.contains($0) }.sorted().flatMap { name in
      (verdicts[name] ?? []).map { "\(name), \(Self.text($0, AddressFamily.allCases))" }
    }
      + others.map { change in
        let sender = change.sender == .host ? PeerDirectory.host : VerdictChange.outside
        return "\(Self.title(ofSender: sender)), \(Self.text(change, AddressFamily.allCases))"
      }
      + unknown.filter { !changed.contains($0.endpoint) }.flatMap { effect in
        Self.unknownImpact(effect).map { "\(Self.title(ofSender: effect.endpoint)): \($0)" }
      }
  }

  /// A line for each part of an effect that is not known.
  private static func unknownImpact(_ effect: EndpointEffect) -> [String] {
    effect.unknownBecause.map { "what is allowed is unknown: \(printable($0))" }
      + (effect.isUndecided
        ? ["the newly allowed and newly blocked packets could not be computed within the budget"] : [])
  }

  /// The packets of a sender that does not change.
  private static func title(ofSender name: String) -> String {
    switch name {
    case PeerDirectory.host: "packets from the host"
    case VerdictChange.outside: "packets from outside"
    default: name
    }
  }

  /// The lines of a new endpoint; equal filters are formatted once.
  private mutating func created(
    _ inbound: AdmittedPackets, _ outbound: AdmittedPackets, _ families: [AddressFamily]
  ) -> [String] {
    let question = Question(
      inbound: ObjectIdentifier(inbound), outbound: ObjectIdentifier(outbound), families: families)
    if let lines = known[question] { return lines }
    let lines = [
      "inbound: \(Self.text(inbound, .in, families))", "outbound: \(Self.text(outbound, .out, families))",
    ]
    known[question] = lines
    return lines
  }

  private static func text(
    _ admittedPackets: AdmittedPackets, _ direction: Direction, _ families: [AddressFamily]
  ) -> String {
    guard let boxes = admittedPackets.boxes else {
      let reason = admittedPackets.isUndecided ? "the budget was exceeded" : "too many cases to summarize"
      return "\(reason); see the rules"
    }
    return PacketFormatter(direction: direction, families: families).summary(allowed: PacketRegion(boxes))
  }

  /// One change of verdicts: the packets, the rules before and after, and an example.
  private static func text(_ change: VerdictChange, _ families: [AddressFamily]) -> String {
    let side =
      change.sender != .endpoint ? "" : change.direction == .in ? "inbound, " : "outbound, "
    let formatter = PacketFormatter(direction: change.direction, families: families)
    var text = "\(side)\(change.claim): \(formatter.text(PacketRegion(change.packets)))"
    text += " (" + change.transition { change[keyPath: $0].map(printable) }
    if let witness = change.witnesses.first { text += "; for example \(change.text(witness))" }
    return ([text + ")"] + change.otherEndClauses).joined(separator: "; ")
  }
}

extension DefaultAction {
  /// The default action in words.
  var text: String {
    switch self {
    case .allow: "allow"
    case .block: "block"
    case .allowOnly(let protocols):
      "allow \(protocols.protocols.map(\.description).joined(separator: ", ")) and block every other protocol"
    case .implicitDeny: "as the assumption implicitDeny specifies"
    case .stated(let text): text
    }
  }
}

extension ReplacementReason {
  /// The reason, as a clause after "because".
  var text: String {
    switch self {
    case .driver: "its driver changes"
    case .adapter: "its adapter changes"
    case .subnets: "its subnets, gateways, VLANs or VSIDs change"
    case .dhcp: "its address assignment changes"
    case .vxlanPort: "its VXLAN port changes"
    case .macPool: "its MAC pool changes"
    case .networkReplaced: "its network is replaced"
    case .network: "it moves to another network"
    case .addresses: "its addresses change"
    case .macAddress: "its MAC address changes"
    case .gateway: "its gateway changes"
    case .dns: "its DNS settings change"
    case .isolation: "its isolation changes"
    case .notModifiable: "this version of HNS cannot modify it"
    }
  }
}
