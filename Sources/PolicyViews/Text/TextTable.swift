/// Rows of cells in aligned columns, as wide as a terminal allows.
///
/// Columns are as wide as their widest cell. Where that is too wide, the widest columns are narrowed and
/// their cells continue on further lines; where their words do not fit either, columns are a space apart; and
/// where they still do not, a row becomes one folded line.
struct TextTable {
  private let rows: [[String]]
  private let indent: String
  private let gap: String
  /// The columns between the indent and the end of a line; nil where lines can have any length.
  private let room: Int?
  private let width: Int?

  /// Prepares a table.
  ///
  /// - Parameters:
  ///   - rows: The cells; a row can have fewer than others.
  ///   - indent: What each line begins with.
  ///   - gap: What stands between two columns.
  ///   - width: The most columns of a line; nil where lines can have any length.
  init(_ rows: [[String]], indent: String = "", gap: String = "  ", width: Int?) {
    self.rows = rows
    self.indent = indent
    self.gap = gap
    self.width = width
    room = width.map { $0 - displayWidth(indent) }
  }

  /// The lines of each row.
  var lines: [[String]] {
    let natural = widths(displayWidth)
    let gaps = max(0, natural.count - 1)
    guard let width, let room, natural.reduce(gap.count * gaps, +) > room else {
      return rows.map { [line($0, natural, gap)] }
    }
    let least = widths(FoldedText.leastWidth)
    for gap in [gap, " "] {
      guard let widths = Self.narrowed(natural, least, to: room - gap.count * gaps) else { continue }
      return rows.map { row in
        let cells = zip(row, widths).map { FoldedText.lines($0, width: $1, hanging: "") }
        return (0..<(cells.map(\.count).max() ?? 0)).map { number in
          line(cells.map { $0.indices.contains(number) ? $0[number] : "" }, widths, gap)
        }
      }
    }
    return rows.map { row in
      FoldedText.lines(indent + row.filter { !$0.isEmpty }.joined(separator: gap), width: width)
    }
  }

  private func widths(_ measure: (String) -> Int) -> [Int] {
    var widths: [Int] = []
    for row in rows {
      for (index, cell) in row.enumerated() {
        if index == widths.count { widths.append(0) }
        widths[index] = max(widths[index], measure(cell))
      }
    }
    return widths
  }

  /// Widths that fit together: the widest columns are narrowed to the same width, none below its least one.
  ///
  /// - Returns: The widths; nil if not even the least ones fit.
  private static func narrowed(_ natural: [Int], _ least: [Int], to room: Int) -> [Int]? {
    guard least.reduce(0, +) <= room else { return nil }
    func widths(_ limit: Int) -> [Int] { zip(natural, least).map { min($0, max($1, limit)) } }
    var limit = 0
    while widths(limit + 1).reduce(0, +) <= room { limit += 1 }
    var result = widths(limit)
    var rest = room - result.reduce(0, +)
    for index in result.indices where rest > 0 && result[index] < natural[index] {
      result[index] += 1
      rest -= 1
    }
    return result
  }

  private func line(_ cells: [String], _ widths: [Int], _ gap: String) -> String {
    var line = indent
    for (index, cell) in cells.enumerated() {
      line += index < cells.count - 1 ? padded(cell, widths[index]) + gap : cell
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}

/// Aligns rows in columns as wide as their widest cell; the last column is not padded.
///
/// - Parameters:
///   - rows: The cells; a row can have fewer than others.
///   - indent: What each line begins with.
///   - width: The most columns of a line; nil where lines can have any length.
package func columns(_ rows: [[String]], indent: String = "", width: Int?) -> [String] {
  TextTable(rows, indent: indent, width: width).lines.flatMap(\.self)
}
