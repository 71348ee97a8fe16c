public import HNSEmulator
public import HNSStore
public import HostModel

/// A service that many callers share: one call at a time, in some order, with the notifications in the order
/// of the calls.
///
/// It is what stands behind the C interface and the HTTP door. With a state file, a call is on disk before it
/// is answered or told to observers.
public final class SharedService: Sendable {
  /// Gets every notification, one at a time and in order, while the service is held; it must return soon and
  /// must not call the service.
  public typealias Observer = @Sendable (ServiceNotification) -> Void

  private let contents: Lock<SharedContents>
  private let clock: @Sendable () -> Int

  /// Shares a service that lives in memory alone.
  ///
  /// - Parameters:
  ///   - service: The service.
  ///   - settleDelay: How long after its creation a network gets what the service fills in later, in
  ///     milliseconds; 0 does it at once.
  ///   - clock: A clock that only goes forward, in milliseconds.
  public init(
    _ service: HostNetworkingService, settleDelay: Int = 0,
    clock: @escaping @Sendable () -> Int = SharedService.uptime
  ) {
    self.clock = clock
    contents = Lock(SharedContents(HostState(service: service), settleDelay: settleDelay))
  }

  /// Shares the service of a state file, or a new one that is kept there.
  ///
  /// The lock of the file is held until ``close()`` or the end of the value. What was left unsettled when the
  /// service of the file ended is settled at once.
  ///
  /// - Parameters:
  ///   - file: The state file; it is made when it is absent.
  ///   - configuration: What a new host is. A host of the file gets the adapters and addresses it was not
  ///     known to have, and must have the assumptions that are not at their default here.
  ///   - build: The Windows build the host of the file must have; nil takes any.
  ///   - settleDelay: How long after its creation a network gets what the service fills in later, in
  ///     milliseconds; 0 does it at once.
  ///   - since: The time to tell others that wait for the lock, as ISO 8601.
  ///   - lockTimeout: How long to wait for another holder of the lock, in milliseconds.
  ///   - journalSize: How many bytes the journal may have before it is taken into the state; it may have twice
  ///     the size of the state in any case, so that saving costs each call the same however large the host is.
  ///   - clock: A clock that only goes forward, in milliseconds.
  ///   - report: Is told while the service runs that the journal could not be taken into the state; every
  ///     acknowledged call is safe all the same.
  /// - Throws: ``StateFileError``; the files are as they were.
  public init(
    opening file: StateFile, configuration: HostConfiguration, build: WindowsBuild? = nil,
    settleDelay: Int = 0, since: String, lockTimeout: Int = 0, journalSize: Int = 4 << 20,
    clock: @escaping @Sendable () -> Int = SharedService.uptime,
    report: @escaping @Sendable (StateFileError) -> Void = { _ in }
  ) throws(StateFileError) {
    self.clock = clock
    let journal = try ServiceJournal(
      file, since: since, lockTimeout: lockTimeout, defersSettling: settleDelay > 0,
      smallestCompaction: journalSize, report: report)
    let state = try journal.open { state throws(StateFileError) in
      guard var state else { return HostState(service: HostNetworkingService(configuration)) }
      try state.check(configuration, build: build, path: file.path)
      state.service.describeHost(adapters: configuration.adapters, addresses: configuration.addresses)
      return state
    }
    var contents = SharedContents(state, settleDelay: settleDelay, journal: journal)
    contents.settleEverything()
    self.contents = Lock(contents)
  }

  /// Carries out a call.
  ///
  /// - Parameter call: The call.
  /// - Returns: What it gives.
  public func perform(_ call: ServiceCall) -> ServiceReply {
    contents.withLock { contents in
      contents.settle(clock)
      return contents.perform(call, clock)
    }
  }

  /// Settles the networks whose time has come; calls do it by themselves.
  ///
  /// Who waits for notifications without calling has it done by calling this now and then.
  public func settle() { contents.withLock { $0.settle(clock) } }

  /// Asks to be told of notifications from now on.
  ///
  /// - Parameter observer: What to call.
  /// - Returns: The number to give to ``unregister(_:)``.
  public func register(_ observer: @escaping Observer) -> UInt64 {
    contents.withLock { $0.register(observer) }
  }

  /// Takes an observer back; afterwards it is not called any more.
  ///
  /// - Parameter id: What ``register(_:)`` gave.
  /// - Returns: Whether there was such an observer.
  @discardableResult
  public func unregister(_ id: UInt64) -> Bool { contents.withLock { $0.unregister(id) } }

  /// The service as it is now.
  ///
  /// The next call that changes it has to copy its tables first, so it is not to be asked for at every call.
  public var service: HostNetworkingService { state.service }

  /// The service as it is now, as a state file has it.
  public var state: HostState {
    contents.withLock { contents in
      contents.settle(clock)
      return contents.state
    }
  }

  /// Stops: saves the state, removes the journal and gives the lock back.
  ///
  /// Calls are refused from now on. A service that lives in memory alone has nothing to stop.
  ///
  /// - Throws: ``StateFileError`` when the state cannot be saved; every acknowledged call is in the journal.
  public func close() throws(StateFileError) {
    try contents.withLock { contents throws(StateFileError) in try contents.close() }
  }

  /// The time since the machine started, in milliseconds.
  public static func uptime() -> Int { SystemFileSystem().uptime() }
}
