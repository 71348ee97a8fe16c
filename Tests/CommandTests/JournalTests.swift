import HNSEmulator
import HNSService
import HNSStore
import JSONText
import NetworkTypes
import Testing

/// States with a journal, as left by a killed server, through the built binary.
@Suite struct JournalTests {
  /// A workspace with `host.json`, of one pod, and later calls of a server; returns the resulting state.
  private func served(_ workspace: Workspace, calls: Int = 1) throws -> HostState {
    try workspace.shipped("pod.yaml")
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    let file = StateFile(path: workspace.path("host.json"))
    let host = try #require(try file.load())
    let shared = try SharedService(opening: file, configuration: host.service.configuration, since: "now")
    let network = try #require(try host.service.enumerate(.network).first)
    for number in 0..<calls {
      let name = JSON.string("late\(number)")
      let reply = shared.perform(.create(.endpoint, id: .zero, network: network, settings: ["Name": name]))
      #expect(!reply.isRefusal, "\(reply)")
    }
    return shared.state
  }

  private func names(_ workspace: Workspace) throws -> [String] {
    try workspace.hnsctl("show", "endpoints", "--state", "host.json", "--json").exits(0).json()["endpoints"]?
      .array?.compactMap { $0["Name"]?.string }.sorted() ?? []
  }

  @Test func everyCommandReadsTheJournal() throws {
    let workspace = try Workspace()
    _ = try served(workspace)
    #expect(try workspace.names() == ["host.json", "host.json.journal", "host.json.lock", "pod.yaml"])
    let before = try workspace.contents()
    #expect(try names(workspace) == ["api", "late0"])
    for reader in [
      ["plan", "pod.yaml", "--state", "host.json"], ["show", "vfp", "--state", "host.json"],
      ["compartments", "--state", "host.json"], ["lint", "host.json"], ["matrix", "host.json"],
    ] { try workspace.start(reader).finish().exits(0) }
    // A state given in place of a profile is read with its journal too; a stream has no journal.
    let packet = ["--from", "late0", "--to", "api", "--protocol", "tcp", "--port", "80"]
    let known = try workspace.start(["trace", "host.json"] + packet).finish()
    #expect(!known.errors.contains("[unknown-peer]"), "\(known.errors)")
    let unknown = try workspace.bash("hnsctl trace - \(packet.joined(separator: " ")) < host.json").exits(1)
    #expect(unknown.errors.contains("[unknown-peer]"))
    try workspace.hnsctl("diff", "host.json", "host.json").exits(0)
    try workspace.bash("hnsctl diff - host.json < host.json").exits(2)
    #expect(try workspace.contents() == before, "readers touch nothing")
  }

  @Test func anApplyMergesTheJournal() throws {
    let workspace = try Workspace()
    let state = try served(workspace)
    try workspace.shipped("nat-publish.yaml")
    let run = try workspace.hnsctl("apply", "nat-publish.yaml", "--state", "host.json").exits(0)
    #expect(run.output.hasSuffix("serial \(state.serial + 1).\n"))
    #expect(
      try workspace.names() == ["host.json", "host.json.lock", "nat-publish.yaml", "pod.yaml"])
    #expect(try names(workspace) == ["api", "late0", "web"])
  }

  @Test func aSavedPlanAppliesWithOrWithoutAJournal() throws {
    let workspace = try Workspace()
    _ = try served(workspace)
    try workspace.shipped("nat-publish.yaml")
    try workspace.hnsctl("plan", "nat-publish.yaml", "--state", "host.json", "--out", "with.plan").exits(0)
    let file = StateFile(path: workspace.path("host.json"))
    let configuration = try #require(try file.load()).service.configuration
    // The server restarts and stops cleanly; only the place of the calls has changed.
    try SharedService(opening: file, configuration: configuration, since: "now").close()
    #expect(try !workspace.names().contains("host.json.journal"))
    try workspace.hnsctl("plan", "nat-publish.yaml", "--state", "host.json", "--out", "without.plan").exits(0)
    #expect(try workspace.read("with.plan") == workspace.read("without.plan"))
    // After one more call, the plan is stale.
    let shared = try SharedService(opening: file, configuration: configuration, since: "now")
    #expect(!shared.perform(.create(.namespace, id: .zero, network: nil, settings: [:])).isRefusal)
    let run = try workspace.hnsctl("apply", "with.plan", "--state", "host.json", "--lock-timeout", "0")
    #expect(run.errors.contains("[state-locked]"), "a running server holds the lock")
    try shared.close()
    let stale = try workspace.hnsctl("apply", "with.plan", "--state", "host.json").exits(1)
    #expect(stale.errors.contains("[plan-stale]"))
  }

  @Test(arguments: [
    (
      "sed -i '2s/late/date/' host.json.journal", "journal-damaged",
      "host.json.journal:2:1: error: the journal of the state is damaged: the checksum of the line does not match",
      "restore it together with its state, or remove it to discard the calls in it"
    ),
    (
      "sed -i 's/\"serial\": 1/\"serial\": 2/' host.json", "journal-mismatch",
      "host.json.journal: error: the journal belongs to a different state than host.json",
      "restore the state it belongs to as host.json, or remove it to discard the calls in it"
    ),
    (
      "rm host.json", "journal-mismatch",
      "host.json.journal: error: the journal belongs to a state, but there is no file host.json",
      "restore the state it belongs to as host.json, or remove it to discard the calls in it"
    ),
    (
      "rm host.json.journal && mkdir host.json.journal", "state-unreadable",
      "host.json.journal: error: the journal of the state is a directory",
      "restore it together with its state, or remove it to discard the calls in it"
    ),
    (
      "rm host.json.journal && mkfifo host.json.journal", "state-unreadable",
      "host.json.journal: error: the journal of the state is not a regular file",
      "restore it together with its state, or remove it to discard the calls in it"
    ),
    (
      "rm host.json.journal && ln -s /dev/null host.json.journal", "state-unreadable",
      "host.json.journal: error: the journal of the state is not a regular file", nil
    ),
  ])
  func whatCannotBeTrustedIsRefused(_ script: String, _ code: String, _ says: String, _ help: String?) throws
  {
    let workspace = try Workspace()
    _ = try served(workspace)
    try workspace.bash(script).exits(0)
    let before = try workspace.contents()
    for command in [
      ["show", "endpoints", "--state", "host.json"], ["apply", "pod.yaml", "--state", "host.json"],
    ] {
      let run = try workspace.start(command).finish().exits(1)
      #expect(run.output.isEmpty)
      #expect(run.errors.hasPrefix("\(says) [\(code)]\n"), "\(run.errors)")
      if let help { #expect(run.errors.contains("help: \(help)\n"), "\(run.errors)") }
    }
    #expect(try workspace.contents() == before)
  }
}
