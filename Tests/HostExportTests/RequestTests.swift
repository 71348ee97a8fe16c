import Diagnostics
import Foundation
import HNSEmulator
import HostExport
import HostModel
import TestSupport
import Testing

/// Exported requests, sent to a host that knows nothing of the plan, and the way back.
@Suite struct RequestTests {
  /// Every shipped profile.
  static let shipped: [String] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("profiles")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  static func text(_ name: String) throws -> String {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("profiles/\(name)")
    return String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }

  @Test(arguments: shipped)
  func shippedProfiles(name: String) throws {
    #expect(try check(try ExportCase(try Self.text(name), label: name, proves: true)) > 0)
  }

  @Test func randomProfiles() throws {
    var sent: [ExportTarget: Int] = [:]
    for seed in 0..<UInt64(RandomProfile.count) {
      let (before, after) = RandomProfile.pair(seed: seed)
      if let made = try? ExportCase(before, label: "seed \(seed)", proves: seed % 4 == 0) {
        try count(made, &sent)
      }
      let change = try? ExportCase(
        from: before, to: after, label: "seed \(seed), change", proves: seed % 4 == 0)
      if let change { try count(change, &sent) }
    }
    #expect(sent[.hcn, default: 0] > 40 && sent[.hnsV1, default: 0] > 15, "\(sent)")
  }

  private func count(_ made: ExportCase, _ sent: inout [ExportTarget: Int]) throws {
    for target in [ExportTarget.hcn, .hnsV1] where try check(made, target) { sent[target, default: 0] += 1 }
  }

  /// How many interfaces can express the case.
  private func check(_ made: ExportCase) throws -> Int {
    try [ExportTarget.hcn, .hnsV1].count { try check(made, $0) }
  }

  /// Sends the requests of a case and then those of the way back; false if they are refused.
  private func check(_ made: ExportCase, _ target: ExportTarget) throws -> Bool {
    let (requests, problems) = made.calls.requests(for: target, file: nil)
    guard let requests else {
      #expect(!problems.isEmpty)
      let isKnown = problems.allSatisfy {
        ["export-not-expressible", "export-unavailable"].contains($0.code.id)
      }
      #expect(isKnown, "\(made.label): \(problems)")
      return false
    }
    var host = made.start
    do { try host.carryOut(made.calls, as: requests) } catch {
      Issue.record("\(made.label), \(target): \(error)")
      return true
    }
    expectSame(host, as: made.calls.end, proves: made.proves, "\(made.label), \(target)")

    let back = try made.calls.reversed()
    guard let requests = back.requests(for: target, file: nil).0 else { return true }
    do { try host.carryOut(back, as: requests) } catch {
      Issue.record("\(made.label), \(target), way back: \(error)")
      return true
    }
    expectSame(host, as: made.start, proves: made.proves, "\(made.label), \(target), way back")
    return true
  }
}
