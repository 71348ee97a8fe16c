/// Collects the records of a reply of vfpctrl, line by line.
///
/// Lines of a record are told apart by their labels; only what is below `Conditions:` is told by its indentation,
/// because labels of conditions are not a closed list.
struct VFPRecordReader {
  private enum Record {
    case none, port, layer, group, rule
  }

  /// The ports of `/list-vmswitch-port`.
  private(set) var ports: [VFPPortRecord] = []
  private(set) var layers: [VFPLayerRecord] = []
  private(set) var groups: [VFPGroupRecord] = []
  private(set) var rules: [VFPRuleRecord] = []
  /// Whether the row of `=` below the heading was read.
  private(set) var hasFrame = false
  /// Whether anything stands below it.
  private(set) var hasContent = false
  /// Lines outside of records that have a label and a value.
  private var settings: [String: String] = [:]
  private var heading = ""
  private var record = Record.none
  /// The indentation of the line `Conditions:` whose block is open.
  private var conditionsIndent: Int?
  /// Whether a block such as `Rule Data:` is open.
  private var isInData = false
  /// The layer and the group that records are in.
  private var layer: String?
  private var group: String?

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - layer: The layer that the command names.
  ///   - group: The group that the command names.
  init(layer: String?, group: String?) {
    self.layer = layer
    self.group = group
  }

  /// Whether there is no record.
  var isEmpty: Bool { ports.isEmpty && layers.isEmpty && groups.isEmpty && rules.isEmpty }

  /// The command that such a reply is to, if the source does not say.
  var guessedCommand: String? {
    if !rules.isEmpty { return "list-rule" }
    if !groups.isEmpty { return "list-group" }
    if !layers.isEmpty { return "list-layer" }
    if !ports.isEmpty { return "list-vmswitch-port" }
    return heading == "PORT STATE" ? "get-port-state" : nil
  }

  /// A setting that is `TRUE` or `FALSE`.
  func flag(_ label: String) -> Bool? {
    switch settings[label]?.uppercased() {
    case "TRUE": true
    case "FALSE": false
    default: nil
    }
  }

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - line: The line without the blanks around it.
  ///   - indent: How many blanks are before it.
  ///   - index: The number of the line.
  mutating func read(_ line: ArraySlice<UInt8>, indent: Int, at index: Int) {
    guard let first = line.first else {
      if case .port = record { record = .none }
      return
    }
    if first == UInt8(ascii: "=") {
      hasFrame = true
      return
    }
    hasContent = hasContent || hasFrame
    let (label, value) = VFPText.split(line)
    if begin(label, value, at: index) { return }
    if !hasFrame, case .none = record, value == nil { heading = VFPText.text(line) }
    switch record {
    case .none: if let value { settings[VFPText.text(label)] = VFPText.text(value) }
    case .port: addPortField(label, value)
    case .layer: addLayerField(label, value)
    case .group: addGroupField(label, value, indent)
    case .rule: addRuleField(line, label, value, indent)
    }
  }

  /// Ends the last record.
  ///
  /// - Parameter index: The number of the line after the reply.
  mutating func finish(at index: Int) { endRule(at: index) }

  /// Begins a record if the line is the first of one.
  private mutating func begin(
    _ label: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>?, at index: Int
  ) -> Bool {
    guard let value else { return false }
    switch label.count {
    case 4 where label.elementsEqual("RULE".utf8):
      endRule(at: index)
      var rule = VFPRuleRecord(layer: layer, group: group, name: VFPText.text(value))
      rule.lines = index..<index
      rules.append(rule)
      record = .rule
    case 5 where label.elementsEqual("GROUP".utf8):
      endRule(at: index)
      group = VFPText.text(value)
      groups.append(VFPGroupRecord(layer: layer, name: VFPText.text(value)))
      record = .group
    case 5 where label.elementsEqual("LAYER".utf8):
      endRule(at: index)
      layer = VFPText.text(value)
      group = nil
      layers.append(VFPLayerRecord(name: VFPText.text(value)))
      record = .layer
    case 9 where label.elementsEqual("Port name".utf8):
      ports.append(VFPPortRecord(fields: [.init(label: "Port name", value: VFPText.text(value))]))
      record = .port
    default: return false
    }
    conditionsIndent = nil
    isInData = false
    return true
  }

  private mutating func endRule(at index: Int) {
    guard case .rule = record, let last = rules.indices.last else { return }
    rules[last].lines = rules[last].lines.lowerBound..<index
  }

  // MARK: Fields

  private mutating func addPortField(_ label: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>?) {
    // `Port type:            : Synthetic` has two colons.
    let text = VFPText.trimmed((value ?? []).drop { $0 == UInt8(ascii: ":") })
    ports[ports.count - 1].fields.append(.init(label: VFPText.text(label), value: VFPText.text(text)))
  }

  private mutating func addLayerField(_ label: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>?) {
    guard let value else { return }
    let last = layers.count - 1
    switch label.count {
    case 13 where label.elementsEqual("Friendly name".utf8): layers[last].friendlyName = VFPText.text(value)
    case 5 where label.elementsEqual("Flags".utf8):
      let digits = VFPText.text(value).drop { $0 != "x" }.dropFirst().prefix(while: \.isHexDigit)
      layers[last].flags = Int(digits, radix: 16) ?? 0
    case 8 where label.elementsEqual("Priority".utf8): layers[last].priority = Self.number(value)
    default: break
    }
  }

  private mutating func addGroupField(
    _ label: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>?, _ indent: Int
  ) {
    let last = groups.count - 1
    if isCondition(indent, endsAt: label.elementsEqual("Match type".utf8)) {
      groups[last].conditions += Self.condition(label, value)
      return
    }
    guard let value else { return }
    switch VFPText.text(label) {
    case "Friendly name": groups[last].friendlyName = VFPText.text(value)
    case "Priority": groups[last].priority = Self.number(value)
    case "Direction": groups[last].direction = VFPText.text(value)
    case "Type": groups[last].type = VFPText.text(value)
    case "Match type": groups[last].matchType = VFPText.text(value)
    case "Conditions": conditionsIndent = indent
    default: break
    }
  }

  private mutating func addRuleField(
    _ line: ArraySlice<UInt8>, _ label: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>?, _ indent: Int
  ) {
    let last = rules.count - 1
    if isCondition(indent, endsAt: label.elementsEqual("Flow TTL".utf8)) {
      rules[last].conditions += Self.condition(label, value)
      return
    }
    switch (label.count, value) {
    case (13, let value?) where !isInData && label.elementsEqual("Friendly name".utf8):
      rules[last].friendlyName = VFPText.text(value)
    case (8, let value?) where !isInData && label.elementsEqual("Priority".utf8):
      rules[last].priority = Self.number(value)
    case (5, let value?) where !isInData && label.elementsEqual("Flags".utf8):
      rules[last].flags = Self.number(value.prefix { $0 != 0x20 })
    case (4, let value?) where !isInData && label.elementsEqual("Type".utf8):
      rules[last].type = VFPText.text(value)
    case (8, let value?) where label.elementsEqual("Flow TTL".utf8):
      rules[last].flowTTL = Self.number(value)
      isInData = true
    case (10, _?) where !isInData && label.elementsEqual("Conditions".utf8): conditionsIndent = indent
    case (7, let value?) where label.elementsEqual("FlagsEx".utf8) && value.elementsEqual("0".utf8): break
    default: rules[last].data.append(VFPText.text(line))
    }
  }

  /// Whether a line is below `Conditions:`; the block ends where the indentation does.
  private mutating func isCondition(_ indent: Int, endsAt isEnd: Bool) -> Bool {
    guard let open = conditionsIndent else { return false }
    if isEnd || indent <= open && open > 0 {
      conditionsIndent = nil
      return false
    }
    return true
  }

  private static func condition(
    _ label: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>?
  ) -> [VFPCondition] {
    if value == nil, label.elementsEqual("<none>".utf8) { return [] }
    return [VFPCondition(label: VFPText.text(label), value: VFPText.text(value ?? []))]
  }

  private static func number(_ text: ArraySlice<UInt8>) -> Int? {
    guard !text.isEmpty, text.count <= 9 else { return nil }
    var number = 0
    for byte in text {
      guard (0x30...0x39).contains(byte) else { return nil }
      number = number * 10 + Int(byte - 0x30)
    }
    return number
  }
}
