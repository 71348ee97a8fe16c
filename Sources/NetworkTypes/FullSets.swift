/// Frequently used sets, created once.
enum FullSets {
  static let protocols = ProtocolSet(1, 255)
  static let protocolsWithPorts = ProtocolSet([.tcp, .udp])
  static let ports = PortSet(0, .max)
  static let ipv4 = AddressSet(ipv4: .init(0, .max))
  static let ipv6 = AddressSet(ipv6: .init(0, .max))
  static let addresses = AddressSet(ipv4: .init(0, .max), ipv6: .init(0, .max))
}
