import NetworkTypes

/// Classes of addresses that some sets do not tell apart.
///
/// Endpoints with equal rules that name local addresses, such as those of other endpoints, mostly differ in no
/// packet but in their own address: the answer for all addresses like theirs is the same.
struct EquivalentAddresses {
  /// With more sets, their classes cost more than the questions that endpoints have in common.
  private static let limit = 512

  private let sets: Set<AddressSet>

  /// Distinguishes addresses; nil if there are too many sets.
  ///
  /// - Parameter lists: The sets; each contains all of a class or nothing of it.
  init?(_ lists: [Set<AddressSet>]) {
    guard lists.reduce(0, { $0 + $1.count }) <= Self.limit else { return nil }
    sets = lists.reduce(into: []) { $0.formUnion($1) }
  }

  /// The addresses in the classes of some addresses.
  ///
  /// - Parameters:
  ///   - addresses: The addresses.
  ///   - family: Their family.
  func addresses(like addresses: Set<IPAddress>, _ family: AddressFamily) -> AddressSet {
    addresses.reduce(AddressSet()) { union, address in
      var alike = AddressSet.all(family)
      for set in sets { alike = set.contains(address) ? alike.intersection(set) : alike.subtracting(set) }
      return union.union(alike)
    }
  }
}
