import Foundation
import PropertyChecks
import TestSupport
import Testing

/// Hosts described by a profile.
@Suite struct AdoptionTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "profiles")
  private static let shipped = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".yaml") }.sorted()

  @Test(
    "The host of a profile is described by a profile that plans to no change and gives the same verdicts.")
  func shippedProfiles() throws {
    #expect(Self.shipped.count > 10)
    for name in Self.shipped {
      let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
      let result = AdoptionClaims.check(text, title: name)
      #expect(result.claims == 1, "\(name)")
      for failure in result.failures { Issue.record("\(failure)") }
    }
  }

  @Test("So are the hosts of random profiles.", arguments: 0..<4)
  func randomProfiles(part: Int) {
    let result = ProfileProperty.adoption.check(part: part, of: 4, count: 200)
    #expect(result.claims > 25)
    for failure in result.failures.prefix(5) { Issue.record("\(failure)") }
    #expect(result.failures.isEmpty)
  }

  @Test(
    "So are hosts whose blocks were cut at a port, which leaves port 0, and whose defaults no packet reaches.",
    arguments: [520, 585, 631, 642, 701, 706, 780, 901] as [UInt64])
  func cutBlocks(seed: UInt64) {
    let result = ProfileProperty.adoption.check(seed: seed)
    #expect(result.claims == 1)
    for failure in result.failures { Issue.record("\(failure)") }
  }

  @Test("The documents of the host of a profile, imported again, give every packet the same verdict.")
  func roundTrip() throws {
    for name in Self.shipped {
      let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
      let result = RoundTripClaims.check(text, title: name)
      #expect(result.claims > 0, "\(name)")
      for failure in result.failures { Issue.record("\(failure)") }
    }
  }

  @Test("So do those of the hosts of random profiles.", arguments: 0..<4)
  func randomRoundTrip(part: Int) {
    let result = ProfileProperty.roundTrip.check(part: part, of: 4, count: 100)
    #expect(result.claims > 15)
    for failure in result.failures.prefix(5) { Issue.record("\(failure)") }
    #expect(result.failures.isEmpty)
  }
}
