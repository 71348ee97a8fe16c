import HNSEmulator
import HNSStore
import NetworkTypes

/// The contents of a shared service, behind its lock.
struct SharedServiceState {
  private(set) var state: HostState
  private let journal: ServiceJournal?
  private var observers: [(id: UInt64, observer: SharedService.Observer)] = []
  private var nextObserver: UInt64 = 1
  /// How long after its creation a network gets its management IP, in milliseconds.
  private let managementIPDelay: Int
  /// The networks that still need a management IP, each with its due time, earliest first.
  private var awaitingManagementIP: [(time: Int, network: GUID)] = []

  init(_ state: HostState, managementIPDelay: Int, journal: ServiceJournal? = nil) {
    self.state = state
    self.managementIPDelay = max(0, managementIPDelay)
    self.journal = journal
    self.state.service.recordsNotifications = true
    self.state.service.defersManagementIP = managementIPDelay > 0
  }

  /// Performs a call: first in memory, then on disk, then it notifies observers.
  mutating func perform(_ call: ServiceCall, _ clock: () -> Int) -> ServiceReply {
    do throws(HCNError) {
      try journal?.prepare(call, &state)
      let reply = state.service.perform(call)
      let notifications = state.service.takeNotifications()
      if call.isMutating, !reply.isRefusal {
        try journal?.append(call, &state)
        state.serial &+= 1
        if managementIPDelay > 0, call.canLeaveManagementIPOpen { queueManagementIPs(clock) }
        journal?.compactIfLarge(state)
      }
      for notification in notifications {
        for (_, observer) in observers { observer(notification) }
      }
      return reply
    } catch { return ServiceReply(error: error) }
  }

  /// The service as a call that reads finds it.
  mutating func snapshot(for call: ServiceCall) throws(HCNError) -> HostNetworkingService {
    try journal?.prepare(call, &state)
    return state.service
  }

  private mutating func queueManagementIPs(_ clock: () -> Int) {
    for network in state.service.networksAwaitingManagementIP
    where !awaitingManagementIP.contains(where: { $0.network == network }) {
      awaitingManagementIP.append((clock() + managementIPDelay, network))
    }
  }

  /// Assigns the management IPs that are due.
  mutating func assignDueManagementIPs(_ clock: () -> Int) {
    guard !awaitingManagementIP.isEmpty else { return }
    let now = clock()
    while let next = awaitingManagementIP.first, next.time <= now {
      let reply = perform(.assignManagementIP(network: next.network), clock)
      // What the disk refused is retried; a network that was deleted meanwhile is skipped.
      guard reply.error?.code != .diskFull, reply.error?.code != .writeFault else { return }
      awaitingManagementIP.removeFirst()
    }
  }

  /// Assigns every outstanding management IP.
  mutating func assignAllManagementIPs() {
    for network in state.service.networksAwaitingManagementIP {
      _ = perform(.assignManagementIP(network: network)) { 0 }
    }
  }

  mutating func register(_ observer: @escaping SharedService.Observer) -> UInt64 {
    defer { nextObserver += 1 }
    observers.append((nextObserver, observer))
    return nextObserver
  }

  mutating func unregister(_ id: UInt64) -> Bool {
    guard let index = observers.firstIndex(where: { $0.id == id }) else { return false }
    observers.remove(at: index)
    return true
  }

  func close() throws(StateFileError) { try journal?.close(state) }
}

extension ServiceCall {
  /// Whether the call can leave a network without a management IP.
  fileprivate var canLeaveManagementIPOpen: Bool {
    switch self {
    case .create(.network, _, _, _): true
    case .hns(_, let path, _): path.lowercased().contains("networks")
    default: false
    }
  }
}
