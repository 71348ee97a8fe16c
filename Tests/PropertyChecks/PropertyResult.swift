/// What a property check of random profiles found.
package struct PropertyResult: Sendable {
  /// What does not hold: the seed and what was claimed.
  package var failures: [String] = []
  /// How many profiles were accepted and checked.
  package var profiles = 0
  /// How many claims were checked.
  package var claims = 0

  /// Creates an empty result.
  package init() {}

  /// Adds another result.
  ///
  /// - Parameter other: The other result.
  package mutating func add(_ other: PropertyResult) {
    failures += other.failures
    profiles += other.profiles
    claims += other.claims
  }

  /// Adds a failure unless a condition holds.
  mutating func require(_ condition: Bool, _ failure: @autoclosure () -> String) {
    if !condition { failures.append(failure()) }
  }
}

/// A property of profiles that is checked with random ones.
package enum ProfileProperty: String, CaseIterable, Sendable {
  /// Every printed example packet, traced as it is printed, gets the verdict that is claimed of it.
  case examples
  /// Every remedy of a finding, done to the profile's text, changes what it says and nothing else.
  case remedies
  /// A host after an apply has no drift; what is changed on it is found, with packets that are traced as claimed.
  case drift
  /// Every packet with another verdict on another build is found, traced as claimed, and explained.
  case upgrades
  /// A host is described by a profile that plans to no change, and that makes a host with the same verdicts.
  case adoption
  /// The documents of a host, imported again, give every packet the same verdict.
  case roundTrip

  /// Checks the property.
  ///
  /// - Parameter seed: The seed of the random profiles.
  package func check(seed: UInt64) -> PropertyResult {
    switch self {
    case .examples: ExampleClaims.check(seed: seed)
    case .remedies: RemedyClaims.check(seed: seed)
    case .drift: DriftClaims.check(seed: seed)
    case .upgrades: UpgradeClaims.check(seed: seed)
    case .adoption: AdoptionClaims.check(seed: seed)
    case .roundTrip: RoundTripClaims.check(seed: seed)
    }
  }

  /// Checks the property for a part of the seeds, so that parts can run at the same time.
  ///
  /// - Parameters:
  ///   - part: The number of the part.
  ///   - parts: How many parts there are.
  ///   - count: The number of seeds in all parts.
  package func check(part: Int, of parts: Int, count: Int) -> PropertyResult {
    var result = PropertyResult()
    for seed in stride(from: part, to: count, by: parts) { result.add(check(seed: UInt64(seed))) }
    return result
  }
}
