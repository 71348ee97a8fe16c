import NetworkTypes
package import Reachability

/// A reachability matrix, as text, JSON and a page.
package struct MatrixView: Sendable {
  let matrix: ReachabilityMatrix
  let groups: MatrixGroups
  let source: String
  let isFolding: Bool
  /// Where rules are written; nil to omit it.
  let origins: RuleOrigins?
  private let style: Style
  private var formatter: MatrixFormatter {
    MatrixFormatter(peers: matrix.peers, services: matrix.services)
  }

  /// The most columns of text without a terminal.
  static let width = 100

  /// The most columns of text.
  private var width: Int { style.width ?? Self.width }

  /// Prepares the view.
  ///
  /// - Parameters:
  ///   - matrix: The matrix.
  ///   - source: The file that the matrix is about.
  ///   - style: How text is styled.
  ///   - isFolding: Whether peers with equal results are merged.
  ///   - origins: Where rules are written, for the page; nil to omit it.
  package init(
    _ matrix: ReachabilityMatrix, source: String, style: Style, isFolding: Bool, origins: RuleOrigins? = nil
  ) {
    self.origins = origins
    self.matrix = matrix
    self.source = source
    self.style = style
    self.isFolding = isFolding
    groups = matrix.groups(isFolding: isFolding)
  }

  /// The cell between two groups; for a group and itself, between two different members.
  func cell(from sender: Int, to receiver: Int, _ service: Int) -> MatrixCell? {
    groups.value(from: sender, to: receiver).map { matrix.cell(vector: $0, service) }
  }

  /// A number that identifies the cell between two groups; nil if all their members share a compartment.
  func cellNumber(from sender: Int, to receiver: Int, _ service: Int) -> Int? {
    groups.value(from: sender, to: receiver).map { matrix.cellNumber(vector: $0, service) }
  }

  var senders: [Int] { groups.members.indices.filter { matrix.peers[groups.members[$0][0]].sends } }
  var receivers: [Int] { groups.members.indices.filter { matrix.peers[groups.members[$0][0]].receives } }

  // MARK: Text

  /// A table for each receiver: its senders in rows, services in columns.
  package var lines: [String] {
    let peers = MatrixFormatter.count(matrix.peers.count, "party", "parties")
    let services = MatrixFormatter.count(matrix.services.count, "service", "services")
    var lines = [style(.bold, "Reachability on \(printable(source)): \(peers), \(services)")]
    lines += folded
    var seen = LegendEntries()
    for receiver in receivers { lines += [""] + table(receiver, &seen) }
    return lines + [""] + legend(seen) + wrapped(MatrixFormatter.caveat, width: width)
  }

  /// What the legend needs to explain.
  private struct LegendEntries {
    var summaries: Set<MatrixCell.Summary> = []
    var unevaluatedReasons: Set<String> = []
    var needsPublishedPorts = false
  }

  /// The peers that a name with a number represents.
  private var folded: [String] {
    groups.members.filter { $0.count > 1 }.flatMap { group in
      ["", "\(formatter.name(group)) represents parties with the same reachability:"]
        + wrapped(
          formatter.members(group).joined(separator: ", "), width: width, indent: "  ", hanging: "  ")
    }
  }

  private func table(_ receiver: Int, _ seen: inout LegendEntries) -> [String] {
    let group = groups.members[receiver]
    let names = formatter.members(group)
    var title = formatter.name(group)
    if group.count == 1, names.count > 1 { title += " (\(names.dropFirst().joined(separator: ", ")))" }
    let (rows, others, columns) = layout(receiver)
    guard !rows.isEmpty else { return [style(.bold, "To \(title)"), "  \(emptiness(receiver))"] }
    var notes: [String] = []
    var numbers: [MatrixCell: Int] = [:]
    let cells = rows.map { row in
      columns.map { services -> (text: String, summary: MatrixCell.Summary) in
        let cell = cell(from: row, to: receiver, services[0])
        let summary = cell?.summary ?? .none
        seen.summaries.insert(summary)
        if summary == .none {
          seen.unevaluatedReasons.insert(MatrixFormatter.text(cell?.unevaluatedReason ?? .sameCompartment))
        }
        let suffix = MatrixFormatter.suffix(cell?.natAccess)
        if !suffix.isEmpty { seen.needsPublishedPorts = true }
        guard let cell, summary == .some else {
          return ((summary == .none ? "-" : summary.rawValue) + suffix, summary)
        }
        let number = numbers[cell] ?? numbers.count + 1
        if numbers.updateValue(number, forKey: cell) == nil { notes += note(number, cell) }
        return ("some [\(number)]" + suffix, summary)
      }
    }
    return [style(.bold, "To \(title)")]
      + blocks(
        rows.map { $0 == others.last ? otherwise(others) : formatter.name(groups.members[$0]) },
        columns.map(header), cells) + notes
  }

  /// The rows and columns of the table of a receiver: equal columns are merged, and of equal rows the most
  /// common one, which takes the position of its last sender.
  private func layout(_ receiver: Int) -> (rows: [Int], others: [Int], columns: [[Int]]) {
    let all = senders.filter { isShown(from: $0, to: receiver) }
    let others = others(all, receiver)
    let dropped = Set(others.dropLast())
    let rows = all.filter { !dropped.contains($0) }
    let columns = formatter.folded { service in rows.map { cellNumber(from: $0, to: receiver, service) } }
    return (rows, others, columns)
  }

  /// The number of cells in the tables of the text, in which equal rows and columns are merged.
  package var textCellCount: Int {
    receivers.reduce(0) { count, receiver in
      let (rows, _, columns) = layout(receiver)
      return count + rows.count * columns.count
    }
  }

  /// The least number of endpoints with equal rows that are merged.
  private static let othersLimit = 4

  /// The largest set of endpoints among the senders with equal rows; empty if it is small.
  private func others(_ senders: [Int], _ receiver: Int) -> [Int] {
    var alike: [Int: [Int]] = [:]
    for sender in senders {
      guard matrix.peers[groups.members[sender][0]].isEndpoint,
        let value = groups.value(from: sender, to: receiver)
      else { continue }
      alike[value, default: []].append(sender)
    }
    let most = alike.values.max { ($0.count, $1[0]) < ($1.count, $0[0]) } ?? []
    return most.count >= Self.othersLimit ? most : []
  }

  /// The title of the row for all endpoints without a row of their own.
  private func otherwise(_ others: [Int]) -> String {
    "\(others.reduce(0) { $0 + groups.members[$1].count }) other endpoints"
  }

  /// Whether a row is worth showing: one that is only within a compartment or off the host is not.
  private func isShown(from sender: Int, to receiver: Int) -> Bool {
    matrix.services.indices.contains { service in
      guard let cell = cell(from: sender, to: receiver, service) else { return false }
      return cell.unevaluatedReason != .sameCompartment && cell.unevaluatedReason != .notOnHost
    }
  }

  private func emptiness(_ receiver: Int) -> String {
    let unevaluatedReasons = Set(
      senders.flatMap { sender in
        matrix.services.indices.map { cell(from: sender, to: receiver, $0)?.unevaluatedReason }
      })
    return "no packets: "
      + unevaluatedReasons.map { MatrixFormatter.text($0 ?? .sameCompartment) }.sorted().joined(
        separator: ", ")
  }

  private func note(_ number: Int, _ cell: MatrixCell) -> [String] {
    let text = MatrixFormatter.parts(cell).map {
      MatrixFormatter.sentence($0, isOfService: cell.isOfService)
    }.joined(separator: "; ")
    return wrapped(text, width: width - 2, indent: "  [\(number)] ", hanging: "      ")
  }

  /// The lines above a column.
  private func header(_ services: [Int]) -> [String] {
    formatter.titles(services).flatMap { title -> [String] in
      // Lists of ports break after commas.
      var lines = [""]
      for piece in title.split(separator: ",", omittingEmptySubsequences: false) {
        let last = lines.count - 1
        if lines[last].isEmpty {
          lines[last] = String(piece)
        } else if lines[last].count + piece.count < 18 {
          lines[last] += ",\(piece)"
        } else {
          lines[last] += ","
          lines.append("  \(piece)")
        }
      }
      return lines
    }
  }

  /// Rows and columns, split into as many tables as the width requires.
  private func blocks(
    _ names: [String], _ headers: [[String]], _ cells: [[(text: String, summary: MatrixCell.Summary)]]
  ) -> [String] {
    let label = (names + ["from"]).map(\.count).max() ?? 0
    let widths = headers.indices.map { column in
      (headers[column].map(\.count) + cells.map { $0[column].text.count }).max() ?? 0
    }
    var lines: [String] = []
    var start = 0
    while start < headers.count {
      var end = start + 1
      var taken = 2 + label + 2 + widths[start]
      while end < headers.count, taken + 2 + widths[end] <= width {
        taken += 2 + widths[end]
        end += 1
      }
      if start > 0 { lines.append("") }
      let range = start..<end
      let height = headers[range].map(\.count).max() ?? 0
      for line in 0..<height {
        var text = "  " + padded(line == height - 1 ? "from" : "", label)
        for column in range {
          let position = line - (height - headers[column].count)
          text += "  " + padded(position < 0 ? "" : headers[column][position], widths[column])
        }
        lines.append(trimmed(text))
      }
      for (name, row) in zip(names, cells) {
        var text = "  " + padded(name, label)
        for column in range {
          let (word, summary) = row[column]
          let fill = column == end - 1 ? "" : String(repeating: " ", count: widths[column] - word.count)
          text += "  " + style(MatrixFormatter.color(summary), word) + fill
        }
        lines.append(text)
      }
      start = end
    }
    return lines
  }

  private func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }

  private func legend(_ seen: LegendEntries) -> [String] {
    MatrixCell.Summary.allCases.filter(seen.summaries.contains).flatMap { summary -> [String] in
      let word = summary == .none ? "-" : summary.rawValue
      let reasons =
        summary == .none
        ? ": \(seen.unevaluatedReasons.sorted().joined(separator: ", "))"
        : summary == .some ? "; see the note" : ""
      // Color is added after the layout, which counts characters.
      let lines = wrapped("\(word): \(Self.meaning(summary))\(reasons)", width: style.proseWidth)
      return [style(MatrixFormatter.color(summary), word) + lines[0].dropFirst(word.count)]
        + lines.dropFirst()
    } + (seen.needsPublishedPorts ? wrapped(MatrixFormatter.natLegend, width: width) : [])
  }

  /// The meaning of a verdict on a cell.
  static func meaning(_ summary: MatrixCell.Summary) -> String {
    switch summary {
    case .allow: "the port filters allow every such packet"
    case .block: "the port filters block every such packet"
    case .some: "some of these packets are allowed"
    case .mixed: "some backends of the service can be reached, others cannot"
    case .unknown: "not determined: trace such a packet for the reason"
    case .none: "no packets"
    }
  }
}
