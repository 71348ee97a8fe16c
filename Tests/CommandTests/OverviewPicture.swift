import JSONText

/// The picture of the README: a profile, the rules that it becomes, and the path of two packets.
///
/// It has its own background, and colors for light and dark.
struct OverviewPicture {
  /// The text of the profile.
  let profile: String
  /// The JSON of its plan.
  let plan: JSON
  /// The JSON of traces of packets.
  let traces: [JSON]

  private static let lineHeight = 18
  private static let style = """
    .back{fill:#fff;stroke:#d0d7de}.card{fill:#f6f8fa;stroke:#d0d7de}.arrow{stroke:#57606a;fill:none}
    .head{fill:#57606a}text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1f2328;white-space:pre}
    .title{font:600 14px system-ui,sans-serif}.note,.off{fill:#57606a}.allow{fill:#116329}.block{fill:#a40e26}
    .at-allow{stroke:#1a7f37;fill:none}.at-block{stroke:#cf222e;fill:none}.at-off{stroke:#8c959f;fill:none;stroke-dasharray:4}
    @media(prefers-color-scheme:dark){.back{fill:#0d1117;stroke:#30363d}.card{fill:#161b22;stroke:#30363d}
    text{fill:#e6edf3}.arrow{stroke:#8b949e}.head,.note,.off{fill:#8b949e}.allow{fill:#3fb950}.block{fill:#ff7b72}
    .at-allow{stroke:#3fb950}.at-block{stroke:#f85149}.at-off{stroke:#6e7681}}
    """

  /// The document.
  var svg: String {
    let profileLines = profile.split(separator: "\n").flatMap { Self.wrapped(String($0), at: 42) }
    let vfp = rules("vfp")
    let firewall = rules("windowsFirewall")
    let vfpHeight = Self.height(vfp.count)
    let firewallHeight = Self.height(firewall.count)
    let top = 16
    let bodyHeight = max(Self.height(profileLines.count), vfpHeight + 16 + firewallHeight)
    var parts = card(16, top, 332, bodyHeight, "The profile", "first match decides")
    for (index, line) in profileLines.enumerated() {
      parts.append(text(30, top + 56 + index * Self.lineHeight, line))
    }
    parts += arrow(348, top + vfpHeight / 2) + arrow(348, top + vfpHeight + 16 + firewallHeight / 2)
    parts += card(384, top, 600, vfpHeight, "VFP", "priorities, first match decides")
    parts += list(vfp, 398, top + 56)
    let second = top + vfpHeight + 16
    parts += card(
      384, second, 600, bodyHeight - vfpHeight - 16, "Windows Firewall",
      "no order, a block overrides every allow")
    parts += list(firewall, 398, second + 56)
    var y = top + bodyHeight + 16
    for trace in traces {
      parts += path(trace, y)
      y += 62
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="1000" height="\(y + 4)" viewBox="0 0 1000 \(y + 4)" role="img">
      <title>A profile, the rules that it becomes in VFP and Windows Firewall, and two packets</title>
      <style>\(Self.style)</style>
      <rect class="back" x="0.5" y="0.5" width="999" height="\(y + 3)" rx="8"/>
      \(parts.joined(separator: "\n"))
      </svg>

      """
  }

  // MARK: Contents

  /// A planned rule: its action, and its columns from left to right.
  private struct Rule: Hashable {
    let action: String
    let columns: [String]
  }

  /// The planned rules of an enforcement point; those of both families of VFP are shown once.
  private func rules(_ point: String) -> [Rule] {
    var rules: [Rule] = []
    for change in plan["changes"]?.array ?? [] where change["enforcement"]?.string == point {
      let after = change["after"]
      let action = after?["action"]?.string ?? ""
      let protocols = Self.list(after?["protocols"])
      let rule = Rule(
        action: action,
        columns: [
          after?["priority"].map(Self.word) ?? "", after?["direction"]?.string ?? "", action,
          protocols.isEmpty ? "any" : protocols == "6" ? "tcp" : "not tcp",
          Self.shortened(Self.side("port", after?["localPorts"]), 20),
          Self.shortened(Self.side("remote", after?["remoteAddresses"]), 21), change["name"]?.string ?? "",
        ])
      if !rules.contains(rule) { rules.append(rule) }
    }
    return rules
  }

  private static func side(_ name: String, _ values: JSON?) -> String {
    let list = list(values)
    return list.isEmpty ? "any \(name)" : "\(name) \(list)"
  }

  private static func word(_ value: JSON) -> String { value.string ?? value.integer.map { "\($0)" } ?? "" }

  private static func list(_ values: JSON?) -> String {
    (values?.array ?? []).map(word).joined(separator: ",")
  }

  /// The packet of a trace, its steps and its verdict, from left to right.
  private func path(_ trace: JSON, _ y: Int) -> [String] {
    let packet = trace["packet"]
    let verdict = trace["verdict"]?.string ?? ""
    var parts = box(
      16, y, "off", "tcp from \(packet?["from"]?.string ?? "")",
      "to port \(packet?["port"].map(Self.word) ?? "")")
    var x = 16
    for step in trace["steps"]?.array ?? [] {
      x += 252
      parts += arrow(x - 36, y + 23)
      let isReached = step["reached"] != false
      let kind = isReached ? step["verdict"]?.string ?? "" : "off"
      let point = step["enforcement"]?.string == "vfp" ? "VFP" : "Windows Firewall"
      let rule = step["rule"]?.string ?? ""
      let words =
        kind == "off" ? "not reached" : kind == "allow" ? "allowed by \(rule)" : "blocked by \(rule)"
      parts += box(x, y, kind, point, words)
    }
    x += 252
    parts += arrow(x - 36, y + 23)
    parts += box(x, y, verdict, trace["steps"]?.array?.last?["endpoint"]?.string ?? "", "verdict: \(verdict)")
    return parts
  }

  // MARK: Shapes

  private static func height(_ lines: Int) -> Int { 56 + lines * lineHeight }

  private func card(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ title: String, _ note: String)
    -> [String]
  {
    [
      #"<rect class="card" x="\#(x)" y="\#(y)" width="\#(width)" height="\#(height)" rx="6"/>"#,
      text(x + 14, y + 26, title, "title"),
      #"<text class="note" x="\#(x + width - 14)" y="\#(y + 26)" text-anchor="end">\#(note)</text>"#,
    ]
  }

  private func box(_ x: Int, _ y: Int, _ kind: String, _ first: String, _ second: String) -> [String] {
    [
      #"<rect class="at-\#(kind)" x="\#(x)" y="\#(y)" width="212" height="46" rx="6" stroke-width="1.5"/>"#,
      text(x + 12, y + 19, first), text(x + 12, y + 36, second, kind),
    ]
  }

  private func arrow(_ x: Int, _ y: Int) -> [String] {
    [
      #"<path class="arrow" d="M\#(x) \#(y)h28"/>"#,
      #"<path class="head" d="M\#(x + 34) \#(y)l-8-4v8z"/>"#,
    ]
  }

  /// Where the columns of a rule begin.
  private static let columns = [0, 44, 72, 114, 172, 324, 482]

  private func list(_ rules: [Rule], _ x: Int, _ y: Int) -> [String] {
    rules.enumerated().map { row, rule in
      let spans = zip(rule.columns, Self.columns).filter { !$0.0.isEmpty }.map { column, offset in
        #"<tspan x="\#(x + offset)">\#(Self.escaped(column))</tspan>"#
      }
      return #"<text class="\#(rule.action)" y="\#(y + row * Self.lineHeight)">\#(spans.joined())</text>"#
    }
  }

  private func text(_ x: Int, _ y: Int, _ words: String, _ kind: String = "") -> String {
    let name = kind.isEmpty ? "" : " class=\"\(kind)\""
    return #"<text\#(name) x="\#(x)" y="\#(y)" xml:space="preserve">\#(Self.escaped(words))</text>"#
  }

  // MARK: Words

  private static func escaped(_ words: String) -> String {
    words.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;"][$0] ?? String($0) }.joined()
  }

  private static func shortened(_ word: String, _ width: Int) -> String {
    word.count <= width ? word : word.prefix(width - 1) + "…"
  }

  /// A line of YAML, broken after commas; what follows is indented further.
  private static func wrapped(_ line: String, at width: Int) -> [String] {
    let indent = String(repeating: " ", count: line.prefix { $0 == " " || $0 == "-" }.count + 2)
    var lines: [String] = []
    for part in line.split(separator: ", ").map(String.init) {
      if let last = lines.last, last.count + part.count + 2 <= width {
        lines[lines.count - 1] += ", \(part)"
      } else {
        if !lines.isEmpty { lines[lines.count - 1] += "," }
        lines.append(lines.isEmpty ? part : indent + part)
      }
    }
    return lines
  }
}
