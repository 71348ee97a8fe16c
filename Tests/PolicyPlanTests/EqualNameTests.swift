import HNSEmulator
import HostModel
import PolicyCompiler
import PolicyPlan
import Testing

/// Endpoints with the same name that belong to different profiles.
@Suite struct EqualNameTests {
  private func web(_ name: String, _ address: String, port: Int) throws -> DesiredHost {
    try desired(
      profile(
        name, network: "shared",
        """
        containers:
          - name: web
            network: shared
            addresses: [\(address)]
            acls: [{name: deny, direction: in, action: block, protocols: [tcp], localPorts: [\(port)]}]
        """))
  }

  @Test func anUnchangedEndpointIsNotMentioned() throws {
    let first = try web("first", "10.1.0.10", port: 80)
    let second = try web("second", "10.1.0.20", port: 81)
    let both = try plan(second, on: try plan(first, on: emptyHost(for: first)).host).host
    let changed = try plan(try web("second", "10.1.0.20", port: 82), on: both).plan
    #expect(changed.changes.allSatisfy { $0.action == .update })
    #expect(
      effectLines(changed) == [
        [
          "inbound, newly allowed: tcp 81 (was deny, becomes default-in; for example tcp from 198.51.100.9 port 49152 "
            + "to web port 81)",
          "inbound, newly blocked: tcp 82 (was default-in, becomes deny; for example tcp from 198.51.100.9 port 49152 "
            + "to web port 82)",
        ]
      ])

    let alone = try plan(first, on: emptyHost(for: first)).plan
    var gone = second
    gone.removeEverything()
    let removal = try plan(gone, on: both).plan
    #expect(removal.changes.allSatisfy { $0.action == .delete })
    #expect(removal.changes.count == alone.changes.count - 1, "the first profile owns the network")
  }
}
