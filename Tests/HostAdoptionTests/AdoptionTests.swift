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
}
