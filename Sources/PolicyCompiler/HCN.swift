package import JSONText

/// The names and constants of HCN documents for the compiler and the planner (reference: hns, 1).
package enum HCN {
  /// The schema version of the documents.
  package static let schemaVersion: JSON = ["Major": 2, "Minor": 0]

  /// A query for every object, in documents of schema version 2.
  package static let queryAll: JSON = ["SchemaVersion": schemaVersion]

  /// The NAT flag that makes the mapping reachable from the node itself (reference: hns, 6.5).
  package static let localRoutedVIP: Int64 = 1

  /// The NAT flag of an IPv6 mapping (reference: hns, 1.8 and 6.5).
  package static let ipv6Mapping: Int64 = 2
}
