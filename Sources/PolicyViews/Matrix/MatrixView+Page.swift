import FilterEngine
import NetworkTypes
import PacketSpace
import Reachability

extension MatrixView {
  /// A self-contained page: a table of senders and receivers for each service; services with equal
  /// results share one table.
  package var page: [UInt8] {
    let formatter = MatrixFormatter(peers: matrix.peers, services: matrix.services)
    var page = HTMLPage(title: "Reachability: \(source)")
    let tables = tables
    let seen = Set(
      tables.flatMap { services in
        senders.flatMap { sender in
          receivers.map { self.cell(from: sender, to: $0, services[0])?.summary ?? .none }
        }
      })
    page.add("<a class=\"skip\" href=\"#matrix\">Skip to the matrix</a>")
    page.add("<header>\n<h1>Reachability</h1>")
    let peers = MatrixFormatter.count(matrix.peers.count, "party", "parties")
    let services = MatrixFormatter.count(matrix.services.count, "service", "services")
    page.add("<p class=\"lead\"><code>\(HTMLPage.escape(source))</code> · \(peers), \(services)</p>")
    let needsPublishedPorts = tables.contains { services in
      senders.contains { sender in
        receivers.contains { self.cell(from: sender, to: $0, services[0])?.natAccess != nil }
      }
    }
    page.add(
      Self.legend(
        MatrixCell.Summary.allCases.filter(seen.contains), needsPublishedPorts: needsPublishedPorts))
    page.add("<nav aria-label=\"Services\"><ul class=\"jump\">")
    for (index, services) in tables.enumerated() {
      page.add("<li><a href=\"#service-\(index + 1)\">\(Self.title(formatter.titles(services)))</a></li>")
    }
    page.add("<li><a href=\"#parties\">Parties</a></li>\n</ul></nav>\n</header>")
    page.add("<main id=\"matrix\" tabindex=\"-1\">")
    page.add(filter)
    page.add("<div class=\"tables\">")
    for (index, services) in tables.enumerated() {
      page.add(section(index + 1, services, formatter))
    }
    page.add("</div>")
    page.add(self.peers(formatter))
    page.add("</main>")
    page.add("<footer><p>\(HTMLPage.escape(MatrixFormatter.caveat))</p></footer>")
    return page.bytes(script: HTMLPage.matrixScript)
  }

  /// The services that share a table.
  private var tables: [[Int]] {
    MatrixFormatter(peers: matrix.peers, services: matrix.services).folded { service in
      senders.flatMap { sender in receivers.map { cellNumber(from: sender, to: $0, service) } }
    }
  }

  /// The number of cells in the tables of the page.
  package var pageCellCount: Int { senders.count * receivers.count * tables.count }

  static func title(_ titles: [String]) -> String { titles.map(HTMLPage.escape).joined(separator: ", ") }

  /// The least number of receivers for which tables are compact at first.
  private static let compactLimit = 12

  private var filter: String {
    """
    <form id="filter" hidden aria-label="Filter the tables">
    <label>From <input name="from" type="search" autocomplete="off"></label>
    <label>To <input name="to" type="search" autocomplete="off"></label>
    <label>Verdict <select name="verdict"><option value="">all</option><option>allow</option><option>block</option><option>some</option><option>mixed</option><option>unknown</option></select></label>
    <label class="check"><input id="compact" type="checkbox"\(receivers.count >= Self.compactLimit ? " checked" : "")> Compact</label>
    <button type="reset">Show all</button>
    <p id="result" role="status"></p>
    </form>
    """
  }

  static func legend(_ summaries: [MatrixCell.Summary], needsPublishedPorts: Bool = false) -> String {
    var items = summaries.map { summary in
      let word = summary == .none ? "" : " \(summary.rawValue)"
      return
        "<li><b class=\"\(summary.rawValue)\">\(MatrixFormatter.mark(summary))\(word)</b> \(meaning(summary))\(summary == .some ? "; open a cell for details" : "")</li>"
    }
    if needsPublishedPorts { items.append("<li>\(HTMLPage.escape(MatrixFormatter.natLegend))</li>") }
    return "<ul class=\"legend\" aria-label=\"Legend\">\n\(items.joined(separator: "\n"))\n</ul>"
  }

  /// The table of services with equal results.
  private func section(_ number: Int, _ services: [Int], _ formatter: MatrixFormatter) -> String {
    func head(_ group: Int, _ scope: String) -> String {
      let names = formatter.members(groups.members[group]).joined(separator: " ")
      return "<th scope=\"\(scope)\" data-names=\"\(HTMLPage.escape(names))\">"
        + "<span>\(HTMLPage.escape(formatter.name(groups.members[group])).replacing("@", with: "@<wbr>"))</span></th>"
    }
    var notes = CellNotes()
    var text = """
      <section id="service-\(number)"\(isWide ? " class=\"wide\"" : "") aria-labelledby="service-\(number)-title">
      <h2 id="service-\(number)-title">\(Self.title(formatter.titles(services)))</h2>
      <div class="scroll" role="region" aria-labelledby="service-\(number)-title" tabindex="0">
      <table data-matrix data-services="\(services.count)">
      <caption class="hidden">\(Self.title(formatter.titles(services))): rows send, columns receive</caption>
      <thead><tr><th class="corner" scope="col">from ↓ to →</th>
      """
    text += receivers.map { head($0, "col") }.joined()
    text += "</tr></thead>\n<tbody>\n"
    for sender in senders {
      text += "<tr>" + head(sender, "row")
      for receiver in receivers {
        let cell = cell(from: sender, to: receiver, services[0]) ?? .sameCompartment
        let why = why(cell, from: sender, to: receiver)
        text += Self.cell(cell, why, note: isWide ? notes.number(of: cell, why) : nil)
      }
      text += "</tr>\n"
    }
    return text + "</tbody>\n</table>\n</div>\n\(notes.list)</section>"
  }

  /// The explanations of cells, each with a number: in print, a cell of a wide table has only the number.
  private struct CellNotes {
    private var texts: [String] = []
    private var numbers: [String: Int] = [:]

    /// The number of the explanation of a cell; nil for a cell without packets.
    mutating func number(of cell: MatrixCell, _ why: String) -> Int? {
      guard cell.summary != .none else { return nil }
      let text = "\(cell.summary.rawValue)\(MatrixFormatter.suffix(cell.natAccess)): \(why)"
      if let number = numbers[text] { return number }
      texts.append(text)
      numbers[text] = texts.count
      return texts.count
    }

    /// The explanations as a list; empty if there are none.
    var list: String {
      texts.isEmpty
        ? "" : "<ol class=\"notes\">\n\(texts.map { "<li>\($0)</li>" }.joined(separator: "\n"))\n</ol>\n"
    }
  }

  /// Whether a table has too many columns for paper.
  private var isWide: Bool { receivers.count > 6 }

  private static func cell(_ cell: MatrixCell, _ why: String, note: Int?) -> String {
    let summary = cell.summary
    let number = note.map { " data-note=\"\($0)\"" } ?? ""
    let start = "<td class=\"\(summary.rawValue)\" data-verdict=\"\(summary.rawValue)\">"
    let mark = "<span class=\"mark\" aria-hidden=\"true\">\(MatrixFormatter.mark(summary))</span>"
    guard summary != .none else {
      return start + "<span>\(mark)"
        + "<span class=\"hidden\">\(HTMLPage.escape(MatrixFormatter.text(cell.unevaluatedReason)))</span></span></td>"
    }
    return start + "<details><summary\(number)>\(mark)"
      + "<span class=\"word\">\(summary.rawValue)\(MatrixFormatter.suffix(cell.natAccess))</span></summary>"
      + "<div class=\"why\">\(why)</div></details></td>"
  }

  /// Which rules decide the packets of a cell, and where they are written.
  private func why(_ cell: MatrixCell, from sender: Int, to receiver: Int) -> String {
    func rule(_ rule: String?, _ verdict: Verdict) -> String {
      Self.rule(rule, verdict) + (rule.map { place(of: $0, from: sender, to: receiver) } ?? "")
    }
    let parts = MatrixFormatter.parts(cell)
    guard parts.count != 1 else { return rule(parts[0].rule, parts[0].verdict) }
    let items = parts.map { part in
      let packets = part.packets.isEmpty ? "" : " \(HTMLPage.escape(part.packets))"
      return "<li>\(part.verdict.rawValue)\(packets) \(rule(part.rule, part.verdict))</li>"
    }
    return "<ul>\(items.joined())</ul>"
  }

  /// How many places of rules of one name are listed.
  private static let placeLimit = 3

  /// Where a rule of the receivers or the senders of a cell is written; empty if that is not known.
  private func place(of rule: String, from sender: Int, to receiver: Int) -> String {
    guard let origins else { return "" }
    var places: [String] = []
    for group in [receiver, sender] {
      for member in groups.members[group].prefix(Self.placeLimit + 1) {
        guard let place = origins.text(of: rule, atEndpointNamed: matrix.peers[member].name),
          !places.contains(place)
        else { continue }
        places.append(place)
      }
    }
    guard !places.isEmpty else { return "" }
    let list = places.prefix(Self.placeLimit).joined(separator: ", ")
    let rest = places.count > Self.placeLimit ? " and others" : ""
    return " <span class=\"place\">(\(HTMLPage.escape(list))\(rest))</span>"
  }

  static func rule(_ rule: String?, _ verdict: Verdict?) -> String {
    rule.map { "by <code>\(HTMLPage.escape($0))</code>" } ?? MatrixFormatter.by(nil, verdict)
  }

  /// The list of peers.
  private func peers(_ formatter: MatrixFormatter) -> String {
    var text =
      "<section id=\"parties\" aria-labelledby=\"parties-title\">\n<h2 id=\"parties-title\">Parties</h2>\n<dl>\n"
    for group in groups.members {
      text += "<dt>\(HTMLPage.escape(formatter.name(group)))</dt><dd>"
      if group.count > 1 {
        text += "same reachability: \(HTMLPage.escape(formatter.members(group).joined(separator: ", ")))"
      } else {
        text += HTMLPage.escape(Self.description(matrix.peers[group[0]]))
      }
      text += "</dd>\n"
    }
    return text + "</dl>\n</section>"
  }

  private static func description(_ peer: MatrixPeer) -> String {
    let addresses = PacketFormatter.list(peer.addresses.ranges.map(\.description))
    switch peer.peer {
    case .endpoint?: return addresses.isEmpty ? "address unknown" : addresses
    case .host?:
      let also = peer.aliases.isEmpty ? "" : "; also \(peer.aliases.joined(separator: ", "))"
      return (addresses.isEmpty ? "no address is given" : addresses) + also
    case .address?, nil:
      if peer.isService { return "\(addresses), a service" }
      return peer.addresses == .all
        ? "every address that is not on the host" : "\(addresses), outside the host"
    }
  }
}
