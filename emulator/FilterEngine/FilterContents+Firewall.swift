import HostModel
import NetworkTypes

extension FilterContents {
  /// The rules of Windows Firewall in one compartment.
  ///
  /// Rules that may match, and profiles of which any may apply, lead to several readings. The verdict of a
  /// profile can only change from block to allow as more allow rules match and fewer block rules do, so two
  /// readings stand for all combinations: the one that allows least, and the one that allows most.
  ///
  /// - Parameters:
  ///   - instance: The compartment's firewall.
  ///   - family: The address family.
  ///   - direction: The direction.
  ///   - keywords: The addresses of a keyword; nil if they are not known.
  init(
    _ instance: FirewallInstance, _ family: AddressFamily, _ direction: Direction,
    keywords: (AddressKeyword) -> AddressSet?
  ) {
    self.direction = direction
    readings = []
    guard !instance.profileReadings.isEmpty else {
      let rules = PrecedenceList(instance.rules(family, direction), family, keywords)
      readings = rules.readings(Verdict(instance.unmatched(family, direction)))
      return
    }
    for reading in instance.profileReadings {
      let rules = PrecedenceList(instance.rules(family, direction, in: reading), family, keywords)
      let unmatched = Verdict(instance.unmatched(family, direction, in: reading))
      let isCaptured = reading.isCaptured || instance.closes(family, direction)
      for list in rules.readings(unmatched, isCaptured ? nil : .profileNotCaptured)
      where !readings.contains(where: { $0.decidesLike(list) }) {
        readings.append(list)
      }
    }
    let names = Set(instance.profileReadings.map(\.profile))
    disagreement = .profiles(FirewallProfile.allCases.filter { names.contains($0) }.map(\.rawValue))
  }
}

extension FilterContents.Reading {
  /// Whether another list gives every packet the same verdict, by the same matches.
  fileprivate func decidesLike(_ other: Self) -> Bool {
    unmatched == other.unmatched && rules.count == other.rules.count
      && zip(rules, other.rules).allSatisfy { $0.verdict == $1.verdict && $0.match == $1.match }
  }
}
