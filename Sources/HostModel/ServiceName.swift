/// The name of a service as the destination of packets: `svc:NAME`, which no endpoint of a profile has.
package enum ServiceName {
  /// What the name of a destination starts with.
  package static let prefix = "svc:"

  /// The name of a service as a destination.
  ///
  /// - Parameter service: The name of the service.
  package static func destination(_ service: String) -> String { prefix + service }

  /// The service in the name of a destination; nil if it is not named like that.
  ///
  /// - Parameter text: The name of a destination.
  package static func service(_ text: String) -> String? {
    text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
  }
}
