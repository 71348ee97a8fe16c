import Diagnostics
import HostModel
import NetworkTypes

/// The text of `ipconfig /allcompartments [/all]` (reference: windows-firewall-and-vfp, 1.2).
///
/// A compartment is told by its two rows of `=`, an interface by a line at the left margin, an address by IPv4 or
/// IPv6 in its label: these are the same in every language.
enum IPConfigForms {
  static let texts: [TextForm] = [
    TextForm(
      title: "ipconfig /allcompartments", begins: { lines, index in first(lines, index) != nil },
      read: { lines, index, host throws(Diagnostic) in read(lines, first(lines, index) ?? index, &host) })
  ]

  /// The line of the first compartment: this one, or the next one that is not blank below the title.
  private static func first(_ lines: CapturedLines, _ index: Int) -> Int? {
    if compartment(lines, index) != nil { return index }
    guard let letter = lines[index].first, letter != 0x20 else { return nil }
    var next = index + 1
    while next < lines.count, lines.isBlank(next), next < index + 6 { next += 1 }
    return next > index + 1 && compartment(lines, next) != nil ? next : nil
  }

  /// The number of a compartment whose heading begins on a line.
  private static func compartment(_ lines: CapturedLines, _ index: Int) -> UInt32? {
    guard isRow(lines, index), isRow(lines, index + 2) else { return nil }
    let heading = lines.text(index + 1).prefix { $0 != "(" }
    guard let number = heading.split(separator: " ").last.flatMap({ UInt32($0) }), number > 0 else {
      return nil
    }
    return number
  }

  private static func isRow(_ lines: CapturedLines, _ index: Int) -> Bool {
    guard index < lines.count else { return false }
    let line = VFPText.trimmed(lines[index])
    return line.count >= 70 && line.allSatisfy { $0 == UInt8(ascii: "=") }
  }

  private static func read(_ lines: CapturedLines, _ start: Int, _ host: inout CapturedHost) -> Int {
    var index = start
    while let number = compartment(lines, index) {
      index += 3
      var interface: CapturedInterface?
      var place = lines.place(index)
      var label = ""
      func add() {
        if let interface { host.facts.interfaces.append(Stated(interface, place)) }
      }
      while index < lines.count, compartment(lines, index) == nil {
        if lines.isBlank(index) {
          index += 1
          continue
        }
        let line = lines.text(index)
        if line.first != " " {
          // Only an interface stands at the margin.
          guard line.hasSuffix(":") else { break }
          add()
          interface = CapturedInterface(name: name(line), compartment: number)
          place = lines.place(index)
          label = ""
        } else if let (own, value) = field(line) {
          label = own
          read(value, label, number, &interface, &host)
        } else {
          read(Substring(line).trimmingBlanks, label, number, &interface, &host)
        }
        index += 1
      }
      add()
    }
    return index
  }

  /// The name of an interface: `Ethernet adapter vEthernet (net):` without the words for its kind.
  private static func name(_ line: String) -> String {
    let text = line.dropLast()
    let parts = text.split(separator: " adapter ", maxSplits: 1)
    return String(parts.count == 2 ? parts[1] : text)
  }

  /// A line `   Label . . . . : value`.
  private static func field(_ line: String) -> (label: String, value: String)? {
    guard line.hasPrefix("   "),
      let colon = line.indices.dropFirst().first(where: {
        line[$0] == ":" && line[line.index(before: $0)] == " "
      })
    else { return nil }
    let label = line[..<colon].split(separator: " ").filter { $0 != "." }
      .map { $0.last == "." ? $0.dropLast() : $0 }.joined(separator: " ")
    return (label, line[line.index(after: colon)...].trimmingBlanks)
  }

  private static func read(
    _ value: String, _ label: String, _ compartment: UInt32, _ interface: inout CapturedInterface?,
    _ host: inout CapturedHost
  ) {
    // `(Preferred)` and its translations stand behind an address.
    let text = String(value.prefix { $0 != "(" })
    if label.contains("IPv4") || label.contains("IPv6"), let address = HostCaptureForms.address(text) {
      interface?.addresses.addOnce(address)
    } else if compartment == 1, label.contains("DNS") || label.contains("Dns") {
      if let server = HostCaptureForms.address(text) {
        host.facts.add(dnsServer: server)
      } else if label.lowercased().contains("suffix") {
        host.facts.add(dnsSuffix: text)
      }
    }
  }
}
