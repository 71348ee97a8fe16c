import Diagnostics
import HostModel
package import NetworkTypes

/// The tables of `hnsdiag list all` and of its parts, which list the objects of HNS without what they are (reference:
/// hns, 8.1).
///
/// They say which objects exist, so that one without a document is known to be missing.
enum DiagnosticTables {
  static let texts: [TextForm] = [
    TextForm(
      title: "tables of hnsdiag", begins: { lines, index in kind(lines, index) != nil },
      read: { lines, index, host throws(Diagnostic) in
        guard let table = kind(lines, index) else { return index + 1 }
        var next = index + 2
        while next < lines.count, !lines.isBlank(next), kind(lines, next) == nil {
          guard let object = object(lines.text(next), table, at: lines.place(next)) else { break }
          host.listed.append(object)
          next += 1
        }
        return next
      })
  ]

  /// The kind of objects of which a table begins on a line: its title, then the names of the columns.
  private static func kind(_ lines: CapturedLines, _ index: Int) -> CapturedDocument.Kind? {
    let titles: [(String, CapturedDocument.Kind, String)] = [
      ("Networks:", .network, "Name "), ("Endpoints:", .endpoint, "Name "),
      ("Namespaces:", .namespace, "ID "),
      ("LoadBalancers:", .loadBalancer, "ID "),
    ]
    guard index + 1 < lines.count, let first = lines[index].first, first > 0x20, lines[index].count < 32
    else { return nil }
    let title = Substring(lines.text(index)).trimmingBlanks
    return titles.first { $0.0 == title && lines.text(index + 1).hasPrefix($0.2) }?.1
  }

  /// The object of a row; nil if the line is not one.
  private static func object(
    _ line: String, _ kind: CapturedDocument.Kind, at place: CapturePlace
  ) -> ListedObject? {
    switch kind {
    case .network, .endpoint:
      // Names may have blanks and may be longer than their column; an id cannot be a part of one.
      guard let (before, id) = firstID(in: line) else { return nil }
      return ListedObject(kind: kind, id: id, name: Substring(before).trimmingBlanks, place: place)
    case .namespace, .loadBalancer:
      let columns = line.split(separator: "|", omittingEmptySubsequences: false).map(\.trimmingBlanks)
      guard columns.count == (kind == .namespace ? 2 : 3), let id = GUID(columns[0]) else { return nil }
      var object = ListedObject(kind: kind, id: id, place: place)
      if kind == .loadBalancer {
        object.addresses = columns[1].split(separator: " ").compactMap { IPAddress($0) }
      }
      return object
    }
  }

  private static func firstID(in line: String) -> (before: String, id: GUID)? {
    for word in line.split(separator: " ", omittingEmptySubsequences: false) {
      if let id = GUID(String(word)) {
        return (String(line[..<word.startIndex]), id)
      }
    }
    return nil
  }
}

/// An object that a table lists.
package struct ListedObject: Hashable, Sendable {
  /// What it is.
  package var kind: CapturedDocument.Kind
  /// Its id.
  package var id: GUID
  /// Its name; empty if it has none.
  package var name = ""
  /// The addresses of a load balancer.
  package var addresses: [IPAddress] = []
  /// The row.
  package var place: CapturePlace
}
