import Glibc
import HNSEmulator
import HNSStore
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Synchronization
import Testing

/// A temporary directory, removed with the value.
final class ScratchDirectory: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/hnsctl-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError(call: "mkdtemp", number: errno) }
    path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in (try? SystemFileSystem().names(in: path)) ?? [] where name != "." && name != ".." {
      unlink(path + "/" + name)
      rmdir(path + "/" + name)
    }
    rmdir(path)
  }

  var names: [String] {
    ((try? SystemFileSystem().names(in: path)) ?? []).filter { $0 != "." && $0 != ".." }.sorted()
  }

  func write(_ name: String, _ text: String) throws {
    let descriptor = Glibc.open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    #expect(descriptor >= 0)
    _ = try SystemFileSystem().write(descriptor, Array(text.utf8)[...])
    try SystemFileSystem().close(descriptor)
  }

  func read(_ name: String) throws -> String {
    let descriptor = try SystemFileSystem().open(path + "/" + name, .read)
    defer { Glibc.close(descriptor) }
    return String(decoding: try SystemFileSystem().read(descriptor, count: 1 << 20), as: UTF8.self)
  }
}

@Suite struct StateFileTests {
  private func state(_ serial: UInt64, _ name: String = "net") throws -> HostState {
    var service = host()
    _ = try service.makeNetwork(name)
    return HostState(serial: serial, service: service, annotations: JSONObject([.init("note", "kept")]))
  }

  @Test func serialsOf64BitsAreKept() throws {
    let state = HostState(serial: .max, service: HostNetworkingService(HostConfiguration()))
    let text = state.document.text(.pretty)
    #expect(text.contains("\"serial\": 18446744073709551615"))
    #expect(try HostState(document: JSON(parsing: text)) == state)
    #expect(JSON.number(UInt64.max) == .number("18446744073709551615"))
  }

  @Test func aSavedStateIsLoaded() throws {
    let directory = try ScratchDirectory()
    let file = StateFile(path: directory.path + "/state.json")
    #expect(try file.load() == nil)
    let first = try state(1)
    try file.save(first)
    #expect(try file.load() == first)
    let second = try state(.max, "other")
    try file.save(second)
    #expect(try file.load() == second)
    #expect(directory.names == ["state.json"])
    var status = stat()
    #expect(stat(directory.path + "/state.json", &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test func permissionsAndLinksAreKept() throws {
    let directory = try ScratchDirectory()
    try StateFile(path: directory.path + "/real.json").save(state(1))
    #expect(chmod(directory.path + "/real.json", 0o644) == 0)
    #expect(symlink("real.json", directory.path + "/link.json") == 0)
    let linked = StateFile(path: directory.path + "/link.json")
    try linked.save(state(2))
    #expect(try StateFile(path: directory.path + "/real.json").load()?.serial == 2)
    var status = stat()
    #expect(lstat(directory.path + "/link.json", &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(directory.path + "/real.json", &status) == 0)
    #expect(status.st_mode & 0o777 == 0o644)
    let lock = try linked.lock(since: "now")
    #expect(directory.names == ["link.json", "real.json", "real.json.lock"])
    lock.release()
    #expect(symlink("loop.json", directory.path + "/loop.json") == 0)
    #expect(throws: StateFileError.self) { try StateFile(path: directory.path + "/loop.json").save(state(1)) }
  }

  @Test func unreadableFilesAreDistinguished() throws {
    let directory = try ScratchDirectory()
    func failure(_ name: String) -> StateFileError? {
      do { _ = try StateFile(path: directory.path + "/" + name).load() } catch { return error }
      return nil
    }
    func path(_ name: String) -> String { directory.path + "/" + name }
    #expect(mkdir(path("dir"), 0o755) == 0)
    #expect(failure("dir") == .isDirectory(path: path("dir")))
    #expect(throws: StateFileError.self) { try StateFile(path: path("dir")).save(state(1)) }
    #expect(mkfifo(path("pipe"), 0o644) == 0)
    #expect(failure("pipe") == .notAFile(path: path("pipe")))
    try directory.write("empty", "")
    #expect(failure("empty") == .empty(path: path("empty")))
    try directory.write("torn", "{\"formatVersion\": 1,\n  \"serial\": }")
    #expect(
      failure("torn")
        == .damaged(
          path: path("torn"), line: 2, column: 13, reason: "unexpected character where a value is expected"))
    let good = try state(1).document
    try directory.write("newer", good.replacing(["formatVersion"], with: 4).text())
    #expect(
      failure("newer")
        == .newerFormat(
          path: path("newer"), found: 4,
          reason: "its formatVersion is 4, but this program reads formats up to 3"))
    try directory.write("later", good.replacing(["host", "formatVersion"], with: 3).text())
    if case .newerFormat(_, let found, _) = failure("later") { #expect(found == 3) } else { Issue.record() }
    try directory.write("member", good.replacing(["host", "networks", "0", "ordinal"], with: 0).text())
    if case .damagedMember(_, let member, _) = failure("member") {
      #expect(member == "host.networks[0].ordinal")
    } else {
      Issue.record()
    }
    #expect(
      failure("member")?.description.hasPrefix(path("member") + " is damaged: 'host.networks[0].ordinal' ")
        == true)
    #expect(try directory.read("torn") == "{\"formatVersion\": 1,\n  \"serial\": }", "it is unchanged")
  }

  /// At every call of a save the process fails, dies before or dies after; then the file is checked as it is,
  /// and as a power failure would leave it.
  @Test(arguments: ModelFileSystem.Fault.allCases, [Int.max, 4000])
  func everyFaultLeavesTheOldOrTheNewState(_ fault: ModelFileSystem.Fault, _ chunk: Int) throws {
    let old = try state(1)
    let new = try state(2, "changed")
    var outcomes: Set<UInt64> = []
    for call in 0... {
      let files = ModelFileSystem()
      let file = StateFile(path: "/host/state.json", files: files)
      try file.save(old)
      files.storage.withLock { $0.chunk = chunk }
      files.arm(fault, at: call)
      var acknowledged = false
      var failure: StateFileError?
      do { try file.save(new); acknowledged = true } catch { failure = error }
      let calls = files.storage.withLock { $0.calls }
      files.arm(.fails, at: nil)
      for (name, view) in [
        ("as it is", files), ("without power", files.afterPowerFailure(keepsEntries: false)),
        ("without power, entries kept", files.afterPowerFailure(keepsEntries: true)),
      ] {
        let context = "\(fault) at call \(call) of \(calls), \(name)"
        let found = try StateFile(path: "/host/state.json", files: view).load()
        #expect(found == old || found == new, "\(context)")
        if acknowledged { #expect(found == new, "\(context): an acknowledged state is lost") }
        if case .unwritable = failure, fault == .fails { #expect(found == old, "\(context)") }
        outcomes.insert(found?.serial ?? 0)
        // The next writer succeeds, and leaves nothing behind.
        view.storage.withLock { $0.processes = [] }
        try StateFile(path: "/host/state.json", files: view).save(new)
        let names = view.storage.withLock { $0.entries.keys.sorted() }
        #expect(names == ["/host/state.json"], "\(context)")
      }
      if calls.count <= call { break }
    }
    #expect(outcomes == [1, 2])
  }

  @Test func aFailedReadIsReported() throws {
    let files = ModelFileSystem()
    let file = StateFile(path: "/host/state.json", files: files)
    try file.save(state(1))
    for call in 0... {
      files.arm(.fails, at: call)
      do throws(StateFileError) {
        _ = try file.load()
        let calls = files.storage.withLock { $0.calls }
        // Only the last one, close, may fail without consequences.
        #expect(call >= calls.count - 1, "\(calls)")
        if call >= calls.count { break }
      } catch {
        let paths = ["/host/state.json", "/host/state.json.journal"]
        #expect(paths.contains(error.path))
        #expect(error.reason == "cannot be read: Input/output error")
      }
    }
  }

  @Test func otherProcessesTemporaryFilesAreKept() throws {
    let directory = try ScratchDirectory()
    try directory.write(".state.json.saving-1", "process 1 runs")
    try directory.write(".state.json.saving-2000000000", "this one cannot")
    try directory.write(".state.json.saving-x", "not ours")
    try StateFile(path: directory.path + "/state.json").save(state(1))
    #expect(directory.names == [".state.json.saving-1", ".state.json.saving-x", "state.json"])
  }
}

@Suite struct StateLockTests {
  @Test func theHolderIsReported() throws {
    let directory = try ScratchDirectory()
    let file = StateFile(path: directory.path + "/state.json")
    let lock = try file.lock(since: "2026-01-02T03:04:05Z")
    let error = #expect(throws: StateFileError.self) {
      try StateFile(path: file.path).withLock(since: "x") {}
    }
    guard case .locked(_, let holder?) = error else {
      Issue.record("\(error.map { "\($0)" } ?? "")")
      return
    }
    #expect(holder.process == getpid())
    #expect(holder.since == "2026-01-02T03:04:05Z")
    #expect(error?.reason == "is locked by process \(getpid()) on \(holder.host) since 2026-01-02T03:04:05Z")
    lock.release()
    #expect(try file.withLock(since: "later") { 7 } == 7)
    #expect(try file.load() == nil)
  }

  /// A child process shares the descriptor between its start and its own program.
  @Test func aSharedDescriptorDoesNotKeepTheLock() throws {
    let directory = try ScratchDirectory()
    let file = StateFile(path: directory.path + "/state.json")
    let lock = try file.lock(since: "x")
    let shared = try SystemFileSystem().names(in: "/proc/self/fd").first { name in
      (try? SystemFileSystem().link("/proc/self/fd/" + name)) == file.path + ".lock"
    }
    let copy = dup(try #require(shared.flatMap { Int32($0) }))
    lock.release()
    try file.withLock(since: "y") {}
    close(copy)
  }

  @Test func aThrowingBodyReleasesTheLock() throws {
    let directory = try ScratchDirectory()
    let file = StateFile(path: directory.path + "/state.json")
    #expect(throws: SystemError.self) {
      try file.withLock(since: "x") { throw SystemError(call: "test", number: 1) }
    }
    try file.withLock(since: "x") {}
  }

  @Test func waitingForTheLockTimesOut() throws {
    let files = ModelFileSystem()
    let file = StateFile(path: "/host/state.json", files: files)
    let lock = try file.lock(since: "then")
    let error = #expect(throws: StateFileError.self) { try file.withLock(timeout: 1000, since: "x") {} }
    if case .locked(_, let holder) = error { #expect(holder?.host == "model") } else { Issue.record() }
    #expect(files.uptime() >= 1000)
    #expect(files.uptime() < 1100)
    lock.release()
  }

  @Test func theContentsOfTheLockFileAreNotTrusted() throws {
    let directory = try ScratchDirectory()
    try directory.write("state.json.lock", #"{"pid": 1, "host": "elsewhere", "since": "long ago"}"#)
    let file = StateFile(path: directory.path + "/state.json")
    try file.withLock(since: "x") {}
    try directory.write("state.json.lock", "rubbish")
    let lock = try file.lock(since: "x")
    try directory.write("state.json.lock", "rubbish")
    #expect(throws: StateFileError.locked(path: file.path, holder: nil)) {
      try StateFile(path: file.path).withLock(since: "x") {}
    }
    lock.release()
  }

  @Test func aLockFileThatIsALinkIsNotFollowed() throws {
    let directory = try ScratchDirectory()
    try directory.write("precious", "kept")
    #expect(symlink("precious", directory.path + "/state.json.lock") == 0)
    #expect(throws: StateFileError.self) {
      try StateFile(path: directory.path + "/state.json").withLock(since: "x") {}
    }
    #expect(try directory.read("precious") == "kept")
  }

  @Test func theLockOfADeadProcessIsReleased() async throws {
    let directory = try ScratchDirectory()
    let path = directory.path + "/state.json"
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let lock = try StateFile(path: path).lock(since: "before the end")
      kill(getpid(), SIGKILL)
      lock.release()
    }
    #expect(try directory.read("state.json.lock").contains("before the end"))
    try StateFile(path: path).withLock(since: "x") {}
  }

  @Test func writersExcludeEachOther() async throws {
    let directory = try ScratchDirectory()
    let file = StateFile(path: directory.path + "/state.json")
    try file.save(HostState(serial: 0, service: host()))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<10 {
            try file.withLock(timeout: 60_000, since: "x") {
              var state = try #require(try file.load())
              state.serial += 1
              try file.save(state)
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try file.load()?.serial == 40)
  }
}
