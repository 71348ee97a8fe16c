/// The names of the endpoints that a container or pod has on several networks: NAME@NETWORK.
///
/// Neither containers nor pods have an `@` in their names, but networks can.
package enum EndpointName {
  /// The name of an endpoint.
  ///
  /// - Parameters:
  ///   - workload: The name of its container or pod.
  ///   - network: The name of its network.
  package static func of(_ workload: String, on network: String) -> String { "\(workload)@\(network)" }

  /// The container or pod in the name of one of several endpoints; nil if it is not named like that.
  ///
  /// - Parameter name: The name of an endpoint.
  package static func workload(_ name: String) -> String? {
    guard let cut = name.utf8.firstIndex(of: UInt8(ascii: "@")), cut > name.startIndex else { return nil }
    return String(name[..<cut])
  }
}
