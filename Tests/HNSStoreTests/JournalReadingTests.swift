import Glibc
import HNSEmulator
import HNSService
@testable import HNSStore
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Synchronization
import Testing

/// A state and its journal as seen by readers.
@Suite struct JournalReadingTests {
  /// A disk with a state of serial 2 and a journal of three calls, whose process is gone.
  private func disk() throws -> (files: ModelFileSystem, state: HostState) {
    let files = ModelFileSystem()
    try files.file.save(
      HostState(serial: 2, service: host(seed: 3), annotations: JSONObject([.init("note", "kept")])))
    let shared = try files.shared()
    for name in ["one", "two", "three"] {
      #expect(
        !shared.perform(.create(.namespace, id: .zero, network: nil, settings: ["Name": .string(name)]))
          .isRefusal)
    }
    files.kill()
    return (files, shared.state)
  }

  private func failure(_ files: ModelFileSystem) -> StateFileError? {
    do { _ = try files.file.load() } catch { return error }
    return nil
  }

  private func lines(_ files: ModelFileSystem) throws -> [[UInt8]] {
    try #require(files.bytes(of: journalPath)).split(separator: 0x0a).map { Array($0) + [0x0a] }
  }

  @Test func theJournalIsReadAndRaisesTheSerial() throws {
    let (files, state) = try disk()
    let found = try files.file.load()
    #expect(found == state)
    #expect(found?.serial == 5)
    #expect(found?.annotations == JSONObject([.init("note", "kept")]))
    // The documents are the same with and without the journal.
    try files.file.save(state)
    #expect(files.bytes(of: journalPath) == nil)
    #expect(try files.file.load()?.document == found?.document)
  }

  @Test func aCompactedJournalLeftBehindIsIgnored() throws {
    let (files, state) = try disk()
    let journal = files.bytes(of: journalPath)
    try files.file.save(state)
    files.put(journal, at: journalPath)
    #expect(try files.file.load() == state)
    // And so do the next ones.
    var next = state
    for _ in 0..<2 {
      next.serial += 1
      files.put(journal, at: journalPath)
      try files.file.save(next)
      files.put(journal, at: journalPath)
      #expect(try files.file.load() == next)
    }
    let shared = try files.shared()
    #expect(shared.state == next)
    #expect(files.bytes(of: journalPath) != journal)
  }

  @Test func mismatchedFilesAreRefused() throws {
    let (files, state) = try disk()
    let file = try #require(files.bytes(of: statePath))
    // Any other state, even if only formatted differently.
    files.put(state.document.bytes(), at: statePath)
    #expect(failure(files) == .journalMismatch(path: journalPath, state: statePath, isAbsent: false))
    #expect(failure(files)?.reason == "belongs to a different state than \(statePath)")
    #expect(throws: StateFileError.self) { try files.shared() }
    files.put(nil, at: statePath)
    #expect(failure(files) == .journalMismatch(path: journalPath, state: statePath, isAbsent: true))
    #expect(failure(files)?.reason == "belongs to a state, but there is no file \(statePath)")
    files.put(file, at: statePath)
    #expect(try files.file.load() == state)
  }

  @Test func damageIsFoundAnywhere() throws {
    let (files, _) = try disk()
    let lines = try lines(files)
    #expect(lines.count == 4)
    func damage(_ lines: [[UInt8]]) -> StateFileError? {
      files.put(lines.flatMap { $0 }, at: journalPath)
      return failure(files)
    }
    let altered = "the checksum of the line does not match"
    func error(_ line: Int, _ reason: String = altered) -> StateFileError {
      .journalDamaged(path: journalPath, line: line, reason: reason)
    }
    #expect(damage([]) == error(1, "its first line is cut off"))
    #expect(damage([Array(lines[0].dropLast(5))]) == error(1, "its first line is cut off"))
    #expect(damage([lines[0], lines[2], lines[3]]) == error(2), "a line is missing")
    #expect(damage([lines[0], lines[1], lines[1], lines[2]]) == error(3), "a line is there twice")
    #expect(damage([lines[0], lines[2], lines[1]]) == error(2), "two lines are swapped")
    #expect(damage([lines[0], lines[1], [0x0a], lines[2]]) == error(3))
    #expect(damage([Array("{}\n".utf8)] + lines) == error(1))
    let bytes = lines.flatMap { $0 }
    for index in bytes.indices.dropLast() {
      var bytes = bytes
      bytes[index] ^= 1
      files.put(bytes, at: journalPath)
      guard case .journalDamaged(_, let line, _)? = failure(files) else {
        Issue.record("byte \(index) can be removed unnoticed")
        continue
      }
      // A missing line feed joins two lines of a journal.
      let number = bytes[..<index].filter { $0 == 0x0a }.count + 1
      #expect(line == number)
    }
  }

  @Test func aTruncatedLineWasNeverAcknowledged() throws {
    let (files, state) = try disk()
    let bytes = try #require(files.bytes(of: journalPath))
    let last = try #require(try lines(files).last).count
    var before: HostState?
    for count in 1...last {
      files.put(Array(bytes.dropLast(count)), at: journalPath)
      let found = try #require(try files.file.load())
      #expect(found.serial == 4)
      if let before { #expect(found == before) }
      before = found
    }
    #expect(before != state)
  }

  /// Journals that are intact but contain something this program does not support.
  @Test func aJournalOfAnotherProgramIsRefused() throws {
    let (files, _) = try disk()
    let digest = StateDigest(of: try #require(files.bytes(of: statePath))).description
    func readingFailure(_ documents: [String]) throws -> StateFileError? {
      files.put(try journal(documents), at: journalPath)
      return failure(files)
    }
    let header = #"{"formatVersion":1,"journalOf":"\#(digest)","defersSettling":false}"#
    #expect(try readingFailure([header]) == nil)
    #expect(
      try readingFailure([#"{"formatVersion":2,"what":"ever"}"#])
        == .newerFormat(
          path: journalPath, found: 2,
          reason: "its 'formatVersion' is 2, but this program reads formats up to 1"))
    func error(_ line: Int, _ reason: String) -> StateFileError {
      .journalDamaged(path: journalPath, line: line, reason: reason)
    }
    #expect(try readingFailure(["[]"]) == error(1, "must be an object, not an array"))
    #expect(
      try readingFailure([#"{"formatVersion":1,"journalOf":"+1","defersSettling":false}"#])
        == error(1, "'journalOf' is not a digest"))
    #expect(
      try readingFailure([header, "{"]) == error(2, "column 19: expected a member name in double quotes"))
    #expect(
      try readingFailure([header, #"{"call":"x"}"#]) == error(2, "'call' is not a call of the service"))
    let missing = ServiceCall.delete(.network, GUID(9)).document.text()
    guard case .journalDamaged(_, 2, let reason)? = try readingFailure([header, missing]) else {
      Issue.record("a refused call is ignored")
      return
    }
    #expect(reason.hasPrefix("the host now refuses the call HcnDeleteNetwork, which it accepted before: "))
  }

  /// Lines with valid checksums, as from a journal writer.
  private func journal(_ documents: [String]) throws -> [UInt8] {
    var checksum = JournalChecksum()
    return documents.flatMap { document in
      let bytes = Array(document.utf8)
      checksum.combine(bytes[...])
      return checksum.text + [0x20] + bytes + [0x0a]
    }
  }

  /// Whenever a writer runs between two system calls of a reader, the reader sees a state that existed since
  /// it began.
  @Test(arguments: 0..<5) func readerSeesConsistentStateDuringWrites(_ script: Int) throws {
    var found: Set<UInt64> = []
    for index in 0... {
      let (files, _) = try disk()
      let writer = Writer(files)
      writer.reopen()
      files.storage.withLock { storage in
        storage.calls = []
        storage.interlude = (index, { writer.run(script) })
      }
      let state = try files.file.load()
      let isOver = files.storage.withLock { $0.interlude != nil }
      let seen = writer.states
      #expect(seen.contains { $0 == state }, "script \(script), call \(index): \(state?.serial ?? 0)")
      found.insert(state?.serial ?? 0)
      if isOver { break }
    }
    #expect(found.count > 1, "\(found)")
  }

  @Test func unresolvablePathsAreReportedUnchanged() throws {
    let directory = try ScratchDirectory()
    let long = String(repeating: "x", count: 250)
    try StateFile(path: directory.path + "/" + long.dropLast(10)).save(HostState(service: host()))
    try directory.write(long, try directory.read(String(long.dropLast(10))))
    #expect(try StateFile(path: directory.path + "/" + long).load()?.serial == 0)
    #expect(throws: StateFileError.isDirectory(path: directory.path + "/.")) {
      try StateFile(path: directory.path + "/.").load()
    }
    #expect(throws: StateFileError.unreadable(path: directory.path + "/\(long)/x", reason: "Not a directory"))
    {
      try StateFile(path: directory.path + "/\(long)/x").load()
    }
    unlink(directory.path + "/" + long)
    unlink(directory.path + "/" + long.dropLast(10))
  }

  @Test func theJournalFollowsALink() throws {
    let directory = try ScratchDirectory()
    let real = StateFile(path: directory.path + "/real.json")
    try real.save(HostState(service: host()))
    #expect(chmod(real.path, 0o640) == 0)
    #expect(symlink("real.json", directory.path + "/link.json") == 0)
    let link = StateFile(path: directory.path + "/link.json")
    let shared = try SharedService(opening: link, configuration: host().configuration, since: "now")
    #expect(!shared.perform(.create(.namespace, id: .zero, network: nil, settings: [:])).isRefusal)
    #expect(directory.names == ["link.json", "real.json", "real.json.journal", "real.json.lock"])
    #expect(try real.load() == shared.state)
    #expect(try link.load() == shared.state)
    var status = stat()
    #expect(stat(real.path + ".journal", &status) == 0)
    #expect(status.st_mode & 0o777 == 0o640, "who may read the state may read its journal")
    try shared.close()
    #expect(directory.names == ["link.json", "real.json", "real.json.lock"])
  }
}

/// Works on a state while another thread reads it.
private final class Writer: Sendable {
  private let files: ModelFileSystem
  private let shared = Mutex<SharedService?>(nil)
  private let seen = Mutex<[HostState]>([])

  init(_ files: ModelFileSystem) { self.files = files }

  /// Every state there was, including the first one.
  var states: [HostState] { seen.withLock { $0 } }

  func reopen() {
    shared.withLock { shared in
      try? shared?.close()
      shared = try? files.shared()
      note(shared?.state)
    }
  }

  private func call() {
    shared.withLock { shared in
      let name = "call \(seen.withLock { $0.count })"
      let reply = shared?.perform(
        .create(.namespace, id: .zero, network: nil, settings: ["Name": .string(name)]))
      #expect(reply?.isRefusal == false)
      note(shared?.state)
    }
  }

  private func close() {
    shared.withLock { shared in
      #expect(throws: Never.self) { try shared?.close() }
      shared = nil
    }
  }

  private func note(_ state: HostState?) {
    if let state { seen.withLock { $0.append(state) } }
  }

  func run(_ script: Int) {
    switch script {
    case 0: call()
    case 1:
      call()
      close()
    case 2:
      call()
      reopen()
      call()
    case 3:
      for _ in 0..<3 {
        call()
        reopen()
      }
      call()
      close()
    default:
      // Another process saves a state without having run a service.
      call()
      close()
      guard var state = try? files.file.load() else { return }
      state.serial += 100
      #expect(throws: Never.self) { try files.file.save(state) }
      note(state)
      reopen()
    }
  }
}
