package import HostModel
import NetworkTypes

/// Lines of a text, counted from 0.
package protocol NumberedLines: RandomAccessCollection<String> where Index == Int {}

extension Array<String>: NumberedLines {}

/// The text of `netsh advfirewall firewall show rule name=all`, with or without `verbose`, in English (reference:
/// windows-firewall-and-vfp, 2.7).
package enum NetshRules {
  /// A problem in the text.
  package struct Problem: Error, Hashable, Sendable {
    /// What is wrong.
    package var reason: String
    /// The index of the line.
    package var line: Int
    /// What to do about it.
    package var help: String?
  }

  /// The column of values, counted from 0.
  private static let valueColumn = 38

  /// Whether the text at a line begins a list of rules: a label with a value in column 39 above a line of dashes.
  ///
  /// - Parameters:
  ///   - lines: The lines of the text.
  ///   - index: The index of a line.
  package static func begins(_ lines: some NumberedLines, at index: Int) -> Bool {
    index + 1 < lines.count && isRuler(lines[index + 1]) && label(of: lines[index]) != nil
  }

  private static func isRuler(_ line: String) -> Bool {
    let bytes = line.utf8
    return bytes.count >= 40 && bytes.allSatisfy { $0 == UInt8(ascii: "-") }
  }

  /// The label and value of a line; the value of a label begins in a fixed column.
  private static func label(of line: String) -> (name: String, value: String)? {
    guard let colon = line.firstIndex(of: ":"), line.first != " " else { return nil }
    let name = String(line[..<colon])
    guard name.count < valueColumn else { return nil }
    return (name, blankless(line[line.index(after: colon)...]))
  }

  private static func blankless(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " || text.last == "\r" { text.removeLast() }
    return String(text)
  }

  /// Reads rules until the text is about something else.
  ///
  /// - Parameters:
  ///   - lines: The lines of the text.
  ///   - start: The index of the first rule's first line.
  /// - Returns: The rules, and the index of the first line after them.
  /// - Throws: ``Problem`` for a text in another language, or one that is cut off.
  package static func read(
    _ lines: some NumberedLines, from start: Int
  ) throws(Problem) -> (rules: [CapturedFirewallRule], end: Int) {
    guard label(of: lines[start])?.name == "Rule Name" else {
      throw Problem(
        reason: "the rules are in another language than English, in which their words are not known",
        line: start,
        help:
          "capture them with `Get-NetFirewallRule | ConvertTo-Json` and its filters, or with the script of "
          + "`hnsctl capture-script`, which do not depend on the language")
    }
    var blocks: [[(line: Int, name: String, value: String)]] = []
    var index = start
    var isVerbose = false
    while index < lines.count {
      let line = lines[index]
      if begins(lines, at: index), let own = label(of: line) {
        guard own.name == "Rule Name" else { break }
        blocks.append([(index, own.name, own.value)])
        index += 2
        continue
      }
      if blankless(line[...]).isEmpty {
        index += 1
        continue
      }
      if line.first == " " {
        // The table of ICMP types, or a list that goes on.
        blocks[blocks.count - 1].append((index, "", blankless(line[...])))
      } else if let own = label(of: line), knownLabels.contains(own.name) {
        blocks[blocks.count - 1].append((index, own.name, own.value))
        if own.name == "Rule source" || own.name == "Security" { isVerbose = true }
      } else {
        break
      }
      index += 1
    }
    if index < lines.count, blankless(lines[index][...]) == "Ok." { index += 1 }
    var rules: [CapturedFirewallRule] = []
    var uses: [String: Int] = [:]
    for block in blocks {
      var rule = try rule(block, isVerbose: isVerbose)
      let number = uses[rule.name, default: 0] + 1
      uses[rule.name] = number
      if number > 1 {
        // The name that netsh shows is the one for users, which several rules can have.
        rule.displayName = rule.name
        rule.name += " (\(number))"
      }
      rules.append(rule)
    }
    return (rules, index)
  }

  private static let knownLabels: Set = [
    "Description", "Enabled", "Direction", "Profiles", "Grouping", "LocalIP", "RemoteIP", "Protocol",
    "LocalPort",
    "RemotePort", "Edge traversal", "Program", "Service", "InterfaceTypes", "Security", "Rule source",
    "Action",
    "RemoteMachines", "RemoteUsers", "LocalUsers", "Remote computer(s)", "Remote user(s)", "Local user(s)",
  ]

  private static func rule(
    _ block: [(line: Int, name: String, value: String)], isVerbose: Bool
  ) throws(Problem) -> CapturedFirewallRule {
    var rule = CapturedFirewallRule(name: block[0].value)
    var values: [String: String] = [:]
    var types: [String] = []
    var last = ""
    for line in block.dropFirst() {
      guard line.name.isEmpty else {
        if values[line.name] == nil { values[line.name] = line.value }
        last = line.name
        continue
      }
      if last == "Protocol" {
        let words = line.value.split(separator: " ").map(String.init)
        if words.count == 2, words != ["Type", "Code"] { types.append("\(words[0]):\(words[1])") }
      } else {
        values[last, default: ""] += line.value
      }
    }
    // The action is the last line of a rule.
    guard let action = values["Action"] else {
      throw Problem(
        reason: "the rule '\(rule.name)' has no action: the text is cut off", line: block[0].line,
        help: "write the output of `netsh advfirewall firewall show rule name=all verbose` to the file again")
    }
    rule.isEnabled = ["Yes": true, "No": false][values["Enabled"] ?? ""]
    rule.direction = ["In": .in, "Out": .out][values["Direction"] ?? ""]
    rule.action = ["Allow": .allow, "Block": .block, "Bypass": .bypass][action]
    if let group = values["Grouping"], !group.isEmpty { rule.group = group }
    if let profiles = values["Profiles"].flatMap({ NetFirewallObjects.profiles(named: list($0)) }) {
      rule.profiles = profiles
    } else {
      rule.missing.append("its profiles")
    }
    rule.localAddresses = values["LocalIP"].map(list)
    rule.remoteAddresses = values["RemoteIP"].map(list)
    rule.protocolText = values["Protocol"]
    // Only rules for TCP and UDP have ports here.
    rule.localPorts = values["LocalPort"].map(list) ?? []
    rule.remotePorts = values["RemotePort"].map(list) ?? []
    rule.icmpTypes = types.map { $0.hasSuffix(":Any") ? String($0.dropLast(4)) : $0 }
    rule.store = ["Local Setting": .local, "Group Policy Setting": .groupPolicy][values["Rule source"] ?? ""]
    rule.edgeTraversal = values["Edge traversal"].flatMap { CapturedFirewallRule.edgeTraversal(netsh: $0) }
    for (kind, name) in [
      (.program, "Program"), (.service, "Service"), (.interfaceType, "InterfaceTypes"),
      (.authentication, "Security"), (.remoteMachine, "RemoteMachines"), (.remoteUser, "RemoteUsers"),
      (.localUser, "LocalUsers"), (.remoteMachine, "Remote computer(s)"), (.remoteUser, "Remote user(s)"),
      (.localUser, "Local user(s)"),
    ] as [(CapturedFirewallRule.Condition.Kind, String)] {
      guard let value = values[name], !["Any", "", "NotRequired"].contains(value) else { continue }
      rule.conditions.append(.init(kind, value))
    }
    // Only `verbose` shows these; no command shows interfaces, to which HNS binds its rules, and packages.
    let unshown: [FirewallFilterKind] =
      isVerbose
      ? rule.name.hasPrefix("HNS Container Networking - ") ? [.interface] : []
      : [.application, .service, .security, .interface, .interfaceType]
    rule.missing += unshown.compactMap(\.missing)
    rule.compartment = NetFirewallObjects.compartment(inName: rule.name)
    return rule
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { blankless($0) }.filter { $0 != "Any" }
  }
}
