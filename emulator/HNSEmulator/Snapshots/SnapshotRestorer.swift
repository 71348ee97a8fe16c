public import JSONText

/// The lists of a snapshot, ordered so that each depends only on earlier ones.
enum SnapshotSection: String, CaseIterable {
  case networks
  case endpoints
  case namespaces
  case loadBalancers
  case routes
  case guestNetworkServices

  /// Whether the list is present only if it is not empty.
  var isOptional: Bool {
    switch self {
    case .networks, .endpoints, .namespaces: false
    case .loadBalancers, .routes, .guestNetworkServices: true
    }
  }
}

extension HostNetworkingService {
  /// Restores a service.
  ///
  /// Nothing in the snapshot is trusted: documents are parsed and validated like those of clients, references
  /// and uniqueness are checked, and what was restored must be written exactly as it was read, so that
  /// nothing is ignored. Members may be in any order.
  ///
  /// - Parameter snapshot: The snapshot, as from ``snapshot``.
  /// - Throws: ``SnapshotError`` with the path of the first problem; a newer format is refused.
  public init(snapshot: JSON) throws(SnapshotError) {
    var reader = JSONReader(snapshot.bytes())
    try self.init(reading: &reader)
  }

  /// Restores a service from the text of its snapshot, one object after the other.
  ///
  /// - Parameter reader: The text, with the snapshot as its next value, which is consumed unless it is not
  ///   JSON.
  /// - Throws: ``SnapshotError``.
  package init(reading reader: inout JSONReader) throws(SnapshotError) {
    let depth = reader.depth
    var restorer = SnapshotRestorer()
    do throws(SnapshotError) { self = try restorer.restore(&reader) } catch {
      guard error.syntax == nil else { throw error }
      // A later version has more members. If the rest says that a later version wrote this, only that is
      // reported.
      var newest: Int64 = 0
      try reader.leaveAll(to: depth) { level, name, value in
        if level == depth + 1, name == "formatVersion" { newest = max(newest, value.integer ?? 0) }
      }
      guard error.newerFormat == nil, newest > Self.snapshotFormat else { throw error }
      throw SnapshotReader.newerFormat(newest, than: Self.snapshotFormat, at: "formatVersion")
    }
  }
}

/// Parses a snapshot in parts.
///
/// A list that precedes one it depends on is kept as text.
struct SnapshotRestorer {
  /// The members that describe the host, without which no object can be restored.
  private static let needed = ["formatVersion", "configuration", "nextOrdinal", "nextCompartment"]

  /// The members that are not lists of objects.
  private var members = JSONObject()
  private var host: RestoredHost?
  private var done: Set<SnapshotSection> = []
  private var waiting: [SnapshotSection: JSONPassage] = [:]

  mutating func restore(_ reader: inout JSONReader) throws(SnapshotError) -> HostNetworkingService {
    guard reader.peek() == UInt8(ascii: "{") else {
      throw SnapshotError(path: "", reason: "must be an object, not \(try reader.readValue().kind)")
    }
    try reader.openNext()
    while let name = try reader.memberName() {
      if let section = SnapshotSection(rawValue: name) {
        guard canRestore(section) else {
          waiting[section] = try reader.deferredPassage()
          continue
        }
        try restore(section, &reader)
      } else {
        members.append(name, try reader.readValue())
        if host == nil, Self.needed.allSatisfy({ members[$0] != nil }) { host = try RestoredHost(members) }
      }
    }
    return try finish()
  }

  private func canRestore(_ section: SnapshotSection) -> Bool {
    host != nil
      && SnapshotSection.allCases.prefix { $0 != section }.allSatisfy { $0.isOptional || done.contains($0) }
  }

  private mutating func restore(
    _ section: SnapshotSection, _ reader: inout JSONReader
  ) throws(SnapshotError) {
    done.insert(section)
    guard reader.peek() == UInt8(ascii: "[") else {
      _ = try reader.readValue()
      throw SnapshotError(path: section.rawValue, reason: "must be an array")
    }
    try reader.openNext()
    var index = 0
    while try reader.hasElement() {
      try host?.restore(section, &reader, at: "\(section.rawValue)[\(index)]")
      index += 1
    }
    guard index > 0 || !section.isOptional else {
      throw SnapshotError(path: section.rawValue, reason: "must be omitted if empty")
    }
  }

  private mutating func finish() throws(SnapshotError) -> HostNetworkingService {
    let reader = try SnapshotReader(.object(members), "")
    _ = try reader.format(upTo: HostNetworkingService.snapshotFormat)
    try reader.allow(Set(Self.needed + ["acceleratedMACs", "routerCompartment"]))
    if host == nil { host = try RestoredHost(members) }
    for section in SnapshotSection.allCases where !done.contains(section) {
      if let passage = waiting.removeValue(forKey: section) {
        var reader = JSONReader(passage)
        try restore(section, &reader)
      } else if !section.isOptional {
        throw reader.failure(section.rawValue, "must be an array")
      }
    }
    guard var host else { throw SnapshotError(path: "", reason: "does not contain a host") }
    try host.finish(reader)
    return host.service
  }
}

extension JSONReader {
  /// Enters the next object or array.
  mutating func openNext() throws(SnapshotError) {
    do throws(JSONError) { try enter() } catch { throw SnapshotError(error) }
  }

  /// The next member's name; nil at the end.
  package mutating func memberName() throws(SnapshotError) -> String? {
    do throws(JSONError) { return try nextMember() } catch { throw SnapshotError(error) }
  }

  /// Whether there is an element.
  mutating func hasElement() throws(SnapshotError) -> Bool {
    do throws(JSONError) { return try nextElement() } catch { throw SnapshotError(error) }
  }

  /// The next value.
  package mutating func readValue() throws(SnapshotError) -> JSON {
    do throws(JSONError) { return try value() } catch { throw SnapshotError(error) }
  }

  /// The text of the next value.
  mutating func deferredPassage() throws(SnapshotError) -> JSONPassage {
    do throws(JSONError) { return try passage() } catch { throw SnapshotError(error) }
  }

  /// Skips the rest of the innermost arrays and objects.
  mutating func leaveAll(
    to depth: Int, _ note: (_ depth: Int, _ name: String, _ value: JSON) -> Void
  ) throws(SnapshotError) {
    do throws(JSONError) { try leave(to: depth, note) } catch { throw SnapshotError(error) }
  }
}
