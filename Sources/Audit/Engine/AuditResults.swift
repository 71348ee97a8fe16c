package import Diagnostics

/// The verdict on one resource.
package struct AuditResult: Sendable {
  package var row: Int
  package var status: AuditStatus
  package var resource: String
  /// The Kubernetes object that the resource is; nil for a resource of Azure.
  package var object: AuditObjectName?
  /// Why, where the status is neither pass nor fail.
  package var reason: String?
  package var file: String
  package var location: SourceRange?
}

/// The verdicts on resources, in the order found.
///
/// A large cluster has millions. Each takes 12 bytes, and what rows say of one resource shares its name and place.
package struct AuditResults: Sendable, RandomAccessCollection {
  private struct Entry {
    var resource: Int32
    /// The index of the reason; -1 without one.
    var reason: Int32
    var row: UInt8
    var status: AuditStatus
  }

  private struct Resource {
    var name: String
    var object: AuditObjectName?
    var file: String
    var location: SourceRange?
  }

  private var entries: [Entry] = []
  private var resources: [Resource] = []
  private var reasons: [String] = []
  private var reasonPositions: [String: Int32] = [:]

  init() {}

  package var startIndex: Int { 0 }
  package var endIndex: Int { entries.count }

  package subscript(position: Int) -> AuditResult {
    let entry = entries[position]
    let resource = resources[Int(entry.resource)]
    return AuditResult(
      row: Int(entry.row), status: entry.status, resource: resource.name, object: resource.object,
      reason: entry.reason < 0 ? nil : reasons[Int(entry.reason)], file: resource.file,
      location: resource.location)
  }

  /// The positions of the verdicts other than fail, by row.
  package var passedOrSkipped: [Int: [Int]] {
    var positions: [Int: [Int]] = [:]
    for (position, entry) in entries.enumerated() where entry.status != .fail {
      positions[Int(entry.row), default: []].append(position)
    }
    return positions
  }

  mutating func append(_ result: AuditResult) {
    if resources.last.map({
      $0.name != result.resource || $0.file != result.file || $0.location != result.location
    }) ?? true {
      resources.append(
        Resource(
          name: result.resource, object: result.object, file: result.file, location: result.location))
    }
    entries.append(
      Entry(
        resource: Int32(resources.count - 1), reason: result.reason.map { position(ofReason: $0) } ?? -1,
        row: UInt8(result.row), status: result.status))
  }

  private mutating func position(ofReason reason: String) -> Int32 {
    if let known = reasonPositions[reason] { return known }
    let position = Int32(reasons.count)
    reasons.append(reason)
    reasonPositions[reason] = position
    return position
  }
}
