/// The notifications of a service that nobody has taken yet.
///
/// It is no part of what a service is: two services that differ only here are equal. Nothing is kept until
/// someone asks for it, so that it does not grow where nobody listens.
struct NotificationLog: Hashable, Sendable {
  var isRecording = false
  var pending: [ServiceNotification] = []

  static func == (left: Self, right: Self) -> Bool { true }

  func hash(into hasher: inout Hasher) {}
}

extension HostNetworkingService {
  /// Whether notifications are kept for ``takeNotifications()``.
  public var recordsNotifications: Bool {
    get { notifications.isRecording }
    set {
      notifications.isRecording = newValue
      if !newValue { notifications.pending = [] }
    }
  }

  /// The notifications since they were taken last, in order.
  ///
  /// - Returns: The notifications, which are forgotten.
  public mutating func takeNotifications() -> [ServiceNotification] {
    guard !notifications.pending.isEmpty else { return [] }
    defer { notifications.pending = [] }
    return notifications.pending
  }

  /// Keeps a notification where someone asked for them.
  mutating func notify(_ notification: @autoclosure () -> ServiceNotification) {
    if notifications.isRecording { notifications.pending.append(notification()) }
  }
}
