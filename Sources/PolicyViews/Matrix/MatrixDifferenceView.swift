import FilterEngine
package import JSONText
import NetworkTypes
package import PolicyPlan
package import Reachability

/// The differences between two matrices, as text, JSON and a page.
package struct MatrixDifferenceView: Sendable {
  let difference: MatrixDifference
  let comparison: Comparison
  var before: String { comparison.before }
  var after: String { comparison.after }
  private let style: Style
  private let formatter: MatrixFormatter

  /// What is compared.
  package struct Comparison: Sendable {
    /// The file of the first matrix.
    package var before: String
    /// The file of the second matrix.
    package var after: String
    /// What the pair means.
    package var meaning: String
    /// The endpoints that an apply replaces, with the reasons.
    package var replaced: [(name: String, reason: ReplacementReason)]

    /// Describes what is compared.
    ///
    /// - Parameters:
    ///   - before: The file of the first matrix.
    ///   - after: The file of the second matrix.
    ///   - meaning: What the pair means.
    ///   - replaced: The endpoints that an apply replaces, with the reasons.
    package init(
      before: String, after: String, meaning: String, replaced: [(name: String, reason: ReplacementReason)]
    ) {
      self.before = before
      self.after = after
      self.meaning = meaning
      self.replaced = replaced
    }
  }

  /// Prepares the view.
  ///
  /// - Parameters:
  ///   - difference: The differences.
  ///   - comparison: What is compared.
  ///   - style: How text is styled.
  package init(_ difference: MatrixDifference, of comparison: Comparison, style: Style) {
    self.difference = difference
    self.comparison = comparison
    self.style = style
    formatter = MatrixFormatter(peers: difference.peers, services: difference.services)
  }

  /// Packets of some services between two groups, with different verdicts before and after.
  struct Row {
    var from: String
    var to: String
    var services: String
    var packets: String
    var before: MatrixDifference.Outcome
    var after: MatrixDifference.Outcome
  }

  /// A row for each pair of groups and each distinct difference of services between them.
  var rows: [Row] {
    struct Key: Hashable {
      var from: Int
      var to: Int
      var piece: MatrixDifference.Piece
    }
    var positions: [Key: Int] = [:]
    var found: [(key: Key, services: [Int])] = []
    for change in difference.changes {
      for piece in change.pieces {
        let key = Key(from: change.from, to: change.to, piece: piece)
        if let position = positions[key] {
          found[position].services.append(change.service)
        } else {
          positions[key] = found.count
          found.append((key, [change.service]))
        }
      }
    }
    return found.map { key, services in
      Row(
        from: formatter.name(difference.groups[key.from]), to: formatter.name(difference.groups[key.to]),
        services: formatter.titles(services).joined(separator: ", "),
        packets: MatrixFormatter.packets(from: key.piece.from, to: key.piece.to, ports: key.piece.ports),
        before: key.piece.before, after: key.piece.after)
    }
  }

  /// The groups in the rows that represent several peers.
  var foldedGroups: [[Int]] {
    let named = Set(difference.changes.flatMap { [$0.from, $0.to] })
    return difference.groups.indices.filter { named.contains($0) && difference.groups[$0].count > 1 }
      .map { difference.groups[$0] }
  }

  /// The title and the members of a group.
  func title(_ group: [Int]) -> (name: String, members: String) {
    (formatter.name(group), formatter.members(group).joined(separator: ", "))
  }

  /// The number of rows of the text and the page.
  package var rowCount: Int { rows.count }

  /// The number of cells that differ.
  package var count: Int { difference.changes.count }

  // MARK: Text

  /// The most columns of text.
  private var width: Int { style.width ?? MatrixView.width }

  /// The rows that differ.
  package var lines: [String] {
    let title = "from \(printable(before)) to \(printable(after)): \(comparison.meaning)"
    let others = remarks.flatMap { wrapped($0, width: width) }
    guard count > 0 else { return [style(.bold, "No reachability changes \(title)")] + others }
    var lines = [style(.bold, "Reachability changes \(title)"), number] + others
    for group in foldedGroups.map(self.title) {
      lines += ["", "\(group.name) represents parties with the same reachability:"]
      lines += wrapped(group.members, width: width, indent: "  ", hanging: "  ")
    }
    lines.append("")
    let rows = rows
    let table = TextTable(
      [["from", "to", "service", "before", "after"]]
        + rows.map { [$0.from, $0.to, $0.services, Self.outcome($0.before), Self.outcome($0.after)] },
      indent: "  ", width: style.width
    ).lines
    lines += table[0].map { style(.bold, $0) }
    for (cells, row) in zip(table.dropFirst(), rows) {
      let gains = row.after.verdict == .allow
      lines += cells.map { style(gains ? .green : row.after.verdict == .block ? .red : .yellow, $0) }
      if !row.packets.isEmpty {
        lines += wrapped("only \(row.packets)", width: width - 2, indent: "      ", hanging: "      ")
      }
    }
    return lines
  }

  /// The number of cells that differ, in words.
  var number: String {
    count == 0 ? "no differences" : MatrixFormatter.count(count, "cell differs", "cells differ")
  }

  /// What is not a difference between two verdicts: endpoints of only one host, and replaced ones.
  var remarks: [String] {
    func names(_ names: [String]) -> String { Listing.text(names.map(printable), limit: 20) }
    var remarks: [String] = []
    if !difference.removed.isEmpty {
      remarks.append("Not present after the change, so not compared: \(names(difference.removed)).")
    }
    if !difference.added.isEmpty {
      remarks.append("Not present before the change, so not compared: \(names(difference.added)).")
    }
    if !comparison.replaced.isEmpty {
      let list = comparison.replaced.map { "\($0.name) (\($0.reason.text))" }
      remarks.append("Replaced, so that its containers restart and its flows end: \(names(list)).")
    }
    return remarks
  }

  /// The verdict of one side, in words.
  static func outcome(_ outcome: MatrixDifference.Outcome) -> String {
    guard let verdict = outcome.verdict else {
      return "none (\(MatrixFormatter.text(outcome.unevaluatedReason)))"
    }
    return verdict.rawValue + MatrixFormatter.suffix(outcome.natAccess) + " "
      + MatrixFormatter.by(outcome.rule, outcome.verdict)
  }

  // MARK: JSON

  /// The cells that differ, as JSON.
  package var document: JSON {
    var object = JSONObject()
    object.append("formatVersion", 1)
    object.append("before", .string(before))
    object.append("after", .string(after))
    object.append("comparison", .string(comparison.meaning))
    object.append("services", .array(difference.services.map(\.document)))
    object.append(
      "groups", .array(difference.groups.filter { $0.count > 1 }.map(formatter.document)))
    object.append("changes", .array(difference.changes.map(document)))
    object.append("removed", .strings(difference.removed))
    object.append("added", .strings(difference.added))
    object.append(
      "replaced",
      .array(
        comparison.replaced.map { ["endpoint": .string($0.name), "because": .string($0.reason.rawValue)] }))
    return .object(object)
  }

  private func document(_ change: MatrixDifference.Change) -> JSON {
    var object = JSONObject()
    object.append("from", .string(formatter.key(difference.groups[change.from])))
    object.append("to", .string(formatter.key(difference.groups[change.to])))
    object.append("service", .string(difference.services[change.service].description))
    object.append("before", Self.document(change.pieces.map(\.before)))
    object.append("after", Self.document(change.pieces.map(\.after)))
    let isWhole =
      change.pieces.count == 1
      && change.pieces.allSatisfy { $0.from == nil && $0.to == nil && $0.ports == nil }
    if !isWhole {
      object.append(
        "parts",
        .array(
          change.pieces.map { piece in
            var part = JSONObject()
            part.append(from: piece.from, to: piece.to, ports: piece.ports)
            part.append("before", Self.document([piece.before]))
            part.append("after", Self.document([piece.after]))
            return .object(part)
          }))
    }
    return .object(object)
  }

  /// The verdict of one side on all pieces; `some` where they differ.
  private static func document(_ all: [MatrixDifference.Outcome]) -> JSON {
    let verdicts = Set(all.map(\.verdict))
    let rules = Set(all.map(\.rule))
    let verdict = verdicts.count == 1 ? all[0].verdict?.rawValue ?? "none" : "some"
    let rule = rules.count == 1 ? all[0].rule : nil
    var object = JSONObject()
    object.append("verdict", .string(verdict))
    object.append("rule", rule.map { .string($0) } ?? .null)
    if verdict == "none" {
      object.append("reason", all[0].unevaluatedReason.map { .string($0.rawValue) })
    }
    object.append("behindNAT", all[0].natAccess.map { .string($0.rawValue) })
    return .object(object)
  }
}
