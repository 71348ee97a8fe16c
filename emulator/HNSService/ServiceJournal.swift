import Glibc
import HNSEmulator
import HNSStore

/// Keeps a shared service on disk: a state file, and a journal of the calls since it was saved.
///
/// It holds the lock of the state for its lifetime. A call is performed, then appended, then acknowledged. If
/// it cannot be appended, it is not acknowledged, and the service is reloaded from disk: the cost is
/// proportional to the host, and is paid only when the disk fails. After a failure, calls are tried on the
/// disk first, so that a disk that stays full does not cost a reload per call.
final class ServiceJournal {
  private let file: StateFile
  private var lock: StateLock?
  private var writer: JournalWriter?
  private let defersManagementIP: Bool
  private let report: @Sendable (StateFileError) -> Void

  /// The size of the journal at which it is compacted into the state.
  private var sizeToCompact = 0
  /// Whether the last append failed.
  private var isSuspect = false
  /// Whether the service in memory differs from the one on disk.
  private var isBehind = false

  /// The smallest journal that is compacted.
  private let smallestCompaction: Int
  /// The minimum size of the journal as a multiple of the state's size, so that the cost of saving the state,
  /// spread over the calls, does not depend on the number of objects.
  private static let compactionRatio = 2

  /// Takes the lock of a state file.
  init(
    _ file: StateFile, since: String, lockTimeout: Int, defersManagementIP: Bool, smallestCompaction: Int,
    report: @escaping @Sendable (StateFileError) -> Void
  ) throws(StateFileError) {
    self.file = file
    self.defersManagementIP = defersManagementIP
    self.smallestCompaction = smallestCompaction
    self.report = report
    lock = try file.lock(timeout: lockTimeout, since: since)
  }

  /// Reads what is on disk, replaces the service with it and starts a journal.
  ///
  /// - Parameter change: Computes the state of the service from the one on disk.
  /// - Returns: The state.
  func open(_ change: (HostState?) throws(StateFileError) -> HostState) throws(StateFileError) -> HostState {
    let reading = try file.read()
    let state = try change(reading?.state)
    if let reading, !reading.needsSaving, reading.state == state {
      try start(reading.digest, size: reading.size)
    } else {
      try compact(state)
    }
    return state
  }

  /// Prepares for a call.
  ///
  /// - Parameters:
  ///   - call: The call.
  ///   - state: The state, which is reloaded if it differs from the one on disk.
  /// - Throws: Why the call cannot be carried out.
  func prepare(_ call: ServiceCall, _ state: inout HostState) throws(HCNError) {
    guard lock != nil else {
      throw HCNError(.managerStopped, detail: "the service is being stopped")
    }
    if isBehind { try reload(&state) }
    guard call.isMutating else { return }
    guard call.hasReadableDocument else {
      throw HCNError(.invalidJSON, detail: "the document nests deeper than can be stored")
    }
    guard let writer, !writer.isTorn else {
      do throws(StateFileError) { return try compact(state) } catch {
        throw HCNError(.writeFault, detail: "\(error)")
      }
    }
    guard isSuspect else { return }
    do throws(SystemError) { try writer.probe(call) } catch { throw Self.refusal(error) }
    isSuspect = false
  }

  /// Appends a call that was performed.
  ///
  /// - Parameters:
  ///   - call: The call.
  ///   - state: The state, which is reloaded if the call cannot be appended.
  /// - Throws: Why the call is not acknowledged.
  func append(_ call: ServiceCall, _ state: inout HostState) throws(HCNError) {
    do throws(SystemError) {
      guard let writer else { throw SystemError(call: "write", number: EBADF) }
      try writer.append(call)
    } catch {
      isSuspect = true
      isBehind = true
      try? reload(&state)
      throw Self.refusal(error)
    }
  }

  /// Compacts the journal into the state when it has grown enough.
  ///
  /// A failure is reported but does not fail the call, which is safe in the journal.
  func compactIfLarge(_ state: HostState) {
    guard let writer, writer.size >= sizeToCompact else { return }
    do throws(StateFileError) { try compact(state) } catch {
      sizeToCompact = writer.size + smallestCompaction
      report(error)
    }
  }

  /// Saves the state, removes the journal and releases the lock.
  func close(_ state: HostState) throws(StateFileError) {
    guard lock != nil else { return }
    if !isBehind {
      do throws(StateFileError) { try file.save(state) } catch {
        guard case .notDurable = error else { throw error }
        report(error)
      }
    }
    writer = nil
    lock = nil
  }

  /// Reloads the service from disk.
  private func reload(_ state: inout HostState) throws(HCNError) {
    do throws(StateFileError) {
      guard let reading = try file.read() else {
        throw .unreadable(path: file.path, reason: "it was removed")
      }
      let recordsNotifications = state.service.recordsNotifications
      state = reading.state
      state.service.recordsNotifications = recordsNotifications
      state.service.defersManagementIP = defersManagementIP
      isBehind = false
    } catch { throw HCNError(.writeFault, detail: "\(error)") }
  }

  /// Replaces the state on disk and starts a journal.
  private func compact(_ state: HostState) throws(StateFileError) {
    let stored: (digest: StateDigest, size: Int)
    do throws(StateFileError) { stored = try file.store(state) } catch {
      // The state was replaced all the same, and the journal no longer applies.
      guard case .notDurable = error else { throw error }
      writer = nil
      throw error
    }
    writer = nil
    try start(stored.digest, size: stored.size)
  }

  private func start(_ digest: StateDigest, size: Int) throws(StateFileError) {
    do throws(SystemError) {
      writer = try JournalWriter(of: file, digest, defersManagementIP: defersManagementIP)
    } catch { throw .unwritable(path: file.path, reason: "its journal: \(error.text)") }
    sizeToCompact = min(max(smallestCompaction, size * Self.compactionRatio), StateFile.sizeLimit / 2)
    isSuspect = false
  }

  /// The error of a caller whose call cannot be stored.
  private static func refusal(_ error: SystemError) -> HCNError {
    let isFull = [ENOSPC, EDQUOT, EFBIG].contains(error.number)
    return HCNError(isFull ? .diskFull : .writeFault, detail: "the call cannot be stored: \(error.text)")
  }
}
