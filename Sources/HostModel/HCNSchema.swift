/// The versions of the HCN document schema, all of them 2.x (reference: hns, 1.1).
package enum HCNSchema {
  /// Minor versions with the first build that is documented to have each, in ascending order.
  ///
  /// The reference states 2.0, 2.6, 2.11 and 2.14 with their builds; that 2.16 belongs to Windows Server
  /// 2025 is this project's choice.
  private static let documented = [(0, 17763), (6, 19041), (11, 20348), (14, 22000), (16, 26100)]

  /// The first build that is documented to have a minor version.
  package static func firstBuild(_ minor: Int) -> Int {
    documented.first { $0.0 >= minor }?.1 ?? .max
  }

  fileprivate static func minor(of build: Int) -> Int { documented.last { $0.1 <= build }?.0 ?? 0 }
}

extension WindowsBuild {
  /// The minor number of the highest 2.x document schema that this build supports.
  ///
  /// 1903 and 1909 are given the 2.6 of 2004 by this project's choice. Builds before 1809 have no such
  /// interface; here the same documents are used for them (reference: hns, 1.1).
  package var schemaMinor: Int { HCNSchema.minor(of: (18362..<19041).contains(build) ? 19041 : build) }
}
