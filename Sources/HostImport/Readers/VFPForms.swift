import Diagnostics
import JSONText

/// The text of vfpctrl (reference: windows-firewall-and-vfp, 3.3 and 10.1).
enum VFPForms {
  static let texts: [TextForm] = [
    TextForm(
      title: "vfpctrl", begins: { lines, index in VFPText.begins(lines, index) },
      read: { lines, index, host throws(Diagnostic) in
        var text = VFPText(lines, from: index)
        var kept: [(Range<Int>, String)] = []
        let end = text.read(into: &host.vfp) { kept.append(($0, $1)) }
        for (range, reason) in kept {
          host.keep(lines.text(range), at: lines.place(range.lowerBound), because: reason)
        }
        return end
      })
  ]

  /// The replies in the file of `hnsctl capture-script`, and those that vfpctrl itself writes as JSON.
  static let objects: [ObjectForm] = [
    // The shapes of few of these replies are known, and none has all members of a rule (reference:
    // windows-firewall-and-vfp, 3.3 and 10.3).
    ObjectForm(
      title: "vfpctrl /format 1",
      recognizes: { object in
        ["Ports", "Layers", "Groups", "Rules", "InformationArray"].contains { name in
          (object[name]?.array ?? []).contains { element in
            ["VmsPortId", "Groups", "Rules", "RuleCounters", "PortCounters"].contains { element[$0] != nil }
              || name != "Ports" && element["Id"]?.string != nil
          }
        }
      },
      read: { object, place, host in
        host.keep(
          JSON.object(object).text(), at: place,
          because: "JSON of `vfpctrl /format 1` is not evaluated: write the rules without /format 1")
      }),
    ObjectForm(
      title: "vfpctrl",
      recognizes: { object in
        object["reply"]?.string != nil && command(of: object) != nil
      },
      read: { object, place, host in
        guard let reply = object["reply"]?.string, var command = command(of: object) else { return }
        if let port = object["port"]?.string { command.port = port }
        if let layer = object["layer"]?.string { command.layer = layer }
        var kept: [(text: String, reason: String)] = []
        VFPText.read(reply: reply, at: place, to: command, into: &host.vfp) { kept.append(($0, $1)) }
        for part in kept { host.keep(part.text, at: place, because: part.reason) }
      }),
  ]

  private static func command(of object: JSONObject) -> VFPCommand? {
    object["command"]?.string.flatMap { VFPCommand(Array($0.utf8)[...]) }
  }
}

extension CapturedLines {
  /// The lines of a text that stands in a string of a document.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - place: Where the document stands; all lines are there.
  init(_ text: String, at place: CapturePlace) {
    let text = CapturedText(Array(text.utf8), file: place.file)
    self.init(text, 0..<text.bytes.count, line: place.line, in: place)
  }
}
