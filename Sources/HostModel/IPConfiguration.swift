package import JSONText
public import NetworkTypes

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
    if length != 0 { object.append("PrefixLength", .number(length)) }
    object.append("IpSubnetId", ipSubnet.map { .string($0.uppercase) })
    return .object(object)
  }
}
