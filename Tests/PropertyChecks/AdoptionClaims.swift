import Diagnostics
import FilterEngine
import HNSEmulator
import HostAdoption
import HostModel
import NetworkProfile
import PacketSpace
import PolicyCompiler
import PolicyPlan
import TestSupport

/// A host that a profile made is described by a profile that plans to no change, and that makes a host with the
/// same verdicts.
package enum AdoptionClaims {
  /// Checks the host of a random profile.
  static func check(seed: UInt64) -> PropertyResult {
    check(RandomProfile.text(seed: 7000 + seed), title: "seed \(seed)")
  }

  /// Checks the host of a profile.
  ///
  /// - Parameters:
  ///   - text: The profile; one that is not valid is not checked.
  ///   - title: What it is called in failures.
  package static func check(_ text: String, title: String) -> PropertyResult {
    var result = PropertyResult()
    guard let host = try? ProfileHost(text) else { return result }
    result.profiles = 1
    checkText(of: host, title, &result)
    guard let adoption = try? HostAdoption(of: host.service, ledger: host.ledger, name: "other") else {
      result.failures.append("\(title): the host cannot be read")
      return result
    }
    result.claims += 1
    result.require(
      adoption.remaining.isEmpty && adoption.omissions.isEmpty,
      "\(title): \(adoption.remaining) \(adoption.omissions.map(\.sentence))\n\(adoption.text)\nfrom\n\(text)"
    )
    let again: ProfileHost
    do { again = try ProfileHost(adoption.text) } catch {
      result.failures.append("\(title): \(error)\n\(adoption.text)")
      return result
    }
    let (plan, problems) = Plan.make(
      again.desired, for: host.service, base: nil, ledger: host.ledger, file: "adopted.yaml")
    result.require(
      plan?.plan.isEmpty == true && !problems.contains { $0.severity == .error },
      "\(title): a plan changes \(plan?.plan.operations.map(\.summary) ?? []), \(problems.map(\.message))")
    var (before, after) = (host.evaluator, again.evaluator)
    let difference = VerdictDiff(from: &before, to: &after)
    result.require(
      difference.changes.isEmpty && difference.undecided.isEmpty,
      "\(title): other verdicts: \(difference.changes) \(difference.undecided)\n\(adoption.text)")
    return result
  }

  /// Checks that a profile that is written is the profile that was read.
  private static func checkText(of host: ProfileHost, _ title: String, _ result: inout PropertyResult) {
    let text = ProfileText(host.profile).lines.map { $0.text + "\n" }.joined()
    do {
      let desired = try DesiredHost.compiled(text)
      let (operations, problems) = desired.operations(
        on: host.service, ledger: host.ledger, file: "written.yaml")
      result.require(
        operations.isEmpty && !problems.contains { $0.severity == .error },
        "\(title): written, it plans \(operations.map(\.summary)) \(problems.map(\.message))\n\(text)")
    } catch {
      result.failures.append("\(title): written, it is refused: \(error)\n\(text)")
    }
  }
}
