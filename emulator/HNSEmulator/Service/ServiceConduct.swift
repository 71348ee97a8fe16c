/// How a service is run, which is no part of what it is: two services that differ only here are equal.
struct ServiceConduct: Hashable, Sendable {
  /// Whether networks wait for their management address.
  var defersSettling = false
  /// Whether notifications are kept; off until someone asks, so that they do not grow where nobody listens.
  var recordsNotifications = false
  /// The notifications that nobody has taken yet.
  var notifications: [ServiceNotification] = []

  static func == (left: Self, right: Self) -> Bool { true }

  func hash(into hasher: inout Hasher) {}
}

extension HostNetworkingService {
  /// Whether the management address of a new network of l2bridge or overlay comes by a call of its own, as it
  /// comes some time later in the real service (reference: hns, 6.2).
  public var defersSettling: Bool {
    get { conduct.defersSettling }
    set { conduct.defersSettling = newValue }
  }

  /// Whether notifications are kept for ``takeNotifications()``.
  public var recordsNotifications: Bool {
    get { conduct.recordsNotifications }
    set {
      conduct.recordsNotifications = newValue
      if !newValue { conduct.notifications = [] }
    }
  }

  /// The notifications since they were taken last, in order.
  ///
  /// - Returns: The notifications, which are forgotten.
  public mutating func takeNotifications() -> [ServiceNotification] {
    guard !conduct.notifications.isEmpty else { return [] }
    defer { conduct.notifications = [] }
    return conduct.notifications
  }

  /// Keeps a notification where someone asked for them.
  mutating func notify(_ notification: @autoclosure () -> ServiceNotification) {
    if conduct.recordsNotifications { conduct.notifications.append(notification()) }
  }
}
