import FilterEngine
import NetworkTypes
import PacketSpace
import Reachability

extension MatrixView {
  /// A self-contained page: a table of senders and receivers for each service; services with equal
  /// results share one table.
  package var page: [UInt8] {
    let formatter = MatrixFormatter(peers: matrix.peers, services: matrix.services)
    let tables = tables
    var notes = PageNotes()
    let sections = tables.enumerated().map { section($0 + 1, $1, formatter, &notes) }
    let isFolded = groups.members.contains { $0.count > 1 }
    let peers = MatrixFormatter.count(matrix.peers.count, "party", "parties")
    let services = MatrixFormatter.count(matrix.services.count, "service", "services")
    let links = tables.enumerated().map { ("service-\($0 + 1)", Self.title(formatter.titles($1))) }

    var page = HTMLPage(title: "Reachability: \(source)")
    page.add("<a class=\"skip\" href=\"#matrix\">Skip to the matrix</a>")
    page.add("<header>\n<h1>Reachability</h1>")
    page.add("<p class=\"lead\"><code>\(HTMLPage.escape(source))</code> · \(peers), \(services)</p>")
    page.add(Self.legend(notes, isFolded: isFolded))
    page.add("<nav aria-label=\"Tables\"><ul class=\"jump\">")
    for (id, title) in links + [("parties", "Parties"), ("rules", "Matching rules")] {
      page.add("<li><a href=\"#\(id)\">\(title)</a></li>")
    }
    page.add("</ul></nav>\n</header>")
    let size = receivers.count > Self.numberLimit ? " class=\"huge\"" : ""
    page.add("<main id=\"matrix\" tabindex=\"-1\"\(size)>")
    page.add(Self.filter(notes))
    page.add(
      "<p class=\"unnumbered\">The cells have no rule numbers, because more than \(Self.numberLimit) columns are printed: filter them on the screen first.</p>"
    )
    page.add("<div class=\"tables\">\n\(sections.joined(separator: "\n"))\n</div>")
    page.add(self.peers(formatter))
    page.add(notes.section)
    page.add("</main>")
    page.add("<footer><p>\(HTMLPage.escape(MatrixFormatter.caveat))</p></footer>")
    page.add(
      "<aside id=\"answer\" hidden><p role=\"status\"></p><button type=\"button\">Close</button></aside>")
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

  private static func filter(_ notes: PageNotes) -> String {
    let verdicts = notes.summaries.filter { $0 != .none }.map { "<option>\($0.rawValue)</option>" }
    return """
      <form id="filter" hidden aria-label="Filter the tables" data-most="\(numberLimit)">
      <label>From <input name="from" type="search" autocomplete="off" placeholder="part of a name"></label>
      <label>To <input name="to" type="search" autocomplete="off" placeholder="part of a name"></label>
      <label>Verdict <select name="verdict"><option value="">all</option>\(verdicts.joined())</select></label>
      <button type="reset">Show all</button>
      <label class="check"><input id="compact" type="checkbox"> Compact</label>
      <p id="result" role="status"></p>
      <p>Select a cell for the rule that decides, with its file and line; arrow keys move between cells.</p>
      </form>
      """
  }

  private static func legend(_ notes: PageNotes, isFolded: Bool) -> String {
    var items = notes.summaries.map { summary in
      let name = summary == .none ? "" : " \(summary.rawValue)"
      let mark = MatrixFormatter.mark(summary)
      return "<b class=\"\(summary.rawValue)\">\(mark)\(name)</b> \(meaning(summary))"
    }
    if isFolded { items.append("<b>+1</b> and another party with the same reachability; see Parties") }
    if notes.needsPublishedPorts { items.append(HTMLPage.escape(MatrixFormatter.natLegend)) }
    let list = items.map { "<li>\($0)</li>" }.joined(separator: "\n")
    return "<ul class=\"legend\" aria-label=\"Legend\">\n\(list)\n</ul>"
  }

  /// The table of services with equal results.
  private func section(
    _ number: Int, _ services: [Int], _ formatter: MatrixFormatter, _ notes: inout PageNotes
  ) -> String {
    func head(_ group: Int, _ scope: String) -> String {
      let names = formatter.members(groups.members[group]).joined(separator: " ")
      return "<th scope=\"\(scope)\" data-names=\"\(HTMLPage.escape(names))\">"
        + "<span>\(HTMLPage.escape(formatter.name(groups.members[group])).replacing("@", with: "@<wbr>"))</span></th>"
    }
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
        let number = notes.number(of: cell, why(cell, from: sender, to: receiver))
        let link = "<a href=\"#\(number)\">\(PageNotes.word(cell))</a>"
        text += "<td class=\"\(cell.summary.rawValue)\">\(link)</td>"
      }
      text += "</tr>\n"
    }
    return text + "</tbody>\n</table>\n</div>\n</section>"
  }

  /// The most columns in which the numbers of rules are legible on paper.
  private static let numberLimit = 30

  /// Whether a table has too many columns for words on paper.
  private var isWide: Bool { receivers.count > 6 }

  /// The explanations of the cells: each once, with the number that is its id and the link of its cells.
  private struct PageNotes {
    private var texts: [String] = []
    private var numbers: [String: Int] = [:]
    private var seen: Set<MatrixCell.Summary> = []
    /// Whether some cell depends on published ports.
    private(set) var needsPublishedPorts = false

    /// The verdicts of the cells.
    var summaries: [MatrixCell.Summary] { MatrixCell.Summary.allCases.filter(seen.contains) }

    /// What a cell says.
    static func word(_ cell: MatrixCell) -> String {
      cell.summary == .none
        ? MatrixView.meaning(.none) : cell.summary.rawValue + MatrixFormatter.suffix(cell.natAccess)
    }

    /// The number of the explanation of a cell.
    mutating func number(of cell: MatrixCell, _ why: String) -> Int {
      seen.insert(cell.summary)
      if cell.natAccess != nil { needsPublishedPorts = true }
      let mark = cell.summary == .none ? "" : "\(MatrixFormatter.mark(cell.summary)) "
      let text = "<b class=\"\(cell.summary.rawValue)\">\(mark)\(Self.word(cell))</b> \(why)"
      if let number = numbers[text] { return number }
      texts.append(text)
      numbers[text] = texts.count
      return texts.count
    }

    /// The explanations as a list.
    var section: String {
      let list = texts.enumerated().map { "<li id=\"\($0 + 1)\">\($1)</li>" }.joined(separator: "\n")
      return """
        <section id="rules" aria-labelledby="rules-title">
        <h2 id="rules-title">Matching rules</h2>
        <ol class="notes">
        \(list)
        </ol>
        </section>
        """
    }
  }

  /// Which rules decide the packets of a cell, and where they are written.
  private func why(_ cell: MatrixCell, from sender: Int, to receiver: Int) -> String {
    guard !cell.parts.isEmpty else { return HTMLPage.escape(MatrixFormatter.text(cell.unevaluatedReason)) }
    func rule(_ rule: String?, _ verdict: Verdict) -> String {
      Self.rule(rule, verdict, isOfService: cell.isOfService)
        + (rule.map { place(of: $0, from: sender, to: receiver) } ?? "")
    }
    let parts = MatrixFormatter.parts(cell)
    guard parts.count != 1 else { return rule(parts[0].rule, parts[0].verdict) }
    let items = parts.map { part in
      "<li>\(HTMLPage.escape(MatrixFormatter.start(part))) \(rule(part.rule, part.verdict))</li>"
    }
    return "<ul>\(items.joined())</ul>"
  }

  /// How many places of rules of one name are listed.
  private static let placeLimit = 3

  /// Where a rule of the receivers or the senders of a cell is written; empty if that is not known.
  private func place(of rule: String, from sender: Int, to receiver: Int) -> String {
    guard let origins else { return "" }
    var places: [String] = []
    for (group, direction) in [(receiver, Direction.in), (sender, .out)] {
      for member in groups.members[group].prefix(Self.placeLimit + 1) {
        guard let place = origins.text(of: rule, direction, atEndpointNamed: matrix.peers[member].name),
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

  static func rule(_ rule: String?, _ verdict: Verdict?, isOfService: Bool = false) -> String {
    rule.map { "by <code>\(HTMLPage.escape($0))</code>" }
      ?? MatrixFormatter.by(nil, verdict, isOfService: isOfService)
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
