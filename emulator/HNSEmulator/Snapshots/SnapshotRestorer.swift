public import JSONText

/// The lists of a snapshot, in the order in which each can rely on the ones before.
enum SnapshotSection: String, CaseIterable {
  case networks
  case endpoints
  case namespaces
  case loadBalancers
  case routes
  case guestNetworkServices

  /// Whether the list stands there only where it is not empty.
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
  /// The snapshot is taken at its word nowhere: documents are read and checked like those of clients,
  /// references and uniqueness are checked, and what is restored must be written as it was read, so that
  /// nothing in it is ignored. Members may stand in any order.
  ///
  /// - Parameter snapshot: What ``snapshot`` gave.
  /// - Throws: ``SnapshotError`` with the place of the first problem; a newer format is refused.
  public init(snapshot: JSON) throws(SnapshotError) {
    var reader = JSONReader(snapshot.bytes())
    try self.init(reading: &reader)
  }

  /// Restores a service from the text of its snapshot, one object after the other.
  ///
  /// - Parameter reader: The text, of which the snapshot is the value that comes next; it is passed, whatever
  ///   it holds, unless it is not JSON.
  /// - Throws: ``SnapshotError``.
  package init(reading reader: inout JSONReader) throws(SnapshotError) {
    let depth = reader.depth
    var restorer = SnapshotRestorer()
    do throws(SnapshotError) { self = try restorer.restore(&reader) } catch {
      guard error.syntax == nil else { throw error }
      // A later version knows more members. Where the rest says that it wrote this, nothing else counts.
      var newest: Int64 = 0
      try reader.leaveAll(to: depth) { place, name, value in
        if place == depth + 1, name == "formatVersion" { newest = max(newest, value.integer ?? 0) }
      }
      guard error.newerFormat == nil, newest > Self.snapshotFormat else { throw error }
      throw SnapshotReader.newerFormat(newest, than: Self.snapshotFormat, at: "formatVersion")
    }
  }
}

/// Reads a snapshot part by part.
///
/// A list that comes before one it relies on is put aside as text.
struct SnapshotRestorer {
  /// What says what the host is, without which no object can be restored.
  private static let needed = ["formatVersion", "configuration", "nextOrdinal", "nextCompartment"]

  /// The members that are not lists of objects.
  private var members = JSONObject()
  private var host: RestoredHost?
  private var done: Set<SnapshotSection> = []
  private var waiting: [SnapshotSection: JSONPassage] = [:]

  mutating func restore(_ reader: inout JSONReader) throws(SnapshotError) -> HostNetworkingService {
    guard reader.peek() == UInt8(ascii: "{") else {
      throw SnapshotError(path: "", reason: "must be an object and is \(try reader.readValue().kind)")
    }
    try reader.openNext()
    while let name = try reader.memberName() {
      if let section = SnapshotSection(rawValue: name) {
        guard canRestore(section) else {
          waiting[section] = try reader.putAside()
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
      throw SnapshotError(path: section.rawValue, reason: "is left out where it is empty")
    }
  }

  private mutating func finish() throws(SnapshotError) -> HostNetworkingService {
    let reader = try SnapshotReader(.object(members), "")
    _ = try reader.format(upTo: HostNetworkingService.snapshotFormat)
    try reader.allow(Set(Self.needed + ["acceleratedMACs"]))
    if host == nil { host = try RestoredHost(members) }
    for section in SnapshotSection.allCases where !done.contains(section) {
      if let passage = waiting.removeValue(forKey: section) {
        var reader = JSONReader(passage)
        try restore(section, &reader)
      } else if !section.isOptional {
        throw reader.failure(section.rawValue, "must be an array")
      }
    }
    guard var host else { throw SnapshotError(path: "", reason: "has no host") }
    try host.finish(reader)
    return host.service
  }
}

extension JSONReader {
  /// Enters what comes next.
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

  /// What comes next.
  package mutating func readValue() throws(SnapshotError) -> JSON {
    do throws(JSONError) { return try value() } catch { throw SnapshotError(error) }
  }

  /// The text of what comes next.
  mutating func putAside() throws(SnapshotError) -> JSONPassage {
    do throws(JSONError) { return try passage() } catch { throw SnapshotError(error) }
  }

  /// Passes what is left of the innermost arrays and objects.
  mutating func leaveAll(
    to depth: Int, _ note: (_ depth: Int, _ name: String, _ value: JSON) -> Void
  ) throws(SnapshotError) {
    do throws(JSONError) { try leave(to: depth, note) } catch { throw SnapshotError(error) }
  }
}
