package import NetworkTypes

/// What sources say about the ports of virtual switches and what VFP holds on them.
package struct CapturedVFP: Sendable {
  /// The ports that `/list-vmswitch-port` lists.
  package var ports: [VFPPortRecord] = []
  /// The replies about layers, groups and rules, in the order of the sources.
  package var replies: [VFPReply] = []
  /// The states that `/get-port-state` prints.
  package var states: [VFPPortState] = []

  /// Nothing.
  package init() {}
}

/// A port as `vfpctrl /list-vmswitch-port` lists it (reference: windows-firewall-and-vfp, 3.3).
package struct VFPPortRecord: Hashable, Sendable {
  /// The labels and values in order; of a line without a value the value is empty.
  package var fields: [Field] = []

  /// A line of the record.
  package struct Field: Hashable, Sendable {
    /// What stands before the first colon.
    package var label: String
    /// What stands after it.
    package var value: String
  }

  /// The value of the first line with a label; nil if there is none.
  package subscript(label: String) -> String? { fields.first { $0.label == label }?.value }

  /// The name, by which commands address the port; a GUID for ports of endpoints.
  package var name: String { self["Port name"] ?? "" }
  /// The friendly name; for ports of endpoints the endpoint's id.
  package var friendlyName: String { self["Port Friendly name"] ?? "" }
  /// The MAC address; nil if the port has none.
  package var mac: MACAddress? { self["MAC address"].flatMap { MACAddress($0) } }
}

/// The state of a port as `vfpctrl /get-port-state` prints it (reference: windows-firewall-and-vfp, 3.3).
package struct VFPPortState: Sendable {
  /// The name of the port; nil if the source does not say.
  package var port: String?
  /// Whether VFP filters on the port; nil if the reply does not say.
  package var isEnabled: Bool?
  /// Whether the port drops everything; nil if the reply does not say.
  package var isBlocked: Bool?
  /// Where the reply begins.
  package var place: CapturePlace
}

/// A layer as `/list-layer` and `/list-rule` print it (reference: windows-firewall-and-vfp, 10.1.2).
package struct VFPLayerRecord: Hashable, Sendable {
  /// The name.
  package var name: String
  /// The friendly name.
  package var friendlyName: String?
  /// The number of its flags; 0 if it has none.
  package var flags = 0
  /// The priority; nil if it cannot be read.
  package var priority: Int?
}

/// A group as `/list-group` and `/list-rule` print it (reference: windows-firewall-and-vfp, 3.3).
package struct VFPGroupRecord: Hashable, Sendable {
  /// The name of the layer; nil if the source does not say.
  package var layer: String?
  /// The name.
  package var name: String
  /// The friendly name.
  package var friendlyName: String?
  /// The priority; nil if it cannot be read.
  package var priority: Int?
  /// `IN` or `OUT`.
  package var direction: String?
  /// `IPv4` or `IPv6`.
  package var type: String?
  /// The conditions; a packet that does not match them skips the group.
  package var conditions: [VFPCondition] = []
  /// How a rule is found.
  package var matchType: String?
}

/// A condition of a rule or a group, such as `Source IP : 10.1.2.3`.
package struct VFPCondition: Hashable, Sendable {
  /// What it is about.
  package var label: String
  /// The values.
  package var value: String
}

/// A rule as `/list-rule` prints it (reference: windows-firewall-and-vfp, 3.3 and 10.1.4).
package struct VFPRuleRecord: Hashable, Sendable {
  /// The name of the layer; nil if the source does not say.
  package var layer: String?
  /// The name of the group; nil if the source does not say.
  package var group: String?
  /// The name, a GUID; empty for a rule without one.
  package var name: String
  /// The friendly name; nil if the record has no such line.
  package var friendlyName: String?
  /// The priority, lower first; nil if it cannot be read.
  package var priority: Int?
  /// The number of its flags; nil if it cannot be read.
  package var flags: Int?
  /// The word of its type, such as `allow`.
  package var type = ""
  /// The conditions.
  package var conditions: [VFPCondition] = []
  /// The idle lifetime of its flows in seconds; nil if it cannot be read.
  package var flowTTL: Int?
  /// Everything else in the record, such as the lines below `Rule Data:`, without indentation.
  package var data: [String] = []
  /// The lines of the record in the reply.
  package var lines: Range<Int> = 0..<0
}

/// A reply of vfpctrl that lists layers, groups or rules.
package struct VFPReply: Sendable {
  /// The command, such as `list-rule`.
  package var command: String
  /// The name of the port; nil if the source does not say.
  package var port: String?
  /// The layer that the command names; nil for all.
  package var layer: String?
  /// The group that the command names; nil for all.
  package var group: String?
  /// Whether the reply has its last line, so that no record is missing.
  package var isComplete = false
  /// The layers.
  package var layers: [VFPLayerRecord] = []
  /// The groups.
  package var groups: [VFPGroupRecord] = []
  /// The rules.
  package var rules: [VFPRuleRecord] = []
  /// The text that contains the reply.
  package var text: ReplyText
  /// The lines of the reply in the text.
  package var lines: Range<Int>

  /// Where the reply begins.
  package var place: CapturePlace { text.place(lines.lowerBound) }
}

/// A text that contains replies of vfpctrl.
package enum ReplyText: Sendable {
  /// Lines of a file.
  case file(CapturedLines)
  /// A string in a document, which is split into lines again only for a rule that is kept.
  case string(String, at: CapturePlace)

  /// The lines.
  package var lines: CapturedLines {
    switch self {
    case .file(let lines): lines
    case .string(let text, let place): CapturedLines(text, at: place)
    }
  }

  /// Where a line is.
  ///
  /// - Parameter line: The number of the line in the text.
  package func place(_ line: Int) -> CapturePlace {
    switch self {
    case .file(let lines): lines.place(line)
    case .string(_, let place): place
    }
  }
}
