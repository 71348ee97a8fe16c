package import JSONText
package import NetworkTypes

/// A route of a subnet or endpoint; the destination is kept as it was written.
package struct HCNRoute: Hashable, Sendable {
  package var nextHop: IPAddress
  package var destination: String
  package var metric: UInt16

  package init(nextHop: IPAddress, destination: String, metric: UInt16 = 0) {
    self.nextHop = nextHop
    self.destination = destination
    self.metric = metric
  }

  /// The default route of a family.
  package static func `default`(via gateway: IPAddress) -> HCNRoute {
    HCNRoute(nextHop: gateway, destination: gateway.family == .ipv4 ? "0.0.0.0/0" : "::/0")
  }

  /// Whether the route is a default route.
  package var isDefault: Bool { destination == "0.0.0.0/0" || destination == "::/0" }

  package var document: JSON {
    var object: JSONObject = ["NextHop": .string("\(nextHop)")]
    if !destination.isEmpty { object.append("DestinationPrefix", .string(destination)) }
    if metric != 0 { object.append("Metric", .number(metric)) }
    return .object(object)
  }
}
