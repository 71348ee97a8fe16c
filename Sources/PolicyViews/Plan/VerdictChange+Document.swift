import FilterEngine
import HostModel
package import JSONText
import NetworkTypes
import PacketSpace
package import PolicyPlan

extension VerdictChange {
  /// The change as a document; a witness is a line for `trace --packets`.
  package var document: JSON {
    var object = JSONObject()
    object.append("endpoint", .string(endpoint))
    object.append("direction", .string(direction.rawValue))
    object.append("change", .string(kind.rawValue))
    object.append("packets", .array(packets.map(\.document)))
    let lines = witnesses.map(line)
    object.append("witness", lines.first ?? .null)
    if lines.count > 1 { object.append("witnesses", .array(lines)) }
    object.append("before", before.map { .string($0) } ?? .null)
    object.append("after", after.map { .string($0) } ?? .null)
    object.append("loadBalancer", balancing.map { .string($0.rawValue) })
    switch sender {
    case .endpoint: break
    case .host: object.append("sender", "host")
    case .outside: object.append("sender", "outside")
    }
    if let verdicts {
      object.append("endToEnd", .bool(isEndToEnd))
      object.append(
        "verdicts", ["before": Self.document(verdicts.before), "after": Self.document(verdicts.after)])
    }
    if !otherEnds.isEmpty { object.append("otherEnds", .array(otherEnds.map(\.document))) }
    if uncomparedPeers > 0 { object.append("uncomparedPeers", .number(uncomparedPeers)) }
    return .object(object)
  }

  private func line(_ witness: PacketWitness) -> JSON {
    let packet = witness.packet
    let isInbound = direction == .in
    var object = JSONObject()
    object.append(
      "from",
      .string(
        isInbound ? "\(packet.remote)" : sender == .outside ? "\(packet.local)" : endpoint))
    object.append("to", .string(isInbound ? endpoint : "\(packet.remote)"))
    object.append("protocol", .string("\(packet.protocol)"))
    if packet.protocol.hasPorts {
      object.append("port", .number(isInbound ? packet.localPort : packet.remotePort))
      object.append("sourcePort", .number(isInbound ? packet.remotePort : packet.localPort))
    }
    object.append("icmpType", witness.icmpType.map { .number($0) })
    return .object(object)
  }

  /// Parses a change; nil if it is invalid.
  ///
  /// A line does not contain the endpoint's own address; the witnesses then have the unspecified one.
  package init?(document: JSON) {
    guard let endpoint = document["endpoint"]?.string,
      let direction = document["direction"]?.string.flatMap({ Direction(rawValue: $0) }),
      let kind = document["change"]?.string.flatMap({ Kind(rawValue: $0) })
    else { return nil }
    // A mixed verdict is more than block and less than allow.
    let isMore = kind == .newlyMixed && document["verdicts"]?["before"] != "allow"
    let lines = document["witnesses"]?.array ?? [document["witness"]].compactMap(\.self)
    self.init(
      endpoint: endpoint, direction: direction,
      change: kind == .newlyAllowed || isMore ? .newlyAllowed : .newlyBlocked,
      packets: (document["packets"]?.array ?? []).compactMap { PacketBox(document: $0) },
      witnesses: lines.compactMap { Self.witness(direction, $0) }, before: document["before"]?.string,
      after: document["after"]?.string)
    isEndToEnd = document["endToEnd"] != false
    verdicts = document["verdicts"].map { verdicts in
      Verdicts(before: Self.verdict(verdicts["before"]), after: Self.verdict(verdicts["after"]))
    }
    leavesUnknown = kind == .newlyUnknown && (verdicts == nil || !isEndToEnd)
    balancing = document["loadBalancer"]?.string.flatMap { Balancing(rawValue: $0) }
    sender = document["sender"] == "host" ? .host : document["sender"] == "outside" ? .outside : .endpoint
    otherEnds = (document["otherEnds"]?.array ?? []).compactMap { OtherEnd(document: $0) }
    uncomparedPeers = document["uncomparedPeers"]?.integer.flatMap { Int(exactly: $0) } ?? 0
  }

  private static func document(_ verdict: Verdict?) -> JSON { verdict.map { .string($0.rawValue) } ?? .null }

  private static func verdict(_ document: JSON?) -> Verdict? {
    document?.string.flatMap { Verdict(rawValue: $0) }
  }

  private static func witness(_ direction: Direction, _ line: JSON) -> PacketWitness? {
    let isInbound = direction == .in
    guard let remote = line[isInbound ? "from" : "to"]?.string.flatMap({ IPAddress($0) }),
      let text = line["protocol"]?.string,
      let proto = IPProtocol(name: text) ?? UInt8(text).map({ IPProtocol($0) })
    else { return nil }
    func number(_ member: String) -> UInt16 { line[member]?.integer.flatMap { UInt16(exactly: $0) } ?? 0 }
    let (port, source) = (number("port"), number("sourcePort"))
    return PacketWitness(
      packet: Packet(
        direction: direction, protocol: proto,
        local: line["from"]?.string.flatMap { isInbound ? nil : IPAddress($0) }
          ?? IPAddress(remote.family, 0),
        remote: remote,
        localPort: isInbound ? port : source, remotePort: isInbound ? source : port),
      icmpType: line["icmpType"]?.integer.flatMap { UInt8(exactly: $0) })
  }
}

extension VerdictChange.OtherEnd {
  fileprivate var document: JSON {
    [
      "endpoint": .string(name), "rule": rule.map { .string($0) } ?? .null,
      "verdict": isUnknown ? "unknown" : "block",
    ]
  }

  fileprivate init?(document: JSON) {
    guard let name = document["endpoint"]?.string else { return nil }
    self.init(name: name, rule: document["rule"]?.string, isUnknown: document["verdict"] == "unknown")
  }
}
