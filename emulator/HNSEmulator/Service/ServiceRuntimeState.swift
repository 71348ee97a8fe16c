import NetworkTypes

/// How a service runs; not part of its state: two services that differ only here are equal.
struct ServiceRuntimeState: Hashable, Sendable {
  /// Whether networks get their management address later.
  var defersManagementIP = false
  /// Whether notifications are kept; off by default, so that they do not accumulate without a listener.
  var recordsNotifications = false
  /// The notifications not yet taken.
  var notifications: [ServiceNotification] = []
  /// The namespaces whose compartment is only assumed to be open.
  var assumedNamespaces: Set<GUID> = []

  static func == (left: Self, right: Self) -> Bool { true }

  func hash(into hasher: inout Hasher) {}
}

extension HostNetworkingService {
  /// Whether the management address of a new l2bridge or overlay network is assigned by a separate call,
  /// because the real service assigns it some time later (reference: hns, 6.2).
  public var defersManagementIP: Bool {
    get { runtimeState.defersManagementIP }
    set { runtimeState.defersManagementIP = newValue }
  }

  /// Whether notifications are kept for ``takeNotifications()``.
  public var recordsNotifications: Bool {
    get { runtimeState.recordsNotifications }
    set {
      runtimeState.recordsNotifications = newValue
      if !newValue { runtimeState.notifications = [] }
    }
  }

  /// The notifications since the last call, in order.
  ///
  /// - Returns: The notifications, which are removed from the service.
  public mutating func takeNotifications() -> [ServiceNotification] {
    guard !runtimeState.notifications.isEmpty else { return [] }
    defer { runtimeState.notifications = [] }
    return runtimeState.notifications
  }

  /// Keeps a notification if they are recorded.
  mutating func notify(_ notification: @autoclosure () -> ServiceNotification) {
    if runtimeState.recordsNotifications { runtimeState.notifications.append(notification()) }
  }
}
