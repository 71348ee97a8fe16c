package import JSONText

/// The vocabulary of HCN documents that the compiler and the planner write (reference: hns, 1).
package enum HCN {
  /// The schema version the documents are written against.
  package static let schemaVersion: JSON = ["Major": 2, "Minor": 0]

  /// A query for every object, in documents of schema version 2.
  package static let queryAll: JSON = ["SchemaVersion": schemaVersion]

  /// The NAT flag that lets traffic of the node itself reach the mapping (reference: hns, 6.5).
  package static let localRoutedVIP: Int64 = 1

  /// The NAT flag of a mapping for IPv6 (reference: hns, 1.8 and 6.5).
  package static let ipv6Mapping: Int64 = 2
}
