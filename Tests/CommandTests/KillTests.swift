import Foundation
import JSONText
import Testing

/// Kills of running applies.
///
/// The long run is `.ci/kills`; the tests of the emulator stop the writer at every single system call.
@Suite struct KillTests {
  @Test func aKilledApplyLosesNothing() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml", "shared-acl-sets.yaml")
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    // How long an apply takes here, so that the kills are spread over all of it.
    let clock = ContinuousClock()
    let duration = try clock.measure {
      try workspace.hnsctl("apply", "shared-acl-sets.yaml", "--state", "warm.json").exits(0)
    }
    let seed = UInt64.random(in: 0...UInt64.max)
    print("KillTests: seed \(seed), an apply takes \(duration)")
    var random = SeededGenerator(seed)
    var isApplied = false
    var killed = 0
    for round in 1...30 {
      let destroys = isApplied
      let run = try workspace.start(
        ["apply", "shared-acl-sets.yaml", "--state", "host.json"] + (destroys ? ["--destroy"] : []))
      let microseconds = Int(duration / .microseconds(1))
      // Every third one is killed during startup, however slow the first apply was.
      usleep(UInt32(Int.random(in: 0...(round % 3 == 0 ? 2_000 : microseconds), using: &random)))
      kill(run.process.processIdentifier, SIGKILL)
      let result = try run.finish()
      let isAcknowledged = result.output.contains(destroys ? "Removed profile" : "Applied profile")
      if run.process.terminationReason == .uncaughtSignal { killed += 1 }

      let comment: Comment = "round \(round), seed \(seed)"
      let endpoints = try workspace.hnsctl("show", "endpoints", "--state", "host.json", "--json").exits(0)
        .json()
      let names = endpoints["endpoints"]?.array?.compactMap { $0["Name"]?.string } ?? []
      #expect(names.contains("api"), comment)
      // All or nothing; and all if it was acknowledged.
      #expect(names.count == 1 || names.count == 21, comment)
      let isNowApplied = names.count == 21
      if isAcknowledged { #expect(isNowApplied == !destroys, comment) }
      isApplied = isNowApplied
      // Only the temporary file of the killed process may be left.
      let left = try workspace.names().filter { $0.hasPrefix(".host.json.saving-") }
      #expect(left.count <= 1, "\(left), \(comment)")
    }
    try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--detailed-exitcode").exits(0)
    let last = ["apply", "shared-acl-sets.yaml", "--state", "host.json"] + (isApplied ? ["--destroy"] : [])
    try workspace.start(last).finish().exits(0)
    #expect(
      try workspace.names() == [
        "host.json", "host.json.lock", "pod.yaml", "shared-acl-sets.yaml", "warm.json",
        "warm.json.lock",
      ])
    #expect(killed > 0, "no apply was killed, seed \(seed)")
  }
}
