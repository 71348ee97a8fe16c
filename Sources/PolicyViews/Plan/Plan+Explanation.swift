import HostModel
import JSONText
import NetworkTypes
import PacketSpace
import PolicyPlan

/// The values that a saved plan contains in addition to its text.
extension Plan {
  /// The effects and default actions as values; equal sets of packets appear once.
  var explanation: JSON {
    var sets: [JSON] = []
    var positions: [ObjectIdentifier: Int] = [:]
    /// The index of a set of packets, which is added if it is new.
    func document(_ admittedPackets: AdmittedPackets) -> JSON {
      if let position = positions[ObjectIdentifier(admittedPackets)] { return .number(position) }
      let missing: JSON = admittedPackets.isUndecided ? "undecided" : .null
      sets.append(admittedPackets.boxes.map { .array($0.map(\.document)) } ?? missing)
      positions[ObjectIdentifier(admittedPackets)] = sets.count - 1
      return .number(sets.count - 1)
    }
    let effects = effects.map { effect -> JSON in
      var object = JSONObject()
      object.append("families", .array(effect.families.map { .string($0.name) }))
      if effect.leavesIPv6Open { object.append("leavesIPv6Open", true) }
      if effect.isUndecided { object.append("undecided", true) }
      if !effect.unknownBecause.isEmpty { object.append("unknownBecause", .strings(effect.unknownBecause)) }
      switch effect.outcome {
      case .removed: object.append("outcome", "removed")
      case .created(let inbound, let outbound):
        object.append("outcome", "created")
        object.append("inbound", document(inbound))
        object.append("outbound", document(outbound))
      case .kept(let losesLastACL):
        object.append("outcome", "kept")
        if losesLastACL { object.append("losesLastACL", true) }
      case .stated: break
      }
      return .object(object)
    }
    let actions = defaultActions.map { change -> JSON in
      ["before": change.before.document, "after": change.after.document]
    }
    return ["effects": .array(effects), "packets": .array(sets), "defaultActions": .array(actions)]
  }

  /// Reads the effects and default actions of a saved plan: as values if it contains them, otherwise as
  /// the text of the version that saved it.
  mutating func readExplanation(_ document: JSON) {
    let admittedSets = (document["explanation"]?["packets"]?.array ?? []).map { set in
      AdmittedPackets(
        set.array?.compactMap { PacketBox(document: $0) }, isUndecided: set == "undecided")
    }
    let values = document["explanation"]?["effects"]?.array ?? []
    effects = ((document["impact"] ?? document["effects"])?.array ?? []).enumerated().map {
      position, effect in
      let endpoint = effect["endpoint"]?.string ?? ""
      let value = values.indices.contains(position) ? values[position] : .null
      let lines = (effect["lines"]?.array ?? []).compactMap(\.string)
      var read = EndpointEffect(
        endpoint: endpoint, outcome: .init(document: value, admittedSets) ?? .stated(lines),
        families: AddressFamily.allCases.filter {
          value["families"]?.array?.contains(.string($0.name)) ?? false
        },
        leavesIPv6Open: value["leavesIPv6Open"] == true)
      read.isUndecided = value["undecided"] == true
      // Earlier versions saved one reason.
      let reasons = value["unknownBecause"]
      read.unknownBecause = (reasons?.array ?? [reasons].compactMap(\.self)).compactMap(\.string)
      return read
    }
    let actions = document["explanation"]?["defaultActions"]?.array ?? []
    let changes = (document["defaultActions"] ?? document["postures"])?.array ?? []
    defaultActions = changes.enumerated().compactMap { position, change in
      guard let direction = change["direction"]?.string.flatMap({ Direction(rawValue: $0) }) else {
        return nil
      }
      let value = actions.indices.contains(position) ? actions[position] : .null
      func action(_ member: String) -> DefaultAction {
        value[member].flatMap { DefaultAction(document: $0) } ?? .stated(change[member]?.string ?? "")
      }
      return DefaultActionChange(
        endpoint: change["endpoint"]?.string ?? "", direction: direction, before: action("before"),
        after: action("after"))
    }
  }
}

extension AddressFamily {
  fileprivate var name: String { self == .ipv4 ? "IPv4" : "IPv6" }
}

extension EndpointEffect.Outcome {
  fileprivate init?(document: JSON, _ admittedSets: [AdmittedPackets]) {
    func admittedPackets(_ member: String) -> AdmittedPackets? {
      document[member]?.integer.flatMap { Int(exactly: $0) }.flatMap {
        admittedSets.indices.contains($0) ? admittedSets[$0] : nil
      }
    }
    switch document["outcome"]?.string {
    case "removed": self = .removed
    case "kept": self = .kept(losesLastACL: document["losesLastACL"] == true)
    case "created":
      guard let inbound = admittedPackets("inbound"), let outbound = admittedPackets("outbound") else {
        return nil
      }
      self = .created(inbound: inbound, outbound: outbound)
    default: return nil
    }
  }
}

extension DefaultAction {
  fileprivate var document: JSON {
    switch self {
    case .allow: "allow"
    case .block: "block"
    case .allowOnly(let protocols): .array(protocols.protocols.map { .number($0.number) })
    case .implicitDeny: "implicitDeny"
    case .stated: .null
    }
  }

  fileprivate init?(document: JSON) {
    switch document {
    case "allow": self = .allow
    case "block": self = .block
    case "implicitDeny": self = .implicitDeny
    case .array(let numbers):
      self = .allowOnly(
        ProtocolSet(numbers.compactMap(\.integer).compactMap { UInt8(exactly: $0) }.map { IPProtocol($0) }))
    default: return nil
    }
  }
}
