public import HNSEmulator
public import HNSStore
public import HostModel

/// A service shared by many callers: calls are serialized, and notifications are delivered in the order of
/// the calls.
///
/// It serves the C interface and the HTTP server. With a state file, a call is on disk before it is answered
/// or its notifications are sent.
public final class SharedService: Sendable {
  /// Receives every notification, one at a time and in order, while the service is locked; it must return
  /// quickly and must not call the service.
  public typealias Observer = @Sendable (ServiceNotification) -> Void

  private let contents: Lock<SharedServiceState>
  private let clock: @Sendable () -> Int

  /// Shares a service that is kept in memory only.
  ///
  /// - Parameters:
  ///   - service: The service.
  ///   - managementIPDelay: How long after its creation a network gets the values the service adds later, in
  ///     milliseconds; 0 adds them at once.
  ///   - clock: A monotonic clock, in milliseconds.
  public init(
    _ service: HostNetworkingService, managementIPDelay: Int = 0,
    clock: @escaping @Sendable () -> Int = SharedService.uptime
  ) {
    self.clock = clock
    contents = Lock(SharedServiceState(HostState(service: service), managementIPDelay: managementIPDelay))
  }

  /// Shares the service of a state file, or a new one that is stored there.
  ///
  /// The lock of the file is held until ``close()`` or the end of the value's lifetime. Networks that
  /// had no management IP yet when the service of the file ended get it at once.
  ///
  /// - Parameters:
  ///   - file: The state file; it is created if absent.
  ///   - configuration: The requested configuration. An existing host gets the adapters and addresses the
  ///     state does not yet list, and must match all assumptions that are not at their default here.
  ///   - newHost: The configuration of a new host; nil for the requested one.
  ///   - build: The Windows build the host of the file must have; nil accepts any.
  ///   - managementIPDelay: How long after its creation a network gets the values the service adds later, in
  ///     milliseconds; 0 adds them at once.
  ///   - since: The start time shown to others that wait for the lock, as ISO 8601.
  ///   - lockTimeout: How long to wait for another holder of the lock, in milliseconds.
  ///   - journalSize: The size in bytes at which the journal is compacted into the state; it may grow to
  ///     twice the size of the state in any case, so that the cost of saving per call does not depend on the
  ///     size of the host.
  ///   - clock: A monotonic clock, in milliseconds.
  ///   - report: Called when the journal cannot be compacted into the state; every acknowledged call is safe
  ///     all the same.
  /// - Throws: ``StateFileError``; the files are as they were.
  public init(
    opening file: StateFile, configuration: HostConfiguration, newHost: HostConfiguration? = nil,
    build: WindowsBuild? = nil, managementIPDelay: Int = 0, since: String, lockTimeout: Int = 0,
    journalSize: Int = 4 << 20,
    clock: @escaping @Sendable () -> Int = SharedService.uptime,
    report: @escaping @Sendable (StateFileError) -> Void = { _ in }
  ) throws(StateFileError) {
    self.clock = clock
    let journal = try ServiceJournal(
      file, since: since, lockTimeout: lockTimeout, defersManagementIP: managementIPDelay > 0,
      smallestCompaction: journalSize, report: report)
    let state = try journal.open { state throws(StateFileError) in
      guard var state else {
        return HostState(service: HostNetworkingService(newHost ?? configuration))
      }
      try state.check(configuration, build: build, path: file.path)
      state.service.describeHost(as: configuration)
      if configuration.startsContainers { state.service.startContainersAtOnce() }
      return state
    }
    var contents = SharedServiceState(state, managementIPDelay: managementIPDelay, journal: journal)
    contents.assignAllManagementIPs()
    self.contents = Lock(contents)
  }

  /// Performs a call.
  ///
  /// A list is read from a snapshot, so that no other caller waits for it.
  ///
  /// - Parameter call: The call.
  /// - Returns: Its reply.
  public func perform(_ call: ServiceCall) -> ServiceReply {
    guard call.listsObjects else {
      return contents.withLock { contents in
        contents.assignDueManagementIPs(clock)
        return contents.perform(call, clock)
      }
    }
    do throws(HCNError) {
      var snapshot = try snapshot(for: call)
      return snapshot.perform(call)
    } catch { return ServiceReply(error: error) }
  }

  /// The objects that a call lists, which can be read while the service goes on.
  ///
  /// The next call that changes the service has to copy its tables first.
  ///
  /// - Parameter call: The call.
  /// - Returns: The objects; nil if the call does anything else.
  /// - Throws: The error of the call.
  package func list(_ call: ServiceCall) throws(HCNError) -> ObjectList? {
    try snapshot(for: call).list(call)
  }

  /// The service as a call that reads finds it.
  private func snapshot(for call: ServiceCall) throws(HCNError) -> HostNetworkingService {
    try contents.withLock { contents throws(HCNError) in
      contents.assignDueManagementIPs(clock)
      return try contents.snapshot(for: call)
    }
  }

  /// Assigns the management IPs that are due; calls do so implicitly.
  ///
  /// Callers that wait for notifications without making calls invoke this from time to time.
  public func assignDueManagementIPs() { contents.withLock { $0.assignDueManagementIPs(clock) } }

  /// Registers for notifications from now on.
  ///
  /// - Parameter observer: What to call.
  /// - Returns: The number to pass to ``unregister(_:)``.
  public func register(_ observer: @escaping Observer) -> UInt64 {
    contents.withLock { $0.register(observer) }
  }

  /// Unregisters an observer; it is not called afterwards.
  ///
  /// - Parameter id: The number from ``register(_:)``.
  /// - Returns: Whether there was such an observer.
  @discardableResult
  public func unregister(_ id: UInt64) -> Bool { contents.withLock { $0.unregister(id) } }

  /// The service as it is now.
  ///
  /// The next call that changes it has to copy its tables first, so do not use it on every call.
  public var service: HostNetworkingService { state.service }

  /// Reads something short of the service, without a copy of it.
  ///
  /// - Parameter read: Reads it, while other callers wait.
  /// - Returns: What it returns.
  package func inspect<Value: Sendable>(_ read: @Sendable (HostNetworkingService) -> Value) -> Value {
    contents.withLock { contents in
      contents.assignDueManagementIPs(clock)
      return read(contents.state.service)
    }
  }

  /// The service as it is now, with the other contents of a state file.
  public var state: HostState {
    contents.withLock { contents in
      contents.assignDueManagementIPs(clock)
      return contents.state
    }
  }

  /// Stops: saves the state, removes the journal and releases the lock.
  ///
  /// Later calls are refused. A service in memory has nothing to stop.
  ///
  /// - Throws: ``StateFileError`` if the state cannot be saved; every acknowledged call is in the journal.
  public func close() throws(StateFileError) {
    try contents.withLock { contents throws(StateFileError) in try contents.close() }
  }

  /// The time since the machine started, in milliseconds.
  public static func uptime() -> Int { SystemFileSystem().uptime() }
}
