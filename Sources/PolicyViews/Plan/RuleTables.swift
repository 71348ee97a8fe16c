import HostModel
import NetworkTypes
import PolicyPlan

/// The tables of the rules of many endpoints; a rule that several have is formatted once.
///
/// Changes are told apart by identity, so they have to live as long as the tables.
struct RuleTables {
  /// A line of a table before it is laid out.
  private struct Row {
    let cells: [String]
    let widths: [Int]
    /// Inbound first, then in the order in which the rules are evaluated.
    let sortKey: (out: Int, priority: UInt16)
  }

  /// A row with the address family of the group that has the rule.
  private struct Use {
    var row: Int
    var isIPv6: Bool?
  }

  /// What a formatted line depends on.
  private struct LineKey: Hashable {
    var row: Int
    var families: Families
    var widths: Int
  }

  /// How often a rule is in a group of each family.
  private struct Families: Hashable {
    var ipv4 = 0
    var ipv6 = 0

    /// The families as a cell; nil where the rule is in no group.
    var cell: String? {
      let names = Array(repeating: "IPv4", count: ipv4) + Array(repeating: "IPv6", count: ipv6)
      return names.isEmpty ? nil : "[\(names.joined(separator: "+"))]"
    }
  }

  private let style: Style
  private var rows: [Row] = []
  private var rowIndices: [[String]: Int] = [:]
  private var uses: [ObjectIdentifier: [Use]] = [:]
  private var knownWidths: [[Int]: Int] = [:]
  private var knownLines: [LineKey: String] = [:]

  init(style: Style) { self.style = style }

  /// The rules of both enforcement points, as tables.
  mutating func lines(_ changes: [ObjectChange]) -> [String] {
    EnforcementPoint.allCases.flatMap { lines(changes, $0) }
  }

  private mutating func lines(_ changes: [ObjectChange], _ point: EnforcementPoint) -> [String] {
    // Rules that differ only in the family of their group are one line.
    var order: [Int] = []
    var families: [Int: Families] = [:]
    for change in changes where change.enforcement == point {
      for use in uses(of: change) {
        var known = families[use.row] ?? Families()
        if families[use.row] == nil { order.append(use.row) }
        if let isIPv6 = use.isIPv6 {
          if isIPv6 { known.ipv6 += 1 } else { known.ipv4 += 1 }
        }
        families[use.row] = known
      }
    }
    guard !order.isEmpty else { return [] }
    let ordered = order.enumerated().sorted { left, right in
      let (first, second) = (rows[left.element].sortKey, rows[right.element].sortKey)
      return (first.out, first.priority, left.offset) < (second.out, second.priority, right.offset)
    }.map(\.element)
    let title = point == .vfp ? "VFP, \(VFPLayer.endpointACL.rawValue)" : "Windows Firewall"
    return ["      \(title)"] + formatted(ordered, families)
  }

  private mutating func uses(of change: ObjectChange) -> [Use] {
    if let known = uses[change.identity] { return known }
    let values: [(ChangeAction, HostStatement?)] =
      change.action == .update
      ? [(.delete, change.before), (.create, change.after)]
      : [(change.action, change.after ?? change.before)]
    var found: [Use] = []
    for (action, value) in values {
      if let rule = value?.rule { found.append(use(rule, action)) }
    }
    uses[change.identity] = found
    return found
  }

  private mutating func use(_ rule: RuleStatement, _ action: ChangeAction) -> Use {
    let cells = [ChangeMark(action).sign] + RuleFormatter.cells(rule)
    let isIPv6 = rule.group.map { $0.family == .ipv6 }
    if let row = rowIndices[cells] { return Use(row: row, isIPv6: isIPv6) }
    let sortKey = (rule.direction == .out ? 1 : 0, rule.priority ?? 0)
    rowIndices[cells] = rows.count
    rows.append(Row(cells: cells, widths: cells.map(\.count), sortKey: sortKey))
    return Use(row: rows.count - 1, isIPv6: isIPv6)
  }

  private mutating func formatted(_ ordered: [Int], _ families: [Int: Families]) -> [String] {
    var widths: [Int] = []
    for row in ordered {
      for (index, width) in rows[row].widths.enumerated() {
        if index == widths.count { widths.append(0) }
        if widths[index] < width { widths[index] = width }
      }
    }
    let all = 8 + widths.reduce(2 * widths.count, +) + 11
    if let width = style.width, all > width { return narrowed(ordered, families, width) }
    let number = knownWidths[widths] ?? knownWidths.count
    knownWidths[widths] = number
    var result: [String] = []
    result.reserveCapacity(ordered.count)
    for row in ordered {
      let key = LineKey(row: row, families: families[row] ?? Families(), widths: number)
      let line = knownLines[key] ?? formatted(rows[row], key.families.cell, widths)
      knownLines[key] = line
      result.append(line)
    }
    return result
  }

  /// A table that is wider than the terminal.
  private func narrowed(_ ordered: [Int], _ families: [Int: Families], _ width: Int) -> [String] {
    let cells = ordered.map { rows[$0].cells + [families[$0]?.cell].compactMap(\.self) }
    return zip(cells, TextTable(cells, indent: "        ", width: width).lines).flatMap { cells, lines in
      lines.map { colored($0, sign: cells[0]) }
    }
  }

  private func formatted(_ row: Row, _ families: String?, _ widths: [Int]) -> String {
    var line = "        "
    for (index, cell) in row.cells.enumerated() {
      line += cell
      if index < row.cells.count - 1 || families != nil {
        line += String(repeating: " ", count: widths[index] - row.widths[index]) + "  "
      }
    }
    if let families { line += families }
    while line.last == " " { line.removeLast() }
    return colored(line, sign: row.cells[0])
  }

  private func colored(_ line: String, sign: String) -> String {
    switch sign {
    case "+": return style(.green, line)
    case "-": return style(.red, line)
    default: return line
    }
  }
}
