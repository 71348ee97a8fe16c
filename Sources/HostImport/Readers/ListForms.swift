import Diagnostics
import HostModel
import JSONText
import NetworkTypes

/// Objects in the list view of PowerShell, as people paste it and collectlogs.ps1 writes it: `Name : value`, wrapped
/// at the width of the console (reference: captures, 1; windows-firewall-and-vfp, 1.1 and 2.4; hns, 8.2 to 8.4).
///
/// Only scalars and lists of words are whole: objects within objects are `@{...}` or `System.Object[]`, and so cut.
enum ListForms {
  static let texts: [TextForm] = [
    TextForm(
      title: "list view of PowerShell",
      begins: { lines, index in
        // An object begins after anything but a line of the same kind, which would be one of it.
        guard PowerShellList.label(lines[index]) != nil,
          index == 0 || PowerShellList.label(lines[index - 1]) == nil
        else { return false }
        let object = PowerShellList(lines, index).object
        return CaptureForms.objects.contains { $0.recognizes(object) }
      },
      read: { lines, index, host throws(Diagnostic) in
        var list = PowerShellList(lines, index)
        list.joinFilters(lines)
        guard list.object[NetFirewallObjects.originMember] == nil else {
          host.keep(
            lines.text(index..<list.end), at: lines.place(index),
            because: "HNS makes the rule of its documents")
          return list.end
        }
        CaptureForms.read(.object(list.object), lines.place(index), &host)
        return list.end
      }),
    TextForm(
      title: "hnsctl show firewall",
      begins: { lines, index in
        [FirewallListing.title, FirewallListing.unreadRules].contains { lines[index].elementsEqual($0.utf8) }
          || lines[index].starts(with: FirewallListing.connections.utf8)
      },
      read: { lines, index, host throws(Diagnostic) in
        let line = lines.text(index)
        if line.hasPrefix(FirewallListing.connections) {
          for name in line.dropFirst(FirewallListing.connections.count).split(separator: ", ") {
            host.firewall.addConnection(FirewallProfile(rawValue: String(name)))
          }
          return index + 1
        }
        host.firewall.noteRules()
        if line == FirewallListing.unreadRules { host.firewall.noteUnreadRule() }
        return index + 1
      }),
  ]
}

/// One object in the list view of PowerShell.
struct PowerShellList {
  /// The object.
  private(set) var object = JSONObject()
  /// The index of the line after it.
  private(set) var end: Int

  /// Reads the object that begins on a line.
  init(_ lines: CapturedLines, _ start: Int) {
    end = start
    guard let column = Self.label(lines[start])?.colon else { return }
    var members: [(label: String, value: [UInt8])] = []
    while end < lines.count, !lines.isBlank(end) {
      let line = lines[end]
      if let (label, colon) = Self.label(line), colon == column {
        members.append((label, Array(VFPText.trimmed(line[(line.startIndex + colon + 1)...]))))
      } else if line.prefix(column + 2).allSatisfy({ $0 == 0x20 }), let last = members.indices.last {
        let more = VFPText.trimmed(line)
        // A console breaks between words if it can, and drops the blank there.
        let isOneWord = !members[last].value.contains(0x20) && !more.contains(0x20)
        members[last].value += (isOneWord ? [] : [0x20]) + more
      } else {
        break
      }
      end += 1
    }
    for (label, text) in members {
      if let value = Self.value(String(decoding: text, as: UTF8.self), label) { object[label] = value }
    }
  }

  /// Joins the filters of a rule of Windows Firewall that stand below it, and what is said to be unknown of it.
  ///
  /// Lists of filters do not name their rule, so they are taken only if the last one does, as `hnsctl show firewall`
  /// prints it.
  mutating func joinFilters(_ lines: CapturedLines) {
    guard NetFirewallObjects.kind(of: object) == .rule, let name = object["Name"]?.string else { return }
    var parts: [PowerShellList] = []
    var next = end
    repeat {
      while next < lines.count, lines.isBlank(next) { next += 1 }
      guard next < lines.count, Self.label(lines[next]) != nil, parts.count < 3 else { return }
      let part = PowerShellList(lines, next)
      guard part.end > next, part.object["Name"] == nil else { return }
      parts.append(part)
      next = part.end
    } while parts.last?.object["InstanceID"]?.string != name
    for part in parts {
      object["filters of line \(part.end)"] = .object(part.object)
    }
    for name in [NetFirewallObjects.compartmentMember, NetFirewallObjects.originMember] {
      object[name] = parts.last?.object[name]
    }
    end = next
    var texts: [String: [String]] = [:]
    while next < lines.count {
      let line = lines.text(next)
      if let (prefix, member) = Self.sentences.first(where: { line.hasPrefix($0.0) }),
        line != FirewallListing.unreadRules
      {
        texts[member, default: []].append(String(line.dropFirst(prefix.count)))
        end = next + 1
      } else if !lines.isBlank(next) {
        break
      }
      next += 1
    }
    for (name, texts) in texts { object[name] = .strings(texts) }
  }

  /// What begins a line about a rule, and the member that it is of.
  private static let sentences = [
    ("Unknown: ", NetFirewallObjects.unknownMember), ("Depends on: ", NetFirewallObjects.conditionsMember),
  ]

  /// The label of a line and the column of its colon; nil for any other line.
  static func label(_ line: ArraySlice<UInt8>) -> (label: String, colon: Int)? {
    let text = line.drop { $0 == 0x20 }
    let word = text.prefix { byte in
      (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
    }
    guard !word.isEmpty, word.count <= 40 else { return nil }
    let rest = text[word.endIndex...].drop { $0 == 0x20 }
    guard rest.startIndex > word.endIndex, rest.first == UInt8(ascii: ":"),
      rest.count == 1 || rest[rest.startIndex + 1] == 0x20
    else { return nil }
    return (String(decoding: word, as: UTF8.self), rest.startIndex - line.startIndex)
  }

  /// Members that are numbers in documents.
  private static let numbers: Set<String> = [
    "Version", "State", "Flags", "PrefixLength", "IPv6PrefixLength", "CompartmentId", "DNSServerCompartment",
    "InterfaceIndex", "NlMtu", "EncapOverhead", "CurrentEndpointCount", "TotalEndpoints",
    "MaxConcurrentEndpoints",
  ]
  /// Members that are text whatever they look like.
  private static let texts: Set<String> = ["Name", "DisplayName", "Description", "Owner"]

  /// A value; nil for none: an empty object and an empty text look alike.
  private static func value(_ text: String, _ label: String) -> JSON? {
    if text.isEmpty { return nil }
    if text == "{}" { return [] }
    // An object with one member, a GUID, is whole.
    if label == "Namespace", text.hasPrefix("@{ID="), text.hasSuffix("}"),
      let id = GUID(String(text.dropFirst(5).dropLast()))
    {
      return ["ID": .string(id.lowercase)]
    }
    if text.hasPrefix("@{") || text.hasPrefix("System.") { return CutMembers.mark }
    if text.hasPrefix("{"), text.hasSuffix("}") {
      let inner = text.dropFirst().dropLast()
      // The id of a compartment is in braces too.
      if label.hasSuffix("Guid") || label.hasSuffix("ID") || label == "Id" || texts.contains(label) {
        return .string(text)
      }
      guard !inner.contains("@{"), !inner.contains("="), !inner.contains("System."), !inner.hasSuffix("...")
      else { return CutMembers.mark }
      return .strings(inner.split(separator: ", ").map(String.init))
    }
    if texts.contains(label) { return .string(text) }
    if text == "True" || text == "False" { return .bool(text == "True") }
    if numbers.contains(label), let number = Int64(text) { return .integer(number) }
    return .string(text)
  }
}
