package import JSONText

/// The schema version a document was written for.
package struct SchemaVersion: Hashable, Sendable {
  package var major: UInt32
  package var minor: UInt32

  package init(major: UInt32 = 2, minor: UInt32 = 0) {
    self.major = major
    self.minor = minor
  }

  package var document: JSON { ["Major": .number(major), "Minor": .number(minor)] }
}
