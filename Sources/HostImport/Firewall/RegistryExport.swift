import HostModel

/// What a registry key says about the firewall, in a `.reg` export or an exported policy.
enum FirewallRegistryKey {
  case rules(FirewallStore)
  case profile(FirewallProfile, FirewallStore)

  /// The meaning of a key; nil for others.
  ///
  /// Rules of app containers and hardened services (`RestrictedServices`) are about programs, and no tool lists
  /// them; they are left out.
  ///
  /// - Parameter path: The names of the key and the ones above it.
  init?(_ path: [Substring]) {
    let names = path.map { $0.lowercased() }
    guard let last = names.last, !names.contains("restrictedservices") else { return nil }
    let store: FirewallStore =
      names.contains("policies") && names.contains("windowsfirewall")
      ? .groupPolicy
      : names.contains("mdm") ? .mdm : .local
    switch last {
    case "firewallrules": self = .rules(store)
    case "domainprofile": self = .profile(.domain, store)
    case "standardprofile": self = .profile(.private, store)
    case "publicprofile": self = .profile(.public, store)
    default: return nil
    }
  }
}

extension FirewallProfileSettings {
  /// The names of the values that have an effect, in lower case.
  static let names: Set<String> = [
    "enablefirewall", "defaultinboundaction", "defaultoutboundaction", "donotallowexceptions",
    "allowlocalpolicymerge",
  ]

  /// Takes a number from a profile's key; what is not there has the platform's default (reference:
  /// windows-firewall-and-vfp, 2.1 and 10.0).
  mutating func set(_ name: String, _ value: UInt32) {
    switch name.lowercased() {
    case "enablefirewall": isEnabled = value != 0
    case "defaultinboundaction": inbound = value == 0 ? .allow : .block
    case "defaultoutboundaction": outbound = value == 0 ? .allow : .block
    case "donotallowexceptions": allowsInboundRules = value == 0
    case "allowlocalpolicymerge": allowsLocalRules = value != 0
    default: break
    }
  }
}

/// The text of a `.reg` export, with the keys of the firewall (reference: windows-firewall-and-vfp, 2.8).
package enum RegistryExport {
  private static let title = "Windows Registry Editor Version"

  /// Whether a text is an export.
  ///
  /// - Parameter line: Its first line.
  package static func begins(_ line: String) -> Bool { line.hasPrefix(title) || line == "REGEDIT4" }

  /// Reads an export.
  ///
  /// - Parameters:
  ///   - lines: The lines of the text; the first is the title.
  ///   - parts: Receives what it says.
  /// - Returns: The values among rules that cannot be read, with the indices of their lines.
  package static func read(
    _ lines: [String], into parts: inout FirewallParts
  ) -> [(line: Int, reason: String)] {
    var key: FirewallRegistryKey?
    var unread: [(line: Int, reason: String)] = []
    for (index, line) in lines.enumerated().dropFirst() {
      if line.hasPrefix("["), let end = line.lastIndex(of: "]") {
        key = FirewallRegistryKey(line[line.index(after: line.startIndex)..<end].split(separator: "\\"))
        if case .rules = key { parts.noteRules() }
        if case .profile(let name, _) = key { parts.addRegistryKey(of: name) }
        continue
      }
      guard let key, line.hasPrefix("\"") else { continue }
      func unreadValue(_ reason: String) {
        unread.append((index, reason))
        if case .rules = key { parts.noteUnreadRule() }
      }
      var scanner = line.utf8.makeIterator()
      guard let name = quoted(&scanner), scanner.next() == UInt8(ascii: "=") else {
        unreadValue("the value has no name")
        continue
      }
      switch key {
      case .profile(let profile, let store):
        guard let equals = line.range(ofLast: "=dword:"), let number = UInt32(line[equals...], radix: 16)
        else {
          if FirewallProfileSettings.names.contains(name.lowercased()) {
            unreadValue("the value '\(name)' is not a number")
          }
          continue
        }
        parts.addRegistrySetting(name, number, of: profile, in: store)
      case .rules(let store):
        guard scanner.next() == UInt8(ascii: "\""), let text = quotedRest(&scanner),
          let rule = RegistryRule.read(text, name: name, store: store)
        else {
          unreadValue("the value '\(name)' is not a rule, or is cut off")
          continue
        }
        parts.add(rule)
      }
    }
    return unread
  }

  /// A text in quotes with its escapes; nil if it has no end.
  private static func quoted(_ scanner: inout String.UTF8View.Iterator) -> String? {
    scanner.next() == UInt8(ascii: "\"") ? quotedRest(&scanner) : nil
  }

  private static func quotedRest(_ scanner: inout String.UTF8View.Iterator) -> String? {
    var bytes: [UInt8] = []
    while let byte = scanner.next() {
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let next = scanner.next() else { return nil }
        bytes.append(next)
      default: bytes.append(byte)
      }
    }
    return nil
  }
}

extension String {
  /// The index after the last occurrence of a text.
  fileprivate func range(ofLast text: String) -> Index? {
    let (own, other) = (Array(utf8), Array(text.utf8))
    guard own.count >= other.count else { return nil }
    for start in stride(from: own.count - other.count, through: 0, by: -1)
    where own[start..<start + other.count].elementsEqual(other) {
      return utf8.index(startIndex, offsetBy: start + other.count)
    }
    return nil
  }
}
