import HostModel
import NetworkTypes
import PacketSpace
import PolicyPlan

/// What a plan does, in words.
struct PlanWords {
  private let verdicts: [String: [VerdictChange]]
  private var known: [Question: [String]] = [:]

  /// What the lines of a new endpoint depend on.
  private struct Question: Hashable {
    var inbound: ObjectIdentifier
    var outbound: ObjectIdentifier
    var families: [AddressFamily]
  }

  init(_ plan: Plan) { verdicts = Dictionary(grouping: plan.verdictChanges, by: \.endpoint) }

  /// What becomes of an endpoint, a line for each thing there is to say.
  mutating func lines(_ effect: EndpointEffect) -> [String] {
    var lines: [String]
    switch effect.outcome {
    case .stated(let lines): return lines
    case .removed: return ["the endpoint is gone: nothing reaches it or leaves it"]
    case .created(let inbound, let outbound): lines = created(inbound, outbound, effect.families)
    case .kept:
      let words = Direction.allCases.flatMap { direction in
        (verdicts[effect.endpoint] ?? []).filter { $0.direction == direction }
      }
      lines = words.map { Self.words($0, effect.families) }
    }
    if effect.leavesIPv6Open {
      lines.append("IPv6 is not bound by ACLs on a transparent network and passes")
    }
    if effect.isUndecided {
      lines.append("which packets are newly allowed or blocked is undecided within the work allowed")
    }
    guard case .kept(let losesLastACL) = effect.outcome else { return lines }
    if lines.isEmpty { lines = ["no verdict of the port filters changes"] }
    if losesLastACL { lines.append("its last ACL goes, and the platform's defaults come back") }
    return lines
  }

  /// The lines of a new endpoint; endpoints with equal filters are put into words once.
  private mutating func created(
    _ inbound: Admission, _ outbound: Admission, _ families: [AddressFamily]
  ) -> [String] {
    let question = Question(
      inbound: ObjectIdentifier(inbound), outbound: ObjectIdentifier(outbound), families: families)
    if let lines = known[question] { return lines }
    let lines = [
      "inbound: \(Self.words(inbound, .in, families))", "outbound: \(Self.words(outbound, .out, families))",
    ]
    known[question] = lines
    return lines
  }

  private static func words(
    _ admission: Admission, _ direction: Direction, _ families: [AddressFamily]
  ) -> String {
    guard let boxes = admission.boxes else { return "as the rules say; too many cases for words" }
    return PacketFormatter(direction: direction, families: families).summary(allowed: PacketRegion(boxes))
  }

  /// One change of verdicts: the packets, the rules before and after, and an example.
  private static func words(_ change: VerdictChange, _ families: [AddressFamily]) -> String {
    let formatter = PacketFormatter(direction: change.direction, families: families)
    let side = change.direction == .in ? "inbound" : "outbound"
    let verb = change.change == .newlyAllowed ? "newly allowed" : "newly blocked"
    var text = "\(side), \(verb): \(formatter.text(PacketRegion(change.packets)))"
    text += " (was \(change.before ?? "absent"), becomes \(change.after ?? "absent")"
    if let witness = change.witnesses.first { text += "; for example \(change.sentence(witness))" }
    return text + ")"
  }
}

extension DefaultAction {
  /// The default action in words.
  var words: String {
    switch self {
    case .allow: "allow"
    case .block: "block"
    case .allowOnly(let protocols):
      "allow \(protocols.protocols.map(\.description).joined(separator: ", ")) and block every other protocol"
    case .implicitDeny: "whatever the assumption implicitDeny says"
    case .stated(let words): words
    }
  }
}

extension ReplacementReason {
  /// What differs, as the end of a sentence.
  var words: String {
    switch self {
    case .driver: "its driver is another"
    case .adapter: "its adapter is another"
    case .subnets: "its subnets, gateways, VLANs or VSIDs differ"
    case .dhcp: "where its addresses come from differs"
    case .vxlanPort: "its VXLAN port is another"
    case .macPool: "its MAC pool is another"
    case .networkReplaced: "its network is replaced"
    case .network: "it is on another network"
    case .addresses: "its addresses differ"
    case .macAddress: "its MAC address is another"
    case .gateway: "its gateway is another"
    case .dns: "its DNS settings differ"
    case .isolation: "its isolation is another"
    }
  }
}
