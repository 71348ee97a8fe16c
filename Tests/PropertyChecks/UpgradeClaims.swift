import FilterEngine
import HNSEmulator
import HNSTestSupport
import HostModel
import NetworkTypes
import PacketSpace
import PolicyPlan
import TestSupport

/// Every packet with another verdict on another build is found, traced as claimed, and explained.
enum UpgradeClaims {
  /// Checks the host of a random profile on a random build.
  static func check(seed: UInt64) -> PropertyResult {
    var result = PropertyResult()
    guard let host = try? ProfileHost(RandomProfile.text(seed: 5000 + seed)) else { return result }
    result.profiles = 1
    var random = SeededGenerator(seed: seed)
    let releases = WindowsBuild.releases.map { WindowsBuild(build: $0.build) } + [unpatched]
    guard let build = releases.randomElement(using: &random) else { return result }
    let title = "seed \(seed): to \(build)"
    let upgrade = Upgrade(of: host.service, ledger: host.ledger, to: build)
    let moved = host.service.moved(to: build).host
    result.claims += 1
    if build == host.service.build { result.require(upgrade.isNone, "\(title): \(upgrade)") }
    result.require(
      moved.invariantViolations().isEmpty, "\(title): \(moved.invariantViolations())")
    for reading in upgrade.readings {
      var (before, after) = evaluators(host, moved, reading)
      let effects = upgrade.effects.filter { $0.reading == nil || $0.reading == reading }
      for effect in effects {
        ExampleClaims.check(effect.change, &before, &after, title, &result)
        result.require(!effect.causes.isEmpty, "\(title) is not explained: \(effect)")
      }
      for endpoint in after.topology.endpoints
      where effects.allSatisfy({ $0.change.endpoint != endpoint.name }) {
        guard let query = RandomPackets.difference(at: endpoint.name, &before, &after, &random) else {
          continue
        }
        result.failures.append("\(title): no effect, but \(query) has another verdict")
      }
    }
    return result
  }

  /// Windows Server 2025 before ACLs on nat took effect.
  private static let unpatched = WindowsBuild(build: 26100, revision: 1)

  private static func evaluators(
    _ host: ProfileHost, _ moved: HostNetworkingService, _ reading: Upgrade.Reading
  ) -> (PacketEvaluator, PacketEvaluator) {
    func evaluator(
      _ service: HostNetworkingService, _ implicitDeny: Assumptions.ImplicitDeny
    ) -> PacketEvaluator {
      var assumptions = service.assumptions
      assumptions.implicitDeny = implicitDeny
      return HostWithRuleNames(service, ledger: host.ledger).evaluator.under(assumptions)
    }
    return (evaluator(host.service, reading.before), evaluator(moved, reading.after))
  }
}
