import HNSEmulator
import HNSService
import HNSStore
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Synchronization
import Testing

/// The path of every state on a model file system.
let statePath = "/host/state.json"
let journalPath = statePath + ".journal"

extension ModelFileSystem {
  var file: StateFile { StateFile(path: statePath, files: self) }

  /// Shares the service of the state on this file system.
  func shared(
    managementIPDelay: Int = 0, journalSize: Int = 4 << 20, build: WindowsBuild? = nil,
    configuration: HostConfiguration = host(seed: 3).configuration,
    report: @escaping @Sendable (StateFileError) -> Void = { _ in }
  ) throws(StateFileError) -> SharedService {
    try SharedService(
      opening: file, configuration: configuration, build: build, managementIPDelay: managementIPDelay,
      since: "then",
      journalSize: journalSize, clock: { self.uptime() }, report: report)
  }

  /// Kills the process: its files are closed and its locks released.
  func kill() { arm(.fails, at: nil) }
}

/// A call that creates an endpoint, and one before it that creates its network.
func network(_ name: String) throws -> ServiceCall {
  .create(.network, id: .zero, network: nil, settings: try networkDocument(name, "L2Bridge"))
}

@Suite struct JournalTests {
  /// Wherever the journal ends, at a record or inside one, the service is the one after the last complete
  /// call.
  @Test(arguments: [1, 2, 3] as [UInt64], [0, 50])
  func everyBeginningOfAJournalIsAState(_ seed: UInt64, _ managementIPDelay: Int) throws {
    let files = ModelFileSystem()
    let windows = ["ltsc2022", "1903", "1809", "ltsc2025"][Int(seed % 4)]
    let shared = try files.shared(
      managementIPDelay: managementIPDelay, configuration: host(windows, seed: seed).configuration)
    var calls = RandomCalls(seed: seed)
    var ends = [(size: try #require(files.bytes(of: journalPath)?.count), state: shared.state)]
    var refused = 0
    func note(_ state: HostState) throws {
      let size = try #require(files.bytes(of: journalPath)?.count)
      if size > ends[ends.count - 1].size {
        ends.append((size, state))
      } else {
        #expect(state == ends[ends.count - 1].state, "seed \(seed): something is not in the journal")
      }
    }
    for _ in 0..<90 {
      // At most one network becomes due.
      files.pause(milliseconds: 10)
      let before = shared.state
      try note(before)
      let call = calls.next(before.service)
      if shared.perform(call).isRefusal {
        refused += 1
        #expect(
          shared.state.service == before.service, "seed \(seed): a refused \(call.function) changed the host")
      }
      try note(shared.state)
    }
    #expect(ends.count > 15 && refused > 10, "seed \(seed): \(ends.count) records, \(refused) refused")

    let journal = try #require(files.bytes(of: journalPath))
    for (index, end) in ends.enumerated() {
      let next = index + 1 < ends.count ? ends[index + 1].size : end.size + 1
      for size in Set([end.size, (end.size + next) / 2, next - 1]) where size < next {
        files.put(Array(journal.prefix(size)), at: journalPath)
        #expect(try files.file.load() == end.state, "seed \(seed): \(size) of \(journal.count) bytes")
      }
    }
    // Reopened after that, the service is the same and behaves the same.
    files.put(journal, at: journalPath)
    files.kill()
    let again = try files.shared()
    for id in ends[ends.count - 1].state.service.networksAwaitingManagementIP {
      #expect(!shared.perform(.assignManagementIP(network: id)).isRefusal)
    }
    #expect(again.service == shared.service)
    let last = try network("last")
    #expect(again.perform(last) == shared.perform(last))
  }

  /// At every system call of a service's lifetime the call fails, or the process dies before or after it.
  @Test(arguments: ModelFileSystem.Fault.allCases, [Int.max, 1500])
  func everyFaultLeavesWhatWasAcknowledged(_ fault: ModelFileSystem.Fault, _ chunk: Int) throws {
    let start = HostState(serial: 7, service: host(seed: 3), annotations: JSONObject([.init("note", "kept")]))
    var outcomes: Set<UInt64> = []
    for index in 0... {
      let files = ModelFileSystem()
      try files.file.save(start)
      files.storage.withLock { $0.chunk = chunk }
      files.arm(fault, at: index)
      var expected = start
      var inFlight: HostState?
      let shared: SharedService?
      do { shared = try files.shared(journalSize: 1) } catch { shared = nil }
      if let shared {
        // Enough for the journal to be compacted on the way.
        for number in 0..<9 where !files.storage.withLock({ $0.isDead }) {
          var after = expected
          let call = try Self.call(number)
          let wanted = after.service.perform(call)
          if !wanted.isRefusal { after.serial += 1 }
          let reply = shared.perform(call)
          if reply == wanted {
            expected = after
          } else {
            #expect(reply.error?.code == .writeFault, "\(fault) at call \(index)")
            inFlight = after
          }
          if fault == .fails {
            #expect(shared.state == expected, "\(fault) at call \(index): memory differs")
          }
        }
        if fault == .fails, inFlight != nil { outcomes.insert(0) }
        try? shared.close()
      }
      let names = files.storage.withLock { $0.calls }
      files.kill()
      let context = "\(fault) at call \(index) of \(names.count), chunk \(chunk)"
      let found = try files.file.load()
      if fault == .fails {
        #expect(found == expected, "\(context)")
      } else {
        #expect(found == expected || found == inFlight, "\(context)")
      }
      outcomes.insert(found?.serial ?? 0)
      // The next process succeeds, and leaves nothing behind.
      files.storage.withLock { $0.processes = [] }
      let next = try files.shared()
      #expect(next.service == found?.service, "\(context)")
      try next.close()
      #expect(try files.file.load()?.service == found?.service, "\(context)")
      #expect(
        files.storage.withLock { $0.entries.keys.sorted() } == [statePath, statePath + ".lock"], "\(context)"
      )
      if names.count <= index { break }
    }
    #expect(outcomes.contains(7) && outcomes.contains(15), "\(outcomes)")
  }

  /// Calls that create networks; of the two that delete the first one, the second is refused.
  private static func call(_ number: Int) throws -> ServiceCall {
    if number % 4 == 3 { return .delete(.network, GUID(1)) }
    return .create(
      .network, id: GUID(UInt128(number + 1)), network: nil,
      settings: try networkDocument("n\(number)", "L2Bridge", prefix: "10.\(number).0.0/24", gateway: nil))
  }

  @Test func aCallIsOnDiskBeforeItIsNotified() throws {
    let files = ModelFileSystem()
    let shared = try files.shared()
    let seen = ObservedNotifications()
    _ = shared.register { _ in seen.add((try? files.file.load())?.serial) }
    _ = shared.perform(try network("one"))
    _ = shared.perform(try network("one"))
    #expect(!seen.serials.isEmpty)
    // The pre-notification of the refused call is sent although nothing changes.
    #expect(Set(seen.serials) == [1])
  }

  @Test func theJournalIsCompacted() throws {
    let files = ModelFileSystem()
    let shared = try files.shared(journalSize: 2000)
    var largest = 0
    var sizes: Set<Int> = []
    for number in 0..<300 {
      _ = shared.perform(.create(.namespace, id: GUID(UInt128(number / 2 + 1)), network: nil, settings: [:]))
      _ = shared.perform(.delete(.namespace, GUID(UInt128(number / 2 + 1))))
      largest = max(largest, try #require(files.bytes(of: journalPath)?.count))
      sizes.insert(try #require(files.bytes(of: statePath)?.count))
    }
    #expect(largest < 4000)
    #expect(sizes.count > 1, "the state was never saved")
    #expect(try files.file.load() == shared.state)
    #expect(shared.state.serial == 600)
    try shared.close()
    #expect(files.bytes(of: journalPath) == nil)
    #expect(try files.file.load() == shared.state)
    #expect(shared.perform(.restart).error?.code == .managerStopped)
  }

  @Test func aFullDiskFailsOnlyTheCall() throws {
    let files = ModelFileSystem()
    let shared = try files.shared()
    #expect(!shared.perform(try network("one")).isRefusal)
    let state = shared.state
    let journal = files.bytes(of: journalPath)
    files.storage.withLock { storage in
      storage.capacity = storage.entries.values.reduce(50) { $0 + (storage.files[$1]?.bytes.count ?? 0) }
    }
    for attempt in 1...3 {
      files.storage.withLock { $0.calls = [] }
      let reply = shared.perform(try network("two"))
      #expect(reply.error?.code == .diskFull)
      #expect(reply.error?.record["ErrorCode"] == .integer(0x8007_0070))
      #expect(shared.state == state)
      #expect(files.bytes(of: journalPath) == journal)
      // Only the first time is the service reloaded; afterwards the disk is tested first.
      #expect(files.storage.withLock { $0.calls.contains("open") } == (attempt == 1))
    }
    #expect(!shared.perform(.enumerate(.network, query: nil)).isRefusal, "reading continues")
    files.storage.withLock { $0.capacity = .max }
    #expect(!shared.perform(try network("two")).isRefusal)
    #expect(try files.file.load() == shared.state)
    #expect(shared.state.serial == state.serial + 1)
  }

  @Test func aStateThatCannotBeSavedIsReportedAndNothingIsLost() throws {
    let files = ModelFileSystem()
    let seen = ObservedNotifications()
    let shared = try files.shared(journalSize: 3000) { error in
      if case .unwritable = error { seen.add(1) }
    }
    files.storage.withLock { storage in
      storage.capacity = storage.entries.values.reduce(3200) { $0 + (storage.files[$1]?.bytes.count ?? 0) }
    }
    var acknowledged: UInt64 = 0
    for number in 0..<40 {
      let reply = shared.perform(
        .create(.namespace, id: GUID(UInt128(number + 1)), network: nil, settings: [:]))
      if reply.isRefusal { break }
      acknowledged += 1
    }
    #expect(seen.serials == [1], "it is retried only after the journal has grown by as much again")
    #expect(try files.file.load()?.serial == acknowledged)
    #expect(try files.file.load() == shared.state)
  }

  @Test func oneServiceAtATime() throws {
    let files = ModelFileSystem()
    let shared = try files.shared()
    let error = #expect(throws: StateFileError.self) { try files.shared() }
    guard case .locked(_, let holder) = error else {
      Issue.record("\(error.map { "\($0)" } ?? "")")
      return
    }
    #expect(holder?.since == "then")
    try shared.close()
    #expect(throws: Never.self) { try files.shared().close() }
  }

  @Test func anotherHostIsRefused() throws {
    let files = ModelFileSystem()
    try files.file.save(HostState(service: host("ltsc2019", assumptions: [.compartmentIds: "lowestFree"])))
    let before = files.bytes(of: statePath)
    #expect(
      throws: StateFileError.otherHost(
        path: statePath, reason: "contains a host with Windows ltsc2019, not ltsc2022")
    ) {
      try files.shared(build: .standard)
    }
    let configuration = host(assumptions: [.compartmentIds: "lowestFree"]).configuration
    #expect(throws: Never.self) { try files.shared(configuration: configuration).close() }
    try files.file.save(HostState(service: host("ltsc2019")))
    #expect(throws: StateFileError.self) { try files.shared(configuration: configuration) }
    #expect(before != nil)
    // The host gets the addresses that the state did not list.
    let addresses = host(addresses: ["192.0.2.9"]).configuration
    try files.shared(configuration: addresses).close()
    #expect(
      try files.file.load()?.service.configuration.addresses.map { "\($0)" } == ["10.240.0.5", "192.0.2.9"])
  }
}

/// What observers received.
final class ObservedNotifications: Sendable {
  private let values = Mutex<[UInt64?]>([])

  func add(_ value: UInt64?) { values.withLock { $0.append(value) } }

  var serials: [UInt64?] { values.withLock { $0 } }
}
