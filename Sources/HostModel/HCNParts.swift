package import JSONText
public import NetworkTypes

/// The schema version a document was written for.
package struct SchemaVersion: Hashable, Sendable {
  package var major: UInt32
  package var minor: UInt32

  package init(major: UInt32 = 2, minor: UInt32 = 0) {
    self.major = major
    self.minor = minor
  }

  package var document: JSON { ["Major": .whole(major), "Minor": .whole(minor)] }
}

/// The DNS settings of a network or endpoint.
package struct DNSSettings: Hashable, Sendable {
  package var domain: String
  package var search: [String]
  package var servers: [String]
  package var options: [String]

  package init(domain: String = "", search: [String] = [], servers: [String] = [], options: [String] = []) {
    self.domain = domain
    self.search = search
    self.servers = servers
    self.options = options
  }

  package var isEmpty: Bool { domain.isEmpty && search.isEmpty && servers.isEmpty && options.isEmpty }

  package var document: JSON {
    var object = JSONObject()
    if !domain.isEmpty { object.append("Domain", .string(domain)) }
    if !search.isEmpty { object.append("Search", .strings(search)) }
    if !servers.isEmpty { object.append("ServerList", .strings(servers)) }
    if !options.isEmpty { object.append("Options", .strings(options)) }
    return .object(object)
  }
}

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
    if metric != 0 { object.append("Metric", .whole(metric)) }
    return .object(object)
  }
}

/// One address of an endpoint.
public struct IPConfiguration: Hashable, Sendable {
  /// The address.
  public var address: IPAddress
  /// The prefix length.
  public var length: Int
  /// The IpSubnet the address was taken from; nil on a network without subnets.
  public var ipSubnet: GUID?

  /// Makes an address of an endpoint.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - length: The prefix length; 0 if the subnet determines it.
  ///   - ipSubnet: The IpSubnet; nil if the address determines it.
  public init(address: IPAddress, length: Int = 0, ipSubnet: GUID? = nil) {
    self.address = address
    self.length = length
    self.ipSubnet = ipSubnet
  }
}

extension IPConfiguration {
  package var document: JSON {
    var object: JSONObject = ["IpAddress": .string("\(address)")]
    if length != 0 { object.append("PrefixLength", .whole(length)) }
    object.append("IpSubnetId", ipSubnet.map { .string($0.uppercase) })
    return .object(object)
  }
}
